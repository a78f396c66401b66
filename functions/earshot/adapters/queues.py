"""Local queues that lose nothing: visibility time-out, order within a group, receive count, dead letters."""

import json
import logging
import secrets
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from earshot.adapters.sqlite import Database
from earshot.domain.messages import Envelope, MessageType
from earshot.ports.bus import Received
from earshot.ports.clock import Clock

log = logging.getLogger(__name__)

MAX_RECEIVES = 5
"""How often a message is handed out before it is a dead letter."""

DEAD = ".dead"

_HEADS = """
SELECT id, grp, body, receive_count FROM messages m WHERE queue = ? AND visible_at <= ? AND (grp = '' OR NOT EXISTS
    (SELECT 1 FROM messages earlier WHERE earlier.queue = m.queue AND earlier.grp = m.grp AND earlier.id < m.id))
ORDER BY id LIMIT ?
"""


class SqliteQueues:
    """Implements `earshot.ports.bus.Inbound`, and sending, over a `Database`.

    Within a group only the oldest message is handed out, and the next one after it is done: one request at a time per
    host. Messages without a group are independent of each other.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def send(self, queue: str, group: str, envelope: Envelope) -> None:
        """Appends a message."""
        self.send_many([(queue, group, envelope)])

    def send_many(self, messages: Sequence[tuple[str, str, Envelope]]) -> None:
        """Appends messages, all or none; each is a queue, a group ("" for none) and an envelope."""
        now = self._now()
        rows = [(queue, group, msgspec.json.encode(envelope).decode(), now, now) for queue, group, envelope in messages]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO messages (queue, grp, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)", rows
            )

    def receive(self, queue: str, *, limit: int, visibility_s: float) -> tuple[Received, ...]:
        """See `Inbound.receive`.

        What was handed out `MAX_RECEIVES` times, or cannot be read, moves to the dead letters instead.
        """
        now = self._now()
        received = []
        with self._database.writing() as connection:
            for id_, group, body, count in connection.execute(_HEADS, (queue, now, limit)).fetchall():
                envelope = _envelope(body)
                if envelope is None or count >= MAX_RECEIVES:
                    connection.execute(
                        "UPDATE messages SET queue = ?, receipt = NULL WHERE id = ?", (queue + DEAD, id_)
                    )
                    continue
                receipt = f"{id_}.{secrets.token_hex(8)}"
                connection.execute(
                    "UPDATE messages SET receipt = ?, receive_count = receive_count + 1, visible_at = ? WHERE id = ?",
                    (receipt, now + visibility_s, id_),
                )
                received.append(
                    Received(receipt=receipt, queue=queue, group=group, envelope=envelope, receive_count=count + 1)
                )
        return tuple(received)

    def done(self, received: Received) -> None:
        """See `Inbound.done`."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE id = ? AND receipt = ?", _place(received))

    def retry(self, received: Received, *, delay_s: float) -> None:
        """See `Inbound.retry`."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET visible_at = ?, receipt = NULL WHERE id = ? AND receipt = ?",
                (self._now() + delay_s, *_place(received)),
            )

    def release(self) -> None:
        """Makes all leased messages visible: for the start of a process that knows it is the only one."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET visible_at = ?, receipt = NULL WHERE receipt IS NOT NULL", (self._now(),)
            )

    def clear(self, queue: str) -> None:
        """Forgets all messages of a queue."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE queue = ?", (queue,))

    def forget(self, correlation_id: str) -> None:
        """Forgets the messages of one chain, in whatever queue: somebody has done all that they ask for."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE instr(body, ?)", (f'"correlation_id":"{correlation_id}"',))

    def visible(self, queue: str) -> bool:
        """Whether `receive` would hand anything out now."""
        return self._database.connection().execute(_HEADS, (queue, self._now(), 1)).fetchone() is not None

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, in flight or not."""
        found = self._database.connection().execute("SELECT count(*) FROM messages WHERE queue = ?", (queue,))
        return int(found.fetchone()[0])

    def dead_letters(self) -> list[dict[str, Any]]:
        """All dead letters, oldest first: id, queue, group, receive count, and the envelope as JSON values."""
        found = self._database.connection().execute(
            "SELECT id, queue, grp, receive_count, body FROM messages WHERE queue LIKE ? ORDER BY id", ("%" + DEAD,)
        )
        return [
            {
                "id": id_,
                "queue": queue.removesuffix(DEAD),
                "group": group,
                "received": count,
                "envelope": json.loads(body),
            }
            for id_, queue, group, count, body in found
        ]

    def redrive(self, ids: Sequence[int] | None = None) -> int:
        """Puts dead letters (all, or those named) back into their queues; tells how many."""
        chosen = [letter for letter in self.dead_letters() if ids is None or letter["id"] in ids]
        with self._database.writing() as connection:
            for letter in chosen:
                connection.execute(
                    "UPDATE messages SET queue = ?, body = ?, receive_count = 0, visible_at = ? WHERE id = ?",
                    (letter["queue"], _without_limit(letter["envelope"]), self._now(), letter["id"]),
                )
        return len(chosen)

    def remove(self, ids: Sequence[int]) -> int:
        """Forgets dead letters; tells how many."""
        chosen = [letter["id"] for letter in self.dead_letters() if letter["id"] in ids]
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM messages WHERE id = ?", [(id_,) for id_ in chosen])
        return len(chosen)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _envelope(body: str) -> Envelope | None:
    try:
        return msgspec.json.decode(body, type=Envelope)
    except msgspec.MsgspecError:
        # Written by a later version, say; a person decides about it.
        log.error("message cannot be read")
        return None


def _without_limit(envelope: Any) -> str:
    """As `earshot.domain.messages.without_limit`, also for what cannot be read as an envelope."""
    if isinstance(envelope, dict) and isinstance(envelope.get("body"), dict):
        envelope["body"].pop("until", None)
    return json.dumps(envelope, ensure_ascii=False)


def _place(received: Received) -> tuple[int, str]:
    return int(received.receipt.partition(".")[0]), received.receipt


ROUTES = {MessageType.MENTION_STORED: "alert", MessageType.DELIVERY_PLANNED: "deliver"}
"""Which local queue takes which event."""


class Outbound(Protocol):
    """The sending end of a local queue."""

    def send_many(self, messages: Sequence[tuple[str, str, Envelope]]) -> None:
        """Appends messages: queue, group ("" for none) and envelope of each."""
        ...


class LocalBus:
    """Implements `earshot.ports.bus.Bus` over the local queues."""

    def __init__(self, queues: Outbound) -> None:
        self._queues = queues

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        """See `Bus.request_fetch`."""
        self._queues.send_many([("fetch", host, envelope)])

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        """See `Bus.publish`."""
        self._queues.send_many([(ROUTES[envelope.type], "", envelope) for envelope in envelopes])
        return len(envelopes)
