"""Writes what a day of many brands has shown as one page of Markdown."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.report import machine

from earshot.sources.registry import CONNECTORS
from simulation.brand_figures import Line
from simulation.brand_world import KEYED

_HEAD = """# How soon we hear

Written by `make simulate ARGS="brands --write"`; do not edit. A simulation, not a measurement of the places: {brands}
brands with three watches each listen for {hours:.0f} hours of virtual time, a tick a minute, to everything that is
heard or searched by itself. Planner, fetcher, searches, ledgers and connectors are the real ones; the places are played
in their documented shapes with some tenths of a second of latency, and keep their documented limits themselves. Brands
come one after the other in the first half hour; what is said after the first hour is measured.

- Machine: {machine}. Date: {day}. It took {took:.0f} s.
- With a credential: {keyed}.
- Limits broken: {broken}. Sources that were never read: {never}.

"""
_COLUMNS = ("place", "sources", "heard", "median", "95 %", "longest", "slowest brand", "even", "polls apart")
_TABLE = f"""| {" | ".join(_COLUMNS)} | longest apart | requests |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
"""
_EXPLAINED = """
Delays run from the moment something is said to the moment its mention is stored, {lost}.
"Slowest brand" is the median of the brand that hears it latest. "Even" is Jain's index over the polls that the sources
got which share a limit: 1 is perfectly even, and of several credentials the least even one is shown.

| place | what its limits allow, and the most that was used of it |
|---|---|
"""


def page(found: Sequence[Line], *, brands: int, span: timedelta, took_s: float, never: int) -> str:
    """The whole page."""
    head = _HEAD.format(
        brands=brands,
        hours=span / timedelta(hours=1),
        machine=machine(),
        day=datetime.now(UTC).date().isoformat(),
        took=took_s,
        keyed=", ".join(f"{CONNECTORS[kind].place.name} {len(numbers)}" for kind, numbers in KEYED.items()) + " brands",
        broken=sum(line.broken for line in found),
        never=never,
    )
    late = sum(line.late for line in found)
    lost = f"{late} were not heard in time" if late else "and everything was heard that was public long enough"
    limits = "".join(f"| {_name(line)} | {'; '.join(line.used) or 'not asked'} |\n" for line in found)
    return head + _TABLE + "".join(map(_row, found)) + _EXPLAINED.format(lost=lost) + limits


def spoken(seconds: float) -> str:
    """A span of time: `42 s`, `3.5 min`, `2.1 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"


def _row(line: Line) -> str:
    spans = (line.median_s, line.p95_s, line.max_s, line.worst_s)
    shown = " | ".join(map(spoken, spans)) if line.heard else "– | – | – | –"
    gaps = f"{spoken(line.usual_gap_s)} | {spoken(line.longest_gap_s)}"
    counts = f"{line.sources:,} | {line.heard:,}"
    return f"| {_name(line)} | {counts} | {shown} | {line.evenness:.2f} | {gaps} | {line.requests:,} |\n"


def _name(line: Line) -> str:
    return f"{CONNECTORS[line.kind].place.name} (`{line.kind}`)"
