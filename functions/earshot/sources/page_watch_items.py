"""Pieces of a web page: headlines that lead somewhere with what is said below them, and blocks of text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from earshot.domain.item import MAX_TEXT
from earshot.sources.addresses import parts_of
from earshot.sources.canonical import canonical_url
from earshot.sources.feed_page import absolute
from earshot.sources.markup import Element, Page, read_markup
from earshot.sources.page_watch_spans import Nest, Spans
from earshot.sources.plain import plain_line, plain_text

MAX_TEASERS = 5
"""Blocks that are read as part of the headline above them."""

_LEAST_MAIN = 200
"""Letters of a main part that is worth leaving the rest of the page alone."""

_SHORT_ROW = 300
"""Characters of a row of a table that holds data and is not there for the layout of the page."""

_SIDES = frozenset({"nav", "footer", "aside", "button", "dialog", "menu"})
_SIDE_ROLES = frozenset({"navigation", "contentinfo", "complementary", "search", "dialog", "alertdialog"})
_SIDE_NAMES = frozenset(
    {
        *("breadcrumb", "breadcrumbs", "cookie", "cookie-banner", "cookie-notice", "cookies", "consent", "footer"),
        *("main-menu", "menu", "nav", "navbar", "navigation", "pagination", "sidebar", "site-footer", "social"),
        *("share", "sharing", "skip-link"),
    }
)
"""Words by which pages call what is on all of their site; a class or id must be exactly one of them."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_GROUPS = frozenset({"article", "li", "tr", "dd"})
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_LETTER = re.compile(r"[^\W\d_]")


_PASSING = re.compile(
    r"\bvor \w{1,10} (?:sek\w*|min\w*|std|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)\b\.?"
    r"|\b\w{1,10} (?:sec\w*|min\w*|h|hours?|days?|weeks?|months?|years?) ago\b"
    r"|\b(?:gerade eben|heute|gestern|just now|today|yesterday)\b"
    r"|\b[\d.,]{1,12}k? (?:mal gelesen|aufrufe?|kommentare?|antwort(?:en)?|likes?|views?|comments?|replies|reply)\b"
)
"""What changes beside a text that stays: how long ago it was, and how often it was read, liked or answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A headline and what is said below it, at `url`; or a block of the page itself, with `url` "", under a heading."""

    title: str = ""
    text: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """What makes it the same piece at the next look: where it leads, else what it says."""
        said = " ".join(_PASSING.sub("", (self.text or self.title).casefold()).split())
        return f"link {canonical_url(self.url) or self.url}" if self.url else f"text {said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPage:
    """A page as far as it is compared: its pieces from top to bottom, each once."""

    pieces: tuple[Piece, ...]
    title: str = ""
    place: str = ""
    language: str = ""


