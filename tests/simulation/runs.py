"""Runs schedules and says in one line how to run a failing one again."""

import random
from collections.abc import Iterator

from simulation.faults import Schedule, When
from simulation.promise import broken
from simulation.world import World, long_story, short_story

MOST_CALLS = 700
WHENS: tuple[When, ...] = ("before", "after")


def run(schedule: Schedule) -> World:
    """A world after the schedule."""
    story = long_story(random.Random(schedule.seed)) if schedule.chaos else short_story()
    world = World(schedule, story)
    world.run()
    return world


def failure(schedule: Schedule) -> str:
    """Why a schedule fails, with the line that runs it again; "" when it does not."""
    problems = broken(run(schedule))
    return "\n  ".join((str(schedule), *problems)) if problems else ""


def every_single_crash(seed: int = 0) -> Iterator[Schedule]:
    """One crash before and one after each call of the short story that has an effect."""
    calls = len(run(Schedule(seed=seed)).fuse.calls)
    yield from (Schedule(seed=seed, crashes=((number, when),)) for number in range(1, calls + 1) for when in WHENS)


def by_chance(seed: int) -> Schedule:
    """A long story with lost, doubled and swapped events, mails put off, and up to six crashes."""
    rng = random.Random(seed)
    crashes = tuple((rng.randint(1, MOST_CALLS), rng.choice(WHENS)) for _ in range(rng.randint(0, 6)))
    return Schedule(seed=seed, crashes=crashes, chaos=True)
