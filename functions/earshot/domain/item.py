"""Items: what a source returned, in one shape, before anything matched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MAX_TEXT = 4000
"""Characters of plain text kept of an item; a mention keeps an excerpt of these."""

PublishedKind = Literal["published", "updated", "seen"]

ItemType = Literal["article", "post", "comment", "review"]
"""What a thing said is, as the filter `type:` calls it."""

_ARTICLES = frozenset({"feed", "google_alerts", "google_news", "page_watch"})
"""Kinds of sources whose items are articles, where nothing says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote an item, as far as the source says; `followers` is None when unknown."""

    name: str = ""
    id: str = ""
    handle: str = ""
    url: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Reactions counted by the source; None where it gives no figure."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    score: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing said somewhere: plain text only, never HTML.

    `identity` names it once and for all (see `earshot.sources.identity`); `native_id` is the source's own name for it.
    `url` is the address to open, http or https only, "" when there is none. `published_at` is UTC, None when undated.
    `rating` is 1 to 5 stars. `language` is what the source declares, "" when it says nothing. `parent_id` and `root_id`
    are native ids of what it answers and of where the thread began, `reply_to` names the person it answers.
    """

    identity: str
    native_id: str
    source_kind: str
    url: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    published_kind: PublishedKind = "published"
    author: Author = Author()
    engagement: Engagement = Engagement()
    rating: float | None = None
    language: str = ""
    parent_id: str = ""
    root_id: str = ""
    reply_to: str = ""
    thread_url: str = ""
    place: str = ""
    """The name of the place as a person would say it, for instance the feed's title."""

    @property
    def type(self) -> ItemType:
        """A review has stars, a comment something it answers; of the rest, feeds bring articles, others posts."""
        if self.rating is not None:
            return "review"
        if self.parent_id:
            return "comment"
        return "article" if self.source_kind in _ARTICLES else "post"
