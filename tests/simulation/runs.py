"""Runs schedules and says in one line how to run a failing one again."""

import random
from collections.abc import Iterator

from simulation.faults import TROUBLES, Schedule, StoryName, Trouble, When
from simulation.promise import broken
from simulation.stories import Story, long_story, pressing_story, short_story
from simulation.world import World

MOST_CALLS = 1000
MOST_SENDS = 60
WHENS: tuple[When, ...] = ("before", "after")


def run(schedule: Schedule) -> World:
    """A world after the schedule."""
    world = World(schedule, _story(schedule))
    world.run()
    return world


def _story(schedule: Schedule) -> Story:
    if schedule.story == "long":
        return long_story(random.Random(schedule.seed))
    return pressing_story() if schedule.story == "pressing" else short_story()


def failure(schedule: Schedule) -> str:
    """Why a schedule fails, with the line that runs it again; "" when it does not."""
    problems = broken(run(schedule))
    return "\n  ".join((str(schedule), *problems)) if problems else ""


def every_single_crash(seed: int = 0, story: StoryName = "short") -> Iterator[Schedule]:
    """One crash before and one after each call of a story that has an effect."""
    calls = len(run(Schedule(seed=seed, story=story)).fuse.calls)
    for number in range(1, calls + 1):
        yield from (Schedule(seed=seed, crashes=((number, when),), story=story) for when in WHENS)


def every_single_trouble(seed: int = 0, story: StoryName = "pressing") -> Iterator[Schedule]:
    """Everything that can go wrong inside each send of a story."""
    sends = run(Schedule(seed=seed, story=story)).troubles.sends
    for number in range(1, sends + 1):
        yield from (Schedule(seed=seed, troubles=((number, trouble),), story=story) for trouble in TROUBLES)


def by_chance(seed: int) -> Schedule:
    """A long story with events lost, doubled and swapped, sends that go wrong, and crashes, also inside a send."""
    rng = random.Random(seed)
    crashes = tuple((rng.randint(1, MOST_CALLS), rng.choice(WHENS)) for _ in range(rng.randint(0, 6)))
    killed: tuple[tuple[int, Trouble], ...] = tuple(
        (rng.randint(1, MOST_SENDS), "killed") for _ in range(rng.randint(0, 4))
    )
    return Schedule(seed=seed, crashes=crashes, troubles=killed, story="long")
