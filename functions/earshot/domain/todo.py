"""Todos: pending work as small rows, so that a lost event or a dead worker heals by itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(minutes=2)
"""How long whoever was told of a todo has before plan tells somebody again."""

FIRST_DAY_BACKOFF = timedelta(minutes=15)
MAX_BACKOFF = timedelta(hours=6)

ORPHAN_AFTER = timedelta(days=1)
"""A todo whose subject never came is dropped after this."""


class Purpose(StrEnum):
    """What is to be done about the subject."""

    ALERT = "alert"
    DELIVERY = "delivery"
    THREAD = "thread"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One piece of pending work: written before its subject, deleted after its effect.

    `group` keeps todos together that one worker may take at once: the deliveries to one contact by one channel, what is
    asked of one host. `pace_s` is the least between two requests to that host, `at_once` how many of a group one
    request asks for. Whoever writes a todo anew sets `attempt` to 0: nobody has handed it out since. `done_at` is when
    one that comes again was done last.
    """

    tenant: str
    purpose: Purpose
    subject: str
    group: str = ""
    due_at: datetime
    created_at: datetime
    attempt: int = 0
    pace_s: float = 0.0
    at_once: int = 1
    done_at: datetime | None = None
    revision: int = 0


def leased(todo: Todo, now: datetime) -> Todo:
    """The todo moved on by a lease that doubles with each attempt, so that a poisoned one does not spin.

    On its first day it never waits long: what stood in the way was most often the same for all, and is mended for all.
    """
    longest = FIRST_DAY_BACKOFF if now - todo.created_at < ORPHAN_AFTER else MAX_BACKOFF
    pause = min(LEASE * 2 ** min(todo.attempt, 10), longest)
    return replace(todo, due_at=now + pause, attempt=todo.attempt + 1)


def is_orphan(todo: Todo, now: datetime) -> bool:
    """Whether the subject had its day to appear and did not."""
    return now - todo.created_at >= ORPHAN_AFTER
