"""What every dialect of feed comes down to, and how that becomes items."""

import re
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.ids import digest
from earshot.domain.item import Author, Item, PublishedKind
from earshot.domain.source import Fetched, Source
from earshot.sources.canonical import canonical_url
from earshot.sources.identity import identity_of

MAX_ENTRIES = 500
"""Entries kept of one document, the newest; the most seen in real feeds was 200."""

_FIVE_STARS = re.compile(r"(?<![★☆])★[★☆]{4}(?![★☆])")

_MAX_ID = 400
"""Characters of a source's own id; a longer one is replaced by its hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed in plain text; `link` is absolute http(s) or "", `native_id` is "" when there is none."""

    native_id: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    published_kind: PublishedKind = "seen"
    author: Author = Author()
    language: str = ""
    parent_id: str = ""
    thread_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed: its entries in the order of the document, usually newest first."""

    entries: tuple[Entry, ...]
    title: str = ""
    site_url: str = ""
    language: str = ""
    min_interval_s: int | None = None


def fetched(document: Document, source: Source, received_at: datetime) -> Fetched:
    """The items of a document, oldest first; undated ones stand where `received_at` would.

    Entries without link, id, title and text are skipped, and so are those beyond the newest `MAX_ENTRIES`.
    """
    usable = [entry for entry in reversed(document.entries) if _is_usable(entry)]
    usable.sort(key=lambda entry: entry.published_at or received_at)
    kept = usable[-MAX_ENTRIES:]
    site = canonical_url(document.site_url)
    return Fetched(
        items=tuple(_item(entry, document, site, source) for entry in kept),
        skipped=len(document.entries) - len(kept),
        title=document.title,
        entries_hash=_hash(kept),
        min_interval_s=document.min_interval_s,
    )


def _is_usable(entry: Entry) -> bool:
    return bool(entry.link or entry.native_id or entry.title or entry.text)


def _item(entry: Entry, document: Document, site: str | None, source: Source) -> Item:
    native_id = _native_id(entry)
    # Status pages and the like link every entry to their front page, which therefore names none of them.
    is_front_page = bool(entry.native_id) and site is not None and canonical_url(entry.link) == site
    return Item(
        identity=identity_of("" if is_front_page else entry.link, native_id, source.id),
        native_id=native_id,
        source_kind=source.kind,
        url=entry.link,
        title=entry.title,
        text=entry.text,
        published_at=entry.published_at,
        published_kind=entry.published_kind,
        author=entry.author,
        rating=stars(entry.title),
        language=entry.language or document.language,
        parent_id=entry.parent_id,
        thread_url=entry.thread_url,
        place=document.title,
    )


def stars(title: str) -> float | None:
    """The rating that a title such as "★★☆☆☆ Zu laut" shows, 1 to 5; None without exactly five stars in a row."""
    found = _FIVE_STARS.search(title)
    return float(found[0].count("★")) if found else None


def _native_id(entry: Entry) -> str:
    name = entry.native_id or entry.link
    if 0 < len(name) <= _MAX_ID:
        return name
    day = entry.published_at.isoformat() if entry.published_at else ""
    return digest(name or entry.title, day, "" if name or entry.title else entry.text).hex()


def _hash(entries: list[Entry]) -> str:
    """Changes only when an entry comes, goes or is edited: the validator of feeds that send none."""
    return digest(*(repr(entry) for entry in entries)).hex()
