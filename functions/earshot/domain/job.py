"""Jobs: what somebody asked for and reads a little later, because places must be read for it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from earshot.domain.offer import MOST_OFFERS, Offer
from earshot.domain.watch import Span

LIFE = timedelta(hours=1)
"""How long an answer is kept, and how long one is waited for."""

LIFE_HANDED_IN = timedelta(days=1)
"""The same of what somebody handed in: nobody asks for it again, so it waits as long as its message may."""

FRESH = timedelta(minutes=2)
"""Who asks the same again within this time gets the same answer; messages that got lost are sent again after it."""

MOST_PARTS = 21
"""Parts of one job: twenty sources, and what is stored."""

MOST_FOUND, MOST_MISSED = 40, 10
"""Findings that one job keeps."""

MAX_FINDINGS_BYTES = 100_000
"""Room that all findings of one job take: a row of 400 KB holds the watch that is asked for, too."""

MAX_EXCERPT, MAX_TITLE, MAX_URL, MAX_RULE = 300, 200, 500, 300
_MOST_SPANS, _MOST_HEARD, _MOST_LACKS, _MAX_TERM = 5, 10, 3, 60

UNREADABLE = "unreadable"
"""The verdict of such a part, where a job asks why."""

STORED = "stored"
"""The part that looks at stored mentions instead of a source."""


class JobKind(StrEnum):
    """What a job is asked: what a watch would catch, a source holds, a thread says, why something was missed."""

    PREVIEW = "preview"
    SOURCE_PREVIEW = "source_preview"
    WHY = "why"
    THREAD = "thread"
    ITEM = "item"
    WEBMENTION = "webmention"
    MAIL = "mail"

    @property
    def is_handed_in(self) -> bool:
        """Whether it asks nothing but brings something to be stored: items, a webmention, a mail that was held."""
        return self in (JobKind.ITEM, JobKind.WEBMENTION, JobKind.MAIL)


class State(StrEnum):
    """Waiting for answers, all of them there, or too old for those that are missing."""

    WAITING = "waiting"
    DONE = "done"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One reason why a watch does not match: `why` as matching calls it, `what` the words or values it is about."""

    why: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one watch makes of an item: whether it matches, the rule that decided, the noise list that stopped it.

    `lacks` says the same as the rule of what does not match, reason by reason, for whoever words it anew.
    """

    watch_id: str
    watch_name: str
    role: str
    matched: bool
    rule: str = ""
    filtered: str = ""
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An item as a job shows it; `mention_id` where it is stored, `spans` count characters of title and excerpt."""

    url: str = ""
    title: str = ""
    excerpt: str = ""
    posted_at: datetime | None = None
    spans: tuple[Span, ...] = ()
    heard: tuple[Heard, ...] = ()
    mention_id: str = ""
    is_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one part: how many items were looked at, which of them would be caught, and the nearest misses.

    `problem` says in words why nothing could be looked at, `code` what kind of problem that is. `caught` counts all
    that would be caught, kept or not. `oldest_at` is the date of the oldest item there. `verdict` is for jobs that ask
    why. Where it was found out what an address is, `offers` are what there is to listen to, best first, and `kind` and
    `url` those of the offer whose items these are.
    """

    at: datetime
    looked_at: int = 0
    caught: int = 0
    found: tuple[Finding, ...] = ()
    missed: tuple[Finding, ...] = ()
    problem: str = ""
    code: str = ""
    verdict: str = ""
    oldest_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    kind: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How far it has been found out what an address is.

    `url` is read next: as a source of `kind`, on from `cursor`, or to see what it is where that is "". `offers` is what
    was found so far, `guesses` are addresses where a feed may be, to be read after `url`; `is_guess` says that `url`
    was one. `shown` is the answer unless something better comes. `steps` counts what was read.
    """

    url: str
    kind: str = ""
    cursor: str = ""
    offers: tuple[Offer, ...] = ()
    guesses: tuple[str, ...] = ()
    is_guess: bool = False
    shown: Answer | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One source to be read for a job, or `STORED`; without a `host` nothing is fetched. `answer` is None at first.

    `trail` is there where it is to be found out what the source is.
    """

    id: str
    name: str
    host: str = ""
    pace_s: float = 0.0
    answer: Answer | None = None
    trail: Trail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One question of one tenant. `asked` holds JSON values; `left_out` counts sources that are not read for it.

    `sent_at` is None until the messages about its parts are on their way.
    """

    id: str
    tenant: str
    kind: JobKind
    asked_at: datetime
    asked: Mapping[str, Any]
    parts: tuple[Part, ...]
    left_out: int = 0
    sent_at: datetime | None = None
    revision: int = 0

    @property
    def ends_at(self) -> datetime:
        """When it is forgotten."""
        return self.asked_at + (LIFE_HANDED_IN if self.kind.is_handed_in else LIFE)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        """The parts that have no answer yet."""
        return tuple(part for part in self.parts if part.answer is None)

    def state(self, now: datetime) -> State:
        """How far it is at `now`."""
        if not self.open_parts:
            return State.DONE
        return State.WAITING if now < self.ends_at else State.NOT_ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJobs:
    """The ids of a tenant's jobs that were not seen to be done, and when each was asked."""

    tenant: str
    jobs: Mapping[str, datetime]
    revision: int = 0


