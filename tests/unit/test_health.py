"""The figures of one tenant, and what could not be told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_delivery, a_schedule, a_source, a_subscription
from earshot.adapters.memory import DictTable
from earshot.domain.contact import Channel
from earshot.domain.delivery import Delivery, State, delivery_todo, dropped, failed, put_off, sent, taken, uncertain
from earshot.ports.table import Key, Row
from earshot.services.health import tenant_figures
from earshot.services.troubles import Troubles
from earshot.store.deliveries import Deliveries
from earshot.store.listening import Listening
from earshot.store.todos import Todos
from fakes import NOW


@pytest.fixture
def table() -> DictTable:
    return DictTable()


def deliver(table: DictTable, *deliveries: Delivery) -> None:
    for each in deliveries:
        Deliveries(table).all.add(each)
        if each.state in (State.PLANNED, State.SENDING):
            Todos(table).add(delivery_todo(each, NOW))


def a_taken(name: str, **changes: object) -> Delivery:
    return replace(taken(a_delivery(name), NOW), **changes)  # type: ignore[arg-type]


def test_sources_are_counted_with_their_problems_for_those_who_listen(table: DictTable) -> None:
    listening = Listening(table)
    for id_, problem in (("s_well", ""), ("s_ill", "gone"), ("s_foreign", "gone")):
        listening.sources.add(a_source(id=id_, problem=problem, off_at=NOW if problem else None))
        if not problem:
            listening.schedules.add(a_schedule(id_))
    for id_ in ("s_well", "s_ill", "s_gone"):
        listening.want(a_subscription(id_))
    listening.want(a_subscription("s_foreign", tenant="t_other"))

    assert tenant_figures(table, TENANT, NOW) == {
        "sources": 2,
        "sources_with_a_problem": 1,
        "sources_off": 1,
        "silent_sources": [{"id": "s_ill", "name": "canned https://feeds.example/", "state": "broken", "since": NOW}],
        "heartbeat_at": None,
        "dead_letters": 0,
    }


class _CountingTable(DictTable):
    """A table that counts how often it is asked for one row."""

    gets = 0

    def get(self, key: Key) -> Row | None:
        self.gets += 1
        return super().get(key)


def test_many_sources_are_read_together() -> None:
    table, gets = _CountingTable(), []
    listening = Listening(table)
    for many in (1, 30):
        for number in range(many):
            source = a_source(id=f"s_{number}")
            listening.sources.become(source)
            listening.want(a_subscription(source.id))
        table.gets = 0
        assert tenant_figures(table, TENANT, NOW)["sources"] == many
        gets.append(table.gets)

    assert gets[0] == gets[1]


def test_what_was_given_up_is_counted_however_much_it_is(table: DictTable) -> None:
    deliver(table, *(failed(a_taken(f"m_{i}"), "busy") for i in range(150)))
    deliver(table, uncertain(replace(taken(a_delivery("m_s", channel=Channel.SMS), NOW)), "broke off"))
    deliver(table, sent(a_taken("m_sent"), NOW), dropped(a_delivery("m_dropped"), "acknowledged"))
    deliver(table, replace(failed(a_taken("m_foreign"), "busy"), tenant="t_other"))

    assert tenant_figures(table, TENANT, NOW)["dead_letters"] == 151


def test_troubles_are_what_was_given_up_or_put_off_oldest_first(table: DictTable) -> None:
    given_up = failed(a_taken("m_1", created_at=NOW), "no such mailbox")
    later = put_off(a_taken("m_2", created_at=NOW - timedelta(hours=1)), NOW, "busy")
    deliver(table, given_up, later, a_delivery("m_fresh"), a_taken("m_under_way"), sent(a_taken("m_3"), NOW))
    Todos(table).add(delivery_todo(a_delivery("m_never_planned"), NOW))

    assert [each.problem for each in Troubles(table).of(TENANT)] == ["busy", "no such mailbox"]
