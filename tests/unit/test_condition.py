"""How a source is doing, in one word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.domain.condition import Condition, condition_of
from earshot.domain.source import Schedule, Source, Subscription
from fakes import NOW

SOURCE = Source(id="s_1", kind="feed", locator="https://blog.example/feed", created_at=NOW)
SUBSCRIPTION = Subscription(tenant="t_1", source_id="s_1", started_at=NOW)
SCHEDULE = Schedule(source_id="s_1", kind="feed", host="blog.example:443", interval_s=900, due_at=NOW)
LONG_AGO = NOW - timedelta(days=20)
TRIED = {"failures": 12, "problem_at": LONG_AGO}


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ({}, "new"),
        ({"first_fetched_at": NOW}, "fine"),
        ({"off_at": NOW, "problem": "gone"}, "off"),
        ({"problem": "credential"}, "credential"),
        ({"problem": "robots"}, "robots"),
        ({"problem": "gone"}, "gone"),
        ({"problem": "malformed"}, "malformed"),
        ({"problem": "throttled", **TRIED}, "throttled"),
        ({"problem": "strange"}, "other"),
        ({"problem": "fine"}, "other"),
        ({"problem": "unreachable"}, "unreachable"),
        ({"problem": "unreachable", **TRIED}, "dead"),
        ({"problem": "unreachable", "failures": 12, "problem_at": NOW - timedelta(days=13)}, "unreachable"),
        ({"problem": "unreachable", "failures": 9, "problem_at": LONG_AGO}, "unreachable"),
        ({"problem": "unreachable", "failures": 12}, "unreachable"),
        ({"problem": "refused", "problem_detail": "answered with 401 (unauthorized)"}, "address"),
        ({"problem": "refused", "problem_detail": "answered with 403 (forbidden)", **TRIED}, "address"),
        ({"problem": "refused", "problem_detail": "answered with 404 (not found)"}, "missing"),
        ({"problem": "refused", "problem_detail": "answered with 404 (not found)", **TRIED}, "dead"),
        ({"problem": "refused", "problem_detail": "answered with 402 (payment required)"}, "refused"),
        ({"problem": "refused", "problem_detail": "the answer is larger than 5 MB"}, "refused"),
        ({"problem": "refused", "problem_detail": "not accepted; earshot credential set x"}, "key"),
    ],
)
def test_a_source_is_in_one_condition(state: dict[str, object], wanted: str) -> None:
    source = replace(SOURCE, **state)  # type: ignore[arg-type]

    assert condition_of(source, SUBSCRIPTION, SCHEDULE, NOW) == wanted


def test_what_is_paused_is_paused_whatever_is_wrong_with_it() -> None:
    source = replace(SOURCE, problem="gone", off_at=NOW)

    assert condition_of(source, replace(SUBSCRIPTION, paused=True), None, NOW) is Condition.PAUSED


def test_a_source_may_wait_for_a_quota() -> None:
    schedule = replace(SCHEDULE, waiting_since=NOW)

    assert condition_of(SOURCE, SUBSCRIPTION, schedule, NOW) is Condition.QUOTA
    assert condition_of(SOURCE, SUBSCRIPTION, None, NOW) is Condition.NEW


def test_trouble_is_what_stands_between_us_and_the_place() -> None:
    calm = {each for each in Condition if not each.is_trouble}

    assert calm == {"paused", "quota", "new", "fine"}
