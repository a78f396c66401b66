"""HTML as one plain text and a list of elements that say which part of it is theirs; read in one pass.

Mails and strangers' pages are as broken or hostile as they please, and the readers at hand are not bounded: on CPython
3.11.7 `html.parser` takes more than 20 s for 300 KB of unended tags, and nh3 0.3.8 two minutes for 1 MB of open
elements (measured 2026-11). This one looks at each sign a bounded number of times and knows no more of HTML than is
needed to find links, classes and what stands between them.
"""

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

MAX_MARKUP = 1_000_000
"""Characters of one document that are looked at."""

MAX_ELEMENTS = 50_000
"""Elements of one document that are kept; what comes later is text alone."""

_MAX_TAG = 8192
"""Characters of one tag; click trackers in mails have some hundreds."""

_MAX_DEPTH = 500
"""Open elements at once; deeper ones are leaves."""

_MAX_UNCLOSED = 64
"""Open elements that one closing tag may end."""

_BREAKING = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_RAW = frozenset(
    {"iframe", "math", "noscript", "script", "select", "style", "svg", "template", "textarea", "title", "xmp"}
)
"""Elements whose content is no part of the text."""

_QUOTED = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]{0,40}+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
_SLOPPY = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40}+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""([A-Za-z_:][\w:.-]{0,60}+)(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PLAIN_CODECS = ("utf", "ascii", "iso8859", "iso2022", "cp125", "koi8", "gb", "big5", "shift_jis", "euc_", "mac_")
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element: its text is `start` to `end` of the page's, its descendants are those at `index + 1` to `last`.

    `raw` is what stands in a script or title, as it is written.
    """

    tag: str
    index: int
    start: int
    end: int
    last: int
    attributes: Mapping[str, str] = field(default_factory=lambda: _NONE)
    raw: str = ""

    @property
    def classes(self) -> frozenset[str]:
        """The class names."""
        return frozenset(self.attributes.get("class", "").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document: what a reader sees of it, blocks on lines of their own, and its elements in their order."""

    text: str
    elements: tuple[Element, ...]

    def text_of(self, element: Element) -> str:
        """The text within an element."""
        return self.text[element.start : element.end]

    def within(self, element: Element) -> tuple[Element, ...]:
        """The elements within an element."""
        return self.elements[element.index + 1 : element.last]

    def first(self, tag: str) -> Element | None:
        """The first element of this name."""
        return next((each for each in self.elements if each.tag == tag), None)


def read_markup(markup: str) -> Page:
    """The page that markup shows: images as their descriptions, no scripts, styles and comments."""
    reader = _Reader()
    for is_end, tag, rest, text in _pieces(markup[:MAX_MARKUP]):
        if not tag:
            reader.write(_SPACE.sub(" ", html.unescape(text)))
        elif is_end:
            reader.close(tag)
        else:
            reader.open(tag, _attributes(rest), text)
    return reader.page()


def decoded(body: bytes, charset: str = "") -> str:
    """The text of a body in the encoding that was named for it, else that its own head names, else UTF-8."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    named = _CHARSET.search(body[:2048])
    for wanted in (charset, named[1].decode("ascii") if named and not charset else "", "utf-8"):
        try:
            codec = codecs.lookup(wanted).name.replace("-", "") if wanted else ""
            if codec.startswith(_PLAIN_CODECS) and codec != "utf7":
                # Browsers read both names as Windows-1252 (WHATWG Encoding, "Names and labels").
                return body.decode("cp1252" if codec in {"ascii", "iso88591"} else wanted, "replace")
        except (LookupError, ValueError):
            continue
    return ""


def charset_of(content_type: str) -> str:
    """The charset that a content type names, "" where it names none."""
    found = re.search(r"""charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9_.:-]{1,40})""", content_type[:500], re.IGNORECASE)
    return found[1] if found else ""


def _pieces(markup: str) -> Iterator[tuple[bool, str, str, str]]:
    """Yields (is an end tag, name in lower case, attributes, text or raw content); for text the name is ""."""
    position = 0
    while (start := markup.find("<", position)) >= 0:
        if start > position:
            yield False, "", "", markup[position:start]
        if markup.startswith("<!--", start):
            position = _after(markup, "-->", start + 4)
        elif markup.startswith(("<!", "<?"), start):
            position = _after(markup, ">", start)
        elif found := _tag(markup, start):
            tag, position = found[2].lower(), found.end()
            raw = ""
            if tag in _RAW and not found[1] and not found[3].endswith("/"):
                closing = re.compile(rf"</{tag}\b", re.IGNORECASE).search(markup, position)
                end = closing.start() if closing else len(markup)
                raw, position = markup[position:end], end
            yield bool(found[1]), tag, found[3], raw
        else:
            yield False, "", "", "<"
            position = start + 1
    if position < len(markup):
        yield False, "", "", markup[position:]


def _tag(markup: str, start: int) -> re.Match[str] | None:
    end = start + _MAX_TAG
    return _QUOTED.match(markup, start, end) or _SLOPPY.match(markup, start, end)


def _after(markup: str, closing: str, start: int) -> int:
    found = markup.find(closing, start)
    return len(markup) if found < 0 else found + len(closing)


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(rest):
        name, double, single, bare = match.groups()
        # Of equal names the first counts, as in browsers.
        found.setdefault(name.lower(), html.unescape(double or single or bare or ""))
    return found


class _Reader:
    """Collects text and elements; the open ones are a stack of indexes."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._elements: list[Element] = []
        self._ends: dict[int, tuple[int, int]] = {}
        self._open: list[int] = []

    def write(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)

    def open(self, tag: str, attributes: dict[str, str], raw: str) -> None:
        if tag in _BREAKING:
            self._close_sloppy(tag)
            self.write("\n")
        if len(self._elements) >= MAX_ELEMENTS:
            return
        index = len(self._elements)
        start = self._length
        if tag == "img" and attributes.get("alt"):
            self.write(f" {attributes['alt']} ")
        kept = raw if tag in {"script", "title"} else ""
        place = Element(tag=tag, index=index, start=start, end=self._length, last=index + 1)
        self._elements.append(replace(place, attributes=attributes, raw=kept))
        if tag not in _VOID and tag not in _RAW and len(self._open) < _MAX_DEPTH:
            self._open.append(index)

    def close(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 1 - _MAX_UNCLOSED), -1):
            if self._elements[self._open[depth]].tag == tag:
                self._end_from(depth)
                break
        if tag in _BREAKING:
            self.write("\n")

    def page(self) -> Page:
        self._end_from(0)
        return Page(text="".join(self._text), elements=tuple(map(self._ended, self._elements)))

    def _close_sloppy(self, tag: str) -> None:
        """Ends a paragraph or list item that nobody ended."""
        if self._open and (last := self._elements[self._open[-1]].tag) in {"p", "li"} and (last == "p" or tag == "li"):
            self._end_from(len(self._open) - 1)

    def _end_from(self, depth: int) -> None:
        for index in self._open[depth:]:
            self._ends[index] = (self._length, len(self._elements))
        del self._open[depth:]

    def _ended(self, element: Element) -> Element:
        if element.index not in self._ends:
            return element
        end, last = self._ends[element.index]
        return replace(element, end=end, last=last)
