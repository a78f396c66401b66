"""Timing: when a source is read next. In collect, nobody else writes schedules."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from earshot.domain.errors import NotFound
from earshot.domain.pacing import interval_s, is_worth_changing, least_s
from earshot.domain.place import Place
from earshot.domain.source import Fetched, Schedule, Source
from earshot.domain.trouble import MAX_BACKOFF, Remedy, backoff
from earshot.ports.http import Response
from earshot.store import keys
from earshot.store.listening import Listening

_PORTS = {"http": 80, "https": 443}


def group_of(url: str) -> str:
    """The host and port of an address: what is asked one thing at a time."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"


@dataclass(frozen=True, slots=True)
class Timetable:
    """Moves the schedules of sources that were read, or could not be; one that has none stays without."""

    listening: Listening

    def usual_gap(self, source_id: str) -> timedelta:
        """The usual gap between two fetches of a source; a quarter of an hour where it has no schedule."""
        schedule = self.listening.schedule(source_id)
        return timedelta(seconds=schedule.interval_s if schedule else 900)

    def keep_pace(
        self, source: Source, place: Place, fetched: Fetched, response: Response, delay_s: float, now: datetime
    ) -> None:
        """Adapts the gap to what an answer shows and asks for; writes only where that is worth it."""
        is_conditional = bool(response.headers.get("etag") or response.headers.get("last-modified"))
        wanted_s = interval_s(place, fetched, is_conditional=is_conditional, delay_s=delay_s)
        least = least_s(fetched, delay_s)

        def change(stored: Schedule) -> Schedule:
            is_worth_it = is_worth_changing(stored.interval_s, wanted_s, place, least_s=least)
            return replace(
                _waiting(stored, fetched.wait_s, now),
                interval_s=wanted_s if is_worth_it else stored.interval_s,
                pace_s=_pace_s(stored, place, delay_s),
                waiting_since=None,
            )

        self._change(source.id, change)

    def was_read(self, source: Source, wait_s: int | None, now: datetime) -> None:
        """Keeps what an answer without news asks for, and ends the waiting for a quota."""
        self._change(source.id, lambda stored: replace(_waiting(stored, wait_s, now), waiting_since=None))

    def keep_delay(self, source: Source, place: Place, delay_s: float) -> None:
        """Keeps the Crawl-delay of a host whose page brings no news: it may be another one than last time."""

        def change(stored: Schedule) -> Schedule:
            interval_s = max(stored.interval_s, int(delay_s))
            return replace(stored, interval_s=interval_s, pace_s=_pace_s(stored, place, delay_s))

        self._change(source.id, change)

    def put_off(self, source_id: str, until: datetime, now: datetime) -> None:
        """Lets a source wait for a quota; those that have waited longest are served first."""
        self._change(
            source_id,
            lambda stored: replace(stored, due_at=until, waiting_since=stored.waiting_since or now),
        )

    def put_back(self, source_id: str, now: datetime) -> None:
        """Lets a source that nobody got round to be due again now."""
        self.listening.make_due(source_id, now)

    def pass_over(self, source: Source, now: datetime) -> None:
        """Leaves a source out because its host is silent, for as long as it is left alone for its own failures.

        One that is well is due again after its usual gap anyway: that was written when it was handed out.
        """
        if source.failures:
            due_at = now + backoff(source.failures, self.usual_gap(source.id))
            self._change(source.id, lambda stored: replace(stored, due_at=due_at))

    def heed(self, source_id: str, remedy: Remedy, now: datetime) -> None:
        """Leaves a source alone as long as its remedy says; one that is off loses its schedule."""
        if remedy.is_off:
            self.listening.schedules.remove(keys.of_source(source_id, "schedule"))
            return
        until = now + remedy.wait
        asked = until if remedy.is_asked else None
        self._change(source_id, lambda stored: replace(stored, due_at=until, not_before=asked))

    def follow(self, source: Source, url: str) -> None:
        """Counts a source among those of the host where it is now."""
        self._change(source.id, lambda stored: replace(stored, host=group_of(url)))

    def _change(self, source_id: str, change: Callable[[Schedule], Schedule]) -> None:
        with suppress(NotFound):
            self.listening.schedules.update(keys.of_source(source_id, "schedule"), change)


def _pace_s(schedule: Schedule, place: Place, delay_s: float) -> float:
    """The pace of a place, or the delay its host asks for now; hosts of our own need none, and stay at 0."""
    return max(place.pace_s if schedule.pace_s else 0.0, delay_s)


def _waiting(schedule: Schedule, wait_s: int | None, now: datetime) -> Schedule:
    """The schedule that leaves its place alone for as long as that asked, a day at most."""
    if not wait_s:
        return replace(schedule, not_before=None)
    until = now + min(timedelta(seconds=min(wait_s, 10**6)), MAX_BACKOFF)
    return replace(schedule, not_before=until, due_at=max(schedule.due_at, until))
