"""Why something was missed: the answers there are, from what the table knows and from a fresh look at the sources."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.domain.job import UNREADABLE, Answer, Finding, Job, State


class Verdict(StrEnum):
    """What happened to the page that somebody asks about; those of a fresh look stand in the order they decide in."""

    STORED = "stored"
    MERGED = "merged"
    UNCOVERED = "uncovered"
    PAUSED = "paused"
    NEVER_FETCHED = "never_fetched"
    FAILING = "failing"
    LOOKING = "looking"
    NOT_ANSWERED = "not_answered"
    COMES_NEXT = "comes_next"
    NOT_FETCHED_SINCE = "not_fetched_since"
    FILTERED = "filtered"
    NOT_MATCHED = "not_matched"
    TOO_OLD = "too_old"
    ABSENT = "absent"
    UNREADABLE = UNREADABLE

    @property
    def is_final(self) -> bool:
        """Whether there is nothing to wait for."""
        return self is not Verdict.LOOKING


_BY_WEIGHT = (
    Verdict.COMES_NEXT,
    Verdict.NOT_FETCHED_SINCE,
    Verdict.FILTERED,
    Verdict.NOT_MATCHED,
    Verdict.TOO_OLD,
    Verdict.ABSENT,
    Verdict.UNREADABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source that covers the page, as far as an answer tells of it; `at` is its last reading, None before that.

    `problem` says in words what is wrong with it, `code` what kind of problem that is.
    """

    id: str
    name: str
    kind: str
    at: datetime | None = None
    problem: str = ""
    code: str = ""
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An answer. `url` is the canonical address, `site` its host, `kind` the platform that its address names, if any.

    `places` are the sources it is about; `finding` is the item as its source shows it now.
    """

    url: str
    site: str
    verdict: Verdict
    kind: str = ""
    mention_id: str = ""
    story_id: str = ""
    places: tuple[Place, ...] = ()
    finding: Finding | None = None
    job: Job | None = None


def decided(job: Job, now: datetime) -> tuple[Verdict, str]:
    """What a job that asks why has come to, and the part (a source's id) that decided, "" for none."""
    answers = [(Verdict(part.answer.verdict), part.id) for part in job.parts if part.answer is not None]
    best = min(answers, key=lambda each: _BY_WEIGHT.index(each[0]), default=(Verdict.NOT_ANSWERED, ""))
    if job.state(now) is State.WAITING:
        return Verdict.LOOKING, ""
    if job.state(now) is State.NOT_ANSWERED and best[0] in (Verdict.ABSENT, Verdict.UNREADABLE):
        # One of those that stayed silent may have had it.
        return Verdict.NOT_ANSWERED, ""
    return best


def answer_of(job: Job, part: str) -> Answer | None:
    """The answer of one part of a job."""
    return next((each.answer for each in job.parts if each.id == part), None)
