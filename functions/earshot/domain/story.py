"""Stories: one thing told in several places, shown and alerted once; its first and its loudest place are named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=72)
"""How long after its first place a story still takes in copies: later the same words are news again."""

MAX_COPIES = 50
"""Further places kept in the mention that tells a story; what comes beyond is counted."""

STEP = 10
"""Of the places beyond `MAX_COPIES` one in so many is counted, for all of them: else each would write a large row."""

MAX_URL = 500
"""Characters of an address kept of a further place; with a longer one our own page of it is opened."""

MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A further place of a story, as the mention that tells it keeps it; `reach` is None where nothing is known.

    `at` is when it was posted there, or when we saw it where that is not known.
    """

    mention_id: str
    place: str
    url: str = ""
    source_kind: str = ""
    author: str = ""
    at: datetime
    reach: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with its places, the one whose mention tells it in front; `id` is the id of that mention.

    `places` leaves out those beyond `MAX_COPIES`, `count` counts them all, approximately where they are many.
    """

    id: str
    places: tuple[Copy, ...]
    count: int

    @property
    def first(self) -> Copy:
        """The place where it was said first."""
        return min(self.places, key=_age)

    @property
    def loudest(self) -> Copy | None:
        """The place that reaches most people; None where nobody says how many."""
        return _loudest(self.places)


def kept(copies: tuple[Copy, ...], more: int) -> tuple[tuple[Copy, ...], int]:
    """At most `MAX_COPIES` copies and how many are left out; the first stay, and the loudest if one is known."""
    if len(copies) <= MAX_COPIES:
        return copies, more
    loudest = _loudest(copies)
    best = () if loudest is None else (loudest,)
    by_time = sorted((each for each in copies if each not in best), key=_age)
    chosen = {each.mention_id for each in (*best, *by_time[: MAX_COPIES - len(best)])}
    return tuple(each for each in copies if each.mention_id in chosen), more + len(copies) - len(chosen)


def _age(copy: Copy) -> tuple[datetime, str]:
    return copy.at, copy.mention_id


def _loudest(places: Iterable[Copy]) -> Copy | None:
    known = [each for each in places if each.reach is not None]
    return max(known, key=lambda each: (each.reach or 0, -each.at.timestamp()), default=None)
