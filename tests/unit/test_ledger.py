"""A quota is spread over its window, and money is spent only where a budget was named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import TENANT, a_source
from earshot.domain.errors import Locked
from earshot.domain.ledger import BUDGET, EVERYBODY, MICRO_DOLLARS, account_of, usable_at, window_start
from earshot.domain.place import Quota
from fakes import CANNED

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
DAILY = Quota(name="calls", amount=300, window=DAY)
HOURLY = Quota(name="calls", amount=300, window=timedelta(hours=1))
MONEY = Quota(name="money", amount=0, window=timedelta(days=30), unit=MICRO_DOLLARS)
PLACE = replace(CANNED, quotas=(DAILY, MONEY))


def usable_in(quota: Quota, *, spent: int, amount: int = 1, hours: float = 0.0) -> float:
    """Hours from midnight until so much more may be taken, asked some hours after midnight."""
    empty = account_of(replace(CANNED, quotas=(quota,)), a_source(), {}).ledger(quota.name, MIDNIGHT)
    at = usable_at(quota, replace(empty, spent=spent), amount, MIDNIGHT + timedelta(hours=hours))
    return (at - MIDNIGHT) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("spent", "hours", "usable"),
    [(0, 0, 0), (11, 0, 0), (12, 0, 0.04), (24, 0, 1), (24, 1, 1), (24, 5, 5), (287, 1, 22.04), (299, 23, 23)],
)
def test_three_hundred_a_day_are_twelve_at_once_and_then_twelve_an_hour(
    spent: int, hours: float, usable: float
) -> None:
    assert usable_in(DAILY, spent=spent, hours=hours) == pytest.approx(usable)


def test_a_day_of_asking_as_often_as_allowed_takes_all_and_never_more() -> None:
    taken, by_noon = 0, 0
    for minute in range(24 * 60):
        while usable_in(DAILY, spent=taken, hours=minute / 60) <= minute / 60 + 1e-9:
            taken += 1
        by_noon = taken if minute == 12 * 60 else by_noon

    assert (taken, by_noon) == (300, 162)


def test_what_is_used_up_comes_back_with_the_next_window() -> None:
    assert usable_in(DAILY, spent=300, hours=3) == 24
    assert usable_in(DAILY, spent=0, amount=301) == 24


def test_a_short_window_may_be_used_at_once() -> None:
    assert usable_in(HOURLY, spent=299) == 0
    assert usable_in(HOURLY, spent=300) == 1


def test_one_large_request_may_be_made_at_the_beginning_and_the_next_when_its_share_has_passed() -> None:
    assert usable_in(DAILY, spent=0, amount=150) == 0
    assert usable_in(DAILY, spent=75, amount=150) == 6


@pytest.mark.parametrize(
    ("window", "start"),
    [
        (DAY, MIDNIGHT),
        (timedelta(hours=1), MIDNIGHT + timedelta(hours=13)),
        (timedelta(minutes=5), MIDNIGHT + timedelta(hours=13, minutes=30)),
    ],
)
def test_windows_begin_where_the_clock_says(window: timedelta, start: datetime) -> None:
    assert window_start(MIDNIGHT + timedelta(hours=13, minutes=34), window) == start


def test_a_day_that_begins_elsewhere_is_counted_from_there() -> None:
    pacific = replace(DAILY, begins=timedelta(hours=8))
    empty = account_of(replace(CANNED, quotas=(pacific,)), a_source(), {})

    begun = [empty.ledger("calls", MIDNIGHT + timedelta(hours=hours)).began_at for hours in (7, 8, 31)]

    assert [(at - MIDNIGHT) / timedelta(hours=1) for at in begun] == [-16, 8, 8]


def test_a_credential_has_its_own_ledgers_and_everybody_else_one_together() -> None:
    own, anyone = a_source(owner=TENANT), a_source()

    assert account_of(PLACE, own, {"key": "k"}).ledger("calls", MIDNIGHT).owner == TENANT
    assert account_of(PLACE, own, {}).owner == account_of(PLACE, anyone, {}).owner == EVERYBODY


@pytest.mark.parametrize(
    ("dollars", "amount"), [("5", 5_000_000), (" 2,50 ", 2_500_000), ("0.000001", 1), ("1000000", 10**12)]
)
def test_a_budget_is_what_the_credential_names(dollars: str, amount: int) -> None:
    account = account_of(PLACE, a_source(owner=TENANT), {BUDGET: dollars})

    assert account.quotas["money"].amount == amount
    assert account.ledger("money", MIDNIGHT).spent == 0


@pytest.mark.parametrize("dollars", [None, "", "0", "-1", "much", "NaN", "Infinity", "1e999", "1000001"])
def test_without_a_usable_budget_nothing_is_spent(dollars: str | None) -> None:
    account = account_of(PLACE, a_source(owner=TENANT), {} if dollars is None else {BUDGET: dollars})

    with pytest.raises(Locked, match=r"monthly_dollars .* earshot credential set canned"):
        account.ledger("money", MIDNIGHT)
