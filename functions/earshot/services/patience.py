"""Patience: waits until a host may be asked again, unless that takes longer than anybody should wait."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_WAIT_S = 90.0
"""A wait longer than this is not slept through, since a thread that sleeps holds up its tick: plan comes again."""

GLANCE_S = 0.25
"""Seconds after which a thread that waits looks whether it still has to."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Knows when hosts were `last_asked`, on the monotonic clock; each host has one thread that asks and waits.

    `is_over` says when no further request may begin; nobody waits any more once it is `stopped`.
    """

    last_asked: dict[str, float]
    is_over: Callable[[], bool]
    stopped: threading.Event = field(default_factory=threading.Event)

    def asked(self, host: str) -> None:
        """Notes that a host has just been asked."""
        self.last_asked[host] = time.monotonic()

    def may_have_been_asked(self, host: str) -> None:
        """Takes a host of which nothing is known for one that another process has just asked."""
        self.last_asked.setdefault(host, time.monotonic())

    def may_ask(self, host: str, pace_s: float) -> bool:
        """Waits until a host may be asked again; False where it is too long, or too late, to wait for that."""
        ready_at = self.last_asked.get(host, -math.inf) + pace_s
        if ready_at - time.monotonic() > LONGEST_WAIT_S:
            return False
        while not self.is_over():
            wait_s = ready_at - time.monotonic()
            if wait_s <= 0:
                return True
            if self.stopped.wait(min(wait_s, GLANCE_S)):
                return False
        return False
