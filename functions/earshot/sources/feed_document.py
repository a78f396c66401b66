"""What every dialect of feed comes down to, and how that becomes items.

An item is bounded here, whatever its reader let through, because everything after stores and shows it: text by
`MAX_TEXT`, title and place by `MAX_TITLE`, a name by `MAX_NAME`. What names or leads somewhere is never cut: an address
over `MAX_LENGTH` and a parent's id over `MAX_ID` count as none, an own id over `MAX_ID` is replaced by its hash.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from earshot.domain.ids import digest
from earshot.domain.item import MAX_TEXT, Author, Item, PublishedKind
from earshot.domain.source import Fetched, Source
from earshot.sources.canonical import MAX_LENGTH, canonical_url
from earshot.sources.identity import identity_of
from earshot.sources.plain import MAX_TITLE

MAX_ENTRIES = 500
"""Entries kept of one document, the newest; the most seen in real feeds was 200."""

_HALF_SIGN = re.compile("[\ud800-\udfff]")
_FIVE_STARS = re.compile(r"(?<![★☆])★[★☆]{4}(?![★☆])")

MAX_ID = 400
"""Characters of a source's own id; a longer one is replaced by its hash."""

MAX_NAME = 200
"""Characters kept of an author's name."""

MAX_LANGUAGE = 35
"""Characters of a language tag (RFC 5646 §4.4.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed in plain text; `link` is absolute http(s) or "", `native_id` is "" when there is none.

    `outlet` is where an entry that was gathered from elsewhere first stood, and no part of the hash of a feed.
    """

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
    outlet: str = field(default="", repr=False)
    outlet_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed: its entries in the order of the document, usually newest first."""

    entries: tuple[Entry, ...]
    title: str = ""
    site_url: str = ""
    language: str = ""
    min_interval_s: int | None = None
    companions: tuple[str, ...] = ()


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
        companions=document.companions,
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
        url=_address(entry.link),
        title=entry.title[:MAX_TITLE],
        text=entry.text[:MAX_TEXT],
        published_at=entry.published_at,
        published_kind=entry.published_kind,
        author=replace(entry.author, name=entry.author.name[:MAX_NAME], url=_address(entry.author.url)),
        rating=stars(entry.title),
        language=_name(entry.language or document.language, MAX_LANGUAGE),
        parent_id=_name(entry.parent_id, MAX_ID),
        thread_url=_address(entry.thread_url),
        place=document.title[:MAX_TITLE],
    )


def _address(url: str) -> str:
    return url if len(url) <= MAX_LENGTH else ""


def _name(text: str, most: int) -> str:
    """`text`, or "" where it is too long or holds half a sign (JSON can say "\\ud800"), which no table takes."""
    return "" if len(text) > most or _HALF_SIGN.search(text) else text


def stars(title: str) -> float | None:
    """The rating that a title such as "★★☆☆☆ Zu laut" shows, 1 to 5; None without exactly five stars in a row."""
    found = _FIVE_STARS.search(title)
    return float(found[0].count("★")) if found else None


def _native_id(entry: Entry) -> str:
    name = entry.native_id or entry.link
    if kept := _name(name, MAX_ID):
        return kept
    # Not the date: a feed that is dated anew must not come back as news.
    return digest(name).hex() if name else digest(entry.title, entry.text).hex()


def _hash(entries: list[Entry]) -> str:
    """Changes only when an entry comes, goes or is edited: the validator of feeds that send none."""
    return digest(*(repr(entry) for entry in entries)).hex()
