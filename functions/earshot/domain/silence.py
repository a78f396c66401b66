"""Silence: whether a source is fine, silent for longer than is usual there, or broken. Calm and deaf look alike."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.domain.rhythm import heard, longest_usual
from earshot.domain.source import Fetched, Schedule, Source

LEAST = timedelta(days=2)
"""Nothing is called silent sooner."""

FEW_POLLS = 3
"""A source that was looked at less often since its last news may have them."""

AT_ONCE = timedelta(minutes=1)
"""News this close together came in several steps, and are no gap."""

BROKEN_AFTER = timedelta(days=1)
MANY_FAILURES = 10


class Hush(StrEnum):
    """What the silence of a source is."""

    FINE = "fine"
    SILENT = "silent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The silence of a source: since when (None while it is fine), and after how long it is unusual there.

    `unusual_after` is None while too little has come from it to tell.
    """

    hush: Hush = Hush.FINE
    since: datetime | None = None
    unusual_after: timedelta | None = None


def silence_of(source: Source, schedule: Schedule | None, now: datetime, *, is_polled: bool = False) -> Silence:
    """What to think of a source at `now`; `schedule` is None where it is not read at all.

    One that `is_polled`, and was not given up, should have one: without it nobody would ever read it.
    """
    usual = longest_usual(source.rhythm)
    after = max(usual, LEAST) if usual else None
    if source.off_at is not None:
        return Silence(hush=Hush.BROKEN, since=source.problem_at or source.off_at, unusual_after=after)
    if source.problem and source.problem_at is not None:
        is_long = now - source.problem_at > BROKEN_AFTER or source.failures >= MANY_FAILURES
        return Silence(hush=Hush.BROKEN, since=source.problem_at, unusual_after=after) if is_long else Silence()
    if schedule is None and is_polled:
        return Silence(hush=Hush.BROKEN, since=source.read_at or source.created_at, unusual_after=after)
    if after is None or schedule is None or source.last_news_at is None:
        return Silence(unusual_after=after)
    looked_at = schedule.asked_at or source.last_news_at
    polls = timedelta(seconds=max(schedule.interval_s, schedule.real_s or 0)) * FEW_POLLS
    is_silent = looked_at - source.last_news_at > max(after, polls)
    return Silence(
        hush=Hush.SILENT if is_silent else Hush.FINE,
        since=source.last_news_at if is_silent else None,
        unusual_after=after,
    )


def with_news(source: Source, fetched: Fetched, now: datetime, *, was_well: bool) -> Source:
    """The source with the time of its last news and its rhythm, where an answer brought any; else as it is.

    A gap in which it could not be read says nothing about it.
    """
    if not fetched.items or not _has_moved_on(source, fetched):
        return source
    gap = now - source.last_news_at if source.last_news_at else None
    is_gap = gap is not None and gap >= AT_ONCE and was_well
    return replace(source, last_news_at=now, rhythm=heard(source.rhythm, gap) if gap and is_gap else source.rhythm)


def _has_moved_on(source: Source, fetched: Fetched) -> bool:
    """Whether anything came since the last answer; a stream that overlaps on purpose repeats items."""
    if fetched.cursor is not None and fetched.cursor != source.cursor:
        return True
    if source.entries_hash or source.last_news_at is None:
        return fetched.entries_hash != source.entries_hash
    # It was to be read anew, so that most of it is old.
    return any(each.published_at is not None and each.published_at > source.last_news_at for each in fetched.items)
