"""JSON Feed 1.0 and 1.1."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from earshot.domain.errors import Malformed
from earshot.domain.item import Author
from earshot.ports.http import Response
from earshot.sources.feed_dates import dated, from_text
from earshot.sources.feed_document import Document, Entry
from earshot.sources.feed_guard import MAX_ENTRIES_READ
from earshot.sources.feed_page import absolute
from earshot.sources.feed_schedule import min_interval_s
from earshot.sources.plain import plain_line, plain_name, plain_text
from earshot.sources.wrappers import unwrapped

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.\d)?/?")
_LEADING_COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
_Node = Mapping[str, Any]


def looks_like_json(body: bytes) -> bool:
    """Whether the body begins as JSON, perhaps after a comment."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:2].startswith((b"{", b"[", b"/*"))


def read_json(body: bytes, response: Response) -> Document:
    """The document in `body`.

    Raises:
        Malformed: it is no JSON, or JSON that is no JSON Feed.
    Source:
        jsonfeed.org/version/1.1; read 2026-11-24.
    """
    try:
        feed = json.loads(_without_comment(body.decode("utf-8-sig")))
    except (ValueError, RecursionError) as exc:
        raise Malformed("this looks like JSON and cannot be read") from exc
    if not isinstance(feed, dict) or not _VERSION.fullmatch(_text(feed, "version")):
        raise Malformed("this is JSON and no JSON Feed")
    found = feed.get("items")
    items = found if isinstance(found, list) else []
    if len(items) > MAX_ENTRIES_READ:
        raise Malformed("the document has more elements than any feed")
    return _document(feed, items, response)


def _without_comment(text: str) -> str:
    comment = _LEADING_COMMENT.match(text)
    return text[comment.end() :] if comment else text


def _document(feed: _Node, items: list[Any], response: Response) -> Document:
    site_url = absolute(_text(feed, "home_page_url"), response.url)
    # What is no object says nothing, and is counted as such.
    nodes = [item if isinstance(item, dict) else {} for item in items]
    default = _author(feed, response.url)
    return Document(
        title=plain_line(_text(feed, "title"), is_html=False),
        site_url=site_url,
        language=_language(feed),
        entries=tuple(_entry(node, default, response.url, response.received_at) for node in nodes),
        min_interval_s=min_interval_s(response.headers),
    )


def _entry(node: _Node, default: Author, base_url: str, received_at: datetime) -> Entry:
    published_at, kind = dated(from_text(node.get("date_published")), from_text(node.get("date_modified")), received_at)
    author = _author(node, base_url)
    return Entry(
        native_id=_id(node),
        link=absolute(unwrapped(absolute(_text(node, "url"), base_url)), base_url),
        title=plain_line(_text(node, "title"), is_html=False),
        text=_longest_text(node),
        published_at=published_at,
        published_kind=kind,
        author=default if author == Author() else author,
        language=_language(node),
    )


def _id(node: _Node) -> str:
    """The item's id; version 1.0 allowed numbers, which 1.1 tells readers to turn into text."""
    value = node.get("id")
    return str(value).strip() if isinstance(value, str | int) else ""


def _longest_text(node: _Node) -> str:
    texts = [
        plain_text(_text(node, "content_text"), is_html=False),
        plain_text(_text(node, "content_html")),
        plain_text(_text(node, "summary"), is_html=False),
    ]
    return max(texts, key=len)


def _author(node: _Node, base_url: str) -> Author:
    """The first author: `authors` since 1.1, `author` before."""
    authors = node.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else node.get("author")
    if not isinstance(first, dict):
        return Author()
    return Author(name=plain_name(_text(first, "name")), url=absolute(_text(first, "url"), base_url))


def _language(node: _Node) -> str:
    return _text(node, "language").strip().replace("_", "-").lower()[:35]


def _text(node: _Node, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
