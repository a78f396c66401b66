"""Plan, for threads: those due at one host are handed out to it bit by bit, like its sources."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from earshot.domain.errors import BusError
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.todo import Todo
from earshot.ports.bus import Bus
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

SHARE_S = 20.0
"""A tick hands out to a host as many threads as its pace allows in this time; a thread may take several requests."""

TICK = timedelta(minutes=1)


class Handed(NamedTuple):
    """How many messages were taken, and how many refused."""

    taken: int = 0
    refused: int = 0


def hand_out(due: Iterable[Todo], todos: Todos, bus: Bus, now: datetime, correlation_id: str) -> Handed:
    """Leases the threads that are due and has them read; what a host has no time for gets its place in later ticks.

    A lease that nobody took ends by itself.
    """
    by_host: dict[str, list[Todo]] = defaultdict(list)
    for todo in due:
        by_host[todo.group].append(todo)
    taken = refused = 0
    for waiting in by_host.values():
        waiting.sort(key=lambda each: each.due_at)
        pace_s = max(each.pace_s for each in waiting)
        most = max(1, int(SHARE_S / pace_s)) if pace_s else len(waiting)
        _queue_up(waiting[most:], most, todos, now)
        for todo in filter(None, (todos.lease(each, now) for each in waiting[:most])):
            is_taken = _send(bus, todo, pace_s, correlation_id)
            taken, refused = taken + is_taken, refused + (not is_taken)
    return Handed(taken=taken, refused=refused)


def _queue_up(waiting: Sequence[Todo], most: int, todos: Todos, now: datetime) -> None:
    for place, todo in enumerate(waiting):
        todos.move(todo, now + TICK * (1 + place // most))


def _send(bus: Bus, todo: Todo, pace_s: float, correlation_id: str) -> bool:
    try:
        bus.request_fetch(todo.group, thread_message(todo, pace_s, correlation_id))
    except BusError as exc:
        log.warning("thread not queued; it stays due", extra={"host": todo.group, "reason": str(exc)})
        return False
    return True


def thread_message(todo: Todo, pace_s: float, correlation_id: str) -> Envelope:
    """The message that has a thread read."""
    body = {"tenant": todo.tenant, "mention": todo.subject, "host": todo.group, "pace_s": pace_s, "more": True}
    return message(MessageType.THREAD, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)
