"""Fetch: reads sources politely, hands what they hold to collect, and keeps their state and schedule."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.errors import Conflict, FetchError, Gone, Malformed, NotFound, Refused, Throttled
from earshot.domain.source import Fetched, Schedule, Source
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http, Response
from earshot.ports.table import Table
from earshot.services.collecting import Collector, Found
from earshot.store import keys
from earshot.store.listening import Listening

log = logging.getLogger(__name__)

MAX_BACKOFF = timedelta(hours=24)
NOT_MODIFIED = 304


DEFECT = "an error of ours stands in the way; the log says which"

NOTHING = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one source: what was found, or the error that stood in the way."""

    source_id: str
    name: str
    found: Found = NOTHING
    error: FetchError | None = None


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
    ) -> None:
        self._http = http
        self._connectors = connectors
        self._collector = collector
        self._clock = clock
        self._listening = Listening(table, only)

    def source(self, source_id: str) -> Source | None:
        """The source as stored, or None."""
        return self._listening.source(source_id)

    def ask(self, source: Source) -> Response | FetchError:
        """The response to a source's request, or the error that came instead; writes nothing."""
        try:
            return self._http.send(self._connectors[source.kind].request(source))
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
        self._listening.make_due(source_id, self._clock.now())

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome:
        """Stores what an answer holds; an unchanged source costs no write. Parses, so call it on the main thread."""
        try:
            if isinstance(answer, FetchError):
                raise answer
            found = self._store(source, answer, correlation_id)
        except FetchError as exc:
            self._note_problem(source, exc, correlation_id)
            return Outcome(source_id=source.id, name=_called(source), error=exc)
        told = {"source_id": source.id, "correlation_id": correlation_id, "items": found.items, "new": found.new}
        log.info("source read", extra=told)
        return Outcome(source_id=source.id, name=_called(source), found=found)

    def _store(self, source: Source, response: Response, correlation_id: str) -> Found:
        now = self._clock.now()
        if response.status == NOT_MODIFIED:
            self._save(source, _well(source, now))
            return NOTHING
        fetched = self._connectors[source.kind].parse(response, source)
        if fetched.entries_hash and fetched.entries_hash == source.entries_hash:
            self._save(source, _well(source, now))
            return Found(items=len(fetched.items))
        listeners = self._listening.listeners(source.id)
        found = self._collector.store(fetched, source, listeners, correlation_id=correlation_id)
        for subscription in listeners:
            if not subscription.fetched:
                self._listening.mark_fetched(subscription)
        self._keep_pace(source, fetched)
        # The cursor comes last: a crash before this line repeats the fetch, and storing twice is harmless.
        self._save(source, _read(_well(source, now), response, fetched, found, now))
        return found

    def _save(self, before: Source, after: Source) -> None:
        if before == after:
            return
        try:
            self._listening.sources.save(after)
        except Conflict:
            log.info("source changed while it was read; it is read again", extra={"source_id": before.id})

    def _keep_pace(self, source: Source, fetched: Fetched) -> None:
        usual = self._connectors[source.kind].place.interval_s
        interval_s = max(usual, fetched.min_interval_s or 0)
        schedule = self._listening.schedule(source.id)
        if schedule is not None and (schedule.interval_s != interval_s or schedule.not_before):
            self._change(source.id, lambda stored: replace(stored, interval_s=interval_s, not_before=None))

    def _note_problem(self, source: Source, error: FetchError, correlation_id: str) -> None:
        now = self._clock.now()
        failures = source.failures + 1
        self._save(
            source,
            replace(source, failures=failures, problem=error.code, problem_detail=error.reason[:300], problem_at=now),
        )
        schedule = self._listening.schedule(source.id)
        if schedule is not None:
            wait = backoff(error, failures, timedelta(seconds=schedule.interval_s))
            asked = now + wait if isinstance(error, Throttled | Gone) else None
            self._change(source.id, lambda stored: replace(stored, due_at=now + wait, not_before=asked))
        told = {"source_id": source.id, "correlation_id": correlation_id, "reason": error.code, "failures": failures}
        log.warning("source not read", extra=told)

    def _change(self, source_id: str, change: Callable[[Schedule], Schedule]) -> None:
        with suppress(NotFound):
            self._listening.schedules.update(keys.of_source(source_id, "schedule"), change)


def backoff(error: FetchError, failures: int, interval: timedelta) -> timedelta:
    """How long to leave a source alone after a failure: what it asked for, else longer each time, a day at most."""
    if isinstance(error, Throttled) and error.retry_after_s is not None:
        return min(max(timedelta(seconds=error.retry_after_s), interval), MAX_BACKOFF)
    if isinstance(error, Gone):
        return MAX_BACKOFF
    if isinstance(error, Refused):
        # A day at last, as the place asks, but one hiccup of its gatekeeper must not cost a day of alerts.
        return min(interval * int(4 ** min(failures, 10)), MAX_BACKOFF)
    return min(interval * int(2 ** min(failures, 10)), MAX_BACKOFF)


def _called(source: Source) -> str:
    return source.name or (source.locator if "://" in source.locator else source.kind)


def _well(source: Source, now: datetime) -> Source:
    return replace(
        source,
        failures=0,
        problem="",
        problem_detail="",
        problem_at=None,
        first_fetched_at=source.first_fetched_at or now,
    )


def _has_moved(source: Source, fetched: Fetched) -> bool:
    """Whether anything came since the last answer; a stream that overlaps on purpose repeats items."""
    return fetched.entries_hash != source.entries_hash or (fetched.cursor or source.cursor) != source.cursor


def _read(source: Source, response: Response, fetched: Fetched, found: Found, now: datetime) -> Source:
    return replace(
        source,
        name=source.name or fetched.title[:200],
        cursor=fetched.cursor or source.cursor,
        etag=response.headers.get("etag", "")[:500],
        last_modified=response.headers.get("last-modified", "")[:100],
        entries_hash=fetched.entries_hash,
        read_at=now,
        last_news_at=now if fetched.items and _has_moved(source, fetched) else source.last_news_at,
    )
