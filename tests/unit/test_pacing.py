"""A source is read at the pace of its own news, within bounds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import a_page, an_item
from earshot.domain.pacing import interval_s, is_worth_changing, least_s, smoothed_s
from earshot.domain.source import Fetched
from fakes import CANNED, NOW

ADAPTING = replace(CANNED, adapts=True)


def every(hours: float, count: int = 30, **changes: object) -> Fetched:
    """Items that came at even gaps, oldest first."""
    times = [NOW - timedelta(hours=hours * number) for number in reversed(range(count))]
    return a_page(*(an_item(f"{n}", published_at=at) for n, at in enumerate(times)), **changes)


@pytest.mark.parametrize(
    ("hours", "is_conditional", "seconds"),
    [(0.1, True, 900), (1, True, 1800), (2, True, 3600), (24, True, 3600), (2, False, 3600), (24, False, 6 * 3600)],
)
def test_the_gap_is_half_of_the_one_between_news_within_bounds(
    hours: float, is_conditional: bool, seconds: int
) -> None:
    assert interval_s(ADAPTING, every(hours), is_conditional=is_conditional) == seconds


def test_only_the_newest_twenty_count() -> None:
    old = [an_item(f"old{n}", published_at=NOW - timedelta(days=100 + n)) for n in range(100)]
    page = a_page(*old, *every(1, count=20).items)

    assert interval_s(ADAPTING, page, is_conditional=True) == 1800


@pytest.mark.parametrize("page", [a_page(), a_page(an_item()), a_page(*(an_item(c, published_at=None) for c in "abc"))])
def test_where_too_little_is_dated_the_usual_gap_stays(page: Fetched) -> None:
    assert interval_s(ADAPTING, page, is_conditional=False) == 900


def test_a_place_that_does_not_adapt_keeps_its_gap() -> None:
    assert interval_s(CANNED, every(24), is_conditional=True) == 900


def test_a_place_that_asks_for_more_time_gets_it() -> None:
    assert interval_s(ADAPTING, every(1, min_interval_s=7200), is_conditional=True) == 7200
    assert interval_s(ADAPTING, every(1), is_conditional=True, delay_s=5000.5) == 5000
    assert interval_s(CANNED, every(1, min_interval_s=60), is_conditional=True, delay_s=10) == 900
    assert least_s(every(1, min_interval_s=60), 70.0) == 70


@pytest.mark.parametrize(
    ("before_s", "wanted_s", "adapts", "least", "is_worth_it"),
    [
        (1000, 1200, True, 0, False),
        (1000, 1201, True, 0, True),
        (1000, 800, True, 0, False),
        (1000, 799, True, 0, True),
        (1000, 1100, True, 1100, True),
        (900, 900, False, 0, False),
        (900, 910, False, 0, True),
    ],
)
def test_a_small_change_is_not_worth_a_write_unless_the_place_asks_for_it(
    before_s: int, wanted_s: int, adapts: bool, least: int, is_worth_it: bool
) -> None:
    place = replace(CANNED, adapts=adapts)

    assert is_worth_changing(before_s, wanted_s, place, least_s=least) is is_worth_it


def test_the_real_gap_follows_slowly() -> None:
    assert smoothed_s(None, 900.4) == 900
    assert smoothed_s(900, 1800) == 1200
