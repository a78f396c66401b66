"""Previews ask the right places, and say which they leave alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT
from earshot.domain.errors import Invalid, NotFound
from earshot.domain.job import STORED
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.services.previews import ASKED_TO_WAIT, MOST_SOURCES
from earshot.store import keys
from fakes import NOW
from question_desk import QuestionDesk

WATCH = WatchInput(name="Acme", terms=TermsInput(any=["Acme"]))


@pytest.fixture
def desk() -> QuestionDesk:
    return QuestionDesk()


def test_a_preview_reads_the_sources_that_had_news_last_and_counts_the_others(desk: QuestionDesk) -> None:
    ids = [
        desk.listen(f"https://s{i}.example/feed", last_news_at=NOW - timedelta(hours=i) if i else None)
        for i in range(MOST_SOURCES + 3)
    ]

    job = desk.questions.previews.of_watch(TENANT, WATCH)

    assert [part.id for part in job.parts] == [STORED, *ids[1 : MOST_SOURCES + 1]]
    assert job.left_out == 3


def test_paused_sources_and_those_of_other_watches_are_not_asked(desk: QuestionDesk) -> None:
    watch = desk.watch()
    paused, others, ours = (desk.listen(f"https://{name}.example/feed") for name in ("paused", "others", "ours"))
    desk.sourcing.pause(TENANT, paused, paused=True)
    for id_, watches in ((others, ("w_other",)), (ours, (watch.id,))):
        subscription = desk.listening.subscription(TENANT, id_)
        assert subscription is not None
        desk.listening.want(replace(subscription, watches=watches))

    job = desk.questions.previews.of_watch(TENANT, watch.id)

    assert [part.id for part in job.parts] == [STORED, ours]


def test_a_place_that_asked_us_to_wait_is_left_alone_and_says_so(desk: QuestionDesk) -> None:
    id_ = desk.listen("https://slow.example/feed")
    key = keys.of_source(id_, "schedule")
    desk.listening.schedules.update(key, lambda it: replace(it, not_before=NOW + timedelta(hours=1)))

    job = desk.questions.previews.of_watch(TENANT, WATCH)

    assert [part.answer.problem for part in job.parts if part.answer] == [ASKED_TO_WAIT]
    assert len(desk.bus.fetches) == 1


def test_the_same_description_is_the_same_question_whenever_it_is_asked(desk: QuestionDesk) -> None:
    first = desk.questions.previews.of_watch(TENANT, WATCH)
    desk.clock.advance(seconds=30)

    assert desk.questions.previews.of_watch(TENANT, WATCH).id == first.id


def test_a_watch_is_known_by_its_name_and_one_that_is_not_there_is_named_in_the_error(desk: QuestionDesk) -> None:
    desk.watching.add(TENANT, WATCH)

    assert desk.questions.previews.of_watch(TENANT, "Acme").asked["watch"]["name"] == "Acme"
    with pytest.raises(NotFound, match="there is no watch Other"):
        desk.questions.previews.of_watch(TENANT, "Other")


def test_a_source_is_asked_at_its_host_and_pace(desk: QuestionDesk) -> None:
    job = desk.questions.previews.of_source(TENANT, SourceInput(url="https://blog.example/feed"))

    (part,) = job.parts
    assert (part.host, part.pace_s, part.name) == ("blog.example:443", 0.0, "https://blog.example/feed")


@pytest.mark.parametrize(
    ("kind", "url"),
    [("feed", "https://slow.example/feed"), ("google_alerts", "https://www.google.com/alerts/feeds/1/2")],
)
def test_a_source_that_is_there_and_asked_us_to_wait_is_left_alone(desk: QuestionDesk, kind: str, url: str) -> None:
    id_ = desk.listen(url, kind=kind)
    key = keys.of_source(id_, "schedule")
    desk.listening.schedules.update(key, lambda it: replace(it, not_before=NOW + timedelta(hours=1)))

    (part,) = desk.questions.previews.of_source(TENANT, SourceInput(kind=kind, url=url)).parts

    assert part.answer is not None
    assert (part.answer.problem, part.answer.code) == (ASKED_TO_WAIT, "throttled")
    assert desk.bus.fetches == []


def test_a_source_that_is_there_is_asked_at_the_pace_it_is_read(desk: QuestionDesk) -> None:
    id_ = desk.listen("https://slow.example/feed")
    desk.listening.schedules.update(keys.of_source(id_, "schedule"), lambda it: replace(it, pace_s=7.0))

    (part,) = desk.questions.previews.of_source(TENANT, SourceInput(url="https://slow.example/feed")).parts

    assert (part.answer, part.pace_s) == (None, 7.0)


@pytest.mark.parametrize("given", [SourceInput(kind="telepathy"), SourceInput(url="ftp://blog.example/")])
def test_a_source_that_cannot_be_is_refused_before_anything_is_stored(desk: QuestionDesk, given: SourceInput) -> None:
    with pytest.raises(Invalid):
        desk.questions.previews.of_source(TENANT, given)

    assert desk.table.query(f"TENANT#{TENANT}").rows == ()
