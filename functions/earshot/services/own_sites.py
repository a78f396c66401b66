"""Own sites: which tenant a page belongs to, as far as tenants have said so themselves.

A site is a tenant's own where its noise lists it among the accounts, or where a watch of its own names it as a word.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.domain.tenant import Tenant
from earshot.domain.watch import Role
from earshot.ports.clock import Clock
from earshot.services.alert_queries import own_sites
from earshot.services.wording import as_spoken
from earshot.sources.addresses import parts_of
from earshot.store.company import Company

MAX_AGE = timedelta(minutes=5)
"""How long the list is kept: strangers ask, and must not make us read the table each time."""

MOST_TENANTS = 1000
MOST_SITES = 20
"""Sites of one tenant that count."""


@dataclass(frozen=True, slots=True)
class _Known:
    of: Mapping[str, tuple[str, ...]]
    expires_at: datetime


class OwnSites:
    """The sites of all tenants; a warm process reads them every five minutes at most."""

    def __init__(self, company: Company, clock: Clock) -> None:
        self._company = company
        self._clock = clock
        self._known: _Known | None = None

    def owners(self, url: str) -> tuple[tuple[str, str], ...]:
        """The tenants whose site holds this page, by id, each with that site; nobody for any other page."""
        host = parts_of(url).host
        found = ((tenant, _site(host, sites)) for tenant, sites in sorted(self._all().items()))
        return tuple((tenant, site) for tenant, site in found if site)

    def _all(self) -> Mapping[str, tuple[str, ...]]:
        now = self._clock.now()
        if self._known is None or self._known.expires_at <= now:
            tenants = (each for each, _ in zip(self._company.all_tenants(), range(MOST_TENANTS), strict=False))
            self._known = _Known({each.id: tuple(self._sites(each))[:MOST_SITES] for each in tenants}, now + MAX_AGE)
        return self._known.of

    def _sites(self, tenant: Tenant) -> Iterator[str]:
        for account in tenant.noise.accounts:
            if "." in account and " " not in account and "@" not in account:
                address = account if "://" in account else f"https://{account}"
                yield from filter(None, (parts_of(address).host,))
        for watch in self._company.watches_of(tenant.id):
            if watch.role in (Role.OWN, Role.PRODUCT):
                yield from own_sites(as_spoken(watch.terms))


def _site(host: str, sites: tuple[str, ...]) -> str:
    """The site that a host belongs to, the narrowest one; "" for none."""
    holding = [site for site in sites if site and (host == site or host.endswith(f".{site}"))]
    return max(holding, key=len, default="")
