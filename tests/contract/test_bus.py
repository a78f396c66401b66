"""Every bus keeps the order of a host, loses nothing, gives up in the end, and tells those who asked.

Judged are the local queues, the ones in memory, and the queues and the topic of a deployment, on the emulator.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from benches import (
    A,
    B,
    Bench,
    LocalBench,
    a_fetch,
    an_event,
    aws_bench,
    bury,
    clients,  # noqa: F401 - a fixture
    exhaust,
    from_the_future,
    ids,
    send,
    take,
    take_all,
    until,
)

from earshot.adapters.memory_queues import MemoryQueues
from earshot.adapters.queues import SqliteQueues
from earshot.adapters.sqlite import Database
from earshot.domain.messages import MessageType
from fakes import FixedClock


@pytest.fixture(params=["memory", "sqlite", "emulator"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    clock = FixedClock()
    if request.param == "memory":
        yield LocalBench(MemoryQueues(clock), clock)
    elif request.param == "sqlite":
        with closing(Database(tmp_path / "earshot.db")) as database:
            yield LocalBench(SqliteQueues(database, clock), clock)
    else:
        with aws_bench(request.getfixturevalue("clients")) as made:
            yield made


def test_a_message_arrives_as_it_was_sent(bench: Bench) -> None:
    send(bench, "1")

    (received,) = take(bench)

    assert (received.envelope, received.queue, received.group) == (a_fetch("1"), "fetch", A)
    assert received.receive_count == 1


def test_messages_of_a_group_come_one_after_the_other_in_order(bench: Bench) -> None:
    send(bench, "1", "2", "3", "4")

    came = []
    for _ in range(4):
        (received,) = take(bench)
        came.append(received.envelope.id)
        bench.inbound.done(received)

    assert came == ["1", "2", "3", "4"]


def test_of_a_group_only_the_oldest_message_is_in_flight(bench: Bench) -> None:
    send(bench, "1", "2")

    first = take(bench)

    assert (ids(first), ids(take(bench))) == (["1"], [])


def test_groups_do_not_wait_for_each_other(bench: Bench) -> None:
    send(bench, "1", "2")
    send(bench, "3", host=B)

    assert ids(take(bench)) == ["1", "3"]


def test_messages_without_a_group_do_not_wait_for_each_other(bench: Bench) -> None:
    send(bench, "1", "2", "3", host="")

    assert ids(take(bench, limit=2)) == ["1", "2"]
    assert ids(take(bench)) == ["3"]


def test_a_message_that_was_done_never_comes_again(bench: Bench) -> None:
    send(bench, "1")
    send(bench, "2", host=B)
    first, second = take(bench)

    bench.inbound.done(first)
    bench.inbound.retry(second, delay_s=1)

    assert ids(until(bench, lambda: take(bench))) == ["2"]


def test_a_message_not_done_comes_again_when_its_time_is_up_and_not_before(bench: Bench) -> None:
    send(bench, "1")
    start = bench.now()
    take(bench, limit=1, visibility_s=1)

    (again,) = until(bench, lambda: take(bench))

    assert (again.envelope.id, again.receive_count) == ("1", 2)
    assert bench.now() - start >= 1


def test_whoever_was_too_slow_cannot_take_back_what_somebody_else_holds(bench: Bench) -> None:
    send(bench, "1", "2")
    (slow,) = take(bench, limit=1, visibility_s=1)
    (fast,) = until(bench, lambda: take(bench))

    bench.inbound.done(slow)
    bench.inbound.retry(slow, delay_s=0)
    in_between = take(bench)
    bench.inbound.done(fast)

    assert in_between == ()
    assert ids(take(bench)) == ["2"]


def test_a_retry_comes_after_its_delay_and_before_the_rest_of_its_group(bench: Bench) -> None:
    send(bench, "1", "2")
    start = bench.now()

    bench.inbound.retry(take(bench)[0], delay_s=1)
    again = until(bench, lambda: take(bench))

    assert ids(again) == ["1"]
    assert bench.now() - start >= 1


def test_a_message_received_too_often_is_a_dead_letter_and_its_group_goes_on(bench: Bench) -> None:
    send(bench, "1", "2")

    exhaust(bench)

    assert ids(until(bench, lambda: take(bench))) == ["2"]
    (letter,) = bench.dead_letters()
    assert (letter["queue"], letter["group"], letter["received"]) == ("fetch", A, bench.max_receives)
    assert letter["envelope"]["body"] == {"sources": ["s_1"]}


def test_looking_at_dead_letters_takes_nothing_away(bench: Bench) -> None:
    send(bench, "1")
    bury(bench)

    first = [letter["id"] for letter in bench.dead_letters()]

    assert len(first) == 1
    assert [letter["id"] for letter in bench.dead_letters()] == first


def test_a_redriven_letter_is_received_in_its_group_from_the_beginning(bench: Bench) -> None:
    send(bench, "1")
    bury(bench)

    assert bench.redrive() == 1

    (received,) = until(bench, lambda: take(bench))
    assert (received.envelope, received.group, received.receive_count) == (a_fetch("1"), A, 1)
    assert bench.dead_letters() == []


def test_only_the_named_letters_are_redriven(bench: Bench) -> None:
    send(bench, "1")
    send(bench, "2", host=B)
    bury(bench)
    by_group = {letter["group"]: letter["id"] for letter in bench.dead_letters()}

    assert bench.redrive([by_group[B], 999]) == 1

    assert ids(take(bench)) == ["2"]
    assert [letter["id"] for letter in bench.dead_letters()] == [by_group[A]]


def test_an_unreadable_message_stops_no_other_group(bench: Bench) -> None:
    bench.bus.request_fetch(A, from_the_future(a_fetch("1")))
    send(bench, "2", host=B)

    assert ids(take(bench)) == ["2"]


def test_an_unreadable_message_ends_as_a_dead_letter_and_its_group_goes_on(bench: Bench) -> None:
    bench.bus.request_fetch(A, from_the_future(a_fetch("1")))
    send(bench, "2")

    rest = until(bench, lambda: take(bench, visibility_s=1))

    (letter,) = bench.dead_letters()
    assert ids(rest) == ["2"]
    assert letter["envelope"]["type"] == "source.hummed"


def test_the_same_fetch_sent_twice_is_for_the_same_sources(bench: Bench) -> None:
    """A queue of AWS drops the second one; the local ones keep it, and reading a source twice stores nothing twice."""
    send(bench, "1", "1")

    (received,) = take(bench)
    bench.inbound.done(received)

    assert ids(take(bench)) == ([] if bench.deduplicates else ["1"])


def test_an_event_reaches_the_subscriber_of_its_type_only(bench: Bench) -> None:
    bench.bus.publish([an_event("1"), an_event("2", MessageType.DELIVERY_PLANNED)])

    came = {name: take_all(bench, name, 1) for name in ("alert", "deliver")}

    assert came == {"alert": ["1"], "deliver": ["2"]}
    assert [take(bench, name) for name in ("alert", "deliver", "fetch")] == [(), (), ()]


def test_an_event_arrives_as_it_was_sent(bench: Bench) -> None:
    bench.bus.publish([an_event("ä")])

    (received,) = until(bench, lambda: take(bench, "alert"))

    assert (received.envelope, received.group) == (an_event("ä"), "")


def test_events_beyond_the_size_of_a_batch_all_arrive(bench: Bench) -> None:
    sent = [f"e{number}" for number in range(25)]

    bench.bus.publish([an_event(name) for name in sent])

    assert sorted(take_all(bench, "alert", 25)) == sorted(sent)


def test_events_do_not_wait_for_each_other(bench: Bench) -> None:
    bench.bus.publish([an_event("1"), an_event("2")])

    held = until(bench, lambda: take(bench, "alert", limit=1))

    assert {*ids(held), *take_all(bench, "alert", 1)} == {"1", "2"}