def unread(problem: str, now: datetime, *, code: str) -> Answer:
    """The answer of a part that could not be looked at, with the reason in words and its kind."""
    return Answer(at=now, problem=problem, code=code, verdict=UNREADABLE)


def part_of(job: Job, id_: str) -> Part | None:
    """The part of this id, or None."""
    return next((part for part in job.parts if part.id == id_), None)


def answered(job: Job, id_: str, answer: Answer) -> Job:
    """The job with the answer of one part; itself where that part is answered or unknown: the first answer stays."""
    part = part_of(job, id_)
    if part is None or part.answer is not None:
        return job
    return _with(job, replace(part, answer=_within(job, answer), trail=None))


def went_on(job: Job, id_: str, trail: Trail) -> Job:
    """The job with how far one part has come; itself where that part is answered or unknown."""
    part = part_of(job, id_)
    if part is None or part.answer is not None:
        return job
    shown = _within(job, trail.shown) if trail.shown else None
    return _with(job, replace(part, trail=replace(trail, shown=shown)))


def _with(job: Job, part: Part) -> Job:
    return replace(job, parts=tuple(part if each.id == part.id else each for each in job.parts))


def is_of_use(job: Job, now: datetime) -> bool:
    """Whether whoever asks the same at `now` is served by this job: it is fresh, or still at work.

    A webmention that comes again says that its page has changed, so an answer of a moment ago is of no use to it.
    """
    is_fresh = job.kind is not JobKind.WEBMENTION and now < job.asked_at + FRESH
    return job.state(now) is State.WAITING or (job.state(now) is State.DONE and is_fresh)


def must_be_sent(job: Job, now: datetime) -> bool:
    """Whether the messages about a waiting job are to be sent (again)."""
    return job.state(now) is State.WAITING and (job.sent_at is None or now >= job.sent_at + FRESH)


def _within(job: Job, answer: Answer) -> Answer:
    """The answer, cut to the room that the other parts' findings leave: a row must not grow without end."""
    there = [part.answer for part in job.parts if part.answer is not None]
    most_found = max(MOST_FOUND - sum(len(each.found) for each in there), 0)
    most_missed = max(MOST_MISSED - sum(len(each.missed) for each in there), 0)
    room = MAX_FINDINGS_BYTES - sum(_size(finding) for each in there for finding in (*each.found, *each.missed))
    found = tuple(_fitting(map(_small, answer.found[:most_found]), room))
    room -= sum(map(_size, found))
    return replace(
        answer,
        found=found,
        missed=tuple(_fitting(map(_small, answer.missed[:most_missed]), room)),
        problem=answer.problem[:MAX_RULE],
        offers=answer.offers[:MOST_OFFERS],
    )


def _fitting(findings: Iterable[Finding], room: int) -> Iterator[Finding]:
    """The first findings, as many as there is room for."""
    for finding in findings:
        room -= _size(finding)
        if room < 0:
            return
        yield finding


def _size(finding: Finding) -> int:
    """Bytes that a finding takes in a row, which holds it as JSON."""
    text = json.dumps(asdict(finding), ensure_ascii=False, default=str)
    return len(text.encode(errors="surrogatepass"))


def _small(finding: Finding) -> Finding:
    spans = [replace(span, term=span.term[:_MAX_TERM]) for span in finding.spans[:_MOST_SPANS]]
    heard = [_brief(each) for each in finding.heard[:_MOST_HEARD]]
    return replace(
        finding,
        url=finding.url if len(finding.url) <= MAX_URL else "",
        title=finding.title[:MAX_TITLE],
        excerpt=finding.excerpt[:MAX_EXCERPT],
        spans=tuple(spans),
        heard=tuple(heard),
    )


def _brief(heard: Heard) -> Heard:
    lacks = [replace(each, what=tuple(word[:_MAX_TERM] for word in each.what)) for each in heard.lacks[:_MOST_LACKS]]
    return replace(heard, rule=heard.rule[:MAX_RULE], filtered=heard.filtered[:MAX_RULE], lacks=tuple(lacks))
