"""Foreign text made fit to be shown: without control characters, its matches marked, its links checked."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import category
from urllib.parse import urlsplit

from earshot.domain.watch import Match

_BREAKERS = re.compile(r"[\s<>\"`\\]")
_MAX_LINK = 2048


class Piece(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    is_match: bool = False


def clean(text: str) -> str:
    """The text without control characters but line breaks and tabs, and without lone surrogates."""
    return "".join("�" if category(c) == "Cs" else c for c in text if c in "\n\t" or category(c) != "Cc")


def one_line(text: str, most: int) -> str:
    """The text in one line of at most `most` characters, without invisible signs that change its direction."""
    visible = "".join(" " if category(c) in ("Cc", "Zl", "Zp") else c for c in text if category(c) not in ("Cf", "Cs"))
    line = " ".join(visible.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def pieces(text: str, matches: Iterable[Match], field: str) -> tuple[Piece, ...]:
    """The text of a mention's field, cut where a match begins or ends; empty pieces are left out."""
    cut, at = [], 0
    for start, end in _ranges(text, matches, field):
        cut += [Piece(clean(text[at:start])), Piece(clean(text[start:end]), is_match=True)]
        at = end
    cut.append(Piece(clean(text[at:])))
    return tuple(piece for piece in cut if piece.text)


def safe_link(url: str) -> str:
    """`url` if a browser opens it as the web page it looks like, else ""."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and host and "@" not in parts.netloc and url.isprintable()
    return url if usable and len(url) <= _MAX_LINK and not _BREAKERS.search(url) else ""


def host_of(url: str) -> str:
    """The name of the site a link leads to, without www, or ""."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if safe_link(url) else ""


def _ranges(text: str, matches: Iterable[Match], field: str) -> list[tuple[int, int]]:
    """Where to mark: within the text, in order, overlapping ones joined."""
    spans = sorted((s.start, s.end) for match in matches for s in match.spans if s.field == field)
    joined: list[tuple[int, int]] = []
    for start, end in ((max(start, 0), min(end, len(text))) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
