"""Everything that somebody can ask and collect helps to answer: previews, whys, and the jobs behind them."""

from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.credentials import Credentials, NoSecrets
from earshot.services.jobs import Asking
from earshot.services.previews import Previewing
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.services.why import Whys
from earshot.store.listening import Listening


class Questions:
    """The three use cases over one table and one bus, which takes what collect is to read."""

    def __init__(
        self,
        table: Table,
        bus: Bus,
        watching: Watching,
        sourcing: Sourcing,
        clock: Clock,
        credentials: Credentials | None = None,
    ) -> None:
        self.jobs = Asking(table, bus, clock)
        known = credentials or Credentials(NoSecrets(), clock)
        self.previews = Previewing(self.jobs, watching, sourcing, Listening(table), clock, known)
        self.whys = Whys(table, self.jobs, sourcing, clock)
