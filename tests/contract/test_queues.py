"""Both local queues lose nothing, keep order within a group, and give up in the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.adapters.memory_queues import MemoryQueues
from earshot.adapters.queues import MAX_RECEIVES, LocalBus, SqliteQueues
from earshot.adapters.sqlite import Database
from earshot.domain.messages import Envelope, MessageType, message
from earshot.ports.bus import Received
from fakes import FixedClock

Queues = SqliteQueues | MemoryQueues


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["memory", "sqlite"])
def queues(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> Iterator[Queues]:
    if request.param == "memory":
        yield MemoryQueues(clock)
        return
    database = Database(tmp_path / "earshot.db")
    yield SqliteQueues(database, clock)
    database.close()


def an_envelope(name: str = "1") -> Envelope:
    return message(MessageType.FETCH, id_=name, correlation_id="c", sources=[f"s_{name}"])


def take(queues: Queues, *, limit: int = 10, visibility_s: float = 60) -> tuple[Received, ...]:
    return queues.receive("fetch", limit=limit, visibility_s=visibility_s)


def ids(received: tuple[Received, ...]) -> list[str]:
    return [each.envelope.id for each in received]


def exhaust(queues: Queues, clock: FixedClock) -> None:
    """Lets a message time out as often as it may be received, and once more."""
    for _ in range(MAX_RECEIVES + 1):
        take(queues, visibility_s=1)
        clock.advance(seconds=2)


def test_a_message_arrives_as_it_was_sent(queues: Queues) -> None:
    queues.send("fetch", "a.example", an_envelope())

    (received,) = take(queues)

    assert (received.envelope, received.queue, received.group) == (an_envelope(), "fetch", "a.example")
    assert received.receive_count == 1


def test_a_queue_hands_out_only_its_own_messages(queues: Queues) -> None:
    queues.send("alert", "", an_envelope())

    assert take(queues) == ()
    assert queues.waiting("alert") == 1


def test_of_a_group_only_the_oldest_message_is_in_flight(queues: Queues) -> None:
    for name in ("1", "2"):
        queues.send("fetch", "a.example", an_envelope(name))

    first = take(queues)
    meanwhile = take(queues)
    queues.done(first[0])
    then = take(queues)

    assert (ids(first), ids(meanwhile), ids(then)) == (["1"], [], ["2"])


def test_groups_do_not_wait_for_each_other(queues: Queues) -> None:
    for name, group in (("1", "a.example"), ("2", "a.example"), ("3", "b.example")):
        queues.send("fetch", group, an_envelope(name))

    assert ids(take(queues)) == ["1", "3"]


def test_messages_without_a_group_are_independent(queues: Queues) -> None:
    for name in ("1", "2", "3"):
        queues.send("fetch", "", an_envelope(name))

    assert ids(take(queues, limit=2)) == ["1", "2"]
    assert ids(take(queues)) == ["3"]


def test_a_message_that_was_done_never_comes_again(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "", an_envelope())
    queues.done(take(queues)[0])
    clock.advance(hours=1)

    assert take(queues) == ()
    assert queues.waiting("fetch") == 0


def test_a_message_comes_again_when_its_time_is_up_and_not_before(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "a.example", an_envelope())
    take(queues, visibility_s=60)

    clock.advance(seconds=59)
    early = take(queues)
    clock.advance(seconds=1)
    late = take(queues)

    assert early == ()
    assert [(each.envelope.id, each.receive_count) for each in late] == [("1", 2)]


def test_whoever_was_too_slow_cannot_take_back_what_somebody_else_holds(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "", an_envelope())
    (slow,) = take(queues, visibility_s=10)
    clock.advance(seconds=11)
    (fast,) = take(queues, visibility_s=60)

    queues.done(slow)
    queues.retry(slow, delay_s=0)
    in_between = take(queues)
    queues.done(fast)

    assert in_between == ()
    assert queues.waiting("fetch") == 0


def test_a_retry_is_handed_out_after_its_delay(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "a.example", an_envelope("1"))
    queues.send("fetch", "a.example", an_envelope("2"))
    queues.retry(take(queues)[0], delay_s=5)

    at_once = take(queues)
    clock.advance(seconds=5)

    assert at_once == ()
    assert ids(take(queues)) == ["1"]


def test_a_message_received_too_often_is_a_dead_letter_and_frees_its_group(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "a.example", an_envelope("1"))
    queues.send("fetch", "a.example", an_envelope("2"))

    exhaust(queues, clock)

    (letter,) = queues.dead_letters()
    assert (letter["queue"], letter["group"], letter["received"]) == ("fetch", "a.example", MAX_RECEIVES)
    assert letter["envelope"]["body"] == {"sources": ["s_1"]}
    assert ids(take(queues)) == ["2"]
    assert queues.waiting("fetch") == 1


def test_a_redriven_letter_is_received_again_from_the_beginning(queues: Queues, clock: FixedClock) -> None:
    queues.send("fetch", "a.example", an_envelope())
    exhaust(queues, clock)

    assert queues.redrive() == 1

    (received,) = take(queues)
    assert received.receive_count == 1
    assert queues.dead_letters() == []


def test_only_the_named_letters_are_redriven(queues: Queues, clock: FixedClock) -> None:
    for name in ("1", "2"):
        queues.send("fetch", "", an_envelope(name))
    exhaust(queues, clock)
    first, second = queues.dead_letters()

    assert queues.redrive([second["id"], 999]) == 1

    assert ids(take(queues)) == ["2"]
    assert [letter["id"] for letter in queues.dead_letters()] == [first["id"]]


def test_a_new_start_sees_at_once_what_a_dead_process_held(queues: Queues) -> None:
    queues.send("fetch", "a.example", an_envelope())
    take(queues, visibility_s=3600)

    queues.release()

    assert [each.receive_count for each in take(queues)] == [2]


def test_a_new_start_keeps_the_delay_of_a_retry(queues: Queues) -> None:
    queues.send("fetch", "", an_envelope())
    queues.retry(take(queues)[0], delay_s=60)

    queues.release()

    assert take(queues) == ()


def test_a_queue_tells_whether_anything_can_be_received_now(queues: Queues, clock: FixedClock) -> None:
    empty = queues.visible("fetch")
    queues.send("fetch", "a.example", an_envelope("1"))
    queues.send("fetch", "a.example", an_envelope("2"))
    full = queues.visible("fetch")
    take(queues, visibility_s=10)
    in_flight = queues.visible("fetch")
    clock.advance(seconds=10)

    assert (empty, full, in_flight, queues.visible("fetch")) == (False, True, False, True)


def test_the_bus_sends_each_event_to_the_queue_of_whoever_handles_it(queues: Queues) -> None:
    bus = LocalBus(queues)
    stored = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", tenant="t", mention="m")
    planned = message(MessageType.DELIVERY_PLANNED, id_="2", correlation_id="c", tenant="t", delivery="d")

    bus.publish([stored, planned])
    bus.request_fetch("a.example", an_envelope())

    by_queue = {name: queues.receive(name, limit=5, visibility_s=9) for name in ("alert", "deliver", "fetch")}
    assert {name: ids(received) for name, received in by_queue.items()} == {
        "alert": ["1"],
        "deliver": ["2"],
        "fetch": ["1"],
    }
    assert by_queue["fetch"][0].group == "a.example"


def test_messages_survive_the_process_that_sent_them(tmp_path: Path, clock: FixedClock) -> None:
    first = Database(tmp_path / "earshot.db")
    SqliteQueues(first, clock).send("fetch", "a.example", an_envelope())
    first.close()

    second = Database(tmp_path / "earshot.db")

    assert ids(take(SqliteQueues(second, clock))) == ["1"]
    second.close()
