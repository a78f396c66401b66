"""Each kind of trouble has its remedy, and nothing is given up lightly."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import a_source
from earshot.domain.errors import (
    Disallowed,
    FetchError,
    Gone,
    Locked,
    Malformed,
    Refused,
    Throttled,
    Unreachable,
)
from earshot.domain.trouble import HOUR, MAX_BACKOFF, PROBE, Remedy, remedy, troubled, well
from fakes import NOW

QUARTER = timedelta(minutes=15)
NOT_FOUND = Refused("answered with 404 (not found)", 404)
MOVED = "https://new.example/feed"


def failing(code: str, failures: int, days: float) -> dict[str, Any]:
    return {"problem": code, "failures": failures, "problem_at": NOW - timedelta(days=days)}


@pytest.mark.parametrize(
    ("error", "before", "wanted"),
    [
        (Unreachable(), {}, Remedy(wait=2 * QUARTER)),
        (Unreachable(), {"failures": 2}, Remedy(wait=8 * QUARTER)),
        (Unreachable(), failing("unreachable", 500, 13), Remedy(wait=MAX_BACKOFF)),
        (Unreachable(), failing("unreachable", 20, 14), Remedy(wait=PROBE)),
        (Unreachable(), failing("unreachable", 20, 400), Remedy(wait=PROBE)),
        (Unreachable(), failing("unreachable", 1, 40), Remedy(wait=4 * QUARTER)),
        (Unreachable(), failing("credential", 20, 40), Remedy(wait=MAX_BACKOFF)),
        (Malformed(), {"failures": 1}, Remedy(wait=4 * QUARTER)),
        (Malformed(), failing("malformed", 30, 60), Remedy(wait=MAX_BACKOFF)),
        (Throttled(), {}, Remedy(wait=2 * QUARTER, is_asked=True)),
        (Throttled(retry_after_s=7200), {}, Remedy(wait=2 * HOUR, is_asked=True)),
        (Throttled(retry_after_s=1), {}, Remedy(wait=QUARTER, is_asked=True)),
        (Throttled(retry_after_s=10**30), {}, Remedy(wait=MAX_BACKOFF, is_asked=True)),
        (Refused(), {}, Remedy(wait=HOUR)),
        (Refused("no", 403), {"failures": 1}, Remedy(wait=4 * HOUR)),
        (Refused("no", 401), failing("refused", 40, 60), Remedy(wait=MAX_BACKOFF)),
        (Disallowed("shop.example"), {}, Remedy(wait=MAX_BACKOFF)),
        (Locked("tube", ("key",)), failing("credential", 0, 60), Remedy(wait=HOUR, counts=False)),
        (NOT_FOUND, {}, Remedy(wait=2 * QUARTER)),
        (NOT_FOUND, failing("refused", 9, 6.9), Remedy(wait=MAX_BACKOFF)),
        (NOT_FOUND, failing("refused", 8, 40), Remedy(wait=MAX_BACKOFF)),
        (NOT_FOUND, failing("refused", 9, 7), Remedy(wait=PROBE)),
        (NOT_FOUND, failing("refused", 12, 29.9), Remedy(wait=PROBE)),
        (NOT_FOUND, failing("refused", 12, 30), Remedy(wait=PROBE, is_off=True)),
        (Gone(), {}, Remedy(wait=MAX_BACKOFF, is_off=True)),
        (NOT_FOUND, {"moved_to": MOVED}, Remedy(wait=timedelta(0), goes_back=True, counts=False)),
        (Gone(), {"moved_to": MOVED}, Remedy(wait=timedelta(0), goes_back=True, counts=False)),
        (Unreachable(), {"moved_to": MOVED}, Remedy(wait=2 * QUARTER)),
    ],
)
def test_every_kind_of_trouble_has_its_remedy(error: FetchError, before: dict[str, Any], wanted: Remedy) -> None:
    assert remedy(error, a_source(**before), QUARTER, NOW) == wanted


def test_a_failure_is_counted_and_its_beginning_kept() -> None:
    first = troubled(a_source(), Unreachable("silent"), Remedy(wait=QUARTER), NOW)
    second = troubled(first, Unreachable("still silent"), Remedy(wait=QUARTER), NOW + HOUR)

    assert (second.failures, second.problem, second.problem_detail) == (2, "unreachable", "still silent")
    assert second.problem_at == NOW


def test_another_problem_begins_when_it_is_first_met() -> None:
    first = troubled(a_source(), Unreachable(), Remedy(wait=QUARTER), NOW)

    assert troubled(first, NOT_FOUND, Remedy(wait=QUARTER), NOW + HOUR).problem_at == NOW + HOUR


def test_what_is_given_up_says_since_when() -> None:
    off = troubled(a_source(), Gone(), Remedy(wait=QUARTER, is_off=True), NOW)

    assert (off.off_at, off.problem) == (NOW, "gone")


def test_a_missing_credential_that_is_known_changes_nothing() -> None:
    error, what = Locked("tube", ("key", "secret")), Remedy(wait=HOUR, counts=False)
    first = troubled(a_source(), error, what, NOW)

    assert (first.failures, first.problem) == (0, "credential")
    assert first.problem_detail == "key and secret must be there first: earshot credential set tube"
    assert troubled(first, error, what, NOW + HOUR) == first


def test_the_way_back_from_a_moved_address_asks_for_everything_anew() -> None:
    moved = a_source(moved_to=MOVED, etag='"e"', last_modified="yesterday", entries_hash="h")

    assert troubled(moved, Gone(), Remedy(wait=timedelta(0), goes_back=True), NOW) == a_source()


def test_an_answer_makes_a_source_well() -> None:
    ill = a_source(**failing("unreachable", 3, 1), problem_detail="silent")
    before: datetime = NOW - timedelta(days=9)

    assert well(ill, NOW) == a_source(first_fetched_at=NOW)
    assert well(a_source(first_fetched_at=before), NOW).first_fetched_at == before
