"""`make bench`: measures everything and prints one page; `PYTHONPATH=tests python -m benchmarks --quick` is shorter."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import classifying, cold_start, costs, feeds, growth, inbox, lambdas, matching, report, stories
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.texts import some_texts
from benchmarks.timing import Row

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

_MEASURES: tuple[Callable[[Scale], list[Row]], ...] = (
    cold_start.measure,
    lambdas.measure,
    matching.measure,
    classifying.measure,
    feeds.measure,
    growth.collect,
    growth.tick,
    inbox.measure,
    stories.measure,
)


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints, and writes the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer rounds, for the tests")
    parser.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    given = parser.parse_args(arguments)
    if given.quick and given.write:
        parser.error("--write keeps a full run only; leave --quick out")
    logging.disable()
    scale = QUICK if given.quick else FULL
    rows = [row for measure in _MEASURES for row in _told(measure, scale)]
    page = report.page(rows, costs.measure_short(), costs.measure_long(), some_texts(scale.texts).origin)
    sys.stdout.write(page)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")
    return 0


def _told(measure: Callable[[Scale], list[Row]], scale: Scale) -> list[Row]:
    sys.stderr.write(f"{measure.__module__}.{measure.__name__} ...\n")
    return measure(scale)


if __name__ == "__main__":
    sys.exit(main())
