"""Connectors are loaded when they are first used: what is registered costs nothing, and all of them little."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

from earshot.sources.registry import CONNECTORS

ROOT = Path(__file__).parents[2]

COLLECT = "import earshot.bootstrap.collect; from earshot.sources.registry import CONNECTORS; "
FEED_ALONE = COLLECT + "CONNECTORS['feed']"
EVERY_KIND = COLLECT + "[CONNECTORS[kind] for kind in CONNECTORS]"
MOST = 1.3
ROUNDS = 3


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "functions", capture_output=True, text=True, check=True
    )
    return done.stdout


def seconds(code: str) -> float:
    begun = perf_counter()
    run(code)
    return perf_counter() - begun


def loaded_by(code: str) -> set[str]:
    """The kinds whose modules a piece of code imports."""
    names = run(f"{code}\nimport sys; print(*(name for name in sys.modules if name.startswith('earshot.sources.')))")
    return {name.rpartition(".")[2] for name in names.split()} & set(CONNECTORS)


def test_collect_with_every_connector_costs_little_more_than_with_that_of_feeds_alone() -> None:
    ratios = []
    for _ in range(3):
        rounds = [(seconds(EVERY_KIND), seconds(FEED_ALONE)) for _ in range(ROUNDS)]
        ratios.append(min(every for every, _ in rounds) / min(feed for _, feed in rounds))
        if ratios[-1] <= MOST:
            return

    raise AssertionError(f"all connectors take {ratios} times as long")


def test_importing_the_registry_loads_no_connector() -> None:
    assert loaded_by("from earshot.sources.registry import CONNECTORS; list(CONNECTORS); 'feed' in CONNECTORS") == set()


def test_planning_searching_and_listing_sources_load_no_connector_before_one_is_used() -> None:
    services = ("planning", "searching", "sourcing", "fetching", "visiting", "listing")

    assert loaded_by("\n".join(f"import earshot.services.{name}" for name in services)) == set()


def test_the_first_use_of_a_kind_loads_that_kind_alone() -> None:
    assert loaded_by("from earshot.sources.registry import CONNECTORS; CONNECTORS['hackernews']") == {"hackernews"}
