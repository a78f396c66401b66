"""The port to messages: sent by the services, carried by queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from earshot.domain.messages import Envelope


class Bus(Protocol):
    """Hands messages over to whoever does the next step; delivery is at least once, and may fail altogether."""

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        """Queues a fetch; one at a time per host, in order."""
        ...

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        """Tells subscribers that something happened; tells how many events were taken.

        What gets lost here or later, the todo behind it repeats.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message in our hands until its visibility time-out."""

    receipt: str
    queue: str
    group: str
    envelope: Envelope
    receive_count: int


class Inbound(Protocol):
    """The receiving end of a local queue; on AWS, Lambda does this."""

    def receive(self, queue: str, *, limit: int, visibility_s: float) -> tuple[Received, ...]:
        """Messages that are visible and whose group has none in flight, oldest first."""
        ...

    def done(self, received: Received) -> None:
        """Forgets the message."""
        ...

    def retry(self, received: Received, *, delay_s: float) -> None:
        """Makes the message visible again after a delay; after too many receives it becomes a dead letter."""
        ...
