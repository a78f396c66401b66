"""Reading: many hosts at once in threads, one request at a time for each, and everything parsed on one thread."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from earshot.domain.errors import Conflict, FetchError, Invalid, Malformed, StoreError
from earshot.domain.messages import Envelope, MessageType, sources_of
from earshot.domain.source import Source
from earshot.ports.http import Response
from earshot.services.fetching import DEFECT, Outcome
from earshot.services.patience import GLANCE_S, Patience
from earshot.services.reader import NoTime, Reader
from earshot.services.silence import Silence

log = logging.getLogger(__name__)

HOSTS_AT_ONCE = 12
PACE_S = 2.0
"""Seconds between two requests to a host whose pace the message does not name."""
MOST_STEPS = 10
"""Further requests at once that the sources of an errand may ask for; what is beyond comes at the next tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One message about sources in our hands; `receipt` is how its queue knows it, `host` its group.

    `attempt` counts how often it was handed out.
    """

    receipt: str
    host: str
    envelope: Envelope
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came next: the outcome of one source (None where it was for a job, or storing failed), or an errand's end.

    `is_well` of an end says whether everything the errand asked for was stored.
    """

    errand: Errand
    outcome: Outcome | None = None
    is_end: bool = False
    is_well: bool = True


@dataclass(frozen=True, slots=True)
class _Answer:
    errand: Errand
    source: Source | None = None
    response: Response | FetchError | None = None


