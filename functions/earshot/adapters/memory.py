"""A table in a dict, whose indexes may lag as DynamoDB's do: for simulations and fast tests."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from earshot.ports.table import Index, Key, Page, Row


class DictTable:
    """Implements `earshot.ports.table.Table`; an index shows the state of `lag` writes ago."""

    def __init__(self, *, lag: int = 0) -> None:
        self._rows: dict[Key, Row] = {}
        self._partitions: dict[str, dict[Key, Row]] = {}
        self._indexed: dict[Key, Row] = {}
        self._indexes: dict[tuple[Index, str], dict[Key, Row]] = {}
        self._pending: deque[tuple[Key, Row | None]] = deque()
        self._lag = lag
        self._lock = threading.RLock()

    def get(self, key: Key) -> Row | None:
        """See `Table.get`."""
        with self._lock:
            return self._rows.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """See `Table.get_many`."""
        with self._lock:
            return {key: self._rows[key] for key in keys if key in self._rows}

    def put_if_absent(self, row: Row) -> bool:
        """See `Table.put_if_absent`."""
        with self._lock:
            if row.key in self._rows:
                return False
            self._write(row.key, replace(row, revision=1))
            return True

    def put_if_revision(self, row: Row, revision: int) -> bool:
        """See `Table.put_if_revision`."""
        with self._lock:
            stored = self._rows.get(row.key)
            if stored is None or stored.revision != revision:
                return False
            self._write(row.key, replace(row, revision=revision + 1))
            return True

    def put_many(self, rows: Sequence[Row]) -> None:
        """See `Table.put_many`."""
        with self._lock:
            for row in rows:
                self._write(row.key, replace(row, revision=row.revision + 1))

    def query(
        self,
        pk: str,
        *,
        index: Index | None = None,
        prefix: str = "",
        up_to: str | None = None,
        after: tuple[str, ...] | None = None,
        limit: int = 100,
    ) -> Page:
        """See `Table.query`."""
        with self._lock:
            found = []
            rows = self._indexes.get((index, pk), {}) if index else self._partitions.get(pk, {})
            for row in rows.values():
                place: Key = getattr(row, index) if index else row.key
                if not place.sk.startswith(prefix):
                    continue
                order = (place.sk, *row.key)
                if (up_to is None or place.sk <= up_to) and (after is None or order > after):
                    found.append((order, row))
        found.sort(key=lambda pair: pair[0])
        page = found[:limit]
        return Page(rows=tuple(row for _, row in page), after=page[-1][0] if len(found) > limit else None)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        """See `Table.delete`."""
        with self._lock:
            stored = self._rows.get(key)
            if stored is None or (revision is not None and stored.revision != revision):
                return False
            self._write(key, None)
            return True

    def settle(self) -> None:
        """Lets the indexes catch up, as time does."""
        with self._lock:
            while self._pending:
                self._index(*self._pending.popleft())

    def _write(self, key: Key, row: Row | None) -> None:
        if row is None:
            self._rows.pop(key, None)
            self._partitions.get(key.pk, {}).pop(key, None)
        else:
            self._rows[key] = row
            self._partitions.setdefault(key.pk, {})[key] = row
        self._pending.append((key, row))
        while len(self._pending) > self._lag:
            self._index(*self._pending.popleft())

    def _index(self, key: Key, row: Row | None) -> None:
        before = self._indexed.pop(key, None)
        for name, place in _places(before):
            del self._indexes[name, place.pk][key]
        if row is None:
            return
        self._indexed[key] = row
        for name, place in _places(row):
            self._indexes.setdefault((name, place.pk), {})[key] = row


def _places(row: Row | None) -> Iterator[tuple[Index, Key]]:
    """The places of a row in the indexes."""
    if row is not None and row.inbox is not None:
        yield "inbox", row.inbox
    if row is not None and row.due is not None:
        yield "due", row.due
