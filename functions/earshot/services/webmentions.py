"""Webmentions are taken in: looked at without fetching anything, counted, and left to collect as a job.

Source:
    W3C Recommendation Webmention, 2017-01-12, §3.2.1 and §4; read 2026-11-24.
"""

from collections.abc import Callable
from datetime import timedelta

from earshot.domain.errors import Invalid
from earshot.domain.job import Job, JobKind, Part
from earshot.domain.ledger import Account
from earshot.domain.place import Quota
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.http import Draw
from earshot.ports.table import Table
from earshot.services.doors import Doors
from earshot.services.jobs import Asking
from earshot.services.ledgers import Bookkeeper
from earshot.services.own_sites import OwnSites
from earshot.services.timing import group_of
from earshot.sources.addresses import parts_of
from earshot.sources.webmention import WebmentionConnector, check
from earshot.store.company import Company

KIND = WebmentionConnector.kind
PER_TENANT, PER_SENDER = 120, 20
"""Webmentions an hour that one tenant takes, and that it takes from one host."""

MOST_OWNERS = 5
"""Tenants that are told of one webmention."""

_HOUR = timedelta(hours=1)
_MAX_NAME = 120


class Webmentions:
    """Takes webmentions for the sites of all tenants. `vet` refuses addresses that are not public."""

    def __init__(self, table: Table, bus: Bus, clock: Clock, vet: Callable[[str], object]) -> None:
        self._asking = Asking(table, bus, clock)
        self._doors = Doors(table, clock)
        self._sites = OwnSites(Company(table), clock)
        self._books = Bookkeeper(table, clock)
        self._vet = vet

    def take(self, source: str, target: str) -> tuple[Job, ...]:
        """The jobs that look whether `source` really links to `target`, one for each tenant whose site that is.

        Raises:
            Invalid: "source" or "target" is no usable address, or the target is no page of anybody here.
            Spent: too many came from there, or to us, in this hour.
            BusError: collect could not be told; sending it again tries that again.
        """
        owners = self._sites.owners(target)[:MOST_OWNERS]
        check(source, target, [site for _, site in owners])
        try:
            self._vet(source)
        except Invalid as exc:
            raise Invalid("source", exc.reason) from None
        return tuple(self._take(tenant, site, source, target) for tenant, site in owners)

    def _take(self, tenant: str, site: str, source: str, target: str) -> Job:
        self._count(tenant, source)
        self._doors.open(tenant, KIND, f"https://{site}")
        asked = {"source": source, "target": target, "site": f"https://{site}"}
        pace_s = WebmentionConnector.place.pace_s
        part = Part(id="page", name=source[:_MAX_NAME], host=group_of(source), pace_s=pace_s)
        return self._asking.start(tenant, JobKind.WEBMENTION, asked, [part])

    def _count(self, tenant: str, source: str) -> None:
        """Counts one from this host; the row of each count ends a day after its hour."""
        sender = f"from {parts_of(source).host}"
        account = Account(
            owner=tenant,
            kind=KIND,
            quotas={
                sender: Quota(name=sender, amount=PER_SENDER, window=_HOUR),
                "received": Quota(name="received", amount=PER_TENANT, window=_HOUR),
            },
        )
        self._books.reserve(account, (Draw(quota="received"), Draw(quota=sender)))
