"""How one collect grows with the watches, and one tick with the sources: the services of a local run over SQLite."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from benchmarks.feeds import response
from benchmarks.folders import a_busy_schedule, a_listening_post, in_sizes
from benchmarks.scale import Scale
from benchmarks.texts import some_texts
from benchmarks.timing import MOST_ROUNDS, Row, in_turn
from builders import SOURCE
from earshot.bootstrap.local import Local
from earshot.ports.http import Response
from fakes import NOW

COLLECT, TICK = "collect", "tick"
_ENTRIES = 25


def collect(scale: Scale) -> list[Row]:
    """A line for each number of watches: a feed of 25 entries that are ours, of which one is new each time."""
    texts = some_texts(scale.texts).texts
    answers = [response(range(i, i + _ENTRIES), texts) for i in range(MOST_ROUNDS + 1)]
    with in_sizes(a_listening_post, scale.watches) as posts:
        actions = {
            f"a feed with one new mention, {watching:,} watches": _taking(post, iter(answers))
            for watching, post in posts.items()
        }
        turns = in_turn(actions, tries=scale.tries)
    yardstick = next(iter(actions))
    return [turns.row(COLLECT, name, yardstick) for name in actions]


def tick(scale: Scale) -> list[Row]:
    """A line for each number of sources while all are due, and one while none is."""
    with in_sizes(a_busy_schedule, scale.sources) as posts:
        due = {f"{sources:,} sources, all due": _ticking(post, _days()) for sources, post in posts.items()}
        turns = in_turn(due, tries=3)
        rows = [turns.row(TICK, name, next(iter(due))) for name in due]
        idle = {f"{sources:,} sources, none due": _resting(post) for sources, post in posts.items()}
        turns = in_turn(idle, tries=scale.tries)
        return [*rows, *(turns.row(TICK, name, next(iter(idle))) for name in idle)]


def _taking(local: Local, answers: Iterator[Response]) -> Callable[[], object]:
    def take() -> None:
        source = local.fetcher.source(SOURCE)
        assert source is not None  # noqa: S101 - it was put there
        local.fetcher.take(source, next(answers), correlation_id="bench")

    return take


def _ticking(local: Local, days: Iterator[datetime]) -> Callable[[], object]:
    return lambda: local.planner.tick(next(days))


def _resting(local: Local) -> Callable[[], object]:
    return partial(local.planner.tick, NOW - timedelta(days=1))


def _days() -> Iterator[datetime]:
    """One day after the other: each time everything is due again."""
    return (NOW + timedelta(days=i) for i in count())
