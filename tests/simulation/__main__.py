"""`make simulate`: many schedules, or one again: `PYTHONPATH=tests python -m simulation --seed 7 --crash 12:after`."""

import argparse
import logging
import os
import sys
from typing import cast

from simulation.faults import Schedule, When
from simulation.runs import by_chance, every_single_crash, failure


def main(arguments: list[str] | None = None) -> int:
    """Runs what the arguments ask for; 1 when a promise was broken."""
    logging.disable()
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=int(os.environ.get("EARSHOT_SCHEDULES", "1000")))
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="run one schedule only")
    parser.add_argument("--crash", action="append", default=[], type=_crash, metavar="CALL:before|after")
    parser.add_argument("--chaos", action="store_true", help="a long story with lost and doubled events")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        schedules = [Schedule(seed=given.seed, crashes=tuple(given.crash), chaos=given.chaos)]
    else:
        chances = (by_chance(seed) for seed in range(given.first, given.first + given.schedules))
        schedules = [*every_single_crash(0), *every_single_crash(1), *chances]
    failures = [line for schedule in schedules if (line := failure(schedule))]
    sys.stdout.write("\n".join([*failures, f"{len(schedules)} schedules, {len(failures)} broke a promise"]) + "\n")
    return 1 if failures else 0


def _crash(text: str) -> tuple[int, When]:
    number, _, when = text.partition(":")
    if when not in ("before", "after"):
        raise argparse.ArgumentTypeError("must look like 12:before or 12:after")
    return int(number), cast(When, when)


if __name__ == "__main__":
    sys.exit(main())
