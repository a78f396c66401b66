"""News sitemaps: the articles of a site with their headlines and dates, as sites list them for Google News."""

import html
import re
from collections.abc import Iterator

from earshot.domain.errors import Malformed
from earshot.sources.feed_dates import from_text
from earshot.sources.feed_page import absolute
from earshot.sources.identity import identity_of
from earshot.sources.markup import decoded
from earshot.sources.posts import Post

MAX_URLS = 1000
"""Articles of one sitemap; Google allows no more news in one."""

_MAX_ENTRY = 20_000
"""Characters of one entry that are looked at."""

_MAX_ID = 400
_MAX_ADDRESS = 300
_ROOT = re.compile(rb"(?:\s|<\?[^>]{0,300}\?>|<!--(?:[^-]|-(?!->)){0,4000}-->)*+<(?:urlset|sitemapindex)\b")
_NAMES_NEWS = re.compile(r"""xmlns:([A-Za-z_][\w.-]{0,20})\s*=\s*["']https?://www\.google\.com/schemas/sitemap-news/""")
_ENTRY = re.compile(r"<(?:url|sitemap)\s{0,20}>")


def is_sitemap(body: bytes) -> bool:
    """Whether a body begins as a sitemap, or a list of sitemaps."""
    return _ROOT.match(body.removeprefix(b"\xef\xbb\xbf")[:8192]) is not None


def posts_of_sitemap(body: bytes, source_id: str) -> Iterator[Post]:
    """The articles that a sitemap names as news; its other pages are left out.

    Raises:
        Malformed: it is a list of sitemaps, or names no news at all.
    Source:
        sitemaps.org/protocol.html; developers.google.com, "News sitemaps"; read 2026-11-24.
    """
    markup = decoded(body)
    entries = _ENTRY.split(markup)
    if "<sitemapindex" in entries[0]:
        raise Malformed(_index_reason(entries))
    prefix = _NAMES_NEWS.search(entries[0][:_MAX_ENTRY])
    if prefix is None and len(entries) > 1:
        raise Malformed("this sitemap names no news; watch the page on which they stand")
    return (_post(entry[:_MAX_ENTRY], prefix[1] if prefix else "news", source_id) for entry in _news(entries, prefix))


def _news(entries: list[str], prefix: re.Match[str] | None) -> list[str]:
    mark = f"<{prefix[1]}:news" if prefix else "<news:news"
    return [entry for entry in entries[1:] if mark in entry][:MAX_URLS]


def _post(entry: str, prefix: str, source_id: str) -> Post:
    link = absolute(_value(entry, "loc"), "")
    return Post(
        native_id=link if len(link) <= _MAX_ID else "",
        identity=identity_of(link, link, source_id) if link else "",
        url=link,
        title=_value(entry, f"{prefix}:title"),
        published_at=from_text(_value(entry, f"{prefix}:publication_date")),
        updated_at=from_text(_value(entry, "lastmod")),
        language=_value(entry, f"{prefix}:language"),
        place=_value(entry, f"{prefix}:name"),
    )


def _value(entry: str, name: str) -> str:
    start = entry.find(f"<{name}>")
    end = entry.find(f"</{name}>", start)
    if start < 0 or end < 0:
        return ""
    said = entry[start + len(name) + 2 : end].strip()
    if said.startswith("<![CDATA["):
        return said.removeprefix("<![CDATA[").removesuffix("]]>").strip()
    return html.unescape(said)


def _index_reason(entries: list[str]) -> str:
    """Why a list of sitemaps cannot be watched, and which of them may hold the news."""
    named = [link for entry in entries[1:] if (link := absolute(_value(entry[:_MAX_ENTRY], "loc"), ""))]
    news = next((link for link in named if "news" in link.lower() and len(link) <= _MAX_ADDRESS), "")
    return "this is a list of sitemaps; watch one of them" + (f", for instance {news}" if news else "")
