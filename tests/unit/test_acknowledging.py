"""How a person closes a mention and opens it again."""

from datetime import timedelta

import pytest

from builders import a_mention, an_acknowledgement
from earshot.domain.acknowledging import MAX_NOTE, acknowledge, reopen, validated
from earshot.domain.errors import Conflict, Invalid
from earshot.domain.mention import Outcome, Status
from fakes import NOW

LATER = NOW + timedelta(hours=1)


def test_an_acknowledged_mention_is_done_and_remembers_who_and_how() -> None:
    done = an_acknowledgement(Outcome.ANSWERED, answer_url="https://forum.example/1#2")

    after = acknowledge(a_mention(), done, version=1)

    assert (after.status, after.acknowledgement, after.version) == (Status.DONE, done, 2)
    assert [(entry.by, entry.what, entry.detail) for entry in after.history] == [
        ("key:anna", "answered", "https://forum.example/1#2")
    ]


def test_the_same_outcome_by_the_same_actor_again_changes_nothing_even_with_a_stale_version() -> None:
    once = acknowledge(a_mention(), an_acknowledgement(), version=1)

    assert acknowledge(once, an_acknowledgement(at=LATER), version=1) is once


@pytest.mark.parametrize(
    "late", [an_acknowledgement(by="key:ben"), an_acknowledgement(Outcome.REPORTED)], ids=["actor", "outcome"]
)
def test_a_second_acknowledgement_of_a_mention_is_refused(late: object) -> None:
    once = acknowledge(a_mention(), an_acknowledgement(), version=1)

    with pytest.raises(Conflict):
        acknowledge(once, late, version=1)  # type: ignore[arg-type]


def test_whoever_read_it_again_may_decide_otherwise() -> None:
    once = acknowledge(a_mention(), an_acknowledgement(), version=1)

    after = acknowledge(once, an_acknowledgement(Outcome.REPORTED, by="key:ben"), version=2)

    assert after.acknowledgement is not None
    assert (after.acknowledgement.outcome, after.version) == (Outcome.REPORTED, 3)


def test_a_reopened_mention_waits_again() -> None:
    once = acknowledge(a_mention(), an_acknowledgement(), version=1)

    after = reopen(once, by="key:ben", at=LATER, version=2)

    assert (after.status, after.acknowledgement, after.version) == (Status.OPEN, None, 3)
    assert after.history[-1].what == "reopened"


def test_reopening_what_nobody_closed_changes_nothing() -> None:
    mention = a_mention()

    assert reopen(mention, by="key:ben", at=LATER, version=99) is mention


def test_reopening_a_stale_version_is_refused_and_without_a_version_it_is_not() -> None:
    once = acknowledge(a_mention(), an_acknowledgement(), version=1)

    with pytest.raises(Conflict):
        reopen(once, by="key:ben", at=LATER, version=1)
    assert reopen(once, by="key:ben", at=LATER).status is Status.OPEN


def test_what_a_person_sent_becomes_an_acknowledgement() -> None:
    done = validated("ignored", by="key:anna", at=NOW, note="  spam \n", answer_url="")

    assert (done.outcome, done.note) == (Outcome.IGNORED, "spam")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "liked"}, "outcome"),
        ({"outcome": "thanked", "note": "x" * 2001}, "note"),
        ({"outcome": "ignored"}, "note"),
        ({"outcome": "ignored", "note": "  "}, "note"),
        ({"outcome": "answered", "answer_url": "javascript:alert(1)"}, "answer_url"),
        ({"outcome": "answered", "answer_url": "https://"}, "answer_url"),
        ({"outcome": "answered", "answer_url": "https://[broken"}, "answer_url"),
        ({"outcome": "answered", "answer_url": "https://a.example/\n"}, "answer_url"),
        ({"outcome": "answered", "answer_url": "https://a.example/" + "x" * 2048}, "answer_url"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        validated(given.pop("outcome"), by="key:anna", at=NOW, **given)

    assert caught.value.field == field


@pytest.mark.parametrize("said", [{"note": "Called her"}, {"answer_url": "https://forum.example/1#3"}], ids=str)
def test_the_same_actor_may_add_a_note_or_a_link_to_the_same_outcome(said: dict[str, str]) -> None:
    once = acknowledge(
        a_mention(), an_acknowledgement(note="Saw it", answer_url="https://forum.example/1#2"), version=1
    )

    after = acknowledge(once, an_acknowledgement(at=LATER, **said), version=2)

    before = {"note": "Saw it", "answer_url": "https://forum.example/1#2"}
    assert after.acknowledgement == an_acknowledgement(at=LATER, **{**before, **said})
    assert (after.version, len(after.history)) == (3, 2)
    assert after.history[-1].detail == next(iter(said.values()))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("said", [{}, {"note": "Saw it"}], ids=str)
def test_a_repetition_that_says_nothing_new_changes_nothing(said: dict[str, str], version: int) -> None:
    once = acknowledge(a_mention(), an_acknowledgement(note="Saw it"), version=1)

    assert acknowledge(once, an_acknowledgement(at=LATER, **said), version=version) is once


@pytest.mark.parametrize("version", [1, 3])
def test_a_new_note_on_a_version_that_is_not_the_mentions_changes_nothing(version: int) -> None:
    once = acknowledge(a_mention(), an_acknowledgement(note="Saw it"), version=1)

    assert acknowledge(once, an_acknowledgement(note="Called her"), version=version) is once


def test_the_history_keeps_the_beginning_of_a_long_note() -> None:
    after = acknowledge(a_mention(), an_acknowledgement(note="x" * MAX_NOTE), version=1)

    assert after.acknowledgement is not None
    assert len(after.acknowledgement.note) == MAX_NOTE
    assert after.history[-1].detail == "x" * 200
