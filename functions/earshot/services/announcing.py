"""Announcing: sees to it that a mention is considered for an alert, whatever happens to the event about it."""

import secrets
from datetime import datetime

from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.todo import LEASE, Purpose, Todo
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.calendar import Calendar
from earshot.store.todos import Todos


class Announcer:
    """What is written before a mention that may be told; the event comes after it and only makes it fast."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._clock = clock
        self._calendar = Calendar(table)
        self._todos = Todos(table)

    def prepare(self, mention: Mention) -> None:
        """Counts own news on its day and leaves a todo for alert; nothing for what is never told."""
        if mention.is_own_news:
            self._calendar.count(mention.tenant, [mention])
            self._todos.add(alert_todo(mention, self._clock.now()))


def alert_todo(mention: Mention, now: datetime) -> Todo:
    """The reminder that makes sure that a new mention is considered, should its event get lost."""
    return Todo(tenant=mention.tenant, purpose=Purpose.ALERT, subject=mention.id, due_at=now + LEASE, created_at=now)


def stored_event(mention: Mention, correlation_id: str) -> Envelope:
    """The event that a mention was stored; ids only."""
    body = {"tenant": mention.tenant, "mention": mention.id}
    return message(MessageType.MENTION_STORED, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)
