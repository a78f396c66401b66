"""Plan hands out what is due, politely, once."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import SOURCE, TENANT, a_delivery, a_mention, a_schedule, a_subscription, a_todo
from earshot.adapters.memory import DictTable
from earshot.domain.delivery import State, delivery_todo, taken
from earshot.domain.errors import BusError
from earshot.domain.messages import Envelope, MessageType
from earshot.domain.todo import LEASE, ORPHAN_AFTER, Purpose
from earshot.ports.table import Key, Row
from earshot.services.planning import MESSAGE_SOURCES, Planned, Planner
from earshot.store.deliveries import Deliveries
from earshot.store.due import all_schedules, all_todos
from earshot.store.listening import Listening
from earshot.store.todos import Todos
from fakes import NOW, RecordingBus


@pytest.fixture
def table() -> DictTable:
    return DictTable()


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def planner(table: DictTable, bus: RecordingBus) -> Planner:
    return Planner(table, bus, random.Random(1))


def listen(table: DictTable, count: int = 1, **changes: Any) -> list[str]:
    """Sources s_00 … that somebody listens to, due now."""
    ids = [f"s_{i:02d}" for i in range(count)]
    for id_ in ids:
        Listening(table).schedules.add(a_schedule(id_, **changes))
        Listening(table).hear(a_subscription(id_))
    return ids


def asked(bus: RecordingBus) -> list[str]:
    return [id_ for _, envelope in bus.fetches for id_ in envelope.body["sources"]]


def test_a_due_source_is_handed_out_once_an_interval(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    listen(table)

    first, second = planner.tick(NOW), planner.tick(NOW + timedelta(minutes=1))

    assert (first, second) == (Planned(sources=1), Planned())
    assert bus.fetches[0][0] == "feeds.example:443"
    assert bus.fetches[0][1].type is MessageType.FETCH


def test_the_next_fetch_comes_after_about_an_interval(table: DictTable, planner: Planner) -> None:
    listen(table, 30, interval_s=1000, pace_s=0.1)

    planner.tick(NOW)

    gaps = [(each.due_at - NOW).total_seconds() for each in all_schedules(table)]
    assert all(870 <= gap <= 1070 for gap in gaps)
    assert len(set(gaps)) > 20


def test_a_host_whose_fetches_take_several_requests_gets_fewer_of_them_in_a_tick(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, 9, pace_s=6.0, steps=2)

    planner.tick(NOW)

    assert len(asked(bus)) == 3


def test_where_a_host_is_asked_for_more_than_its_pace_allows_all_its_sources_wait_alike(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, 30, interval_s=600, pace_s=20.0)

    for minute in range(200):
        planner.tick(NOW + timedelta(minutes=minute))

    counts = Counter(asked(bus))
    assert len(counts) == 30
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_source_of_two_minutes_is_handed_out_at_every_second_tick(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, interval_s=120)

    handed_out = [planner.tick(NOW + timedelta(minutes=minute)).sources for minute in range(20)]

    assert handed_out == [1, 0] * 10


def test_a_source_that_is_not_due_waits(table: DictTable, planner: Planner) -> None:
    listen(table, due_at=NOW + timedelta(seconds=1))

    assert planner.tick(NOW) == Planned()


def test_a_host_gets_no_more_than_its_pace_allows_in_a_tick(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    ids = listen(table, 12, pace_s=10.0)

    planner.tick(NOW)
    first = len(asked(bus))
    planner.tick(NOW + timedelta(minutes=1))

    assert (first, len(asked(bus))) == (4, 8)
    assert len(set(asked(bus))) == 8
    assert set(asked(bus)) < set(ids)


def test_a_very_slow_host_gets_one_source_each_time_its_pace_allows(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, 3, pace_s=300.0, interval_s=3600)

    handed_out = [planner.tick(NOW + timedelta(minutes=minute)).sources for minute in range(16)]

    assert handed_out == [1, 0, 0, 0, 0] * 3 + [0]
    assert sorted(asked(bus)) == ["s_00", "s_01", "s_02"]


def test_what_comes_due_at_a_slow_host_waits_for_its_turn_too(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, 1, pace_s=300.0, interval_s=3600)
    for minute in range(1, 4):
        # They have not been read yet, and do not know how slow their host is.
        id_ = f"s_new_{minute}"
        Listening(table).hear(a_subscription(id_))
        Listening(table).schedules.add(a_schedule(id_, due_at=NOW + timedelta(minutes=minute)))

    handed_out = [planner.tick(NOW + timedelta(minutes=minute)).sources for minute in range(6)]

    assert handed_out == [1, 0, 0, 0, 0, 3]


def test_a_source_of_a_slow_host_that_was_put_back_waits_for_its_turn(table: DictTable, planner: Planner) -> None:
    listen(table, 1, pace_s=300.0, interval_s=3600)
    planner.tick(NOW)
    Listening(table).make_due("s_00", NOW + timedelta(minutes=1))

    handed_out = [planner.tick(NOW + timedelta(minutes=minute)).sources for minute in range(1, 7)]

    assert handed_out == [0, 0, 0, 0, 1, 0]


def test_the_turn_that_another_planner_took_first_is_its_own(bus: RecordingBus) -> None:
    class Contended(DictTable):
        def put_if_absent(self, row: Row) -> bool:
            return row.kind != "turn" and super().put_if_absent(row)

    table = Contended()
    listen(table, 2, pace_s=300.0)

    assert Planner(table, bus).tick(NOW).sources == 0
    assert [each.due_at for each in all_schedules(table)] == [NOW, NOW]


def test_looking_now_does_not_hurry_a_slow_host(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    later = NOW + timedelta(hours=1)
    listen(table, 3, pace_s=300.0, due_at=later)

    handed_out = [planner.tick(NOW, look_now=True).sources for _ in range(2)]

    assert handed_out == [1, 0]
    assert sorted(each.due_at for each in all_schedules(table))[1:] == [later, later]


def test_the_longest_waiting_source_goes_first(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    listen(table, 3, pace_s=120.0)
    Listening(table).hear(a_subscription("s_old"))
    Listening(table).schedules.add(a_schedule("s_old", pace_s=120.0, due_at=NOW - timedelta(hours=1)))

    planner.tick(NOW)

    assert asked(bus) == ["s_old"]


def test_what_a_quota_put_off_longest_goes_first(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    listen(table, 2, pace_s=120.0, due_at=NOW - timedelta(minutes=30))
    Listening(table).hear(a_subscription("s_patient"))
    waiting = a_schedule("s_patient", pace_s=120.0, due_at=NOW, waiting_since=NOW - timedelta(hours=1))
    Listening(table).schedules.add(waiting)

    planner.tick(NOW)

    assert asked(bus) == ["s_patient"]
    left = Listening(table).schedule("s_patient")
    assert left is not None
    assert left.waiting_since == waiting.waiting_since


def test_a_schedule_tells_the_real_gap_between_its_fetches(table: DictTable, planner: Planner) -> None:
    (id_,) = listen(table)
    told = []
    for minutes in (0, 30, 90):
        planner.tick(NOW + timedelta(minutes=minutes))
        schedule = Listening(table).schedule(id_)
        assert schedule is not None
        told.append((schedule.asked_at, schedule.real_s))

    assert told == [
        (NOW, None),
        (NOW + timedelta(minutes=30), 1800),
        (NOW + timedelta(minutes=90), 2400),
    ]


def test_a_message_holds_at_most_ten_sources_of_one_host(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    listen(table, 25, pace_s=0.5)
    Listening(table).hear(a_subscription("s_other"))
    Listening(table).schedules.add(a_schedule("s_other", host="other.example:443"))

    planner.tick(NOW)

    sizes = sorted((host, len(envelope.body["sources"])) for host, envelope in bus.fetches)
    assert sizes == [("feeds.example:443", 5), *[("feeds.example:443", MESSAGE_SOURCES)] * 2, ("other.example:443", 1)]


def test_looking_now_asks_everybody_but_those_who_asked_us_to_wait(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listen(table, 2, due_at=NOW + timedelta(hours=1), pace_s=30.0)
    Listening(table).hear(a_subscription("s_shy"))
    Listening(table).schedules.add(a_schedule("s_shy", not_before=NOW + timedelta(minutes=1)))

    planned = planner.tick(NOW, look_now=True)

    assert planned.sources == 2
    assert sorted(asked(bus)) == ["s_00", "s_01"]


def test_a_source_nobody_listens_to_loses_its_schedule(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    Listening(table).schedules.add(a_schedule())

    planner.tick(NOW)

    assert bus.fetches == []
    assert Listening(table).schedule(SOURCE) is None


def test_a_paused_source_is_not_asked(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    Listening(table).schedules.add(a_schedule())
    Listening(table).hear(a_subscription(paused=True))

    planner.tick(NOW)

    assert bus.fetches == []


def test_a_source_that_another_planner_leased_first_is_left_to_it(bus: RecordingBus) -> None:
    table = DictTable(lag=1)
    listen(table)
    table.settle()
    Planner(table, RecordingBus()).tick(NOW)

    Planner(table, bus).tick(NOW)

    assert bus.fetches == []


def test_a_due_todo_is_told_to_whoever_does_it_and_leased(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    Todos(table).add(a_todo(Purpose.ALERT, "m_1"))
    Todos(table).add(a_todo(Purpose.DELIVERY, "d_1", group="c_anna#mail"))

    planned = planner.tick(NOW)
    again = planner.tick(NOW + LEASE - timedelta(seconds=1))

    assert (planned.todos, again.todos) == (2, 0)
    assert {(event.type, *sorted(event.body.items())) for event in bus.events} == {
        (MessageType.MENTION_STORED, ("mention", "m_1"), ("tenant", TENANT)),
        (MessageType.DELIVERY_PLANNED, ("delivery", "d_1"), ("tenant", TENANT)),
    }


def test_a_todo_that_somebody_else_did_meanwhile_is_not_told_again(bus: RecordingBus) -> None:
    table = DictTable(lag=1)
    Todos(table).add(a_todo())
    table.settle()
    Todos(table).remove(a_todo())

    assert Planner(table, bus).tick(NOW).todos == 0
    assert bus.events == []


def test_the_todo_of_a_delivery_that_was_never_planned_is_dropped_after_a_day(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    Todos(table).add(a_todo(Purpose.DELIVERY, "d_1", group="c_anna#mail"))

    planner.tick(NOW + ORPHAN_AFTER - timedelta(minutes=1))
    before = list(all_todos(table))
    planner.tick(NOW + ORPHAN_AFTER + timedelta(hours=7))

    assert (len(before), list(all_todos(table))) == (1, [])
    assert len(bus.events) == 1


def test_the_todo_of_a_delivery_that_waits_for_days_is_kept(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    delivery = a_delivery(due_at=NOW + 3 * ORPHAN_AFTER)
    Deliveries(table).all.add(delivery)
    Todos(table).add(delivery_todo(delivery, NOW))

    planner.tick(NOW + 4 * ORPHAN_AFTER)

    assert len(bus.events) == 1


def test_a_new_start_makes_the_work_of_dead_workers_due_at_once(table: DictTable, planner: Planner) -> None:
    delivery = taken(a_delivery(), NOW)
    Deliveries(table).all.add(delivery)
    Todos(table).add(delivery_todo(delivery, NOW))
    Todos(table).add(a_todo(Purpose.ALERT, a_mention().id, due_at=NOW + LEASE))
    Listening(table).schedules.add(a_schedule(due_at=NOW + timedelta(minutes=5)))

    planner.recover(NOW)

    stored = Deliveries(table).get(TENANT, delivery.id)
    assert stored is not None
    assert (stored.state, stored.due_at) == (State.PLANNED, NOW)
    assert [each.due_at for each in all_todos(table)] == [NOW, NOW]
    assert [each.due_at for each in all_schedules(table)] == [NOW + timedelta(minutes=5)]


def test_a_new_start_wakes_no_delivery_that_is_held(table: DictTable, planner: Planner) -> None:
    until = NOW + timedelta(hours=1)
    delivery = a_delivery(due_at=until)
    Deliveries(table).all.add(delivery)
    Todos(table).add(delivery_todo(delivery, NOW))

    planner.recover(NOW)

    assert [each.due_at for each in all_todos(table)] == [until]


def test_a_full_shard_is_worked_off_over_several_ticks(table: DictTable, bus: RecordingBus, planner: Planner) -> None:
    crowd = [a_todo(subject=f"m_{i}") for i in range(300)]
    for todo in crowd:
        Todos(table).add(todo)
    rows = [row for shard in range(16) for row in table.query(f"DUE#todo#{shard:02d}", index="due", limit=300).rows]
    table.put_many(
        [replace(row, due=Key("DUE#todo#00", row.due.sk), revision=row.revision - 1) for row in rows if row.due]
    )

    counts = [planner.tick(NOW).todos, planner.tick(NOW).todos]

    assert counts == [200, 100]
    assert len({event.body["mention"] for event in bus.events}) == 300


def test_a_crowd_of_sources_on_one_host_hides_neither_other_hosts_nor_todos(
    table: DictTable, bus: RecordingBus, planner: Planner
) -> None:
    listening = Listening(table)
    for number in range(4000):
        crowd = a_schedule(f"s_crowd_{number}", host="crowded.example:443", due_at=NOW - timedelta(days=1))
        listening.hear(a_subscription(source_id=crowd.source_id))
        listening.schedules.add(crowd)
    listening.hear(a_subscription(source_id="s_other"))
    listening.schedules.add(a_schedule("s_other", host="other.example:443", due_at=NOW))
    Todos(table).add(a_todo())

    ticks = [planner.tick(NOW + timedelta(minutes=minute)) for minute in range(3)]

    assert sum(tick.todos for tick in ticks) >= 1
    assert "s_other" in {id_ for _, envelope in bus.fetches for id_ in envelope.body["sources"]}


def test_a_run_leaves_the_todos_of_other_tenants_in_peace(table: DictTable, bus: RecordingBus) -> None:
    Todos(table).add(a_todo())

    planned = Planner(table, bus, only=frozenset({"somebody_else"})).tick(NOW)

    assert (planned.todos, bus.events) == (0, [])


def test_a_row_of_a_later_version_stands_in_nobodys_way(table: DictTable, planner: Planner) -> None:
    Todos(table).add(a_todo())
    (row,) = [row for shard in range(16) for row in table.query(f"DUE#todo#{shard:02d}", index="due").rows]
    strange = replace(row, key=Key(row.key.pk, "todo#dance##m_x"), body={**row.body, "purpose": "dance"}, revision=0)
    table.put_many([strange])

    assert planner.tick(NOW).todos == 1


class BusyBus(RecordingBus):
    """Takes no fetches for one host."""

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        if host == "busy.example:443":
            raise BusError("the queue is throttled")
        super().request_fetch(host, envelope)


def listen_at_a_host_whose_fetches_cannot_be_queued(table: DictTable) -> None:
    for id_, host in (("s_busy", "busy.example:443"), ("s_free", "free.example:443")):
        Listening(table).schedules.add(a_schedule(id_, host=host))
        Listening(table).hear(a_subscription(id_))


def test_what_cannot_be_queued_hinders_neither_the_other_hosts_nor_the_todos(table: DictTable) -> None:
    bus = BusyBus()
    listen_at_a_host_whose_fetches_cannot_be_queued(table)
    Todos(table).add(a_todo())

    planned = Planner(table, bus).tick(NOW)

    assert planned == Planned(sources=1, todos=1)
    assert asked(bus) == ["s_free"]


def test_what_cannot_be_queued_is_due_again_at_the_next_tick(table: DictTable, bus: RecordingBus) -> None:
    listen_at_a_host_whose_fetches_cannot_be_queued(table)

    Planner(table, BusyBus()).tick(NOW)
    Planner(table, bus).tick(NOW + timedelta(minutes=1))

    assert asked(bus) == ["s_busy"]


def test_a_source_whose_schedule_went_while_it_could_not_be_queued_stays_without(table: DictTable) -> None:
    class Forgetful(BusyBus):
        def request_fetch(self, host: str, envelope: Envelope) -> None:
            table.delete(Listening(table).schedules.key(a_schedule("s_busy")))
            super().request_fetch(host, envelope)

    listen_at_a_host_whose_fetches_cannot_be_queued(table)

    Planner(table, Forgetful()).tick(NOW)

    assert Listening(table).schedule("s_busy") is None


class DeafBus(RecordingBus):
    """Takes nothing at all."""

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        raise BusError("access denied")

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        return 0


@pytest.mark.parametrize("is_source_due", [True, False])
def test_a_tick_that_could_hand_out_nothing_fails_so_that_somebody_notices(
    table: DictTable, is_source_due: bool
) -> None:
    if is_source_due:
        listen_at_a_host_whose_fetches_cannot_be_queued(table)
    else:
        Todos(table).add(a_todo())

    with pytest.raises(BusError, match="could be handed out"):
        Planner(table, DeafBus()).tick(NOW)


def test_a_tick_with_nothing_to_hand_out_is_well(table: DictTable) -> None:
    assert Planner(table, DeafBus()).tick(NOW) == Planned()


def test_the_messages_to_one_host_say_whether_another_follows_and_how_long_they_are_of_use(
    table: DictTable, bus: RecordingBus
) -> None:
    for number in range(MESSAGE_SOURCES + 1):
        Listening(table).schedules.add(a_schedule(f"s_{number}", interval_s=900))
        Listening(table).hear(a_subscription(f"s_{number}"))

    Planner(table, bus).tick(NOW)

    assert [envelope.body["more"] for _, envelope in bus.fetches] == [True, False]
    assert {envelope.body["until"] for _, envelope in bus.fetches} == {(NOW + timedelta(seconds=810)).isoformat()}
