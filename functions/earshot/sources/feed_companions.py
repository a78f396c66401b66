"""The feeds of comments that belong to a feed: where WordPress has them, and what a feed names itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from earshot.sources.feed_page import absolute

MOST = 3
"""Companions of one feed."""

_Node = Mapping[str, Any]


def companions_of(feed: _Node, entries: Sequence[_Node], site_url: str, base_url: str) -> tuple[str, ...]:
    """Addresses of feeds with what readers answer, each once; () for feeds that are themselves such, or name none.

    Source:
        WordPress, wp-includes/feed-rss2.php (`wfw:commentRss` stands in entries that can be answered, the feed of all
        comments is `comments/feed/`); RFC 4685 §4 (link relation `replies`); read 2026-11-24.
    """
    return tuple(dict.fromkeys(filter(None, _found(feed, entries, site_url, base_url))))[:MOST]


def _found(feed: _Node, entries: Sequence[_Node], site_url: str, base_url: str) -> Iterator[str]:
    links = feed.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("rel") == "replies" and "html" not in str(link.get("type")):
            yield absolute(str(link.get("href", "")), base_url)
    is_wordpress = "wordpress" in str(feed.get("generator", "")).lower()
    if is_wordpress and site_url and any(entry.get("wfw_commentrss") for entry in entries):
        parts = urlsplit(site_url)
        home = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
        yield absolute(urljoin(home, "comments/feed/"), base_url)
