"""Deliveries that were given up are shown, and tried again when a person says so."""

from datetime import timedelta

import pytest

from builders import TENANT, a_delivery, a_tenant
from earshot.adapters.memory import DictTable
from earshot.domain.delivery import State
from earshot.services.dead_letters import DeadLetters
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.due import due_todos
from fakes import NOW, FixedClock

FAILED = a_delivery("m_1", state=State.FAILED, attempt=8, problem="busy", created_at=NOW - timedelta(hours=1))
UNCERTAIN = a_delivery("m_2", state=State.UNCERTAIN)
SENT = a_delivery("m_3", state=State.SENT)


@pytest.fixture
def table() -> DictTable:
    made = DictTable()
    Company(made).tenants.add(a_tenant())
    for each in (SENT, UNCERTAIN, FAILED):
        Deliveries(made).all.add(each)
    return made


def test_failed_and_uncertain_deliveries_are_shown_oldest_first(table: DictTable) -> None:
    assert [each.id for each in DeadLetters(table, FixedClock()).all()] == [FAILED.id, UNCERTAIN.id]


@pytest.mark.parametrize(("ids", "count"), [(None, 1), ([FAILED.id, SENT.id], 1), ([UNCERTAIN.id], 1), ([], 0)])
def test_those_that_are_named_are_planned_anew(table: DictTable, ids: list[str] | None, count: int) -> None:
    assert DeadLetters(table, FixedClock()).redrive(ids) == count

    todos = list(due_todos(table, NOW))
    planned = [found for each in todos if (found := Deliveries(table).get(TENANT, each.subject))]
    assert len(planned) == count
    assert all((each.state, each.attempt, each.problem) == (State.PLANNED, 0, "") for each in planned)


def test_what_may_have_arrived_goes_again_only_when_it_is_named(table: DictTable) -> None:
    DeadLetters(table, FixedClock()).redrive(None)

    stored = Deliveries(table).get(TENANT, UNCERTAIN.id)
    assert stored is not None
    assert stored.state is State.UNCERTAIN


def test_the_dead_letters_of_one_tenant_are_looked_at_alone(table: DictTable) -> None:
    assert DeadLetters(table, FixedClock(), only="t_other").all() == ()
    assert len(DeadLetters(table, FixedClock(), only=TENANT).all()) == 2


def test_what_a_person_sets_aside_is_shown_no_more_and_never_sent(table: DictTable) -> None:
    letters = DeadLetters(table, FixedClock())

    assert letters.remove([FAILED.id, "d_unknown"]) == 1

    assert [each.id for each in letters.all()] == [UNCERTAIN.id]
    assert letters.redrive([FAILED.id]) == 0
