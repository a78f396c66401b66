"""Reads the HTML entities that are left in a plain text, and remembers where each character came from.

Feeds that escape twice leave "M&uuml;ller" or even "H&amp;amp;M" in what should be text.

Source:
    HTML Standard, §13.5 "Named character references", as in Python's `html.entities`; read 2026-11-24.
"""

import re
from collections.abc import Sequence
from html import unescape

# Only with a semicolon: "R&D" and "&copy" by itself are text.
_ENTITY = re.compile(r"&(?:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def decoded(text: str) -> tuple[str, Sequence[int] | None]:
    """The text with its entities read, and where in `text` each of its characters begins, the end last.

    The second is None where nothing was read: then it is the text itself. An entity of two characters has its
    beginning twice.
    """
    if "&" not in text or ";" not in text:
        return text, None
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for entity in _ENTITY.finditer(text):
        meant = unescape(f"&{entity[1]};")
        if meant.startswith("&") and len(meant) > 1:
            continue
        start, end = entity.span()
        parts += (text[done:start], meant)
        origins += (*range(done, start), *[start] * len(meant))
        done = end
    if not done:
        return text, None
    parts.append(text[done:])
    origins.extend(range(done, len(text) + 1))
    return "".join(parts), origins
