"""What is read for jobs keeps to the manners of its host, and fails alone."""

import time

import pytest

from builders import TENANT
from earshot.domain.errors import Unanswered
from earshot.domain.job import Job
from earshot.services.inputs import TermsInput, WatchInput
from earshot.services.reading import Reading, read_all
from question_desk import QuestionDesk, an_entry

FEED = "https://blog.example/feed"
HOST = "blog.example:443"
PACE_S = 0.05


@pytest.fixture
def desk() -> QuestionDesk:
    desk = QuestionDesk()
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    return desk


def preview(desk: QuestionDesk, pace_s: float = 0.0) -> Job:
    """Asks, with another pace in the messages."""
    job = desk.questions.previews.of_watch(TENANT, WatchInput(name="Acme", terms=TermsInput(any=["Acme"])))
    for envelope in desk.envelopes():
        envelope.body["pace_s"] = pace_s  # type: ignore[index]
    return job


def test_a_host_that_another_process_may_have_asked_just_now_gets_its_pause_before_and_after(
    desk: QuestionDesk,
) -> None:
    preview(desk, PACE_S)
    last_asked: dict[str, float] = {}
    began = time.monotonic()

    failed = read_all(Reading(desk.fetcher, last_asked, jobs=desk.answering.of), desk.errands())

    assert failed == set()
    assert last_asked[HOST] - began >= PACE_S
    assert time.monotonic() - last_asked[HOST] >= PACE_S


def test_a_host_that_this_process_asked_long_ago_needs_no_pause_before(desk: QuestionDesk) -> None:
    preview(desk)
    last_asked = {HOST: time.monotonic() - 1000}

    read_all(Reading(desk.fetcher, last_asked, jobs=desk.answering.of), desk.errands())

    assert len(desk.http.requests) == 1


def test_where_jobs_are_not_answered_their_messages_stay_with_the_queue(desk: QuestionDesk) -> None:
    preview(desk)

    assert read_all(Reading(desk.fetcher), desk.errands()) == {"0", "1"}


def test_outcomes_tell_of_sources_that_were_stored_only(desk: QuestionDesk) -> None:
    preview(desk)
    outcomes: list[object] = []

    read_all(Reading(desk.fetcher, jobs=desk.answering.of), desk.errands(), outcomes.append)

    assert outcomes == []


def test_a_question_to_a_host_that_is_silent_is_answered_with_that(desk: QuestionDesk) -> None:
    for number in (2, 3):
        desk.listen(f"https://blog.example/feed{number}", an_entry(f"https://blog.example/{number}", "Acme"))
    job = preview(desk)
    desk.http.answers = dict.fromkeys(desk.http.answers, Unanswered())

    read_all(Reading(desk.fetcher, jobs=desk.answering.of), desk.errands())

    parts = desk.answering.jobs.get(TENANT, job.id, desk.clock.now()).parts
    told = [part.answer.problem for part in parts if part.answer]
    assert (told.count("unreachable"), told.count("its host does not answer")) == (2, 1)
    assert len(desk.http.requests) == 2
