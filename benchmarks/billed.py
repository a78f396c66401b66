"""The metering table of the tests with its other half, the reads, and what both cost on AWS.

Source:
    Amazon DynamoDB Developer Guide, "Read and write operations": reading costs a unit per begun 4 KB, half as much
    from an index, which is never read consistently; a query is rounded once, a batch item by item; read 2026-11-24.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from earshot.ports.table import Key, Page, Row, Table
from metering import MeteredTable, size_of

USD_PER_WRITE_UNIT = 0.7625e-6
USD_PER_READ_UNIT = 0.1525e-6
PRICE = """\
Price: USD 0.7625 per million write units and USD 0.1525 per million read units (DynamoDB on demand, standard tables,
eu-central-1, no tax, no free tier). Source: the AWS Price List as two public projects read it on 2026-09-11 and
2026-09-21; looked up on 2026-11-24. Storage, Lambda, queues and mails come on top."""

_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Units of DynamoDB: a write unit is a begun kilobyte, a read unit four of them."""

    writes: float
    reads: float

    def __add__(self, other: "Bill") -> "Bill":
        return Bill(writes=self.writes + other.writes, reads=self.reads + other.reads)

    def __sub__(self, other: "Bill") -> "Bill":
        return Bill(writes=self.writes - other.writes, reads=self.reads - other.reads)

    @property
    def usd(self) -> float:
        """What it costs in US dollars."""
        return self.writes * USD_PER_WRITE_UNIT + self.reads * USD_PER_READ_UNIT


class BilledTable(MeteredTable):
    """Implements `earshot.ports.table.Table` over another one and counts reads as well as writes."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._reads = 0.0

    def get(self, key: Key) -> Row | None:
        """See `Table.get`; a row that is not there costs a unit too."""
        row = super().get(key)
        self._reads += _units([row] if row else [])
        return row

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """See `Table.get_many`."""
        found = super().get_many(keys)
        self._reads += sum(_units([found[key]] if key in found else []) for key in keys)
        return found

    def query(self, pk: str, **options: Any) -> Page:
        """See `Table.query`."""
        page = super().query(pk, **options)
        self._reads += _units(page.rows) / (2 if options.get("index") else 1)
        return page

    def bill(self, action: Callable[[], object]) -> Bill:
        """What one action costs."""
        before = self._reads
        with self.meter.fresh() as meter:
            action()
            return Bill(writes=meter.units, reads=self._reads - before)


def _units(rows: Sequence[Row]) -> int:
    return max(1, -(-sum(map(size_of, rows)) // _PAGE_BYTES))
