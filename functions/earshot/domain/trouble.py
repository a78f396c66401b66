"""Trouble: what to do next about a source that could not be read.

| what came | what follows |
|---|---|
| a credential lacks | an hour, not counted: the place was not asked |
| 429, or 503 with a date | what it asked for, a day at most; without a date twice as long each time |
| robots.txt says no | a day |
| 404 | twice as long each time; from ten tries in a week on once a week; off after 30 days |
| 410 | off at once |
| another refusal (401, 403, too large) | four times as long each time, a day at most |
| no usable answer, 5xx | twice as long each time, a day at most; from two weeks on once a week |
| not what was promised | twice as long each time, a day at most |

Where a source has moved, a 404 or 410 of the new address lets us go back to the old one first.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.errors import Disallowed, FetchError, Gone, Locked, Refused, Throttled, Unreachable
from earshot.domain.source import Source

HOUR = timedelta(hours=1)
MAX_BACKOFF = timedelta(hours=24)
PROBE = timedelta(days=7)
"""How often a source that counts as dead is tried."""

FEW_TRIES = 10
"""A place is never called dead after fewer failures: a laptop that was shut for a month has seen one."""

MISSING_DEAD_AFTER = timedelta(days=7)
SILENT_DEAD_AFTER = timedelta(days=14)
OFF_AFTER = timedelta(days=30)

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What follows a failure: how long to wait, and whether it `is_asked` for by the place and holds for everybody.

    `is_off` gives the source up until a person takes it up again. `goes_back` is the way from a moved address to the
    old one. What does not `count` is no failure of the place.
    """

    wait: timedelta
    is_asked: bool = False
    is_off: bool = False
    goes_back: bool = False
    counts: bool = True


def remedy(error: FetchError, source: Source, interval: timedelta, now: datetime) -> Remedy:
    """What to do about an error; `source` is as it was before, `interval` its usual gap."""
    if isinstance(error, Locked):
        return Remedy(wait=HOUR, counts=False)
    if source.moved_to and _is_missing(error):
        return Remedy(wait=timedelta(0), goes_back=True, counts=False)
    if isinstance(error, Gone):
        return Remedy(wait=MAX_BACKOFF, is_off=True)
    if isinstance(error, Throttled):
        return Remedy(wait=_as_asked(error, source.failures + 1, interval), is_asked=True)
    if isinstance(error, Disallowed):
        return Remedy(wait=MAX_BACKOFF)
    return _later(error, source, interval, now)


def troubled(source: Source, error: FetchError, what: Remedy, now: datetime) -> Source:
    """The source after a failure and its remedy."""
    if what.goes_back:
        return replace(source, moved_to="", etag="", last_modified="", entries_hash="")
    is_same = source.problem == error.code and source.problem_at is not None
    return replace(
        source,
        failures=source.failures + what.counts,
        problem=error.code,
        problem_detail=error.reason[:300],
        problem_at=source.problem_at if is_same else now,
        off_at=now if what.is_off else source.off_at,
    )


def well(source: Source, now: datetime) -> Source:
    """The source after an answer that could be read."""
    return replace(
        source,
        failures=0,
        problem="",
        problem_detail="",
        problem_at=None,
        first_fetched_at=source.first_fetched_at or now,
    )


def backoff(failures: int, interval: timedelta, *, factor: int = 2) -> timedelta:
    """How long to leave a source alone after so many failures: longer each time, a day at most."""
    return min(interval * int(factor ** min(failures, 10)), MAX_BACKOFF)


def _later(error: FetchError, source: Source, interval: timedelta, now: datetime) -> Remedy:
    failures = source.failures + 1
    since = source.problem_at if source.problem == error.code and failures >= FEW_TRIES else None
    age = now - since if since else timedelta(0)
    if _is_missing(error):
        if age >= OFF_AFTER:
            return Remedy(wait=PROBE, is_off=True)
        return Remedy(wait=PROBE if age >= MISSING_DEAD_AFTER else backoff(failures, interval))
    if isinstance(error, Unreachable) and age >= SILENT_DEAD_AFTER:
        return Remedy(wait=PROBE)
    # A refusal asks for a day at last, but one hiccup of a gatekeeper must not cost a day of alerts.
    return Remedy(wait=backoff(failures, interval, factor=4 if isinstance(error, Refused) else 2))


def _is_missing(error: FetchError) -> bool:
    return isinstance(error, Gone) or (isinstance(error, Refused) and error.status == _NOT_FOUND)


def _as_asked(error: Throttled, failures: int, interval: timedelta) -> timedelta:
    if error.retry_after_s is None:
        return backoff(failures, interval)
    return min(max(timedelta(seconds=min(error.retry_after_s, 10**6)), interval), MAX_BACKOFF)
