"""A permanent redirect is believed after three answers in a day, and not before."""

from datetime import timedelta

import pytest

from builders import a_source
from earshot.domain.moving import moved
from earshot.domain.source import Source
from fakes import NOW

NEW = "https://new.example/feed"
OTHER = "https://other.example/feed"


def looked(*looks: tuple[float, str], source: Source | None = None) -> Source:
    """A source after answers, each some hours from now and by way of an address."""
    found = source or a_source()
    for hours, target in looks:
        found = moved(found, target, NOW + timedelta(hours=hours))
    return found


def test_three_answers_over_a_day_move_a_source() -> None:
    assert looked((0, NEW), (12, NEW), (24, NEW)) == a_source(moved_to=NEW)


@pytest.mark.parametrize(
    "looks",
    [
        ((0, NEW), (24, NEW)),
        ((0, NEW), (1, NEW), (23.9, NEW)),
        ((0, NEW), (12, OTHER), (24, NEW), (36, NEW)),
        ((0, NEW), (12, ""), (24, NEW), (36, NEW)),
    ],
    ids=["two looks", "less than a day", "elsewhere in between", "none in between"],
)
def test_fewer_or_other_answers_move_nothing(looks: tuple[tuple[float, str], ...]) -> None:
    assert looked(*looks).moved_to == ""


def test_the_many_answers_of_a_day_change_a_source_no_more_than_the_first_three() -> None:
    third = looked((0, NEW), (0.25, NEW), (0.5, NEW))

    assert looked(*((hour, NEW) for hour in range(1, 24)), source=third) == third


@pytest.mark.parametrize("target", ["", "https://feeds.example/", "https://new.example/" + "x" * 2000])
def test_an_answer_from_where_we_asked_or_from_nowhere_usable_changes_nothing(target: str) -> None:
    assert looked((0, target)) == a_source()


def test_a_source_that_moved_may_move_on() -> None:
    assert looked((0, OTHER), (1, OTHER), (25, OTHER), source=a_source(moved_to=NEW)).moved_to == OTHER
