"""Presets for a tenant: which there are, which it hears already, and what to do for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from earshot.domain.errors import Invalid
from earshot.ports.connector import Connector
from earshot.services.inputs import SourceInput
from earshot.services.sourcing import Listened
from earshot.sources.presets import Preset, Way, presets, ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A preset as a tenant sees it; `source_id` is what it hears of it already, "" for nothing."""

    preset: Preset
    way: Way
    source_id: str = ""


def groups() -> tuple[str, ...]:
    """The groups in their order."""
    return tuple(dict.fromkeys(each.group for each in presets()))


def offered(listened: Iterable[Listened], connectors: Mapping[str, Connector], group: str = "") -> tuple[Offered, ...]:
    """The presets, of one group or of all, given what a tenant listens to.

    Raises:
        Invalid: there is no such group.
    """
    if group and group not in groups():
        raise Invalid("group", f"must be one of {', '.join(groups())}")
    heard = {(each.source.kind, each.source.locator): each.source.id for each in listened}
    return tuple(
        Offered(preset=each, way=ways()[each.way], source_id=heard.get(_place_of(each, connectors), ""))
        for each in presets()
        if group in ("", each.group)
    )


def preset_input(id_: str) -> SourceInput:
    """What to add for a preset.

    Raises:
        Invalid: there is no such preset, or it has no address.
    """
    known = {each.id: each for each in presets()}
    preset = known.get(id_)
    if preset is None:
        raise Invalid("preset", f"there is no {id_[:60]}; earshot source presets lists them")
    if not preset.url:
        raise Invalid("preset", f"{preset.name} has no address to add; it is heard by {ways()[preset.way].method}")
    return SourceInput(kind=preset.kind, url=preset.url, name=preset.name)


def _place_of(preset: Preset, connectors: Mapping[str, Connector]) -> tuple[str, str]:
    """The kind and the locator of a preset's source; that of none where it has no address."""
    connector = connectors.get(preset.kind) if preset.url else None
    return (preset.kind, connector.locator(preset.url)) if connector else ("", "")
