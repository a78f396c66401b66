"""The local worker: takes messages off the queues and lets the services do them, until nothing is left."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from earshot.adapters.doorbell import has_rung
from earshot.bootstrap.local import Local
from earshot.domain.messages import Envelope
from earshot.ports.bus import Received
from earshot.services.fetching import Outcome
from earshot.services.reading import HOSTS_AT_ONCE, Errand, Reading

log = logging.getLogger(__name__)

VISIBILITY_S = 720.0
PATIENCE_S = 20.0
"""While slow places are still being read, people are told this often: sooner, and the gate would be used up by the
first few finds of a tick, and the summary would miss the others."""
DEADLINE_S = 90.0
"""Seconds after which a run of the worker begins no further request, so that no slow host holds up the next tick."""
_RETRY_S = 5.0
_BATCH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run has done so far: items read, mentions new and edited, alerts told, sources read and not read."""

    fetched: int = 0
    found: int = 0
    edited: int = 0
    alerted: int = 0
    sources: int = 0
    unreachable: tuple[str, ...] = ()


class Worker:
    """Does all work there is, on one machine. `told` is called with each source's outcome, for progress.

    After `deadline_s` what is left stays queued or due, for the next tick.
    """

    def __init__(
        self, local: Local, told: Callable[[Outcome], None] = lambda _: None, *, deadline_s: float = DEADLINE_S
    ) -> None:
        self._local = local
        self._deadline_s = deadline_s
        self._ends_at = math.inf
        self._told = told
        self._last_asked: dict[str, float] = {}
        self._in_hand: dict[str, Received] = {}
        self._told_at = 0.0
        self._names: dict[str, str] = {}

    def work(self) -> Tally:
        """Empties the queues of what is visible now, and tells what came of it."""
        tally = Tally()
        listened = self._local.sourcing.all(self._local.tenant)
        self._names = {each.source.id: each.source.name for each in listened}
        self._told_at = time.monotonic()
        self._ends_at = self._told_at + self._deadline_s
        while True:
            before = tally
            tally = self._tell(self._fetch_all(tally))
            if self._is_over() or (tally == before and not self._is_anything_visible()):
                return tally

    def is_asked(self) -> bool:
        """Whether somebody waits for the answer to a question, so that there is work before the next tick."""
        return has_rung(self._local.queues)

    def _tell(self, tally: Tally) -> Tally:
        """Alerts and delivers what there is."""
        self._told_at = time.monotonic()
        self._drain("alert", self._local.alerter.handle)
        return replace(tally, alerted=tally.alerted + self._drain("deliver", self._local.deliverer.handle))

    def _is_over(self) -> bool:
        return time.monotonic() > self._ends_at

    def _is_anything_visible(self) -> bool:
        return any(self._local.queues.visible(name) for name in ("fetch", "alert", "deliver"))

    def _drain(self, name: str, handle: Callable[[Envelope], int]) -> int:
        done = 0
        while batch := self._local.queues.receive(name, limit=_BATCH, visibility_s=VISIBILITY_S):
            done += sum(self._one(received, handle) for received in batch)
        return done

    def _one(self, received: Received, handle: Callable[[Envelope], int]) -> int:
        try:
            done = handle(received.envelope)
        except Exception:
            log.exception("message failed", extra={"queue": received.queue, "message_id": received.envelope.id})
            self._local.queues.retry(received, delay_s=_RETRY_S * received.receive_count)
            return 0
        self._local.queues.done(received)
        return done

    def _fetch_all(self, tally: Tally) -> Tally:
        fetcher, others = self._local.fetcher, self._local.readers
        with Reading(fetcher, self._last_asked, is_over=self._is_over, others=others) as reading:
            self._begin(reading)
            while reading.under_way:
                step = reading.step()
                if step.outcome is not None:
                    tally = self._count(step.outcome, tally)
                    if time.monotonic() - self._told_at > PATIENCE_S:
                        tally = self._tell(tally)
                if step.is_end:
                    self._finish(self._in_hand.pop(step.errand.receipt), is_well=step.is_well)
                    self._begin(reading)
        return tally

    def _begin(self, reading: Reading) -> None:
        free = 0 if self._is_over() else HOSTS_AT_ONCE - reading.under_way
        for received in self._local.queues.receive("fetch", limit=free, visibility_s=VISIBILITY_S):
            self._in_hand[received.receipt] = received
            errand = Errand(
                receipt=received.receipt,
                host=received.group,
                envelope=received.envelope,
                attempt=received.receive_count,
            )
            reading.begin(errand)

    def _count(self, outcome: Outcome, tally: Tally) -> Tally:
        outcome = replace(outcome, name=self._names.get(outcome.source_id) or outcome.name)
        self._told(outcome)
        return replace(
            tally,
            fetched=tally.fetched + outcome.found.items,
            found=tally.found + outcome.found.new,
            edited=tally.edited + outcome.found.edited,
            sources=tally.sources + (not outcome.is_put_off),
            unreachable=(*tally.unreachable, outcome.name) if outcome.error else tally.unreachable,
        )

    def _finish(self, received: Received, *, is_well: bool) -> None:
        if is_well:
            self._local.queues.done(received)
        else:
            self._local.queues.retry(received, delay_s=_RETRY_S * received.receive_count)