class _Line(NamedTuple):
    """Where a line of the page's text stands, and whether it goes on with the one before."""

    start: int
    end: int
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A line of the page; `group` is the list item, row or article around it, -1 where there is none."""

    text: str
    link: str = ""
    is_heading: bool = False
    group: int = -1
    joins: bool = False


def read_page(markup: str, address: str) -> WatchedPage:
    """The page that stands in `markup` and came from `address`."""
    page = read_markup(markup)
    title = page.first("title")
    root = page.first("html")
    return WatchedPage(
        pieces=tuple({piece.name: piece for piece in reversed([*_pieces(_blocks(page, address))])}.values())[::-1],
        title=plain_line(title.raw) if title else "",
        place=_site_name(page) or parts_of(address).host,
        language=root.attributes.get("lang", "").strip().replace("_", "-") if root else "",
    )


def is_readable(text: str) -> bool:
    """Whether a text says something: three words and twelve letters, or forty letters where no blanks part words."""
    letters = len(_LETTER.findall(text[:400]))
    return letters >= 12 and (len(text.split(maxsplit=3)) >= 3 or letters >= 40)


def _pieces(blocks: Iterable[_Block]) -> Iterator[Piece]:
    current: Piece | None = None
    first = _Block(text="")
    teasers = 0
    heading = lone = ""
    for block in blocks:
        if current is not None and _belongs(block, current, first, teasers):
            current, teasers = _joined(current, block, first), teasers + 1
            first = replace(first, is_heading=first.is_heading or block.is_heading)
            continue
        if block.is_heading or (block.link and is_readable(block.text)):
            yield from filter(None, (current, Piece(title=lone) if is_readable(lone) else None))
            current = Piece(title=block.text, url=block.link) if block.link else None
            first, teasers = block, 0
            heading = block.text if block.is_heading else heading
            lone = block.text if block.is_heading and not block.link else ""
        elif not block.link and is_readable(block.text):
            yield from filter(None, (current,))
            yield Piece(title=heading, text=block.text)
            current, lone = None, ""
    yield from filter(None, (current, Piece(title=lone) if is_readable(lone) else None))


def _belongs(block: _Block, current: Piece, first: _Block, teasers: int) -> bool:
    """Whether a block goes on with the headline above: it leads to the same, or stands in the same group or below."""
    if block.link:
        return block.link == current.url
    if block.is_heading or teasers >= MAX_TEASERS:
        return False
    return (block.group >= 0 and block.group == first.group) or (first.is_heading and not current.text)


def _joined(piece: Piece, block: _Block, first: _Block) -> Piece:
    if block.is_heading and not first.is_heading:
        # What came before was the description of a picture that leads to the same.
        return replace(piece, title=block.text)
    if block.link and not is_readable(block.text):
        return piece
    return replace(piece, text=f"{piece.text}\n{block.text}".strip()[:MAX_TEXT])


def _blocks(page: Page, address: str) -> Iterator[_Block]:
    """The blocks of the main part; lines that only a line break or a cell parts are one, where none is a link."""
    before: _Block | None = None
    for block in _lines_as_blocks(page, address):
        if before is None:
            before = block
        elif block.joins and not (before.link or block.link or before.is_heading or block.is_heading):
            before = replace(before, text=f"{before.text} {block.text}"[:MAX_TEXT])
        else:
            yield before
            before = block
    yield from filter(None, (before,))


def _lines_as_blocks(page: Page, address: str) -> Iterator[_Block]:
    base = next((each.attributes.get("href", "") for each in page.elements if each.tag == "base"), "")
    base_url = (absolute(base, address) if base else "") or address
    here = {canonical_url(address.partition("#")[0]), None}

    @cache
    def target(href: str) -> str:
        found = absolute(href, base_url)
        return "" if canonical_url(found.partition("#")[0]) in here else found

    links = Spans([each for each in page.elements if each.tag == "a" and each.attributes.get("href")])
    headings = Spans([each for each in page.elements if each.tag in _HEADINGS])
    groups = Nest(each for each in page.elements if each.tag in _GROUPS)
    for start, end, joins in _content(page):
        link, share = links.largest(start, end)
        yield _Block(
            text=plain_text(page.text[start:end], is_html=False),
            link=target(link.attributes["href"]) if link and share * 5 >= (end - start) * 3 else "",
            is_heading=headings.largest(start, end)[1] * 2 > end - start,
            group=groups.innermost(start),
            joins=joins,
        )


def _content(page: Page) -> list[_Line]:
    """The lines of the main part without what frames it; those of the whole page where that leaves next to nothing."""
    lines = list(_lines(page))
    sides = Nest(each for each in page.elements if _is_side(each))
    kept = [line for line in lines if sides.innermost(line.start) < 0]
    if _length(kept) * 5 < _length(lines):
        kept = lines
    main = next((e for e in page.elements if e.tag == "main" or e.attributes.get("role", "").lower() == "main"), None)
    within = [line for line in kept if main and main.start <= line.start < main.end]
    return within if _length(within) >= _LEAST_MAIN else kept


def _lines(page: Page) -> Iterator[_Line]:
    """The lines that say something; one joins the last where one `br` or a cell of a short row parts them."""
    rows = Nest(each for each in page.elements if each.tag == "tr" and each.end - each.start <= _SHORT_ROW)
    breaks = {each.start for each in page.elements if each.tag == "br"}
    row = last = -1
    for found in _LINE.finditer(page.text):
        start, end = found.span()
        before, row = row, rows.innermost(start)
        gap = page.text[last:start] if last >= 0 else ""
        is_broken = gap.count("\n") == 1 and last + gap.index("\n") + 1 in breaks
        yield _Line(start, end, is_broken or (row >= 0 and row == before))
        last = end


def _is_side(element: Element) -> bool:
    names = {name.lower() for name in (*element.classes, element.attributes.get("id", ""))}
    return (
        element.tag in _SIDES
        or element.attributes.get("role", "").lower() in _SIDE_ROLES
        or not _SIDE_NAMES.isdisjoint(names)
    )


def _length(lines: Iterable[_Line]) -> int:
    return sum(line.end - line.start for line in lines)


def _site_name(page: Page) -> str:
    names = (each.attributes.get("content", "") for each in page.elements if _is_site_name(each))
    return plain_line(next(names, ""), is_html=False)


def _is_site_name(element: Element) -> bool:
    return element.tag == "meta" and element.attributes.get("property", "").lower() == "og:site_name"
