"""A table that counts what DynamoDB would charge for.

Source:
    Amazon DynamoDB Developer Guide, "Item sizes and formats", "Read and write operations" and "Data synchronisation
    between tables and global secondary indexes"; read 2026-11-24.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from earshot.ports.table import Index, Key, Page, Row, Table

_INDEXES: tuple[Index, ...] = ("inbox", "due")


@dataclass
class Meter:
    """Write units, requests that write, and rows read by query."""

    units: int = 0
    writes: int = 0
    rows_read: int = 0
    bills: list[str] = field(default_factory=list)

    @contextmanager
    def fresh(self) -> Iterator["Meter"]:
        """Begins at zero."""
        self.units = self.writes = self.rows_read = 0
        self.bills.clear()
        yield self


class MeteredTable:
    """Implements `earshot.ports.table.Table` over another one and keeps the bill.

    A write costs one unit per begun kilobyte of the larger of the rows before and after it. The same again for each
    index the row is in: one write where its place stays, a deletion and an insertion where it moves. A write whose
    condition does not hold costs as much as one that does, without the indexes. Indexes project the whole row.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.meter = Meter()

    def get(self, key: Key) -> Row | None:
        return self._table.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        return self._table.get_many(keys)

    def query(self, pk: str, **options: Any) -> Page:
        page = self._table.query(pk, **options)
        self.meter.rows_read += len(page.rows)
        return page

    def put_if_absent(self, row: Row) -> bool:
        before = self._table.get(row.key)
        done = self._table.put_if_absent(row)
        self._charge("put_if_absent", before, row if done else before, is_done=done)
        return done

    def put_if_revision(self, row: Row, revision: int) -> bool:
        before = self._table.get(row.key)
        done = self._table.put_if_revision(row, revision)
        self._charge("put_if_revision", before, row if done else before, is_done=done)
        return done

    def put_many(self, rows: Sequence[Row]) -> None:
        for row in rows:
            before = self._table.get(row.key)
            self._table.put_many([row])
            self._charge("put_many", before, row, is_done=True)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        before = self._table.get(key)
        done = self._table.delete(key, revision=revision)
        self._charge("delete", before, None if done else before, is_done=done)
        return done

    def _charge(self, what: str, before: Row | None, after: Row | None, *, is_done: bool) -> None:
        units = max(write_units(before), write_units(after))
        if is_done:
            units += sum(_index_units(index, before, after) for index in _INDEXES)
        kind = (after or before or Row(key=Key("", "nothing"), kind="nothing")).kind
        self.meter.units += units
        self.meter.writes += 1
        self.meter.bills.append(f"{what} {kind}: {units}")


def size_of(row: Row) -> int:
    """The bytes of a row: names and values of all its attributes, the body as JSON.

    With the token of a conditional write, which `put_many` does not leave, and a revision of two digits at most.
    """
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
    size = len(body) + len("body")
    size += sum(len(name) + len(value.encode()) for name, value in zip(("pk", "sk"), row.key, strict=True))
    size += len("kind") + len(row.kind) + len("revision") + 2 + len("token") + 8
    for index, place in (("inbox", row.inbox), ("due", row.due)):
        if place is not None:
            size += len(f"{index}_pk") + len(f"{index}_sk") + sum(len(part.encode()) for part in place)
    return size + (len("expires_at") + 6 if row.expires_at else 0)


def write_units(row: Row | None) -> int:
    """One unit per begun kilobyte; what is not there costs one."""
    return 1 if row is None else max(1, -(-size_of(row) // 1024))


def _index_units(index: Index, before: Row | None, after: Row | None) -> int:
    was = getattr(before, index) if before else None
    becomes = getattr(after, index) if after else None
    if was is not None and was == becomes:
        return max(write_units(before), write_units(after))
    return (write_units(before) if was else 0) + (write_units(after) if becomes else 0)
