"""Turns values into rows and back."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from earshot.domain.errors import EarshotError
from earshot.ports.table import Key, Row

T = TypeVar("T")


def to_row(value: Any, key: Key, kind: str, **places: Any) -> Row:
    """A row for a dataclass; its `revision` moves into the row. `places` are `inbox`, `due` and `expires_at`."""
    body = msgspec.to_builtins(value)
    return Row(key=key, kind=kind, revision=body.pop("revision", 0), body=body, **places)


def from_row(row: Row, type_: type[T]) -> T:
    """The value of a row, with the row's revision where the type has one.

    Raises:
        EarshotError: the stored row does not fit the type; the message names the row, never its content.
    """
    body = dict(row.body)
    if "revision" in getattr(type_, "__dataclass_fields__", {}):
        body["revision"] = row.revision
    try:
        return msgspec.convert(body, type_)
    except msgspec.ValidationError as exc:
        raise EarshotError(f"the stored {row.kind} {row.key.sk} cannot be read: {exc}") from exc


def stamp(at: datetime) -> str:
    """A time as a sort key: UTC, fixed width, later sorts higher."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


_END_OF_TIME_MS = 9_999_999_999_999


def newest_first(at: datetime) -> str:
    """A time as a sort key in which later sorts lower; what lies outside 1970 to 2286 sorts at an end."""
    since_1970_ms = int(at.timestamp() * 1000)
    return f"{_END_OF_TIME_MS - min(max(since_1970_ms, 0), _END_OF_TIME_MS):013d}"
