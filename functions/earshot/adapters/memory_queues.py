"""Queues in memory that behave as the local ones do: for simulations and fast tests."""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from earshot.adapters.queues import DEAD, MAX_RECEIVES
from earshot.domain.messages import Envelope
from earshot.ports.bus import Received
from earshot.ports.clock import Clock


@dataclass(slots=True, kw_only=True)
class _Message:
    id: int
    queue: str
    group: str
    body: bytes
    visible_at: float
    receipt: str | None = None
    receive_count: int = 0


class MemoryQueues:
    """Implements `earshot.ports.bus.Inbound`, and sending, with the manners of `SqliteQueues`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._messages: dict[int, _Message] = {}
        self._last_id = 0

    def send(self, queue: str, group: str, envelope: Envelope) -> None:
        """Appends a message."""
        with self._lock:
            self._last_id += 1
            body = msgspec.json.encode(envelope)
            self._messages[self._last_id] = _Message(
                id=self._last_id, queue=queue, group=group, body=body, visible_at=self._now()
            )

    def send_many(self, messages: Sequence[tuple[str, str, Envelope]]) -> None:
        """Appends messages; each is a queue, a group ("" for none) and an envelope."""
        for queue, group, envelope in messages:
            self.send(queue, group, envelope)

    def receive(self, queue: str, *, limit: int, visibility_s: float) -> tuple[Received, ...]:
        """See `Inbound.receive`.

        What was handed out `MAX_RECEIVES` times, or cannot be read, moves to the dead letters instead.
        """
        now = self._now()
        received = []
        with self._lock:
            for each in self._heads(queue, now)[:limit]:
                envelope = _envelope(each.body)
                if envelope is None or each.receive_count >= MAX_RECEIVES:
                    each.queue, each.receipt = queue + DEAD, None
                    continue
                each.receipt = f"{each.id}.{secrets.token_hex(8)}"
                each.receive_count += 1
                each.visible_at = now + visibility_s
                received.append(_received(each, each.receipt, envelope))
        return tuple(received)

    def done(self, received: Received) -> None:
        """See `Inbound.done`."""
        with self._lock:
            for each in self._held_by(received.receipt):
                del self._messages[each.id]

    def retry(self, received: Received, *, delay_s: float) -> None:
        """See `Inbound.retry`."""
        with self._lock:
            for each in self._held_by(received.receipt):
                each.receipt, each.visible_at = None, self._now() + delay_s

    def release(self) -> None:
        """Makes all leased messages visible: for the start of a process that knows it is the only one."""
        with self._lock:
            for each in self._messages.values():
                if each.receipt is not None:
                    each.receipt, each.visible_at = None, self._now()

    def visible(self, queue: str) -> bool:
        """Whether `receive` would hand anything out now."""
        with self._lock:
            return bool(self._heads(queue, self._now()))

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, in flight or not."""
        with self._lock:
            return sum(each.queue == queue for each in self._messages.values())

    def dead_letters(self) -> list[dict[str, Any]]:
        """All dead letters, oldest first: id, queue, group, receive count, and the envelope as JSON values."""
        with self._lock:
            return [
                {
                    "id": each.id,
                    "queue": each.queue.removesuffix(DEAD),
                    "group": each.group,
                    "received": each.receive_count,
                    "envelope": msgspec.json.decode(each.body),
                }
                for each in self._messages.values()
                if each.queue.endswith(DEAD)
            ]

    def redrive(self, ids: Sequence[int] | None = None) -> int:
        """Puts dead letters (all, or those named) back into their queues; tells how many."""
        with self._lock:
            chosen = [letter for letter in self.dead_letters() if ids is None or letter["id"] in ids]
            for letter in chosen:
                each = self._messages[letter["id"]]
                each.queue, each.receive_count, each.visible_at = letter["queue"], 0, self._now()
        return len(chosen)

    def _heads(self, queue: str, now: float) -> list[_Message]:
        """The visible messages without a group, and of each group the oldest one if it is visible."""
        heads = []
        groups = set()
        for each in self._messages.values():
            if each.queue != queue or each.group in groups:
                continue
            if each.group:
                groups.add(each.group)
            if each.visible_at <= now:
                heads.append(each)
        return heads

    def _held_by(self, receipt: str) -> list[_Message]:
        return [each for each in self._messages.values() if each.receipt == receipt]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _envelope(body: bytes) -> Envelope | None:
    try:
        return msgspec.json.decode(body, type=Envelope)
    except msgspec.MsgspecError:
        return None


def _received(message: _Message, receipt: str, envelope: Envelope) -> Received:
    return Received(
        receipt=receipt,
        queue=message.queue,
        group=message.group,
        envelope=envelope,
        receive_count=message.receive_count,
    )
