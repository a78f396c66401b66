"""Plan, for rechecks: posts that are due at one host are asked for together, bit by bit."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from earshot.domain.errors import BusError
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.todo import Todo
from earshot.ports.bus import Bus
from earshot.services.thread_plan import Handed
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

SHARE_S = 10.0
"""A tick hands out to a host as many requests for rechecks as its pace allows in this time."""

MOST_REQUESTS = 10
"""Requests for rechecks that one tick hands out to a host, however fast it may be asked."""

TICK = timedelta(minutes=1)


def hand_out_rechecks(due: Iterable[Todo], todos: Todos, bus: Bus, now: datetime, correlation_id: str) -> Handed:
    """Leases the posts that are due and has them asked for, those of one group in one request.

    What a host has no time for gets its place in later ticks; a lease that nobody took ends by itself.
    """
    taken = refused = 0
    for host, batches in _by_host(due).items():
        pace_s = max(todo.pace_s for batch in batches for todo in batch)
        most = max(1, min(MOST_REQUESTS, int(SHARE_S / pace_s))) if pace_s else MOST_REQUESTS
        for place, batch in enumerate(batches[most:]):
            for todo in batch:
                todos.move(todo, now + TICK * (1 + place // most))
        for batch in batches[:most]:
            if leased := [taken_up for each in batch if (taken_up := todos.lease(each, now))]:
                is_taken = _send(bus, host, leased, pace_s, correlation_id)
                taken, refused = taken + is_taken, refused + (not is_taken)
    return Handed(taken=taken, refused=refused)


def recheck_message(batch: Sequence[Todo], pace_s: float, correlation_id: str) -> Envelope:
    """The message that has posts of one group looked at."""
    _, kind, _, owner = batch[0].group.split(" ")
    posts = [f"{todo.tenant}/{todo.subject}" for todo in batch]
    body = {"kind": kind, "owner": owner, "group": batch[0].group, "posts": posts, "pace_s": pace_s, "more": True}
    return message(MessageType.RECHECK, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)


def group_name(host: str, kind: str, sort: str, owner: str) -> str:
    """The group of the posts that one request may ask for together."""
    return f"{host} {kind} {sort} {owner}"


def _by_host(due: Iterable[Todo]) -> dict[str, list[Sequence[Todo]]]:
    """The batches for each host, those that have waited longest first."""
    groups: dict[str, list[Todo]] = defaultdict(list)
    for todo in due:
        groups[todo.group].append(todo)
    hosts: dict[str, list[Sequence[Todo]]] = defaultdict(list)
    for group, waiting in groups.items():
        hosts[group.partition(" ")[0]] += _batches(waiting)
    return {host: sorted(batches, key=lambda batch: batch[0].due_at) for host, batches in hosts.items()}


def _batches(waiting: list[Todo]) -> Iterator[Sequence[Todo]]:
    waiting.sort(key=lambda each: each.due_at)
    at_once = max(1, min(each.at_once for each in waiting))
    for start in range(0, len(waiting), at_once):
        yield waiting[start : start + at_once]


def _send(bus: Bus, host: str, batch: Sequence[Todo], pace_s: float, correlation_id: str) -> bool:
    try:
        bus.request_fetch(host, recheck_message(batch, pace_s, correlation_id))
    except BusError as exc:
        log.warning("rechecks not queued; they stay due", extra={"host": host, "reason": str(exc)})
        return False
    return True
