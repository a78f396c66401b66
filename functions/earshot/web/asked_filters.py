"""Reads the filters of a list of mentions from a query string; whatever is not understood is refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from earshot.domain.errors import Invalid
from earshot.domain.ids import is_id
from earshot.domain.mention import Status
from earshot.domain.verdict import Kind, Sentiment
from earshot.domain.watch import Role
from earshot.services.inputs import in_utc
from earshot.services.listing import Filters
from earshot.web.request import Pairs

_KNOWN = (
    "status",
    "kind",
    "sentiment",
    "role",
    "watch",
    "author",
    "source",
    "story",
    "q",
    "since",
    "until",
    "sort",
    "cursor",
    "limit",
)
_LATER = ("assignee", "tag")
_MAX_TEXT = 300

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which page of which list."""

    filters: Filters
    cursor: str = ""
    limit: int = 50


def asked_page(query: Pairs) -> Asked:
    """What a query string asks for.

    Raises:
        Invalid: a parameter is unknown, given twice, or cannot be read.
    """
    given = only(query, *_KNOWN)
    filters = Filters(
        status=_choice(given, "status", Status),
        kind=_choice(given, "kind", Kind),
        sentiment=_choice(given, "sentiment", Sentiment),
        role=_choice(given, "role", Role),
        since=_time(given, "since"),
        until=_time(given, "until"),
        newest=_is_newest(given),
        watch=_text(given, "watch"),
        author=_text(given, "author"),
        source=_text(given, "source"),
        story=_mention(given, "story"),
        q=_text(given, "q"),
    )
    limit = whole_number("limit", given.get("limit", "50"))
    return Asked(filters=filters, cursor=given.get("cursor", ""), limit=limit)


def only(query: Pairs, *known: str) -> dict[str, str]:
    """The parameters by name.

    Raises:
        Invalid: one is unknown or given twice.
    """
    given: dict[str, str] = {}
    for name, value in query:
        if name in _LATER:
            raise Invalid(name, "is not supported yet")
        if name not in known:
            raise Invalid(name[:60], f"is not known here; known are {', '.join(known) or 'none'}")
        if name in given:
            raise Invalid(name, "is given more than once")
        given[name] = value
    return given


def whole_number(field: str, text: str) -> int:
    """A whole number from 0 to 999999999.

    Raises:
        Invalid: it is something else.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(field, "must be a whole number")
    return int(text)


def _choice(given: Mapping[str, str], name: str, type_: type[E]) -> E | None:
    if name not in given:
        return None
    try:
        return type_(given[name])
    except ValueError:
        raise Invalid(name, f"must be one of {', '.join(type_)}") from None


def _text(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "").strip()
    if len(text) > _MAX_TEXT:
        raise Invalid(name, f"must have at most {_MAX_TEXT} characters")
    return text


def _mention(given: Mapping[str, str], name: str) -> str:
    if name in given and not is_id("m", given[name]):
        raise Invalid(name, "must be the id of a mention")
    return given.get(name, "")


def _is_newest(given: Mapping[str, str]) -> bool:
    if given.get("sort", "newest") != "newest":
        raise Invalid("sort", "must be newest, or left out")
    return "sort" in given


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    if name not in given:
        return None
    text = given[name]
    # A plus sign that was not percent-encoded arrives as a space.
    for reading in (text, text.replace(" ", "+")):
        try:
            return in_utc(datetime.fromisoformat(reading), name)
        except ValueError:
            continue
    raise Invalid(name, "must be a time such as 2026-03-01T08:00:00Z")
