"""Pacing: how often a source is read, from the pace of its own news."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from earshot.domain.item import Item
from earshot.domain.place import Place
from earshot.domain.source import Fetched

LOOKED_AT = 20
"""The newest dated items whose gaps count."""

MOST_ASKING_FOR_NEWS_S = 3600
"""The longest gap where a place answers conditional requests: an hourly "nothing new" costs nobody anything."""

MOST_S = 6 * 3600
"""The longest gap elsewhere, unless the place itself asks for a longer one."""

WORTH_IT = 0.2
"""A gap that changes by less is left as it is, so that a poll rarely writes."""


def least_s(fetched: Fetched, delay_s: float) -> int:
    """The gap that the document, its headers or robots.txt (`delay_s`) ask for; 0 where they ask for none."""
    return max(fetched.min_interval_s or 0, int(delay_s))


def interval_s(place: Place, fetched: Fetched, *, is_conditional: bool, delay_s: float = 0.0) -> int:
    """Seconds from one fetch to the next, never below what is usual there or asked for.

    For places that adapt, half the median gap between the newest dated items of an answer, within the bounds above.
    """
    usual = _adapted_s(place, fetched.items, is_conditional=is_conditional) if place.adapts else place.interval_s
    return max(usual, least_s(fetched, delay_s))


def is_worth_changing(before_s: int, wanted_s: int, place: Place, *, least_s: int) -> bool:
    """Whether a gap is so far from the wanted one that the schedule should be written."""
    if not place.adapts:
        return before_s != wanted_s
    return abs(wanted_s - before_s) > WORTH_IT * before_s or before_s < least_s


def _adapted_s(place: Place, items: Sequence[Item], *, is_conditional: bool) -> int:
    dated = sorted((each.published_at for each in items if each.published_at is not None), reverse=True)[:LOOKED_AT]
    if len(dated) < 2:
        return place.interval_s
    most = MOST_ASKING_FOR_NEWS_S if is_conditional else MOST_S
    return max(place.interval_s, min(int(_median_gap_s(dated) / 2), most))


def _median_gap_s(newest_first: Sequence[datetime]) -> float:
    # The module statistics takes as long to import as a tick takes.
    gaps = sorted((later - earlier).total_seconds() for later, earlier in pairwise(newest_first))
    return gaps[len(gaps) // 2]


def smoothed_s(before_s: int | None, gap_s: float) -> int:
    """The real gap between two fetches, of which the last one counts for a third."""
    return round(gap_s if before_s is None else before_s + (gap_s - before_s) / 3)
