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
    """Words and phrases: one of `any` must stand in the text, each of `all`, and none of `none`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One thing a tenant listens for. `since` moves the line between news and history; None means creation."""

    id: str
    tenant: str
    name: str
    role: Role
    terms: Terms
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
