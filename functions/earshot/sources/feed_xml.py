"""RSS, RDF and Atom, read by feedparser behind our own bounds."""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from earshot.domain.errors import Malformed
from earshot.domain.item import Author
from earshot.ports.http import Response
from earshot.sources.feed_companions import companions_of
from earshot.sources.feed_dates import dated, from_struct
from earshot.sources.feed_document import MAX_NAME, Document, Entry
from earshot.sources.feed_encoding import readable
from earshot.sources.feed_page import absolute
from earshot.sources.feed_schedule import min_interval_s
from earshot.sources.plain import plain_line, plain_name, plain_text
from earshot.sources.wrappers import is_web, unwrapped

_PARSER_FAULTS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""What a parser of tag soup may stumble over; it means the same each time: this is no feed."""

_MAX_SEARCHED = 2 * MAX_NAME
"""Characters of an author in which feedparser may look for a mail address."""

_Node = Mapping[str, Any]


def read_xml(body: bytes, response: Response) -> Document:
    """The document in `body`; broken XML is read as far as it goes.

    Raises:
        Malformed: it is neither RSS, RDF nor Atom.
    Source:
        RSS 2.0; RDF Site Summary 1.0; RFC 4287; RFC 4685 (threading); read 2026-11-24.
    """
    try:
        parsed = _parse(body, response)
        if not parsed.get("version") and not parsed.get("entries"):
            raise Malformed("this is neither RSS, Atom nor JSON Feed")
        return _document(parsed, response)
    except _PARSER_FAULTS as exc:
        raise Malformed("this cannot be read as a feed") from exc


def _parse(body: bytes, response: Response) -> _Node:
    headers: dict[str, str] = {}
    if content_type := response.headers.get("content-type"):
        headers["content-type"] = content_type
    # A stream and never bytes: feedparser opens a file of that name first when it is given bytes or text.
    stream = io.BytesIO(readable(body, content_type or ""))
    parsed: _Node = _feedparser().parse(
        stream, sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )
    return parsed


@cache
def _feedparser() -> Any:
    """feedparser, which looks for a mail address in an author in time that grows with the square, made to look less."""
    import feedparser  # noqa: PLC0415 - 70 ms of import that only a fetched feed is worth
    from feedparser.mixin import _FeedParserMixin  # noqa: PLC0415

    search = _FeedParserMixin._sync_author_detail

    def search_less(self: Any, key: str = "author") -> None:
        context = self._get_context()
        if isinstance(name := context.get(key), str):
            context[key] = name[:_MAX_SEARCHED]
        search(self, key)

    _FeedParserMixin._sync_author_detail = search_less
    return feedparser


def _document(parsed: _Node, response: Response) -> Document:
    feed: _Node = parsed["feed"]
    site_url = absolute(_text(feed, "link"), response.url)
    return Document(
        title=plain_line(_text(feed, "title")),
        site_url=site_url,
        language=_language(feed),
        entries=tuple(_entry(entry, site_url or response.url, response.received_at) for entry in parsed["entries"]),
        min_interval_s=min_interval_s(
            response.headers,
            ttl=_text(feed, "ttl"),
            period=_text(feed, "sy_updateperiod"),
            frequency=_text(feed, "sy_updatefrequency"),
        ),
        companions=companions_of(feed, parsed["entries"], site_url, response.url),
    )


def _entry(entry: _Node, base_url: str, received_at: datetime) -> Entry:
    reply = entry.get("thr_in-reply-to")
    reply_to: _Node = reply if isinstance(reply, Mapping) else {}
    source = entry.get("source")
    outlet: _Node = source if isinstance(source, Mapping) else {}
    published_at, kind = dated(
        from_struct(_own(entry, "published_parsed")), from_struct(_own(entry, "updated_parsed")), received_at
    )
    return Entry(
        native_id=_text(entry, "id").strip(),
        link=_link(entry, base_url),
        title=_title(entry),
        text=_longest_text(entry),
        published_at=published_at,
        published_kind=kind,
        author=_author(entry, base_url),
        language=_language(entry.get("title_detail")),
        parent_id=_text(reply_to, "ref").strip(),
        thread_url=_thread(entry, reply_to, base_url),
        outlet=plain_line(_text(outlet, "title"), limit=MAX_NAME),
        outlet_url=absolute(_text(outlet, "href"), base_url),
    )


def _thread(entry: _Node, reply_to: _Node, base_url: str) -> str:
    """Where the talk about an entry is: the feed of its comments, else the page with them, else what it answers."""
    links = entry.get("links")
    nodes = [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []
    candidates = [
        _text(entry, "wfw_commentrss"),
        *(_text(link, "href") for link in nodes if _text(link, "rel") == "replies" and "atom" in _text(link, "type")),
        _text(entry, "comments"),
        _text(reply_to, "href"),
    ]
    found = (absolute(candidate.strip(), base_url) for candidate in candidates)
    return next((address for address in found if address), "")


def _link(entry: _Node, base_url: str) -> str:
    """The entry's own page: FeedBurner's original, the first alternate link, or a guid that is a permalink."""
    links = entry.get("links")
    nodes = [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []
    candidates = [
        _text(entry, "feedburner_origlink"),
        *(_text(link, "href") for link in nodes if _text(link, "rel") == "alternate"),
        # feedparser takes an id such as "1" for a permalink when nothing denies it.
        "" if entry.get("guidislink") and not is_web(_text(entry, "id").strip()) else _text(entry, "link"),
    ]
    found = (absolute(unwrapped(absolute(candidate, base_url)), base_url) for candidate in candidates)
    return next((address for address in found if address), "")


def _title(entry: _Node) -> str:
    detail = entry.get("title_detail")
    is_html = not isinstance(detail, Mapping) or _text(detail, "type") != "text/plain"
    return plain_line(_text(entry, "title"), is_html=is_html)


def _longest_text(entry: _Node) -> str:
    contents = entry.get("content")
    parts = [part for part in contents if isinstance(part, Mapping)] if isinstance(contents, list) else []
    summary = entry.get("summary_detail")
    if isinstance(summary, Mapping):
        parts.append(summary)
    texts = [plain_text(_text(part, "value"), is_html=_text(part, "type") != "text/plain") for part in parts]
    return max(texts, key=len, default="")


def _author(entry: _Node, base_url: str) -> Author:
    detail = entry.get("author_detail")
    known: _Node = detail if isinstance(detail, Mapping) else {}
    # The whole line first: feedparser cuts a mail address out of it at four letters of the top-level domain.
    name = _text(entry, "author") or _text(known, "name")
    return Author(name=plain_name(name), url=absolute(_text(known, "href"), base_url))


def _language(node: object) -> str:
    declared = _text(node, "language") if isinstance(node, Mapping) else ""
    return declared.strip().replace("_", "-").lower()[:35]


def _own(entry: _Node, key: str) -> object:
    """The value the entry itself has: asked for a missing `updated`, feedparser answers with `published`."""
    return next((value for name, value in entry.items() if name == key), None)


def _text(node: _Node, key: str) -> str:
    """The value under `key` if it is text; parsers of tag soup also leave dictionaries and lists in its place."""
    value = node.get(key)
    return value if isinstance(value, str) else ""
