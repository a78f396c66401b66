"""Presets as the page of sources shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from earshot.services.presets import Offered, groups, offered
from earshot.services.sourcing import Listened
from earshot.sources.presets import Preset
from earshot.sources.registry import CONNECTORS
from earshot.web.viewer import Viewer

_WITH_HINT = ("reddit", "account", "address", "alert", "mail")
"""The ways that take more than a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetWords:
    """One preset; `is_open` where a click adds it, else `hint` says what to do."""

    id: str
    name: str
    link: str
    hint: str
    is_heard: bool
    is_open: bool
    to_searches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetGroup:
    """The presets of one group; `heard` says how many of them are heard already."""

    name: str
    heard: int
    places: tuple[PresetWords, ...]


def preset_groups(listened: Iterable[Listened], viewer: Viewer) -> tuple[PresetGroup, ...]:
    """All presets by group, given what the tenant listens to."""
    offers = offered(listened, CONNECTORS)
    return tuple(_group(name, [each for each in offers if each.preset.group == name], viewer) for name in groups())


def _group(name: str, offers: list[Offered], viewer: Viewer) -> PresetGroup:
    return PresetGroup(
        name=viewer.words(f"presets.group.{name}"),
        heard=sum(bool(each.source_id) for each in offers),
        places=tuple(_preset(each, viewer) for each in offers),
    )


def _preset(offer: Offered, viewer: Viewer) -> PresetWords:
    preset = offer.preset
    return PresetWords(
        id=preset.id,
        name=preset.name,
        link=preset.url,
        hint=_hint(preset, viewer) if preset.way in _WITH_HINT else "",
        is_heard=bool(offer.source_id),
        is_open=bool(preset.url),
        to_searches=bool(preset.about),
    )


def _hint(preset: Preset, viewer: Viewer) -> str:
    example = CONNECTORS[preset.kind].place.example
    return viewer.words(f"preset.way.{preset.way}", kind=preset.kind, example=example)
