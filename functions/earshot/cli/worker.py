"""The local worker: takes messages off the queues and lets the services do them, until nothing is left."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from earshot.bootstrap import Local
from earshot.domain.errors import FetchError, Invalid
from earshot.domain.messages import Envelope, sources_of
from earshot.domain.source import Source
from earshot.ports.bus import Received
from earshot.ports.http import Response
from earshot.services.fetching import Outcome

log = logging.getLogger(__name__)

HOSTS_AT_ONCE = 12
VISIBILITY_S = 720.0
PATIENCE_S = 20.0
"""While slow places are still being read, people are told this often: sooner, and the gate would be used up by the
first few finds of a tick, and the summary would miss the others."""
_RETRY_S = 5.0
_BATCH = 10
_Answer = tuple[Received, Source | None, "Response | FetchError | None"]


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
    """Does all work there is, on one machine. `told` is called with each source's outcome, for progress."""

    def __init__(self, local: Local, told: Callable[[Outcome], None] = lambda _: None) -> None:
        self._local = local
        self._told = told
        self._last_asked: dict[str, float] = {}
        self._stopped = threading.Event()
        self._told_at = 0.0
        self._names: dict[str, str] = {}

    def work(self) -> Tally:
        """Empties the queues of what is visible now, and tells what came of it."""
        tally = Tally()
        listened = self._local.sourcing.all(self._local.tenant)
        self._names = {each.source.id: each.source.name for each in listened}
        self._told_at = time.monotonic()
        while True:
            before = tally
            tally = self._tell(self._fetch_all(tally))
            if tally == before and not self._is_anything_visible():
                return tally

    def _tell(self, tally: Tally) -> Tally:
        """Alerts and delivers what there is."""
        self._told_at = time.monotonic()
        self._drain("alert", self._local.alerter.handle)
        return replace(tally, alerted=tally.alerted + self._drain("deliver", self._local.deliverer.handle))

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
        answers: queue.Queue[_Answer] = queue.Queue(maxsize=HOSTS_AT_ONCE)
        failed: set[str] = set()
        with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
            try:
                return self._take_all(pool, answers, failed, tally)
            except BaseException:
                self._stopped.set()
                raise

    def _take_all(
        self, pool: ThreadPoolExecutor, answers: "queue.Queue[_Answer]", failed: set[str], tally: Tally
    ) -> Tally:
        in_flight = self._begin(pool, answers, failed, HOSTS_AT_ONCE)
        while in_flight:
            received, source, answer = answers.get()
            if source is not None and answer is not None:
                tally = self._take(received, source, answer, tally, failed)
                if time.monotonic() - self._told_at > PATIENCE_S:
                    tally = self._tell(tally)
                continue
            self._finish(received, failed)
            in_flight += self._begin(pool, answers, failed, HOSTS_AT_ONCE - in_flight + 1) - 1
        return tally

    def _begin(self, pool: ThreadPoolExecutor, answers: "queue.Queue[_Answer]", failed: set[str], free: int) -> int:
        batch = self._local.queues.receive("fetch", limit=free, visibility_s=VISIBILITY_S)
        for received in batch:
            pool.submit(self._ask, received, self._sources(received, failed), answers, failed)
        return len(batch)

    def _sources(self, received: Received, failed: set[str]) -> list[Source]:
        try:
            ids = sources_of(received.envelope)
        except Invalid:
            log.exception("message cannot be used", extra={"message_id": received.envelope.id})
            failed.add(received.receipt)
            return []
        return [source for id_ in ids if (source := self._local.fetcher.source(id_))]

    def _ask(
        self,
        received: Received,
        sources: Iterable[Source],
        answers: "queue.Queue[_Answer]",
        failed: set[str],
    ) -> None:
        """Runs in a thread: asks one host, source after source, at its pace."""
        pace_s = float(received.envelope.body.get("pace_s", 2.0))
        try:
            for source in sources:
                wait_s = self._last_asked.get(received.group, 0.0) + pace_s - time.monotonic()
                time.sleep(max(0.0, wait_s))
                answer = self._local.fetcher.ask(source)
                self._last_asked[received.group] = time.monotonic()
                self._hand_over(answers, (received, source, answer))
        except Exception:
            log.exception("fetch failed", extra={"message_id": received.envelope.id})
            failed.add(received.receipt)
        finally:
            self._hand_over(answers, (received, None, None))

    def _hand_over(self, answers: "queue.Queue[_Answer]", answer: _Answer) -> None:
        """Waits while parsing lags behind, so that memory stays bounded, but not for a main thread that has ended."""
        while not self._stopped.is_set():
            with suppress(queue.Full):
                answers.put(answer, timeout=1)
                return

    def _take(
        self, received: Received, source: Source, answer: Response | FetchError, tally: Tally, failed: set[str]
    ) -> Tally:
        try:
            outcome = self._local.fetcher.take(source, answer, correlation_id=received.envelope.correlation_id)
        except Exception:
            log.exception("source failed", extra={"source_id": source.id})
            failed.add(received.receipt)
            return tally
        outcome = replace(outcome, name=self._names.get(outcome.source_id) or outcome.name)
        self._told(outcome)
        return replace(
            tally,
            fetched=tally.fetched + outcome.found.items,
            found=tally.found + outcome.found.new,
            edited=tally.edited + outcome.found.edited,
            sources=tally.sources + 1,
            unreachable=(*tally.unreachable, outcome.name) if outcome.error else tally.unreachable,
        )

    def _finish(self, received: Received, failed: set[str]) -> None:
        if received.receipt in failed:
            self._local.queues.retry(received, delay_s=_RETRY_S * received.receive_count)
        else:
            self._local.queues.done(received)
