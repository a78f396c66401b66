"""Times several actions in turn, so that whatever disturbs the machine disturbs all of them alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Action = Callable[[], object]

MOST_ROUNDS = 50
_FEWEST_ROUNDS = 3
_LEAST_S, _MOST_S = 0.3, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: `what` takes `ratio` times as long as `to` ("" for a yardstick); `median` is its time."""

    area: str
    what: str
    ratio: float
    to: str
    median: str


@dataclass(frozen=True, slots=True)
class Turns:
    """What each action took, in seconds, round by round."""

    seconds: Mapping[str, Sequence[float]]

    def median_s(self, name: str) -> float:
        """The median of one action."""
        return median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """The median over the rounds of what `name` took against what `to` took in the same round."""
        return median(a / b for a, b in zip(self.seconds[name], self.seconds[to], strict=True))

    def row(self, area: str, name: str, to: str, *, median: str = "", share: float = 1.0) -> Row:
        """The line of one action against another; `share` is one thing's part where the action did several."""
        is_yardstick = name == to
        return Row(
            area=area,
            what=name,
            ratio=self.ratio(name, to),
            to="" if is_yardstick else to,
            median=median or shown(self.median_s(name) * share),
        )


def in_turn(actions: Mapping[str, Action], *, tries: int) -> Turns:
    """Runs every action once to warm up, then all of them round by round.

    There are `tries` rounds: more where these are over at once, fewer, yet three, where they take over ten seconds.
    """
    for action in actions.values():
        action()
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    rounds, spent_s = 0, 0.0
    while not _is_enough(rounds, spent_s, tries):
        for name, action in actions.items():
            seconds[name].append(_timed(action))
        rounds, spent_s = rounds + 1, spent_s + sum(each[-1] for each in seconds.values())
    return Turns(seconds)


def shown(seconds: float) -> str:
    """A time with three digits at most and a fitting unit: `1.6 s`, `82 ms`, `14 µs`."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1 or unit == "µs":
            return f"{digits(seconds * factor)} {unit}"
    raise AssertionError("the last unit fits everything")


def digits(number: float) -> str:
    """A number with two or three digits that count, thousands separated: `0.83`, `3.7`, `82`, `4,120`."""
    if number >= 1000:
        return f"{round(number, 2 - len(str(int(number))) + 1):,.0f}"
    if number >= 10:
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 0.995 else f"{number:.2f}"


def _is_enough(rounds: int, spent_s: float, tries: int) -> bool:
    if rounds < tries:
        return rounds >= _FEWEST_ROUNDS and spent_s > _MOST_S
    return rounds >= MOST_ROUNDS or spent_s > _LEAST_S


def _timed(action: Action) -> float:
    begun = perf_counter()
    action()
    return perf_counter() - begun
