"""Calendar: which mentions of its own were the first of a tenant's day."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from earshot.domain.alerting import Day, counted
from earshot.domain.mention import Mention
from earshot.domain.tenant import Tenant
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.company import Company, day_key


class Calendar:
    """The days of tenants; a day begins at midnight where the tenant lives."""

    def __init__(self, table: Table) -> None:
        self._company = Company(table)

    def count(self, tenant_id: str, mentions: Sequence[Mention]) -> None:
        """Counts mentions about to be stored, in this order; what was counted before is not counted again.

        Raises:
            Conflict: many others counted at the same moment.
        """
        tenant = self._company.tenants.at(keys.of_deployment("tenant", tenant_id)) if mentions else None
        if tenant is None:
            return
        ids: dict[date, list[str]] = {}
        for mention in mentions:
            ids.setdefault(_date(tenant, mention), []).append(mention.id)
        for at, seen in ids.items():
            self._count(Day(tenant=tenant.id, day=at), seen)

    def day_of(self, tenant: Tenant, mention: Mention) -> Day:
        """The day on which a mention was seen, with the mentions that were the first then."""
        empty = Day(tenant=tenant.id, day=_date(tenant, mention))
        return self._company.days.at(day_key(empty)) or empty

    def _count(self, empty: Day, ids: Sequence[str]) -> None:
        self._company.days.update(day_key(empty), lambda day: counted(day, *ids), missing=empty)


def _date(tenant: Tenant, mention: Mention) -> date:
    return mention.seen_at.astimezone(ZoneInfo(tenant.timezone)).date()
