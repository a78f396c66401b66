"""Arrivals: everything that comes without being fetched, as the routes reach it."""

from collections.abc import Callable

from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.handing_in import HandingIn, Vet
from earshot.services.mailboxes import Mailboxes
from earshot.services.webmentions import Webmentions


class Arrivals:
    """The three doors over one table and one bus; `vet` refuses addresses that are not public.

    `secret` gives what addresses for mails are made of, `mail_domain` is what stands after their @.
    """

    def __init__(
        self, table: Table, bus: Bus, clock: Clock, vet: Vet, secret: Callable[[], bytes], mail_domain: str = ""
    ) -> None:
        self.handing_in = HandingIn(table, bus, clock, vet)
        self.webmentions = Webmentions(table, bus, clock, vet)
        self.mailboxes = Mailboxes(table, bus, clock, secret, mail_domain)
