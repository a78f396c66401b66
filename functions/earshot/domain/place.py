"""What is declared about a kind of place: how fast it may be asked, what it needs, what it wants of what we keep."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Evidence(StrEnum):
    """How sure we are that a connector reads its place. None of them says that it was tried live."""

    RECORDED = "recorded bodies"
    DOCUMENTED = "documented shape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most `amount` of something in `window`; `unit` says what it counts, "requests" for instance.

    Windows begin at midnight UTC, or `begins` later where the place counts its days elsewhere.

    It holds for each credential where one is used, else for everybody who asks from our address. Rates of some seconds
    are no quota but `Place.pace_s`.
    """

    name: str
    amount: int
    window: timedelta
    unit: str = "requests"
    begins: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What a place wants done with what was read there.

    `rechecks` are the ages at which we look whether a post is still there, `max_age` the age at which text and author
    go unless they were read again; `keeps_text` is false where only ids may be stored.
    """

    rechecks: tuple[timedelta, ...] = ()
    max_age: timedelta | None = None
    keeps_text: bool = True


RECHECKED = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
"""The usual ages of a look whether a post is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How watches are searched for where a place is too large to be heard as a whole.

    One query holds at most `max_words` phrases in `max_chars` characters; 1 where the place knows no OR. `scopes` are
    the parts of the place that every tenant searches by itself: instances, editions; none where a person must choose.
    """

    max_chars: int
    max_words: int
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything declared about one kind of source; docs/sources.md is written from it.

    `public` kinds without credentials are shared between tenants. `interval_s` is the usual gap between two fetches,
    `pace_s` the least between two requests to one host: the documented rate, 2 where none is known; one fetch usually
    takes `steps` of them. `adapts` kinds follow the pace of their own news. `streams` are locators that every tenant
    hears by itself, because one request covers everybody; `search` is for the places where it does not. `needs` and
    `takes` name the fields of a credential that must or may be there; `open_fields` those among them that are no
    secrets and may be shown. What is not `is_polled` comes by itself: nobody asks there.
    """

    name: str
    method: str
    limits: str
    terms: str
    evidence: Evidence
    documents: tuple[str, ...]
    read_on: date
    example: str
    interval_s: int
    pace_s: float = 2.0
    steps: int = 1
    public: bool = False
    adapts: bool = False
    obeys_robots: bool = False
    is_off: bool = False
    is_polled: bool = True
    streams: tuple[str, ...] = ()
    search: Search | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    open_fields: tuple[str, ...] = ()
    quotas: tuple[Quota, ...] = ()
    keeping: Keeping = Keeping()
