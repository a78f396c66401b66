"""What is due, from the due index."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from earshot.domain.errors import EarshotError
from earshot.domain.source import Schedule
from earshot.domain.todo import Todo
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.codec import from_row, stamp

T = TypeVar("T", Todo, Schedule)

log = logging.getLogger(__name__)

PER_SHARD = 200
"""Rows of one shard that one tick takes at most, the earliest first."""


def due_todos(table: Table, now: datetime) -> Iterator[Todo]:
    """The todos due at `now`, up to `PER_SHARD` a shard."""
    return _rows(table, "todo", Todo, now)


def due_rechecks(table: Table, now: datetime) -> Iterator[Todo]:
    """The posts to be looked at again at `now`, up to `PER_SHARD` a shard; however many, they hide no other todo."""
    return _rows(table, "recheck", Todo, now)


def due_schedules(table: Table, now: datetime) -> Iterator[Schedule]:
    """The schedules due at `now`, up to `PER_SHARD` a shard."""
    return _rows(table, "schedule", Schedule, now)


def all_todos(table: Table) -> Iterator[Todo]:
    """Every pending todo, whenever it is due."""
    return _rows(table, "todo", Todo, None)


def all_schedules(table: Table) -> Iterator[Schedule]:
    """Every schedule, whenever it is due."""
    return _rows(table, "schedule", Schedule, None)


def _rows(table: Table, kind: str, type_: type[T], now: datetime | None) -> Iterator[T]:
    up_to = None if now is None else keys.stamped(stamp(now))
    for shard in range(keys.shards_of(kind)):
        after: tuple[str, ...] | None = None
        while True:
            page = table.query(keys.due_partition(kind, shard), index="due", up_to=up_to, after=after, limit=PER_SHARD)
            for row in page.rows:
                try:
                    yield from_row(row, type_)
                except EarshotError:
                    # Written by a later version, say: it must not stand in the way of the others.
                    log.exception("due row cannot be read")
            after = page.after
            if after is None or now is not None:
                break
