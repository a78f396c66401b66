"""Watches: what a tenant wants to hear about, in which role, and what counts as history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Why we listen; the first three are our own and create alerts, the others go to the digest."""

    OWN = "own"
    PRODUCT = "product"
    PERSON = "person"
    COMPETITOR = "competitor"
    INDUSTRY = "industry"

    @property
    def strength(self) -> int:
        """0 for the role that decides first."""
        return list(Role).index(self)

    @property
    def is_ours(self) -> bool:
        """Whether mentions in this role are ours to answer."""
        return self in (Role.OWN, Role.PRODUCT, Role.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Words and phrases: one of `any` must stand in the text, each of `all`, and none of `none`.

    Where `near` names context words, one of them must stand near one of `any` (of `all` where `any` is empty).
    `site`, `lang`, `author` and `type` narrow down: of each that names something, one must apply. All are written as
    in a query (docs/matching.md), so a term may end in options such as `~case`. With a `query` the rest is empty.
    """

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What is not to be heard, of a tenant or of one watch.

    `accounts` are our own: what they say is no mention. `voices` are colleagues who agreed to be named: what they say
    is shown, but asks nothing of anybody. `sites`, `authors` and `phrases` are noise: what comes from there, from them,
    or holds such a phrase is no mention.
    """

    accounts: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One thing a tenant listens for. `since` moves the line between news and history; None means creation."""

    id: str
    tenant: str
    name: str
    role: Role
    terms: Terms
    noise: Noise = Noise()
    created_at: datetime
    since: datetime | None = None
    revision: int = 0

    def news_from(self, subscribed_at: datetime) -> datetime:
        """The moment from which on a post is news to this watch on a source subscribed at `subscribed_at`."""
        return self.since or max(self.created_at, subscribed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a term was found: `field` is "title" or "text"; `start` and `end` count characters of the original."""

    field: str
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A watch that an item matched, with the evidence."""

    watch_id: str
    role: Role
    spans: tuple[Span, ...] = ()
    rule: str = ""
