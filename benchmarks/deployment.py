"""Plan, collect, alert, deliver and the inbox over one table that keeps the bill."""

from datetime import datetime

from benchmarks.billed import BilledTable
from builders import (
    SOURCE,
    TENANT,
    a_contact,
    a_page,
    a_response,
    a_schedule,
    a_source,
    a_subscription,
    a_tenant,
    a_watch,
)
from earshot.adapters.memory import DictTable
from earshot.classify.embedded import EmbeddedClassifier
from earshot.domain.item import Item
from earshot.domain.mention import Mention, mention_id
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector
from earshot.services.delivering import Deliverer
from earshot.services.fetching import Fetcher
from earshot.services.inbox import Inbox
from earshot.services.planning import Planner
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import CannedConnector, CannedHttp, FixedClock, RecordingBus, RecordingNotifier, by_mail
from metering import size_of


class Deployment:
    """One company with one watch, one feed and one contact; what is announced waits in `bus` until `tell`."""

    def __init__(self) -> None:
        self.table = BilledTable(DictTable())
        self.bus = RecordingBus()
        self._clock = FixedClock()
        self._connector = CannedConnector()
        self.inbox = Inbox(self.table, self._clock)
        collector = Collector(self.table, self.bus, EmbeddedClassifier(), self._clock)
        self._fetcher = Fetcher(self.table, CannedHttp(), {"canned": self._connector}, collector, self._clock)
        company, listening = Company(self.table), Listening(self.table)
        company.tenants.add(a_tenant())
        company.watches.add(a_watch())
        company.contacts.add(a_contact())
        listening.sources.add(a_source())
        listening.schedules.add(a_schedule())
        listening.hear(a_subscription())

    def tick(self, now: datetime) -> None:
        """Plans what is due."""
        Planner(self.table, self.bus).tick(now)

    def poll(self, items: tuple[Item, ...]) -> None:
        """Collects from the feed, which holds these items now."""
        self._connector.pages = {"now": a_page(*items)}
        source = self._fetcher.source(SOURCE)
        assert source is not None  # noqa: S101 - it was added above
        self._fetcher.take(source, a_response("now"), correlation_id="bench")

    def tell(self) -> None:
        """Lets alert and deliver do what was announced, and makes sure that a mail went."""
        notifier = RecordingNotifier(self._clock)
        deliverer = Deliverer(
            self.table, self._clock, by_mail(notifier), secret=b"s", base_url="https://earshot.example"
        )
        stored = list(self.bus.events)
        self.bus.events.clear()
        for event in stored:
            Alerter(self.table, self.bus, self._clock).handle(event)
        for event in self.bus.events:
            deliverer.handle(event)
        assert len(notifier.told) == 1, "one mention should make one mail"  # noqa: S101 - else the bill is another one

    def mention(self, item: Item) -> Mention:
        """The mention that an item became."""
        return self.inbox.get(TENANT, mention_id(TENANT, item.identity))

    def acknowledge(self, mention: Mention) -> None:
        """Closes a mention as a contact does by the link in the mail."""
        self.inbox.acknowledge(
            TENANT, mention.id, outcome="answered", by="contact:c_anna", version=mention.version, note="Geld ist da."
        )

    def bytes_of(self, mention: Mention) -> int:
        """What a mention takes in the table."""
        row = self.table.get(keys.of_tenant(TENANT, "mention", mention.id))
        assert row is not None  # noqa: S101 - it was read from there
        return size_of(row)
