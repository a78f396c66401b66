"""`make simulate`: many schedules, or one again: `PYTHONPATH=tests python -m simulation --seed 7 --crash 12:after`.

With `brands` first it is a day of many brands instead; see `simulation.brand_run`.
"""

import argparse
import logging
import os
import sys
from typing import cast, get_args

from simulation import brand_run
from simulation.faults import TROUBLES, Schedule, StoryName, Trouble, When
from simulation.runs import by_chance, every_single_crash, every_single_trouble, failure


def main(arguments: list[str] | None = None) -> int:
    """Runs what the arguments ask for; 1 when a promise was broken."""
    logging.disable()
    given_words = sys.argv[1:] if arguments is None else arguments
    if given_words[:1] == ["brands"]:
        return brand_run.main(given_words[1:])
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=int(os.environ.get("EARSHOT_SCHEDULES", "1000")))
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="run one schedule only")
    parser.add_argument("--crash", action="append", default=[], type=_crash, metavar="CALL:before|after")
    parser.add_argument("--trouble", action="append", default=[], type=_trouble, metavar="SEND:WHAT")
    parser.add_argument("--story", choices=get_args(StoryName), default="short", help="long: with faults by chance")
    given = parser.parse_args(given_words)
    if given.seed is not None:
        crashes, troubles = tuple(given.crash), tuple(given.trouble)
        schedules = [Schedule(seed=given.seed, crashes=crashes, troubles=troubles, story=given.story)]
    else:
        chances = (by_chance(seed) for seed in range(given.first, given.first + given.schedules))
        stories = [schedule for seed in (0, 1) for schedule in _single_faults(seed)]
        schedules = [*stories, *chances]
    failures = [line for schedule in schedules if (line := failure(schedule))]
    sys.stdout.write("\n".join([*failures, f"{len(schedules)} schedules, {len(failures)} broke a promise"]) + "\n")
    return 1 if failures else 0


def _single_faults(seed: int) -> list[Schedule]:
    single = [*every_single_crash(seed, "short"), *every_single_crash(seed, "pressing")]
    return [*single, *every_single_trouble(seed, "short"), *every_single_trouble(seed, "pressing")]


def _crash(text: str) -> tuple[int, When]:
    number, _, when = text.partition(":")
    if when not in ("before", "after"):
        raise argparse.ArgumentTypeError("must look like 12:before or 12:after")
    return int(number), cast(When, when)


def _trouble(text: str) -> tuple[int, Trouble]:
    number, _, what = text.partition(":")
    if what not in TROUBLES:
        raise argparse.ArgumentTypeError(f"must look like 3:deferred; the others are {', '.join(TROUBLES)}")
    return int(number), what


if __name__ == "__main__":
    sys.exit(main())
