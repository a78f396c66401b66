"""What is said about made-up brands in a day: when, at which place, in which words."""

import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

NOISE = -1
"""The brand of what is about nobody here."""

_HEADS = ("Zor", "Mel", "Quin", "Tav", "Brix", "Fal", "Jor", "Kest", "Lum", "Nix", "Pov", "Rast", "Syl", "Vex", "Wim")
_TAILS = ("avo", "endi", "ilon", "osk", "umra", "aryx", "eto", "inga", "obel", "uvia", "arno", "ezza", "ildo", "oryn")
_NUMBER = re.compile(r"\bno(\d+)\b")
_SAID = (
    "{phrase} hat mich heute lange warten lassen, no{number}",
    "Danke an {phrase} für die schnelle Hilfe, no{number}",
    "Hat jemand Erfahrung mit {phrase}? no{number}",
    "We moved from {phrase} to something else last week, no{number}",
)
_NOISE = ("Ein ganz anderes Thema: Wetter und Zugverspätungen, no{number}", "Nothing to see here, no{number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Something said in public at `at`; its place shows it from `shown_at` on."""

    number: int
    kind: str
    scope: str
    brand: int
    phrase: str
    at: datetime
    shown_at: datetime

    @property
    def text(self) -> str:
        """What it says; it holds its number."""
        said = _NOISE if self.brand == NOISE else _SAID
        return said[self.number % len(said)].format(phrase=self.phrase, number=self.number)

    @property
    def second(self) -> int:
        """When it was written, in whole seconds since 1970."""
        return int(self.at.timestamp())


@dataclass
class Shelf:
    """Publications of one part of a place, in the order in which it shows them."""

    said: list[Publication] = field(default_factory=list)
    shown: list[datetime] = field(default_factory=list)

    def put(self, publication: Publication) -> None:
        """Adds one; call it in the order of `shown_at`."""
        self.said.append(publication)
        self.shown.append(publication.shown_at)

    def until(self, now: datetime, newest: int | None = None) -> Sequence[Publication]:
        """What is shown by now, oldest first; only the `newest` of it where that many are enough."""
        end = bisect_right(self.shown, now)
        return self.said[max(0, end - newest) if newest else 0 : end]

    def since(self, first: datetime, now: datetime) -> Sequence[Publication]:
        """What came to be shown from `first` on."""
        return self.said[bisect_left(self.shown, first) : bisect_right(self.shown, now)]


@dataclass(frozen=True, slots=True)
class Brand:
    """A company that listens: its own name, its products, a competitor."""

    number: int
    name: str
    products: tuple[str, ...]
    competitor: str

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that it listens for."""
        return (self.name, *self.products, self.competitor)


def brands(count: int, *, products_of_first: int = 28) -> tuple[Brand, ...]:
    """So many brands, each competing with the next one; the first one has many products and needs several queries."""
    names = [_name(number) for number in range(count)]
    return tuple(
        Brand(
            number=number,
            name=name,
            products=tuple(f"{name} {_TAILS[n % len(_TAILS)].title()}{n}" for n in range(products_of_first))
            if number == 0
            else (f"{name} Pro",),
            competitor=names[(number + 1) % count],
        )
        for number, name in enumerate(names)
    )


def number_in(text: str) -> int | None:
    """The number of the publication that a text comes from."""
    found = _NUMBER.search(text)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How much is said at one part of a place: `each` per brand and day, `noise` a day; `lag_s` until it is shown."""

    kind: str
    scope: str
    each: float
    noise: float = 0.0
    lag_s: tuple[float, float] = (0.0, 0.0)


def published(
    traffic: Iterable[Traffic], of: Sequence[Brand], begins_at: datetime, ends_at: datetime, rng: random.Random
) -> list[Publication]:
    """Everything that is said between two moments, in the order in which it is shown."""
    days = (ends_at - begins_at) / timedelta(days=1)
    found: list[Publication] = []
    for flow in traffic:
        for brand in (*of, None):
            for at in _moments(days * (flow.each if brand else flow.noise), begins_at, ends_at, rng):
                said = rng.choice(brand.phrases[:-1]) if brand else ""
                found.append(
                    Publication(
                        number=len(found) + 1,
                        kind=flow.kind,
                        scope=flow.scope,
                        brand=brand.number if brand else NOISE,
                        phrase=said,
                        at=at,
                        shown_at=at + timedelta(seconds=rng.uniform(*flow.lag_s)),
                    )
                )
    return sorted(found, key=lambda each: each.shown_at)


def _moments(count: float, begins_at: datetime, ends_at: datetime, rng: random.Random) -> Iterator[datetime]:
    """Moments of a Poisson process with this expectation."""
    spent = rng.expovariate(1.0)
    while spent < count:
        whole = timedelta(seconds=round(spent / count * (ends_at - begins_at).total_seconds(), 3))
        yield begins_at + whole
        spent += rng.expovariate(1.0)


def _name(number: int) -> str:
    head, tail = number % len(_HEADS), number // len(_HEADS)
    return f"{_HEADS[head]}{_TAILS[tail % len(_TAILS)]}{'' if tail < len(_TAILS) else tail // len(_TAILS)}"
