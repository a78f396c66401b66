"""The part of microformats2 that a page which mentions us needs: its h-entry with name, content, author and dates.

Source:
    microformats.org/wiki/microformats2-parsing, /h-entry, /h-card; read 2026-11-24. Left out: the value class pattern,
    implied names and photos of entries, and authors that only another page names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.item import Author
from earshot.sources.feed_dates import from_text
from earshot.sources.feed_page import absolute
from earshot.sources.markup import Element, Page
from earshot.sources.plain import plain_line, plain_text

RESPONSES = ("in-reply-to", "like-of", "repost-of", "bookmark-of")
"""The ways in which an entry may answer to another page."""

_LINKED = ("href", "src", "data", "cite", "poster")
"""Attributes that hold the address of something, the usual one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An h-entry; "" and None where it does not say. `answers` are the pages it responds to, by `RESPONSES`."""

    name: str = ""
    content: str = ""
    author: Author = Author()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    answers: tuple[tuple[str, str], ...] = ()


def entry_of(page: Page, base_url: str, at: Element | None) -> Entry | None:
    """The innermost entry that holds `at`, else the first of the page; None where the page has none."""
    entries = [each for each in page.elements if "h-entry" in each.classes]
    holding = [each for each in entries if at is not None and each.index <= at.index < each.last]
    # An entry that is only quoted in another one is not who links here.
    roots = [each for each in holding if not _is_property(each)] or [each for each in entries if not _is_property(each)]
    return _entry(page, roots[-1] if holding else roots[0], base_url) if roots else None


def _entry(page: Page, root: Element, base_url: str) -> Entry:
    properties = list(_properties(page, root))

    def text(*names: str) -> str:
        return next((said for name in names for _, said in _named(page, properties, name)), "")

    content = plain_text(text("e-content", "p-content", "p-summary"), is_html=False)
    name = plain_line(text("p-name"), is_html=False)
    authors = [each for each in properties if each.classes & {"p-author", "u-author"}]
    return Entry(
        # Notes without a title give their whole text as their name.
        name="" if content and name and plain_line(content, is_html=False).startswith(name) else name,
        content=content,
        author=_author(page, authors[0], base_url) if authors else Author(),
        published_at=_moment(page, properties, "dt-published"),
        updated_at=_moment(page, properties, "dt-updated"),
        answers=tuple(_answers(page, properties, base_url)),
    )


def _properties(page: Page, root: Element) -> Iterator[Element]:
    """The elements that are properties of `root`, and not of something that stands within it."""
    within = page.within(root)
    position = 0
    while position < len(within):
        element = within[position]
        if _is_property(element):
            yield element
        position = element.last - root.index - 1 if _is_root(element) else position + 1


def _is_root(element: Element) -> bool:
    return any(name.startswith("h-") for name in element.classes)


def _is_property(element: Element) -> bool:
    return any(name.startswith(("p-", "u-", "dt-", "e-")) for name in element.classes)


def _named(page: Page, properties: list[Element], name: str) -> Iterator[tuple[Element, str]]:
    for element in properties:
        if name in element.classes and (said := _said(page, element)):
            yield element, said


def _said(page: Page, element: Element) -> str:
    attributes = element.attributes
    written = {"abbr": "title", "data": "value", "input": "value", "img": "alt", "area": "alt"}.get(element.tag, "")
    return attributes.get(written, "") or page.text_of(element).strip()


def _address(element: Element, base_url: str) -> str:
    found = next((element.attributes[name] for name in _LINKED if element.attributes.get(name)), "")
    return absolute(found, base_url) if found else ""


def _moment(page: Page, properties: list[Element], name: str) -> datetime | None:
    for element in properties:
        if name in element.classes:
            written = element.attributes.get("datetime") or _said(page, element)
            if moment := from_text(written[:40]):
                return moment
    return None


def _author(page: Page, element: Element, base_url: str) -> Author:
    """An author's card, or the name alone."""
    inner = list(_properties(page, element)) if _is_root(element) else []
    names = [said for name in ("p-name", "p-nickname") for _, said in _named(page, inner, name)]
    addresses = [_address(each, base_url) for each in inner if "u-url" in each.classes]
    said = names[0] if names else _said(page, element)
    links = [each for each in (element, *page.within(element)) if each.tag == "a"]
    # A card with a single link implies that it is the person's.
    implied = [_address(links[0], base_url)] if len(links) == 1 else []
    url = next(filter(None, (*addresses, *implied)), "")
    return Author(name="" if said.startswith(("http:", "https:")) else said, url=url)


def _answers(page: Page, properties: list[Element], base_url: str) -> Iterator[tuple[str, str]]:
    for element in properties:
        for name in RESPONSES:
            if element.classes & {f"u-{name}", f"p-{name}"}:
                inner = [each for each in page.within(element) if each.tag == "a"] if _is_root(element) else []
                for each in (element, *inner):
                    if url := _address(each, base_url):
                        yield name, url
