"""The heart of a run: plan sends a heartbeat, alert passes it on, deliver notes that it came. Collect stores it."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.errors import BusError, Conflict, NotFound
from earshot.domain.heartbeat import EVERY, HEART, Heartbeat, arrived, is_due
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.todo import Purpose, Todo
from earshot.ports.bus import Bus
from earshot.ports.table import Table
from earshot.services.thread_plan import Handed
from earshot.store.heartbeats import Heartbeats
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

TICK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heart:
    """Keeps one heartbeat an hour going through everything that a mention goes through."""

    table: Table

    def beat(self, bus: Bus, now: datetime, correlation_id: str) -> Handed:
        """Sends the next one if it is due; of ticks at the same time one does."""
        heartbeats = Heartbeats(self.table)
        before = heartbeats.last()
        if not is_due(before, now):
            return Handed()
        try:
            heartbeats.put(replace(before, sent_at=now) if before else Heartbeat(sent_at=now))
        except Conflict:
            return Handed()
        body = {"at": now.isoformat(), "pace_s": 0.0}
        try:
            bus.request_fetch(HEART, _message(MessageType.HEARTBEAT, correlation_id, **body))
        except BusError as exc:
            log.warning("heartbeat not queued; the next tick tries again", extra={"reason": str(exc)})
            again = Heartbeat(sent_at=now - EVERY + TICK)
            heartbeats.change(lambda stored: replace(stored, sent_at=again.sent_at), again)
            return Handed(refused=1)
        return Handed(taken=1)

    def pass_on(self, bus: Bus, mention_id: str, now: datetime, correlation_id: str) -> None:
        """Has deliver take it; its todo stays until then, and sends it again where it gets lost."""
        try:
            Mentions(self.table).get(HEART, mention_id)
        except NotFound:
            Todos(self.table).remove(_todo(mention_id, now))
            return
        bus.publish([_message(MessageType.DELIVERY_PLANNED, correlation_id, tenant=HEART, delivery=mention_id)])

    def take(self, mention_id: str, now: datetime, beaten: Callable[[timedelta], None]) -> None:
        """Notes that one has arrived, and forgets it; `beaten` is told how long it took."""
        try:
            mention = Mentions(self.table).get(HEART, mention_id)
        except NotFound:
            return
        sent_at = mention.posted_at or mention.seen_at
        Heartbeats(self.table).change(lambda stored: arrived(stored, now), Heartbeat(sent_at=sent_at))
        beaten(now - sent_at)
        Heartbeats(self.table).forget(mention_id)
        Todos(self.table).remove(_todo(mention_id, now))


def _todo(mention_id: str, now: datetime) -> Todo:
    return Todo(tenant=HEART, purpose=Purpose.ALERT, subject=mention_id, due_at=now, created_at=now)


def _message(type_: MessageType, correlation_id: str, **body: object) -> Envelope:
    return message(type_, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)
