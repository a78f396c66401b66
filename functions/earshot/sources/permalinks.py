"""Addresses that name something on a platform we know: one small recogniser per platform.

They stand apart from the connectors so that a feed can ask all of them without importing any connector.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)

Recogniser = Callable[[str], str | None]


def hackernews(url: str) -> str | None:
    """`hackernews:<id>` for an item page of Hacker News; an anchor names the comment it points to."""
    try:
        parts = urlsplit(url)
        if parts.hostname != "news.ycombinator.com" or parts.path != "/item":
            return None
        number = parse_qs(parts.query, max_num_fields=20).get("id", [""])[0]
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _NUMBER.fullmatch(number):
        return None
    return f"hackernews:{parts.fragment if _NUMBER.fullmatch(parts.fragment) else number}"


RECOGNISERS: tuple[Recogniser, ...] = (hackernews,)
"""Every recogniser; a new platform adds its own here."""


def recognised(url: str) -> str | None:
    """The platform identity (`kind:native id`) of a permalink, or None when no platform claims it."""
    return next((identity for recognise in RECOGNISERS if (identity := recognise(url))), None)
