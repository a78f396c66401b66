"""Plan: finds what is due, leases it and tells whoever does it."""

import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from earshot.domain.delivery import State, recovered
from earshot.domain.errors import BusError, Conflict
from earshot.domain.heartbeat import HEART
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.pacing import smoothed_s
from earshot.domain.source import Schedule
from earshot.domain.todo import Purpose, Todo, is_orphan
from earshot.ports.bus import Bus
from earshot.ports.table import Table
from earshot.services.heart import Heart
from earshot.services.recheck_plan import hand_out_rechecks
from earshot.services.thread_plan import Handed, hand_out
from earshot.store import keys
from earshot.store.deliveries import Deliveries
from earshot.store.due import all_schedules, all_todos, due_rechecks, due_schedules, due_todos
from earshot.store.listening import Listening
from earshot.store.todos import Todos
from earshot.store.turns import Turn, Turns

log = logging.getLogger(__name__)

TICK_S = 40.0
"""A tick hands out to a host what its pace allows in this time; the rest comes in the ticks after."""

TICK = timedelta(minutes=1)

MESSAGE_SOURCES = 10
_JITTER = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one tick handed out; `correlation_id` is in every message it sent."""

    sources: int = 0
    todos: int = 0
    correlation_id: str = field(default="", compare=False)


class Planner:
    """One run of `tick` a minute keeps everything going, for all tenants or `only` for some.

    `heart` sends a heartbeat now and then.
    """

    def __init__(
        self,
        table: Table,
        bus: Bus,
        rng: random.Random | None = None,
        *,
        only: frozenset[str] | None = None,
        heart: Heart | None = None,
    ) -> None:
        self._heart = heart
        self._table = table
        self._bus = bus
        self._only = only
        self._listening = Listening(table, only)
        self._todos = Todos(table)
        self._turns = Turns(table)
        self._deliveries = Deliveries(table)
        self._refused = self._taken = 0
        self._rng = rng or random.Random()  # noqa: S311 - jitter, no secret

    def tick(self, now: datetime, *, look_now: bool = False) -> Planned:
        """Hands out what is due at `now`.

        `look_now` also fetches sources whose time has not come, except where the place asked us to wait.

        Raises:
            BusError: there was something to hand out and nobody took any of it; everything stays due.
        """
        self._refused = self._taken = 0
        correlation_id = secrets.token_hex(8)
        due = all_schedules(self._table) if look_now else due_schedules(self._table, now)
        schedules = [each for each in due if may_be_read(each, now)]
        sources = self._plan_fetches(schedules, now, correlation_id, everything=look_now)
        todos = [each for each in due_todos(self._table, now) if self._is_ours(each)]
        planned = self._plan_todos(todos, now, correlation_id) + self._plan_rechecks(now, correlation_id)
        self._count(self._heart.beat(self._bus, now, correlation_id) if self._heart else Handed())
        if self._is_stuck:
            # A tick that hands out nothing must not pass for one that had nothing to do: an alarm watches for this.
            raise BusError("nothing of what was due could be handed out; it stays due")
        return Planned(sources=sources, todos=planned, correlation_id=correlation_id)

    def recover(self, now: datetime) -> None:
        """Makes work due again whose worker is known to be dead: for the start of the only process there is."""
        for todo in [each for each in all_todos(self._table) if self._is_ours(each)]:
            # A thread that nobody has in hand waits for its next look.
            is_idle = todo.purpose is Purpose.THREAD and not todo.attempt
            if not is_idle and (todo.purpose is not Purpose.DELIVERY or self._recover_delivery(todo, now)):
                self._todos.move(todo, now)

    @property
    def _is_stuck(self) -> bool:
        return self._refused > 0 and self._taken == 0

    def _is_ours(self, todo: Todo) -> bool:
        return self._only is None or todo.tenant in self._only or todo.tenant == HEART

    def _recover_delivery(self, todo: Todo, now: datetime) -> bool:
        delivery = self._deliveries.get(todo.tenant, todo.subject)
        if delivery is not None and delivery.state is State.SENDING:
            self._deliveries.all.save(recovered(delivery, now))
            return True
        return delivery is None or delivery.state is not State.PLANNED or delivery.due_at <= now

    def _plan_fetches(
        self, schedules: Iterable[Schedule], now: datetime, correlation_id: str, *, everything: bool
    ) -> int:
        by_host: dict[str, list[Schedule]] = defaultdict(list)
        for schedule in schedules:
            by_host[schedule.host].append(schedule)
        turns = self._turns.by_host() if by_host else {}
        handed_out = 0
        for host, waiting in by_host.items():
            waiting.sort(key=lambda each: each.waiting_since or each.queued_since or each.due_at)
            turn = turns.get(host) or Turn(host=host, free_at=now)
            most, gap = _share(waiting, everything=everything)
            if turn.free_at > now:
                self._queue_up(waiting, most, now, first=turn.free_at, gap=gap)
                continue
            if gap > TICK and not self._turns.take(turn, now + gap):
                continue
            leased = [each for each in waiting[:most] if self._lease(each, now)]
            self._queue_up(waiting[most:], most, now, first=now + gap, gap=gap)
            for body in _fetches(leased, max(each.pace_s for each in waiting), now):
                handed_out += self._send_fetch(host, body, now, correlation_id)
        return handed_out

    def _queue_up(
        self, waiting: Sequence[Schedule], most: int, now: datetime, *, first: datetime, gap: timedelta
    ) -> None:
        """Gives a busy host's backlog its place in the ticks to come, so that it does not hide other hosts' sources.

        Since when each of them waits is kept: what comes due later must not overtake it.
        """
        for place, schedule in enumerate(each for each in waiting if each.due_at <= now):
            since = schedule.queued_since or schedule.due_at
            later = replace(schedule, due_at=first + gap * (place // most), queued_since=since)
            with suppress(Conflict):
                self._listening.schedules.save(later)

    def _lease(self, schedule: Schedule, now: datetime) -> bool:
        if not self._listening.is_heard(schedule.source_id):
            self._table.delete(keys.of_source(schedule.source_id, "schedule"), revision=schedule.revision)
            return False
        gap_s = schedule.interval_s * self._rng.uniform(1 - _JITTER, 1 + _JITTER)
        moved = replace(
            schedule,
            # Half a tick less, so that it comes at the nearest tick and not always at a later one.
            due_at=now + timedelta(seconds=gap_s) - TICK / 2,
            asked_at=now,
            real_s=_real_s(schedule, now),
            queued_since=None,
        )
        try:
            self._listening.schedules.save(moved)
        except Conflict:
            return False
        return True

    def _send_fetch(self, host: str, body: dict[str, Any], now: datetime, correlation_id: str) -> int:
        try:
            self._bus.request_fetch(host, _message(MessageType.FETCH, correlation_id, **body))
        except BusError as exc:
            log.warning("fetch not queued; its sources stay due", extra={"host": host, "reason": str(exc)})
            self._refused += 1
            for id_ in body["sources"]:
                self._listening.make_due(id_, now + TICK)
            return 0
        self._taken += 1
        return len(body["sources"])

    def _plan_todos(self, due: Iterable[Todo], now: datetime, correlation_id: str) -> int:
        alive = [each for each in due if not self._drop_orphan(each, now)]
        threads = [each for each in alive if each.purpose is Purpose.THREAD]
        handed = hand_out(threads, self._todos, self._bus, now, correlation_id)
        alive = [each for each in alive if each.purpose is not Purpose.THREAD]
        leased = [todo for each in alive if (todo := self._todos.lease(each, now))]
        taken = self._bus.publish([todo_message(todo, correlation_id) for todo in leased])
        self._taken, self._refused = self._taken + taken, self._refused + len(leased) - taken
        self._taken, self._refused = self._taken + handed.taken, self._refused + handed.refused
        return len(leased) + sum(handed)

    def _plan_rechecks(self, now: datetime, correlation_id: str) -> int:
        due = [each for each in due_rechecks(self._table, now) if self._is_ours(each)]
        handed = hand_out_rechecks(due, self._todos, self._bus, now, correlation_id)
        self._count(handed)
        return sum(handed)

    def _count(self, handed: Handed) -> None:
        self._taken, self._refused = self._taken + handed.taken, self._refused + handed.refused

    def _drop_orphan(self, todo: Todo, now: datetime) -> bool:
        """Deletes the todo of a delivery that was never planned; the one of a mention that never came, alert drops."""
        if todo.purpose is not Purpose.DELIVERY or not is_orphan(todo, now):
            return False
        return self._deliveries.get(todo.tenant, todo.subject) is None and self._todos.remove_orphan(todo, now)


def _share(waiting: Sequence[Schedule], *, everything: bool) -> tuple[int, timedelta]:
    """How many sources of a host a tick may hand out, and how long after that the next ones.

    A host that wants to be asked less than once a tick gets one source each time its pace allows, however urgent.
    """
    fetch_s = max(each.pace_s * each.steps for each in waiting)
    if max(each.pace_s for each in waiting) > TICK_S:
        return 1, max(TICK, timedelta(seconds=fetch_s))
    return len(waiting) if everything or not fetch_s else max(1, int(TICK_S / fetch_s)), TICK


def _fetches(schedules: Sequence[Schedule], pace_s: float, now: datetime) -> Iterator[dict[str, Any]]:
    """What the messages to one host say; `more` is whether another one follows at once.

    After `until` the sources are due again: a message that waited that long would only fetch them twice.
    """
    for start in range(0, len(schedules), MESSAGE_SOURCES):
        part = schedules[start : start + MESSAGE_SOURCES]
        until = now + timedelta(seconds=min(each.interval_s for each in part) * (1 - _JITTER))
        yield {
            "sources": [each.source_id for each in part],
            "pace_s": pace_s,
            "more": start + MESSAGE_SOURCES < len(schedules),
            "until": until.isoformat(),
        }


def _real_s(schedule: Schedule, now: datetime) -> int | None:
    """The real gap between two fetches so far; None before the second one."""
    if schedule.asked_at is None:
        return schedule.real_s
    return smoothed_s(schedule.real_s, (now - schedule.asked_at).total_seconds())


def may_be_read(schedule: Schedule, now: datetime) -> bool:
    """Whether a place did not ask us to wait until later than `now`."""
    return schedule.not_before is None or schedule.not_before <= now


def todo_message(todo: Todo, correlation_id: str) -> Envelope:
    """The event that makes somebody do a todo."""
    type_ = MessageType.MENTION_STORED if todo.purpose is Purpose.ALERT else MessageType.DELIVERY_PLANNED
    subject = "mention" if todo.purpose is Purpose.ALERT else "delivery"
    return _message(type_, correlation_id, tenant=todo.tenant, **{subject: todo.subject})


def _message(type_: MessageType, correlation_id: str, **body: Any) -> Envelope:
    return message(type_, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)
