"""`make simulate ARGS="brands --write"`: a day of two hundred brands, and how soon each place is heard."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from simulation.brand_figures import Line, lines, never_read
from simulation.brand_page import page
from simulation.brand_world import WARM_UP, BrandWorld
from simulation.keyed_places import X

PAGE = Path(__file__).parents[2] / "docs" / "listening-delays.md"
HN_WITHIN_S = 180.0
"""Everything on Hacker News is heard in this time."""

MOST_STRETCH = 3.0
LEAST_EVENNESS = 0.9


def main(arguments: Sequence[str]) -> int:
    """Runs the day, prints the page, keeps it where that is asked for; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="simulation brands", description=__doc__)
    parser.add_argument("--brands", type=int, default=200)
    parser.add_argument("--hours", type=float, default=24 + WARM_UP / timedelta(hours=1))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="also write docs/listening-delays.md")
    given = parser.parse_args(arguments)
    span = timedelta(hours=given.hours)
    begun = perf_counter()
    world = BrandWorld(given.brands, span, given.seed).run()
    found = lines(world)
    took_s = perf_counter() - begun
    told = page(found, brands=given.brands, span=span, took_s=took_s, never=len(never_read(world)))
    problems = broken_promises(world, found)
    sys.stdout.write(told + "".join(f"\nBROKEN: {problem}" for problem in problems) + "\n")
    if given.write and not problems:
        PAGE.write_text(told, encoding="utf-8")
    return 1 if problems else 0


def broken_promises(world: BrandWorld, found: Sequence[Line]) -> list[str]:
    """What must not happen and did: limits of places, sources left out, things not heard, Hacker News too late."""
    problems = [*world.internet.broken, *(f"never read: {each}" for each in never_read(world))]
    problems += [f"{line.kind}: {line.late} were not heard in time" for line in found if line.late]
    problems += [
        f"{line.kind}: one source waited {line.stretch:.1f} times as long as usual"
        for line in found
        if line.stretch > MOST_STRETCH
    ]
    problems += [
        f"{line.kind}: polls are shared by {line.evenness:.2f} only" for line in found if line.evenness < LEAST_EVENNESS
    ]
    news = next(line for line in found if line.kind == "hackernews")
    if news.max_s > HN_WITHIN_S:
        problems.append(f"hackernews: heard after {news.max_s:.0f} s at the latest")
    places = world.internet.places.values()
    if uncounted := sum(place.bought_uncounted for place in places if isinstance(place, X)):
        problems.append(f"x: {uncounted} posts were bought before they were counted")
    return problems
