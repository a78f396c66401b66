"""Fetch: reads sources politely, hands what they hold to collect, and keeps their state."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.errors import Conflict, FetchError, Malformed, Spent
from earshot.domain.moving import moved
from earshot.domain.silence import with_news
from earshot.domain.source import Fetched, Source
from earshot.domain.trouble import remedy, troubled, well
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http, Response
from earshot.ports.table import Table
from earshot.services.collecting import Collector, Found
from earshot.services.companions import Companions
from earshot.services.credentials import Credentials
from earshot.services.timing import Timetable
from earshot.services.visiting import Pause, Visitor, no_pause
from earshot.sources.timer import bounded
from earshot.store.listening import Listening

log = logging.getLogger(__name__)

NOT_MODIFIED = 304

DEFECT = "an error of ours stands in the way; the log says which"

STEPS_LAST = timedelta(minutes=15)
"""How long steps without news count: whoever was to go on with them has failed, and the source may have changed."""

NOTHING = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one source: what was found, or the error that stood in the way.

    `wants_more` asks for its next request at once. `is_put_off`: it was not asked, since a quota is used up for now.
    """

    source_id: str
    name: str
    found: Found = NOTHING
    error: FetchError | None = None
    wants_more: bool = False
    is_put_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A source as it is stored, and as steps that brought no news have left it, the last of them at `at`."""

    stored: Source
    present: Source
    at: datetime


_REMEMBERED = ("name", "cursor", "etag", "last_modified", "entries_hash", "moved_to")


class Fetcher:
    """Splits a fetch in two: `ask` waits for the network and may run in a thread, `take` parses and stores."""

    def __init__(
        self,
        table: Table,
        http: Http,
        connectors: Mapping[str, Connector],
        collector: Collector,
        clock: Clock,
        *,
        only: frozenset[str] | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self._connectors = connectors
        self._collector = collector
        self._clock = clock
        self._listening = Listening(table, only)
        self._timetable = Timetable(self._listening)
        self._companions = Companions(table, clock)
        self._visitor = Visitor(table, http, connectors, clock, credentials)
        self._steps: dict[str, _Step] = {}

    def source(self, source_id: str) -> Source | None:
        """The source as stored, or as the steps since then have left it; None where nobody wants it any more."""
        step = self._steps.get(source_id)
        if step and not self.is_past(step.at + STEPS_LAST):
            return step.present
        self._steps.pop(source_id, None)
        return self._listening.source(source_id)

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """The response to a source's request, or the error that came instead; writes nothing of the source.

        `pause` is called between two requests, where it takes several to be let in.

        Raises:
            StoreError: what it takes to be let in cannot be read or kept now.
        """
        try:
            return self._visitor.visit(source, pause)
        except FetchError as exc:
            return exc

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        return self._clock.now() >= at

    def give_up(self, source: Source, *, correlation_id: str) -> Outcome:
        """Notes on a source that it hit a defect of ours, and leaves it alone for longer each time."""
        error = Malformed(DEFECT)
        self._note_problem(source, error, correlation_id)
        return Outcome(source_id=source.id, name=_called(source), error=error)

    def put_back(self, source_id: str) -> None:
        """Lets a source that nobody got round to be due again now."""
        self._keep(self._steps.pop(source_id, None))
        self._timetable.put_back(source_id, self._clock.now())

    def pass_over(self, source: Source) -> None:
        """Leaves out a source whose host is silent; that is no failure of its own."""
        self._keep(self._steps.pop(source.id, None))
        self._timetable.pass_over(source, self._clock.now())

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome:
        """Stores what an answer holds; an unchanged source costs no write. Parses, so call it on the main thread."""
        step = self._steps.pop(source.id, None)
        try:
            if isinstance(answer, FetchError):
                raise answer
            outcome = self._store(source, answer, correlation_id, step.stored if step else source)
        except Spent as exc:
            # What the steps before it took of the quota is not to be taken again for nothing.
            self._keep(step)
            self._timetable.put_off(source.id, exc.until, self._clock.now())
            log.info("source put off", extra={"source_id": source.id, "reason": exc.reason})
            return Outcome(source_id=source.id, name=_called(source), is_put_off=True)
        except FetchError as exc:
            if self._companions.let_go(source, exc):
                return Outcome(source_id=source.id, name=_called(source))
            self._visitor.shown_out(source, exc)
            self._note_problem(source, exc, correlation_id)
            return Outcome(source_id=source.id, name=_called(source), error=exc)
        found = outcome.found
        told = {"source_id": source.id, "correlation_id": correlation_id, "items": found.items, "new": found.new}
        log.info("source read", extra=told)
        return outcome

    def _store(self, source: Source, response: Response, correlation_id: str, stored: Source) -> Outcome:
        now = self._clock.now()
        after = self._well(moved(source, response.moved_to, now), now)
        outcome = Outcome(source_id=source.id, name=_called(source))
        if response.status == NOT_MODIFIED:
            self._without_news(stored, after, None, now)
            return outcome
        with bounded():
            fetched = self._connectors[source.kind].parse(response, source)
        self._visitor.settle(response, fetched.spent)
        if fetched.gone:
            self._collector.forget(source, fetched.gone, correlation_id=correlation_id)
        if fetched.entries_hash and fetched.entries_hash == source.entries_hash and not fetched.more:
            self._without_news(stored, after, fetched.wait_s, now)
            return replace(outcome, found=Found(items=len(fetched.items)))
        found = self._collect(source, response, fetched, correlation_id)
        self._keep_pace(source, response, fetched, now)
        present, wants_more = (
            _read(after, response, fetched, now, was_well=not source.problem),
            fetched.more and not fetched.wait_s,
        )
        if wants_more and not found.is_news:
            # A quiet poll of several steps writes nothing; who dies in the middle begins it again.
            self._steps[source.id] = _Step(stored=stored, present=present, at=now)
        else:
            # The cursor comes last: a crash before this line repeats the fetch, and storing twice is harmless.
            self._save(stored, present if _has_moved(stored, present) else _unmoved(stored, present))
        return replace(outcome, found=found, wants_more=wants_more)

    def _collect(self, source: Source, response: Response, fetched: Fetched, correlation_id: str) -> Found:
        listeners = self._listening.listeners(source.id)
        found = self._collector.store(fetched, source, listeners, correlation_id=correlation_id)
        for subscription in listeners:
            # What comes in several steps is the first fetch until the last of them.
            if not subscription.fetched and not fetched.more:
                if fetched.companions:
                    connector = self._connectors[source.kind]
                    self._companions.follow(subscription, source, fetched.companions, connector, seen_at=response.url)
                self._listening.mark_fetched(subscription)
        return found

    def _without_news(self, stored: Source, after: Source, wait_s: int | None, now: datetime) -> None:
        place = self._connectors[stored.kind].place
        if wait_s or place.quotas:
            self._timetable.was_read(stored, wait_s, now)
        if place.obeys_robots:
            self._timetable.keep_delay(stored, place, self._visitor.delay_s(stored))
        self._save(stored, after)

    def _keep_pace(self, source: Source, response: Response, fetched: Fetched, now: datetime) -> None:
        place = self._connectors[source.kind].place
        delay_s = self._visitor.delay_s(source) if place.obeys_robots else 0.0
        self._timetable.keep_pace(source, place, fetched, response, delay_s, now)

    def _well(self, source: Source, now: datetime) -> Source:
        """The source as one that answers; one that was to be given up and is still read was not given up after all."""
        is_read = source.off_at is not None and self._listening.schedule(source.id) is not None
        return replace(well(source, now), off_at=None if is_read else source.off_at)

    def _keep(self, step: _Step | None) -> None:
        """Stores how far steps without news have come, where nobody goes on with them now."""
        if step:
            self._save(step.stored, step.present)

    def _save(self, before: Source, after: Source) -> bool:
        """Stores a source; False where somebody changed it in the meantime, so that what was read may not hold."""
        if before == after:
            return True
        try:
            self._listening.sources.save(after)
        except Conflict:
            log.info("source changed while it was read; it is read again", extra={"source_id": before.id})
            return False
        if before.moved_to != after.moved_to:
            self._timetable.follow(after, self._connectors[after.kind].request(after).url)
        return True

    def _note_problem(self, source: Source, error: FetchError, correlation_id: str) -> None:
        now = self._clock.now()
        what = remedy(error, source, self._timetable.usual_gap(source.id), now)
        after = troubled(source, error, what, now)
        if not self._save(source, after) and what.is_off:
            # Without the note it would be silent for ever, and nobody would know why.
            return
        self._timetable.heed(source.id, what, now)
        failures = after.failures
        told = {"source_id": source.id, "correlation_id": correlation_id, "reason": error.code, "failures": failures}
        if what.is_off:
            log.error("source given up until somebody takes it up again", extra=told)
        else:
            log.warning("source not read", extra=told)


def _called(source: Source) -> str:
    return source.name or (source.locator if "://" in source.locator else source.kind)


def _has_moved(stored: Source, present: Source) -> bool:
    """Whether a poll leaves anything to remember but that it was made."""
    is_same = all(getattr(stored, name) == getattr(present, name) for name in _REMEMBERED)
    return stored.read_at is None or not is_same


def _unmoved(stored: Source, present: Source) -> Source:
    return replace(present, read_at=stored.read_at, last_news_at=stored.last_news_at, rhythm=stored.rhythm)


def _read(source: Source, response: Response, fetched: Fetched, now: datetime, *, was_well: bool) -> Source:
    return replace(
        with_news(source, fetched, now, was_well=was_well),
        name=source.name or fetched.title[:200],
        cursor=source.cursor if fetched.cursor is None else fetched.cursor,
        etag=response.headers.get("etag", "")[:500],
        last_modified=response.headers.get("last-modified", "")[:100],
        entries_hash=fetched.entries_hash,
        read_at=now,
    )
