"""Tells a web page from a feed, and finds the feed that a page advertises."""

import html
import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from earshot.sources.canonical import MAX_LENGTH
from earshot.sources.wrappers import is_web

_HEAD = 200_000
"""Bytes of a page in which its head is looked for."""

_MAX_ADDRESS = 500
"""Characters of an address that is worth showing to a person."""

# Possessive, so that what stands before the page is read once; lazily it takes twice as long with each comment.
_PAGE = re.compile(
    rb"(?:\s|<\?xml[^>]{0,200}\?>|<!--(?:[^-]|-(?!->)){0,4000}-->)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
# The next `<link` ends one that has no end, so that each is looked at once.
_LINK = re.compile(r"<link\b((?:[^<>]|<(?!link\b)){0,2000}+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z]{1,20})\s{0,10}=\s{0,10}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})


def is_web_page(body: bytes) -> bool:
    """Whether the body begins as an HTML page."""
    return _PAGE.match(body[:8192].replace(b"\0", b"")) is not None


def advertised_feed(body: bytes, base_url: str) -> str | None:
    """The first feed address named by `<link rel="alternate">` in a page's head, absolute; None if none is.

    Source:
        rssboard.org/rss-autodiscovery; html.spec.whatwg.org, link type "alternate"; read 2026-11-24.
    """
    return next((feed.url for feed in advertised_feeds(body, base_url, most=1)), None)


class Advertised(NamedTuple):
    """A feed that a page names, with the title that it gives it."""

    url: str
    title: str


def advertised_feeds(body: bytes, base_url: str, *, most: int) -> tuple[Advertised, ...]:
    """The feeds that a page names in its head, each once, in its order, at most `most`."""
    head = body[:_HEAD].replace(b"\0", b"").decode("utf-8", "replace")
    found: dict[str, str] = {}
    for match in _LINK.finditer(head):
        if len(found) == most:
            break
        attributes = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(match[1])}
        is_alternate = "alternate" in attributes.get("rel", "").lower().split()
        if is_alternate and attributes.get("type", "").strip().lower() in _FEED_TYPES and attributes.get("href"):
            address = absolute(attributes["href"], base_url)
            if address and len(address) <= _MAX_ADDRESS:
                found.setdefault(address, attributes.get("title", ""))
    return tuple(Advertised(url, title) for url, title in found.items())


def page_reason(body: bytes, base_url: str) -> str:
    """The sentence that tells a person why this page cannot be listened to, and what can."""
    feed = advertised_feed(body, base_url)
    hint = f"; it names this feed: {feed}" if feed else ""
    return f"this is a web page and not a feed{hint}"


def absolute(link: str, base_url: str) -> str:
    """`link` resolved against `base_url` as an http or https address without blanks, else "".

    So is an address longer than `canonical.MAX_LENGTH`: half of one would lead somewhere else.
    """
    link = link.strip()
    if not 0 < len(link) <= MAX_LENGTH:
        return ""
    try:
        address = link if is_web(link) else urljoin(base_url, link)
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    if not host or len(address) > MAX_LENGTH or not is_web(address):
        return ""
    return address if address.isprintable() and not any(c.isspace() for c in address) else ""
