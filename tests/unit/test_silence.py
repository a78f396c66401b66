"""The silence of a source is told from its own rhythm: soon enough, and seldom without reason."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import TENANT, a_page, a_schedule, a_source, a_subscription, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.condition import Condition, condition_of
from earshot.domain.rhythm import FEW, MEMORY, Rhythm, heard, longest_usual
from earshot.domain.silence import LEAST, MANY_FAILURES, Hush, silence_of, with_news
from earshot.domain.source import Source
from earshot.services.silences import Silences
from earshot.store.listening import Listening
from fakes import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEAR = timedelta(days=365)

Times = Callable[[random.Random], Iterator[datetime]]
"""When a source has news."""


def learnt(*gaps: timedelta) -> Rhythm:
    rhythm = Rhythm()
    for gap in gaps:
        rhythm = heard(rhythm, gap)
    return rhythm


def a_silent_source(rhythm: Rhythm, silence: timedelta, **changes: object) -> Source:
    return replace(a_source(last_news_at=NOW - silence, rhythm=rhythm), **changes)  # type: ignore[arg-type]


def hush(source: Source, **schedule: object) -> Hush:
    return silence_of(source, a_schedule(asked_at=NOW, **schedule), NOW).hush


def alarms_of(times: Iterator[datetime], until: datetime) -> tuple[int, Rhythm]:
    """How often a source that has news at these times is called silent, and what is known of it at the end."""
    rhythm, last, alarms = Rhythm(), next(times), 0
    for at in times:
        if at > until:
            break
        usual = longest_usual(rhythm)
        alarms += usual is not None and at - last > max(usual, LEAST)
        rhythm, last = heard(rhythm, at - last), at
    return alarms, rhythm


def by_chance(rng: random.Random, a_day: float) -> Iterator[datetime]:
    at = NOW
    while True:
        at += timedelta(days=rng.expovariate(a_day))
        yield at


def of_a_forum(rng: random.Random) -> Iterator[datetime]:
    """Forty posts on a working day, none at night, few at the weekend."""
    for hour in (NOW + HOUR * n for n in range(24 * 365 * 2)):
        busy = 0.0 if hour.hour < 7 else 0.3 if hour.weekday() > 4 else 0.9
        if rng.random() < busy:
            yield hour + HOUR * rng.random()


def of_a_monthly_blog(rng: random.Random) -> Iterator[datetime]:
    at = NOW
    while True:
        at += timedelta(days=rng.uniform(24, 38))
        yield at


def of_an_office(rng: random.Random) -> Iterator[datetime]:
    """A notice on each working day; two weeks of holidays at the turn of the year, four days at Easter."""
    for day in (NOW + DAY * n for n in range(365 * 3)):
        is_holiday = (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 6)
        is_easter = day.month == 4 and 2 <= day.day <= 5
        if day.weekday() < 5 and not is_holiday and not is_easter:
            yield day + HOUR * rng.uniform(-3, 6)


@pytest.mark.parametrize("a_day", [0.03, 0.15, 0.5, 1, 2, 3, 5, 20])
def test_news_by_chance_give_less_than_one_false_alarm_a_year(a_day: float) -> None:
    alarms, _ = alarms_of(by_chance(random.Random(f"{a_day}"), a_day), NOW + YEAR * 200)

    assert alarms <= 200


@pytest.mark.parametrize("rhythm", [of_a_forum, of_a_monthly_blog, of_an_office])
def test_real_rhythms_give_at_most_one_false_alarm_a_year(
    rhythm: Times,
) -> None:
    alarms, _ = alarms_of(rhythm(random.Random(7)), NOW + YEAR * 2)

    assert alarms <= 2


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (of_a_forum, 2),
        (of_an_office, 7),
        (of_a_monthly_blog, 100),
        (lambda rng: by_chance(rng, 20), 2),
        (lambda rng: by_chance(rng, 1), 10),
    ],
    ids=["forum", "office", "monthly blog", "alert of twenty a day", "one a day by chance"],
)
def test_a_source_that_stops_is_noticed_in_time(rhythm: Times, days: float) -> None:
    _, known = alarms_of(rhythm(random.Random(3)), NOW + YEAR)

    usual = longest_usual(known)
    assert usual is not None
    assert max(usual, LEAST) <= timedelta(days=days)


def test_a_daily_source_like_clockwork_is_missed_after_three_days() -> None:
    clockwork = learnt(*[DAY] * MEMORY)

    assert hush(a_silent_source(clockwork, DAY * 2)) is Hush.FINE
    assert hush(a_silent_source(clockwork, DAY * 3.5)) is Hush.SILENT


def test_nothing_is_said_before_enough_is_known() -> None:
    assert longest_usual(learnt(*[HOUR] * (FEW - 1))) is None
    assert hush(a_silent_source(learnt(*[HOUR] * (FEW - 1)), YEAR)) is Hush.FINE
    assert longest_usual(learnt(*[timedelta(0)] * FEW)) is None


def test_nothing_is_called_silent_within_two_days() -> None:
    busy = learnt(*[HOUR] * MEMORY)

    assert hush(a_silent_source(busy, DAY * 1.9)) is Hush.FINE
    found = silence_of(a_silent_source(busy, DAY * 2.1), a_schedule(asked_at=NOW), NOW)
    assert (found.hush, found.since, found.unusual_after) == (Hush.SILENT, NOW - DAY * 2.1, LEAST)


def test_a_source_that_was_hardly_looked_at_is_not_called_silent() -> None:
    busy = a_silent_source(learnt(*[HOUR] * MEMORY), DAY * 3)

    assert hush(busy, real_s=int(DAY.total_seconds() * 1.1)) is Hush.FINE
    assert silence_of(busy, None, NOW).hush is Hush.FINE
    assert silence_of(busy, a_schedule(asked_at=None), NOW).hush is Hush.FINE


def test_a_source_with_a_problem_for_a_day_or_many_failures_is_broken() -> None:
    ill = a_source(problem="gone", problem_at=NOW - DAY * 2)

    assert silence_of(ill, None, NOW).since == NOW - DAY * 2
    assert hush(ill) is Hush.BROKEN
    assert hush(replace(ill, problem_at=NOW - HOUR)) is Hush.FINE
    assert hush(replace(ill, problem_at=NOW - HOUR, failures=MANY_FAILURES)) is Hush.BROKEN
    assert hush(a_source(off_at=NOW)) is Hush.BROKEN


def test_a_long_silence_does_not_become_a_habit() -> None:
    busy = learnt(*[HOUR] * MEMORY)
    before = longest_usual(busy)
    after = longest_usual(heard(busy, YEAR))

    assert before is not None
    assert after is not None
    assert after < DAY


def test_news_move_the_rhythm_of_their_source() -> None:
    source = a_source(last_news_at=NOW - HOUR, entries_hash="before")
    page = a_page(an_item())

    after = with_news(source, page, NOW, was_well=True)

    assert (after.last_news_at, after.rhythm) == (NOW, Rhythm(gaps=1, mean_s=3600.0))
    assert with_news(source, page, NOW, was_well=False).rhythm == Rhythm()
    assert with_news(replace(source, last_news_at=None), page, NOW, was_well=True).rhythm == Rhythm()
    assert with_news(replace(source, last_news_at=NOW), page, NOW, was_well=True).rhythm == Rhythm()
    assert with_news(source, a_page(), NOW, was_well=True) == source
    assert with_news(source, replace(page, entries_hash="before"), NOW, was_well=True) == source
    assert with_news(source, replace(page, entries_hash="before", cursor="2"), NOW, was_well=True).last_news_at == NOW


def test_what_is_read_anew_is_news_only_where_it_is_newer() -> None:
    source = a_source(last_news_at=NOW - HOUR)

    old = with_news(
        source, a_page(an_item(published_at=NOW - DAY), an_item("2", published_at=None)), NOW, was_well=True
    )

    assert old == source
    assert with_news(source, a_page(an_item(published_at=NOW)), NOW, was_well=True).last_news_at == NOW


def test_a_silent_source_wants_attention_and_a_google_alert_its_own() -> None:
    silent = a_silent_source(learnt(*[HOUR] * MEMORY), DAY * 3)
    schedule = a_schedule(asked_at=NOW)

    assert condition_of(silent, a_subscription(), schedule, NOW) is Condition.SILENT
    assert condition_of(replace(silent, kind="google_alerts"), a_subscription(), schedule, NOW) is Condition.STALLED
    assert condition_of(silent, a_subscription(paused=True), schedule, NOW) is Condition.PAUSED


def test_what_is_not_heard_any_more_is_listed_with_the_longest_silence_first() -> None:
    table = DictTable()
    listening, busy = Listening(table), learnt(*[HOUR] * MEMORY)
    for id_, silence in (("s_short", DAY * 3), ("s_long", DAY * 30), ("s_fine", HOUR), ("s_paused", DAY * 30)):
        listening.sources.add(a_silent_source(busy, silence, id=id_))
        listening.schedules.add(a_schedule(id_, asked_at=NOW))
        listening.want(a_subscription(id_, name=f"My {id_}", paused=id_ == "s_paused"))
    listening.want(a_subscription("s_gone"))

    found = Silences(table).of(TENANT, NOW)

    assert [each.name for each in found] == ["My s_long", "My s_short"]


def test_a_source_that_nobody_will_ever_read_is_broken_but_not_one_that_comes_by_itself() -> None:
    table = DictTable()
    listening = Listening(table)
    for id_, state in (("s_lost", {}), ("s_read", {"read_at": NOW}), ("s_door", {"kind": "push"})):
        listening.sources.add(replace(a_source(id=id_, created_at=NOW - DAY), **state))  # type: ignore[arg-type]
        listening.want(a_subscription(id_))

    found = {each.source.id: each.silence for each in Silences(table).of(TENANT, NOW)}

    assert {id_: (it.hush, it.since) for id_, it in found.items()} == {
        "s_lost": (Hush.BROKEN, NOW - DAY),
        "s_read": (Hush.BROKEN, NOW),
    }
