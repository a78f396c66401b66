"""A page that somebody pasted the address of: who wrote what there and when, as far as the page says so itself.

Source:
    ogp.me, "Optional Metadata" and "Article"; schema.org/Article and schema.org/Review; the HTML standard, "the article
    element"; read 2026-11-24; not tried live.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from earshot.domain.item import Author
from earshot.ports.http import Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_dates import from_text
from earshot.sources.feed_page import absolute
from earshot.sources.json_body import Node, child, number, text, values
from earshot.sources.markup import Element, Page, charset_of, decoded, read_markup
from earshot.sources.plain import plain_line, plain_text
from earshot.sources.posts import Post

MOST_SCRIPTS = 10
"""Scripts with data of one page that are read."""

MAX_SCRIPT = 100_000
"""Characters of one of them; a longer one is left alone."""

MOST_NODES = 200
"""Objects in them that are looked at."""

_LEAST_TEXT = 80
"""Characters that the main part of a page has at least; one with fewer is told by its description."""

_SAYING = frozenset(
    {"article", "newsarticle", "blogposting", "socialmediaposting", "discussionforumposting", "review", "comment"}
)
"""Types of schema.org that are something said, in lower case."""

_NAMES = ("author", "article:author", "dc.creator")
_DATES = ("article:published_time", "og:published_time", "date", "dc.date", "pubdate")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A page with its metas by name, the first of each, and the first thing said in its data."""

    page: Page
    metas: Mapping[str, str]
    data: Node

    def meta(self, *names: str) -> str:
        return next((self.metas[name] for name in names if self.metas.get(name)), "")


def page_post(response: Response, url: str, native_id: str, identity: str) -> Post:
    """What the page at `url` says, as a post; it has neither title nor text where nothing can be read there."""
    read = _read(response)
    title = read.meta("og:title", "twitter:title") or _titles(read.page)
    stars = number(child(read.data, "reviewRating"), "ratingValue")
    root = read.page.first("html")
    return Post(
        native_id=native_id,
        identity=identity,
        url=url,
        title=plain_line(text(read.data, "headline") or text(read.data, "name") or title, is_html=False),
        text=_said(read),
        published_at=_moment(read),
        author=_author(read, response.url),
        rating=stars if stars is not None and _scale(read.data) == 5 else None,
        language=root.attributes.get("lang", "") if root else "",
        place=plain_line(read.meta("og:site_name"), is_html=False) or parts_of(url).host,
    )


def _read(response: Response) -> _Read:
    page = read_markup(decoded(response.body, charset_of(response.headers.get("content-type", ""))).replace("\0", ""))
    metas: dict[str, str] = {}
    for element in page.elements:
        if element.tag == "meta":
            name = (element.attributes.get("property") or element.attributes.get("name") or "").lower()
            metas.setdefault(name, element.attributes.get("content", "")[:5000])
    return _Read(page=page, metas=metas, data=next(_things_said(page), {}))


def _things_said(page: Page) -> Iterator[Node]:
    scripts = (each for each in page.elements if each.attributes.get("type", "").lower() == "application/ld+json")
    for script, _ in zip(scripts, range(MOST_SCRIPTS), strict=False):
        if len(script.raw) <= MAX_SCRIPT:
            yield from _of_saying(_json(script.raw))


def _json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _of_saying(value: Any) -> Iterator[Node]:
    """The objects of a type that is something said, those in lists and graphs too."""
    waiting = [value]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting.extend(node[:MOST_NODES])
        elif isinstance(node, Mapping):
            types = node.get("@type")
            named = types if isinstance(types, list) else [types]
            if any(isinstance(each, str) and each.lower() in _SAYING for each in named):
                yield node
            waiting.extend(values(node, "@graph")[:MOST_NODES])


def _titles(page: Page) -> str:
    title, heading = page.first("title"), page.first("h1")
    return plain_line(title.raw) if title else page.text_of(heading) if heading else ""


def _said(read: _Read) -> str:
    """The text of the article; where a page marks none, what it says of itself, and at last all that stands there."""
    body = text(read.data, "articleBody") or text(read.data, "reviewBody") or text(read.data, "text")
    told = read.meta("og:description", "description", "twitter:description") or text(read.data, "description")
    main = read.page.first("article") or read.page.first("main") or _marked_main(read.page)
    shown = plain_text(read.page.text_of(main), is_html=False) if main else ""
    if body:
        return plain_text(body)
    if len(shown) >= _LEAST_TEXT:
        return shown
    return plain_text(told, is_html=False) or shown or plain_text(read.page.text, is_html=False)


def _marked_main(page: Page) -> Element | None:
    return next((each for each in page.elements if each.attributes.get("role", "").lower() == "main"), None)


def _moment(read: _Read) -> datetime | None:
    times = (each.attributes.get("datetime", "") for each in read.page.elements if each.tag == "time")
    written = text(read.data, "datePublished") or read.meta(*_DATES) or next(filter(None, times), "")
    return from_text(written[:40])


def _author(read: _Read, base_url: str) -> Author:
    found = read.data.get("author")
    first = found[0] if isinstance(found, list) and found else found
    if isinstance(first, Mapping):
        link = text(first, "url")
        return Author(name=text(first, "name"), url=absolute(link, base_url) if link else "")
    named = first if isinstance(first, str) else read.meta(*_NAMES)
    # `article:author` is the address of a profile on most sites.
    return Author(url=absolute(named, "")) if named.startswith(("http:", "https:")) else Author(name=named)


def _scale(data: Node) -> float:
    rated = child(data, "reviewRating")
    best = number(rated, "bestRating")
    return 5.0 if best is None else best
