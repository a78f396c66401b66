"""What is handed in, checked item by item: each field that cannot be used is named with its place."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from earshot.domain.errors import Invalid
from earshot.domain.item import MAX_TEXT
from earshot.services.inputs import in_utc, read
from earshot.sources.canonical import MAX_LENGTH, canonical_url
from earshot.sources.feed_page import absolute
from earshot.sources.json_body import MAX_ID
from earshot.sources.plain import MAX_TITLE
from earshot.sources.posts import MAX_LANGUAGE, MAX_NAME
from earshot.sources.push import MOST_ITEMS

MOST_LINKS = 20
"""Items of one request that are an address only, and have to be read."""

MAX_GIVEN = 100_000
"""Characters of one text that is taken; the beginning is kept."""

_SLACK = timedelta(days=1)
_LANGUAGE = re.compile(rf"(?=.{{2,{MAX_LANGUAGE}}}$)[A-Za-z]{{2,8}}(?:[-_][A-Za-z0-9]{{1,8}}){{0,4}}")


class AuthorInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who wrote an item."""

    name: str = ""
    url: str = ""
    handle: str = ""


class ItemInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One thing said somewhere; with nothing but `url` that page is read."""

    url: str = ""
    id: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    author: AuthorInput = AuthorInput()
    rating: float | None = None
    language: str = ""

    @property
    def is_link(self) -> bool:
        """Whether it says nothing itself."""
        return not (self.title.strip() or self.text.strip())


class ItemsInput(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Items, and the watch that all of them are for, by id or name; "" lets the watches decide."""

    items: list[ItemInput]
    watch: str = ""


class _OneItem(ItemInput, forbid_unknown_fields=True, frozen=True):
    watch: str = ""


def read_items(value: Any, now: datetime) -> ItemsInput:
    """Items as they were sent: in a list, or one by itself.

    Raises:
        Invalid: a field cannot be used; it is named with the place of its item.
    """
    if isinstance(value, dict) and "items" not in value:
        one = read(_OneItem, value)
        _check(one, "", now)
        return ItemsInput(items=[one], watch=one.watch)
    given = read(ItemsInput, value)
    if not 1 <= len(given.items) <= MOST_ITEMS:
        raise Invalid("items", f"must be 1 to {MOST_ITEMS}")
    for place, item in enumerate(given.items):
        _check(item, f"items[{place}].", now)
    if sum(item.is_link for item in given.items) > MOST_LINKS:
        raise Invalid("items", f"at most {MOST_LINKS} may be addresses without a text")
    return given


def kept(item: ItemInput) -> dict[str, Any]:
    """An item as a job keeps it: JSON values, its text cut to what is read of it."""
    author = {"name": item.author.name, "url": item.author.url, "handle": item.author.handle}
    published_at = in_utc(item.published_at)
    return {
        "url": item.url.strip(),
        "id": item.id,
        "title": item.title[:MAX_TITLE],
        "text": item.text[:MAX_TEXT],
        "published_at": published_at.isoformat() if published_at else None,
        "author": author,
        "rating": item.rating,
        "language": item.language,
    }


def _check(item: ItemInput, where: str, now: datetime) -> None:
    in_utc(item.published_at, f"{where}published_at")
    for name, reason in _faults(item, now):
        raise Invalid(f"{where}{name}", reason)


def _faults(item: ItemInput, now: datetime) -> Iterator[tuple[str, str]]:
    """The fields that cannot be used, and why."""
    if item.is_link and not item.url:
        yield "text", "is missing; an item needs a text, or the url of the page to be read"
    for name, url in (("url", item.url), ("author.url", item.author.url)):
        if url and (absolute(url, "") != url.strip() or canonical_url(url.strip()) is None):
            yield name, f"must be an http or https address of at most {MAX_LENGTH} characters"
    lengths = {"id": MAX_ID, "title": MAX_GIVEN, "text": MAX_GIVEN, "author.name": MAX_NAME, "author.handle": MAX_NAME}
    written = (item.id, item.title, item.text, item.author.name, item.author.handle)
    for (name, most), text in zip(lengths.items(), written, strict=True):
        if len(text) > most:
            yield name, f"must have at most {most:,} characters"
    if item.rating is not None and not 1 <= item.rating <= 5:
        yield "rating", "must be 1 to 5"
    if item.language and not _LANGUAGE.fullmatch(item.language):
        yield "language", 'must be a tag such as "de" or "en-GB"'
    published_at = in_utc(item.published_at)
    if published_at is not None and published_at > now + _SLACK:
        yield "published_at", "lies in the future"
