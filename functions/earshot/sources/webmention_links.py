"""Finds a link in a document of any kind, as Webmention asks for: each media type by its own rule."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from earshot.ports.http import Response
from earshot.sources.feed_page import absolute, is_web_page
from earshot.sources.markup import Element, Page, charset_of, decoded, read_markup
from earshot.sources.plain import plain_text

AROUND = 300
"""Characters on each side of a link that tell what it is about, where a page does not say what its text is."""

_MAX_NODES = 100_000
"""Values of one JSON document that are looked at."""

_LINKING = ("href", "src", "cite", "poster", "data")
"""The attributes by which an element of HTML links."""

_SILENT = frozenset({"base", "link", "script"})
"""Elements whose addresses no reader sees; a `link` with a class is a property of microformats and counts."""

_IN_TEXT = re.compile(r"https?://[^\s<>\"]{1,2048}", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was wanted: its address and the text around it; `page` and `at` in HTML only."""

    url: str
    around: str = ""
    page: Page | None = None
    at: Element | None = None
    base_url: str = ""


def link_in(response: Response, wanted: Wanted) -> Link | None:
    """The first link of a document whose address is `wanted`, None where there is none.

    Source:
        W3C Webmention §3.2.2: links of HTML, values of JSON, the address itself in plain text.
    """
    content_type = response.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    text = decoded(response.body, charset_of(content_type)).replace("\0", "")
    if kind in {"text/html", "application/xhtml+xml"} or (not kind and is_web_page(response.body)):
        return _in_html(text, response.url, wanted)
    if kind == "application/json" or kind.endswith("+json"):
        return _in_json(text, wanted)
    return _in_text(text, wanted) if not kind or kind.startswith("text/") else None


def spelled(url: str) -> str:
    """An address with scheme and host in lower case, without the usual port, and with the slash of an empty path."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    place = host if port in {None, _PORTS.get(parts.scheme)} else f"{host}:{port}"
    return parts._replace(netloc=place, path=parts.path or "/").geturl()


def _in_html(markup: str, url: str, wanted: Wanted) -> Link | None:
    page = read_markup(markup)
    base = page.first("base")
    base_url = (absolute(base.attributes.get("href", ""), url) if base else "") or url
    for element in page.elements:
        if element.tag in _SILENT and not (element.tag == "link" and element.classes):
            continue
        for name in _LINKING:
            if (written := element.attributes.get(name)) and wanted(found := absolute(written, base_url)):
                around = page.text[max(0, element.start - AROUND) : element.end + AROUND]
                said = plain_text(around, is_html=False)
                return Link(url=found, around=said, page=page, at=element, base_url=base_url)
    return None


def _in_json(text: str, wanted: Wanted) -> Link | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return next((Link(url=each) for each in _texts(value) if each.startswith("http") and wanted(each)), None)


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str):
            yield node


def _in_text(text: str, wanted: Wanted) -> Link | None:
    for found in _IN_TEXT.finditer(text):
        # A sentence or a bracket may end right behind an address, and an address may end in such a sign.
        for url in (found[0], found[0].rstrip(".,;:!?)]}'*_")):
            if wanted(url):
                around = text[max(0, found.start() - AROUND) : found.end() + AROUND]
                return Link(url=url, around=plain_text(around, is_html=False))
    return None
