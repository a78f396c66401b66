"""JSON bodies of places: read within bounds, and looked into without trust. A wrong type counts as a missing value."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from earshot.domain.errors import Malformed
from earshot.sources.feed_dates import from_text

Node = Mapping[str, Any]
"""A JSON object."""

MAX_ID = 200
"""Characters of an id; longer ones are no ids."""

_LARGEST = 10**15
_ID = re.compile(rf"[!-~]{{1,{MAX_ID}}}", re.ASCII)
_EMPTY: Node = {}


def read_json(body: bytes, place: str) -> Any:
    """The value of a body.

    Raises:
        Malformed: it is no JSON, or nested too deep; the reason names the place.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Malformed(f"{place} answered with something that is not JSON") from exc


def read_object(body: bytes, place: str) -> Node:
    """The object of a body.

    Raises:
        Malformed: it is something else.
    """
    value = read_json(body, place)
    if not isinstance(value, Mapping):
        raise Malformed(f"{place} answered with something that is no JSON object")
    return value


def child(node: Node, *path: str) -> Node:
    """The object at a path of names; an empty one where there is none."""
    found: object = node
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else _EMPTY


def children(node: Node, *path: str) -> tuple[Node, ...]:
    """The objects in the list at a path; what is no object is left out."""
    return tuple(each for each in values(node, *path) if isinstance(each, Mapping))


def values(node: Node, *path: str) -> Sequence[Any]:
    """The list at a path; an empty one where there is none."""
    found = _at(node, path)
    return found if isinstance(found, list) else ()


def text(node: Node, *path: str) -> str:
    """The text at a path, "" where there is none."""
    found = _at(node, path)
    return found if isinstance(found, str) else ""


def name(node: Node, *path: str) -> str:
    """The id at a path, from text or a whole number: visible ASCII without blanks; "" for anything else."""
    found = _at(node, path)
    written = str(found) if type(found) is int or isinstance(found, str) else ""
    return written if _ID.fullmatch(written) else ""


def count(node: Node, *path: str) -> int | None:
    """The whole number at a path, None where there is none or it is absurd."""
    found = _at(node, path)
    return found if type(found) is int and abs(found) < _LARGEST else None


def number(node: Node, *path: str) -> float | None:
    """The number at a path, None where there is none."""
    found = _at(node, path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if abs(found) < _LARGEST and math.isfinite(found) else None


def moment(node: Node, *path: str) -> datetime | None:
    """The time at a path, from RFC 3339 text (without a zone taken as UTC) or seconds since 1970; else None."""
    found = _at(node, path)
    if isinstance(found, str):
        return from_text(found)
    seconds = number(node, *path)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def is_true(node: Node, *path: str) -> bool:
    """Whether `true` stands at a path."""
    return _at(node, path) is True


def _at(node: Node, path: Sequence[str]) -> object:
    return child(node, *path[:-1]).get(path[-1])
