"""What a fresh look at one source says about one page."""

from datetime import timedelta
from typing import Any

import pytest

from builders import a_source, a_subscription, a_watch
from earshot.domain.job import Answer
from earshot.domain.source import Source, Subscription
from earshot.domain.watch import Noise, Role, Watch
from earshot.domain.why import Verdict
from earshot.services.hearing import Ears
from earshot.services.missing import ELSEWHERE, Listener, looked_for
from earshot.store.mentions import RETENTION
from fakes import NOW
from question_desk import an_entry

URL = "https://blog.example/1"
BEFORE = NOW - timedelta(days=2)


def look(
    *watches: Watch,
    text: str = "Acme ist toll",
    noise: Noise = Noise(),
    source: Source | None = None,
    subscription: Subscription | None = None,
    **changes: Any,
) -> Answer:
    source, subscription = source or a_source(read_at=NOW), subscription or a_subscription()
    item = an_entry(URL, text, **changes)
    others = an_entry("https://blog.example/0", "Acme", published_at=BEFORE)
    listener = Listener(ears=Ears(watches, noise), watches=watches, subscription=subscription, source=source)
    return looked_for(item.identity, (others, item), listener, NOW)


def test_what_a_watch_hears_comes_with_the_next_fetch() -> None:
    answer = look(a_watch())

    assert answer.verdict == Verdict.COMES_NEXT
    assert answer.found[0].spans[0].term == "Acme"
    assert not answer.found[0].is_history


def test_what_appeared_after_the_last_reading_was_not_fetched_since() -> None:
    assert look(a_watch(), source=a_source(read_at=BEFORE)).verdict == Verdict.NOT_FETCHED_SINCE


@pytest.mark.parametrize("changes", [{"published_at": None}, {"published_at": NOW - timedelta(hours=1)}])
def test_without_both_dates_nothing_is_said_about_when(changes: dict[str, Any]) -> None:
    assert look(a_watch(), source=a_source(read_at=None), **changes).verdict == Verdict.COMES_NEXT


def test_what_no_watch_hears_tells_the_rule_of_each_the_strongest_role_first() -> None:
    answer = look(a_watch("rival", any=("Rival",), role=Role.COMPETITOR), a_watch("other", any=("Other",)))

    assert answer.verdict == Verdict.NOT_MATCHED
    heard = answer.found[0].heard
    assert [each.watch_name for each in heard] == ["other", "rival"]
    assert heard[0].rule == '"Other" is not there'


def test_what_a_noise_list_stops_is_filtered() -> None:
    answer = look(a_watch(), noise=Noise(sites=("blog.example",)))

    assert answer.verdict == Verdict.FILTERED
    assert answer.found[0].heard[0].filtered == 'sites: "blog.example"'


def test_what_is_older_than_is_kept_is_too_old_whoever_hears_it() -> None:
    old = NOW - RETENTION - timedelta(days=1)

    assert look(a_watch(), published_at=old).verdict == Verdict.TOO_OLD


def test_what_was_written_before_the_watch_listened_comes_as_history() -> None:
    answer = look(a_watch(created_at=NOW), published_at=NOW - timedelta(days=1, hours=1))

    assert answer.verdict == Verdict.COMES_NEXT
    assert answer.found[0].is_history


def test_a_watch_that_does_not_listen_to_this_source_hears_nothing_there() -> None:
    answer = look(a_watch(), subscription=a_subscription(watches=("w_other",)))

    assert answer.verdict == Verdict.NOT_MATCHED
    assert answer.found[0].heard[0].lacks == (ELSEWHERE,)


def test_a_watch_that_is_named_at_the_source_hears_there() -> None:
    assert look(a_watch(), subscription=a_subscription(watches=("w_acme",))).verdict == Verdict.COMES_NEXT


def test_a_page_that_the_source_does_not_name_is_absent_and_tells_how_far_back_it_reaches() -> None:
    listener = Listener(
        ears=Ears([a_watch()], Noise()), watches=[a_watch()], subscription=a_subscription(), source=a_source()
    )

    answer = looked_for("url1:https://blog.example/9", (an_entry(URL, "Acme", published_at=BEFORE),), listener, NOW)

    assert (answer.verdict, answer.oldest_at, answer.found) == (Verdict.ABSENT, BEFORE, ())


def test_an_empty_source_reaches_back_to_nowhere() -> None:
    listener = Listener(ears=Ears([], Noise()), watches=[], subscription=a_subscription(), source=a_source())

    assert looked_for("url1:x", (), listener, NOW).oldest_at is None
