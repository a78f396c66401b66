"""A bell beside the local queues: a run that waits for its next tick hears that somebody asks something."""

from typing import Protocol

from earshot.adapters.queues import LocalBus, Outbound
from earshot.domain.messages import Envelope

BELL = "asked"
"""The queue that is the bell: what lies in it is never received, only looked for and cleared."""


class Bell(Protocol):
    """The queues, as far as a bell needs them."""

    def visible(self, queue: str) -> bool:
        """Whether anything lies in a queue."""
        ...

    def clear(self, queue: str) -> None:
        """Empties a queue."""
        ...


class RingingBus(LocalBus):
    """A `LocalBus` for whoever asks: each request rings."""

    def __init__(self, queues: Outbound) -> None:
        super().__init__(queues)
        self._outbound = queues

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        """See `Bus.request_fetch`; both messages are there, or none."""
        self._outbound.send_many([("fetch", host, envelope), (BELL, "", envelope)])


def has_rung(queues: Bell) -> bool:
    """Whether somebody has rung since the last time this was asked."""
    if not queues.visible(BELL):
        return False
    queues.clear(BELL)
    return True