class Reading:
    """Runs errands. `begin` up to one a host, `step` for each thing that comes of them, until none is under way.

    Requests wait in threads; parsing and storing happen in `step`, on the caller's thread. `last_asked` remembers for
    each host when it was asked last, on the monotonic clock, from one reading to the next. `is_over` says when no
    further request may begin: what is left is put back as due. `jobs` reads what messages about parts of jobs name,
    `others` what those of further types do.
    """

    def __init__(
        self,
        fetcher: Reader,
        last_asked: dict[str, float] | None = None,
        *,
        is_over: Callable[[], bool] = lambda: False,
        jobs: Callable[[Envelope], Reader] | None = None,
        others: Mapping[MessageType, Callable[[Envelope], Reader]] | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._readers = {**(others or {}), **({MessageType.JOB_PART: jobs} if jobs else {})}
        self._is_over = is_over
        self._stopped = threading.Event()
        self._patience = Patience({} if last_asked is None else last_asked, is_over, self._stopped)
        self._pool = ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="reading")
        self._answers: queue.Queue[_Answer] = queue.Queue(maxsize=HOSTS_AT_ONCE)
        self._failed: set[str] = set()
        self._silence = Silence()
        self._more: dict[str, list[str]] = {}
        self._steps: dict[str, int] = {}
        self.under_way = 0

    def __enter__(self) -> "Reading":
        """Opens nothing; the threads begin with the errands."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the threads; after a failure nobody reads their answers any more."""
        if kind is not None:
            self._stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    def begin(self, errand: Errand) -> None:
        """Starts an errand; its host must have none under way."""
        self.under_way += 1
        self._pool.submit(self._ask_all, errand)

    def step(self) -> Step:
        """Waits for the next answer and stores what it holds."""
        answer = self._answers.get()
        errand = answer.errand
        if answer.source is None or answer.response is None:
            return self._end(errand)
        try:
            if self._is_over():
                # Storing takes its time too, and a process that is cut off would hold up all its hosts.
                self._reader(errand).put_back(answer.source.id)
                return Step(errand=errand)
            outcome = self._taken(errand, answer.source, answer.response)
            if outcome is not None and outcome.wants_more:
                self._go_on(errand, answer.source.id)
            # What was read for a job or a thread is no news of a source.
            return Step(errand=errand, outcome=outcome if errand.envelope.type is MessageType.FETCH else None)
        except (StoreError, Conflict):
            log.exception("source not stored", extra={"source_id": answer.source.id})
            self._failed.add(errand.receipt)
            return Step(errand=errand)

    def _end(self, errand: Errand) -> Step:
        """Ends an errand, unless sources of it want to be asked once more: all their answers are stored by now."""
        more = self._more.pop(errand.receipt, [])
        if more and errand.receipt not in self._failed:
            self._pool.submit(self._ask_all, errand, more)
            return Step(errand=errand)
        self._steps.pop(errand.receipt, None)
        self.under_way -= 1
        return Step(errand=errand, is_end=True, is_well=errand.receipt not in self._failed)

    def _go_on(self, errand: Errand, source_id: str) -> None:
        steps = self._steps.get(errand.receipt, 0)
        # A job or a thread bounds itself.
        if steps == MOST_STEPS and errand.envelope.type is MessageType.FETCH:
            self._reader(errand).put_back(source_id)
            return
        self._steps[errand.receipt] = steps + 1
        self._more.setdefault(errand.receipt, []).append(source_id)

    def _taken(self, errand: Errand, source: Source, response: Response | FetchError) -> Outcome | None:
        """What came of an answer. A defect is noted on its source: a failed message would block its whole host."""
        correlation_id, reader = errand.envelope.correlation_id, self._reader(errand)
        try:
            return reader.take(source, response, correlation_id=correlation_id)
        except (StoreError, Conflict):
            raise
        except Exception:
            log.exception("source failed", extra={"source_id": source.id})
            return reader.give_up(source, correlation_id=correlation_id)

    def _reader(self, errand: Errand) -> Reader:
        """Who reads for this errand.

        Raises:
            Invalid: nobody here; the message stays with its queue.
        """
        if errand.envelope.type is MessageType.FETCH:
            return self._fetcher
        reader = self._readers.get(errand.envelope.type)
        if reader is None:
            raise Invalid("type", f"{errand.envelope.type} is not read here")
        return reader(errand.envelope)

    def _ask_all(self, errand: Errand, more: Sequence[str] | None = None) -> None:
        """Runs in a thread: asks one host, source after source, at its pace; `more` are those to be asked once more."""
        try:
            pace_s = float(errand.envelope.body.get("pace_s", PACE_S))
            if errand.envelope.type is not MessageType.FETCH:
                # It comes at any time, perhaps just after another process has asked.
                self._patience.may_have_been_asked(errand.host)
            for id_ in more or self._sources(errand):
                self._ask(errand, id_, pace_s)
            if errand.envelope.body.get("more"):
                # The next message may go to a process that does not know when we asked.
                self._patience.may_ask(errand.host, pace_s)
        except (Invalid, TypeError, ValueError):
            log.exception("message cannot be used", extra={"message_id": errand.envelope.id})
            self._failed.add(errand.receipt)
        finally:
            self._hand_over(_Answer(errand))

    def _ask(self, errand: Errand, source_id: str, pace_s: float) -> None:
        """Asks for one source; a defect there fails the errand, but hides none of its other sources."""
        if self._stopped.is_set():
            return
        try:
            reader = self._reader(errand)
            source = reader.source(source_id)
            if source is None:
                return
            if self._silence.of(errand.host):
                reader.pass_over(source)
            elif response := self._response(errand, source, pace_s):
                self._hand_over(_Answer(errand, source, response))
            elif not self._stopped.is_set():
                reader.put_back(source_id)
        except Exception:
            log.exception("source not read", extra={"source_id": source_id})
            self._failed.add(errand.receipt)

    def _sources(self, errand: Errand) -> Sequence[str]:
        return () if self._is_late(errand) else sources_of(errand.envelope)

    def _is_late(self, errand: Errand) -> bool:
        """Whether a message waited so long that its sources have come due again.

        One that failed before is never late: it has to work, or to end as a dead letter that somebody sees.
        """
        until = errand.envelope.body.get("until") if errand.attempt == 1 else None
        return isinstance(until, str) and self._fetcher.is_past(datetime.fromisoformat(until))

    def _response(self, errand: Errand, source: Source, pace_s: float) -> Response | FetchError | None:
        """What came of asking for a source; None when there was no time for it."""

        def pause() -> None:
            self._patience.asked(errand.host)
            if not self._patience.may_ask(errand.host, pace_s):
                raise NoTime

        if not self._patience.may_ask(errand.host, pace_s):
            return None
        try:
            answer = self._reader(errand).ask(source, pause)
        except NoTime:
            return None
        except StoreError:
            raise
        except Exception:
            # A defect, or a kind of source that this code does not know: noted there, so that it starves no other.
            log.exception("source failed", extra={"source_id": source.id})
            answer = Malformed(DEFECT)
        finally:
            self._patience.asked(errand.host)
        self._silence.hear(errand.host, answer)
        return answer

    def _hand_over(self, answer: _Answer) -> None:
        """Waits while parsing lags behind, so that memory stays bounded, but not for a caller that has ended."""
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._answers.put(answer, timeout=GLANCE_S)
                return


def read_all(reading: Reading, errands: Iterable[Errand], told: Callable[[Outcome], None] = lambda _: None) -> set[str]:
    """Runs errands to the end, those of one host one after the other; tells the receipts of those that failed.

    After one that failed the rest of its host is not begun and counts as failed, so that a queue keeps their order.
    """
    chains: dict[str, list[Errand]] = {}
    for errand in errands:
        chains.setdefault(errand.host, []).append(errand)
    failed: set[str] = set()
    with reading:
        for chain in chains.values():
            reading.begin(chain.pop(0))
        while reading.under_way:
            step = reading.step()
            if step.outcome is not None:
                told(step.outcome)
            if not step.is_end:
                continue
            rest = chains[step.errand.host]
            if not step.is_well:
                failed |= {step.errand.receipt, *(each.receipt for each in rest)}
                rest.clear()
            elif rest:
                reading.begin(rest.pop(0))
    return failed
