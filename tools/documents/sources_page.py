"""docs/sources.md: every kind of place as its connector declares it, and the presets."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

from earshot.domain.condition import Condition
from earshot.domain.place import Keeping, Place
from earshot.services.presets import groups
from earshot.sources.presets import Preset, presets, ways
from earshot.sources.registry import CONNECTORS
from earshot.web.source_card import advice
from earshot.web.words import Words

_TEMPLATE = Path(__file__).parent / "sources.txt"


def sources_page() -> str:
    """The whole page."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        overview="\n".join(_overview()),
        conditions="\n".join(_conditions()),
        kinds="\n\n".join("\n".join(_kind(kind, connector.place)) for kind, connector in sorted(CONNECTORS.items())),
        presets="\n\n".join("\n".join(_group(group)) for group in groups()),
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table in Markdown, line by line."""
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


def span(seconds: float) -> str:
    """A span of time in its largest whole unit."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            n = int(seconds // unit)
            return f"{n} {name}{'s' if n > 1 else ''}"
    return f"{seconds:g} s"


def _overview() -> Iterator[str]:
    yield from table(
        ("kind", "place", "heard", "every", "needs", "how sure"),
        (
            (
                f"[`{kind}`](#{kind})",
                connector.place.name,
                _heard(connector.place),
                _every(connector.place),
                ", ".join(connector.place.needs) or "–",
                f"{connector.place.evidence}, not tried live",
            )
            for kind, connector in sorted(CONNECTORS.items())
        ),
    )


def _heard(place: Place) -> str:
    if place.streams or (place.search and place.search.scopes):
        return "off until switched on" if place.is_off else "by itself"
    return "by address" if place.is_polled else "when something is sent"


def _every(place: Place) -> str:
    if not place.is_polled:
        return "when something comes"
    return f"{span(place.interval_s)}{', or as slow as its news' if place.adapts else ''}"


def _kind(kind: str, place: Place) -> Iterator[str]:
    yield f"### {kind}"
    yield ""
    yield f"**{place.name}**: {place.method}."
    yield ""
    yield f"- Heard: {_heard(place)}; {_added(kind, place)}"
    yield f"- Limits: {place.limits}."
    yield f"- Pace: {_every(place)}; at least {span(place.pace_s)} between two requests to one host."
    for quota in place.quotas:
        amount = f"{quota.amount:,} {quota.unit}" if quota.amount else f"what its credential says, in {quota.unit}"
        yield f"- Quota {quota.name}: {amount} in {span(quota.window.total_seconds())}, counted before each request."
    if place.needs or place.takes:
        yield f"- Credential: {_credential(kind, place)}"
    yield f"- Ground: {place.terms}."
    yield from _keeping(place.keeping)
    if place.obeys_robots:
        yield "- robots.txt decides whether it is read."
    yield f"- How sure: {place.evidence}; not tried live. The documents were read on {place.read_on.isoformat()}."
    yield f"- Documents: {', '.join(f'<{each}>' for each in place.documents)}"


def _added(kind: str, place: Place) -> str:
    by_hand = f"`earshot source add --kind {kind} '{place.example}'`"
    if not place.is_polled:
        return "nothing is asked there."
    if _heard(place) == "by address":
        return f"{by_hand}."
    turn = "on" if place.is_off else "off"
    return f"`earshot source {turn} {kind}` switches it {turn}; more of it: {by_hand}."


def _credential(kind: str, place: Place) -> str:
    parts = [f"needs {', '.join(f'`{each}`' for each in place.needs)}"] if place.needs else []
    parts += [f"takes {', '.join(f'`{each}`' for each in place.takes)}"] if place.takes else []
    return f"{'; '.join(parts)}: `earshot credential set {kind}`."


def _keeping(keeping: Keeping) -> Iterator[str]:
    if keeping.rechecks:
        ages = ", ".join(str(each.days) for each in keeping.rechecks)
        yield f"- What was deleted there goes here too: looked at again after {ages} days."
    if keeping.max_age:
        yield f"- Text and author go after {keeping.max_age.days} days unless they were read again."
    if not keeping.keeps_text:
        yield "- Only ids are stored, no text."


def _conditions() -> Iterator[str]:
    told = {
        Condition.PAUSED: "Somebody has paused it.",
        Condition.QUOTA: "Waits for room in a quota; it goes on by itself.",
        Condition.NEW: "Not read yet.",
        Condition.FINE: "All is well.",
    }
    rows = ((f"`{each}`", told.get(each) or advice(each, "KIND", Words("en"))) for each in Condition)
    yield from table(("condition", "what it means, and what to do"), rows)


def _group(group: str) -> Iterator[str]:
    yield f"### {group.capitalize()}"
    yield ""
    found = [each for each in presets() if each.group == group]
    yield from table(("name", "place", "country", "kind", "address", "how, and on what ground"), map(_preset, found))


def _preset(preset: Preset) -> tuple[str, ...]:
    way = ways()[preset.way]
    address = f"`{preset.url}`, {preset.confirmed}" if preset.url else preset.confirmed
    return (
        f"`{preset.id}`",
        preset.name,
        preset.country,
        f"`{preset.kind}`",
        address,
        f"{way.method}; {way.basis}",
    )
