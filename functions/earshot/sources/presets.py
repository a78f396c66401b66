"""Presets: places of the German-speaking market that many companies want to hear, with what is known about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

_TABLE = Path(__file__).parent / "tables" / "presets.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a place is heard, and on what ground."""

    method: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One place: `kind` and `url` are what to add; without a `url` a person must do something first, as `way` says.

    `about` names the ready searches of `services/alert_queries.py` that reach the place, "" for none. `confirmed` says
    where the address was found; none of them was tried live.
    """

    id: str
    name: str
    group: str
    kind: str
    way: str
    country: str
    language: str
    confirmed: str
    url: str = ""
    about: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ways: dict[str, Way]
    presets: tuple[Preset, ...]


def presets() -> tuple[Preset, ...]:
    """All of them, those of one group together."""
    return _table().presets


def ways() -> Mapping[str, Way]:
    """How a place can be heard, by the name that a preset's `way` holds."""
    return _table().ways


@cache
def _table() -> _Table:
    return msgspec.json.decode(_TABLE.read_bytes(), type=_Table)
