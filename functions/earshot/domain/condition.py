"""Conditions: how a source is doing for a tenant, in one word from which people and programs tell what to do."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.domain.silence import Hush, silence_of
from earshot.domain.source import Schedule, Source, Subscription
from earshot.domain.trouble import FEW_TRIES, MISSING_DEAD_AFTER, SILENT_DEAD_AFTER


class Condition(StrEnum):
    """The first that holds, in this order; all from `OFF` to `SILENT` want somebody's attention.

    `KEY`: the credential was not accepted. `ADDRESS`: 401 or 403, which often means the address we ask from. `MISSING`:
    404. `DEAD`: it has not answered, or not been there, for so long that it is tried once a week only. `STALLED` is a
    Google Alert that is `SILENT`: for longer than is usual with this source.
    """

    PAUSED = "paused"
    OFF = "off"
    CREDENTIAL = "credential"
    KEY = "key"
    ROBOTS = "robots"
    DEAD = "dead"
    MISSING = "missing"
    ADDRESS = "address"
    REFUSED = "refused"
    GONE = "gone"
    MALFORMED = "malformed"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    OTHER = "other"
    STALLED = "stalled"
    SILENT = "silent"
    QUOTA = "quota"
    NEW = "new"
    FINE = "fine"

    @property
    def is_trouble(self) -> bool:
        """Whether something stands, or seems to stand, between us and the place."""
        return self not in (Condition.PAUSED, Condition.QUOTA, Condition.NEW, Condition.FINE)


_KEY = "earshot credential set"
_STATUS = re.compile(r"answered with (\d{3})")


def condition_of(source: Source, subscription: Subscription, schedule: Schedule | None, now: datetime) -> Condition:
    """How a source is doing at `now`."""
    if subscription.paused:
        return Condition.PAUSED
    if source.off_at is not None:
        return Condition.OFF
    if source.problem:
        return _trouble(source, now)
    if schedule is not None and schedule.waiting_since is not None:
        return Condition.QUOTA
    if silence_of(source, schedule, now).hush is Hush.SILENT:
        return Condition.STALLED if source.kind == "google_alerts" else Condition.SILENT
    return Condition.FINE if source.first_fetched_at else Condition.NEW


def _trouble(source: Source, now: datetime) -> Condition:
    if source.problem == "refused":
        return _refusal(source, now)
    if source.problem == "unreachable" and _lasts(source, SILENT_DEAD_AFTER, now):
        return Condition.DEAD
    known = source.problem in set(Condition) and Condition(source.problem).is_trouble
    return Condition(source.problem) if known else Condition.OTHER


def _refusal(source: Source, now: datetime) -> Condition:
    """What a refusal means; its status is told by the sentence that was kept of it."""
    if _KEY in source.problem_detail:
        return Condition.KEY
    status = found[1] if (found := _STATUS.search(source.problem_detail)) else ""
    if status == "404":
        return Condition.DEAD if _lasts(source, MISSING_DEAD_AFTER, now) else Condition.MISSING
    return Condition.ADDRESS if status in ("401", "403") else Condition.REFUSED


def _lasts(source: Source, span: timedelta, now: datetime) -> bool:
    return source.failures >= FEW_TRIES and source.problem_at is not None and now - source.problem_at >= span
