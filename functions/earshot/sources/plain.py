"""Plain text out of what sources call text: no markup, no control characters, bounded."""

import html
import re
import unicodedata

import nh3

from earshot.domain.item import MAX_TEXT

MAX_TITLE = 500
"""Characters kept of a title."""

_MAX_MARKUP = 16 * MAX_TEXT
"""Characters of markup looked at for one text; real pages spend two to five on one character of text."""

_BREAKING = {
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_SILENT = {"script", "style", "template", "noscript", "iframe", "object", "title", "textarea", "select", "svg", "math"}
_TAG = re.compile(r"<[^>]*>")
_MAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[a-zA-Z]{2,24}")
_ODD_SPACE = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" ?\n[ \n]*")
# Control characters but tab and line feed, lone surrogates, and marks that turn the reading direction of what follows.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def plain_text(markup: str, *, is_html: bool = True, limit: int = MAX_TEXT) -> str:
    """The text a reader would see, at most `limit` characters; block elements end a line, scripts and styles go."""
    text = _UNWANTED.sub("", markup[:_MAX_MARKUP])
    if is_html:
        # nh3 returns well-formed tags without attributes and escapes every other `<`: a simple pattern is exact here.
        known = nh3.clean(text, tags=_BREAKING, clean_content_tags=_SILENT, attributes={}, link_rel=None)
        text = html.unescape(_TAG.sub("\n", known))
    return _tidy(text)[:limit].rstrip()


def plain_line(markup: str, *, is_html: bool = True, limit: int = MAX_TITLE) -> str:
    """The same on one line, for titles and names; entities that were escaped twice are read twice."""
    once = plain_text(markup, is_html=is_html)
    return _tidy(html.unescape(once)).replace("\n", " ")[:limit].rstrip()


def plain_name(name: str) -> str:
    """A person's name on one line without mail addresses, which are not ours to keep; "" if nothing else was there."""
    line = plain_line(name, is_html=False, limit=200)
    rest, mails = _MAIL.subn("", line)
    return rest.strip(" ()<>,") if mails else line


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    return _LINE_ENDS.sub("\n", _ODD_SPACE.sub(" ", text)).strip()
