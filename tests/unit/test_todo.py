"""Todos heal what gets lost, without spinning."""

from datetime import datetime, timedelta

from builders import a_todo
from earshot.domain.todo import MAX_BACKOFF, ORPHAN_AFTER, Todo, is_orphan, leased
from fakes import NOW


def pauses_of(todo: Todo, now: datetime) -> list[timedelta]:
    pauses = []
    for _ in range(12):
        todo = leased(todo, now)
        pauses.append(todo.due_at - now)
    return pauses


def test_a_todo_comes_again_after_a_pause_that_doubles_up_to_six_hours() -> None:
    pauses = pauses_of(a_todo(created_at=NOW - ORPHAN_AFTER), NOW)

    assert [pause / timedelta(minutes=1) for pause in pauses[:4]] == [2, 4, 8, 16]
    assert pauses[-1] == MAX_BACKOFF


def test_on_its_first_day_a_todo_never_waits_longer_than_a_quarter_of_an_hour() -> None:
    assert max(pauses_of(a_todo(created_at=NOW), NOW)) == timedelta(minutes=15)


def test_a_todo_is_an_orphan_after_a_day() -> None:
    todo = a_todo(created_at=NOW)

    assert not is_orphan(todo, NOW + ORPHAN_AFTER - timedelta(seconds=1))
    assert is_orphan(todo, NOW + ORPHAN_AFTER)
