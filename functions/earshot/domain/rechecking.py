"""Rechecking: when a stored post is looked at again, and when its text and author go because nobody could."""

from datetime import datetime, timedelta

from earshot.domain.place import Keeping
from earshot.domain.todo import Todo

EARLY = timedelta(days=2)
"""A post is read again so long before its text would have to go: a place may not answer for a day."""

MOST_TRIES = 6
"""Looks in a row that may fail before the next age is waited for."""


def first_look(keeping: Keeping, seen_at: datetime) -> datetime | None:
    """When a post seen at a time is looked at first; None where its place asks for nothing."""
    ages = [*keeping.rechecks[:1], *([_refresh(keeping.max_age)] if keeping.max_age else [])]
    return seen_at + min(ages) if ages else None


def expires_at(todo: Todo, keeping: Keeping) -> datetime | None:
    """When text and author go, unless they are read again before; None where they may stay."""
    return (todo.done_at or todo.created_at) + keeping.max_age if keeping.max_age else None


def next_look(todo: Todo, keeping: Keeping, now: datetime, *, can_be_read: bool = True) -> datetime | None:
    """When a post is looked at after `now`, its todo saying when it was seen and read; None where never again.

    Where it cannot be read, nothing helps but waiting until its text has to go.
    """
    age = now - todo.created_at
    due = [todo.created_at + each for each in keeping.rechecks if each > age and can_be_read]
    if keeping.max_age:
        read_at = todo.done_at or todo.created_at
        refresh_at = read_at + _refresh(keeping.max_age)
        due.append(refresh_at if refresh_at > now and can_be_read else read_at + keeping.max_age)
    return min(due, default=None)


def _refresh(max_age: timedelta) -> timedelta:
    return max(max_age - EARLY, max_age / 2)
