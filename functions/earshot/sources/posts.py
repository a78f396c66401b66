"""Items out of what platforms call posts: plain, bounded, and never dated in the future.

Whatever a connector hands over, an item is within its bounds afterwards: text by `MAX_TEXT`, title and place by
`MAX_TITLE`, names by `MAX_NAME`; an address that is not http or https, or too long, counts as none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from earshot.domain.item import MAX_TEXT, Author, Engagement, Item
from earshot.sources.feed_dates import dated
from earshot.sources.feed_page import absolute
from earshot.sources.plain import plain_line, plain_text

MAX_NAME = 200
"""Characters kept of a name."""

MAX_ITEMS = 500
"""Items kept of one answer: each is to be matched, judged and stored before the process is out of time."""

MAX_LANGUAGE = 35
"""Characters of a language tag (RFC 5646 §4.4.1)."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a platform says about one post; `text` and `title` are HTML where `is_html`, names are plain.

    `url` is its permalink. `identity` is "" for the usual one, `kind:native id`.
    """

    native_id: str
    url: str = ""
    identity: str = ""
    title: str = ""
    text: str = ""
    is_html: bool = False
    published_at: datetime | None = None
    updated_at: datetime | None = None
    author: Author = Author()
    engagement: Engagement = field(default_factory=Engagement)
    rating: float | None = None
    language: str = ""
    parent_id: str = ""
    root_id: str = ""
    reply_to: str = ""
    thread_url: str = ""
    place: str = ""


def item_of(post: Post, kind: str, received_at: datetime) -> Item | None:
    """The item of a post; None where it has no id or nothing to read."""
    title = plain_line(post.title, is_html=post.is_html)
    text = plain_text(post.text, is_html=post.is_html, limit=MAX_TEXT)
    if not post.native_id or not (title or text):
        return None
    moment, meaning = dated(post.published_at, post.updated_at, received_at)
    return Item(
        identity=post.identity or f"{kind}:{post.native_id}",
        native_id=post.native_id,
        source_kind=kind,
        url=absolute(post.url, "") if post.url else "",
        title=title,
        text=text,
        published_at=moment,
        published_kind=meaning,
        author=_named(post.author),
        engagement=post.engagement,
        rating=post.rating if post.rating is not None and 1 <= post.rating <= 5 else None,
        language=post.language if _LANGUAGE.fullmatch(post.language) else "",
        parent_id=post.parent_id,
        root_id=post.root_id or post.native_id,
        reply_to=_line(post.reply_to),
        thread_url=absolute(post.thread_url, "") if post.thread_url else "",
        place=plain_line(post.place, is_html=False),
    )


def items_of(
    posts: Iterable[Post], kind: str, received_at: datetime, *, most: int | None = MAX_ITEMS
) -> tuple[tuple[Item, ...], int]:
    """The items of posts, oldest first and each once, and how many posts were unusable.

    Of more than `most` the newest are kept, and the others count as unusable; None keeps all, for a thread that would
    lose its beginning.
    """
    found: dict[str, Item] = {}
    skipped = 0
    for post in posts:
        item = item_of(post, kind, received_at)
        if item is None:
            skipped += 1
        else:
            found[item.identity] = item
    items = oldest_first(found.values())
    surplus = 0 if most is None else max(len(items) - most, 0)
    return items[surplus:], skipped + surplus


def oldest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items by time and then id; undated ones last."""
    return tuple(sorted(items, key=lambda item: (item.published_at or _LAST, item.native_id)))


def _named(author: Author) -> Author:
    followers = author.followers
    return replace(
        author,
        name=_line(author.name),
        id=_line(author.id),
        handle=_line(author.handle),
        url=absolute(author.url, "") if author.url else "",
        followers=followers if followers is not None and followers >= 0 else None,
    )


def _line(name: str) -> str:
    return plain_line(name, is_html=False, limit=MAX_NAME)
