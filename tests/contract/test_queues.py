"""What only the local queues do: they tell how full they are, and start again where a dead process left them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.adapters.memory_queues import MemoryQueues
from earshot.adapters.queues import SqliteQueues
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


def test_a_queue_hands_out_only_its_own_messages(queues: Queues) -> None:
    queues.send("alert", "", an_envelope())

    assert take(queues) == ()
    assert queues.waiting("alert") == 1


def test_a_queue_counts_what_it_holds_in_flight_or_not(queues: Queues) -> None:
    for name in ("1", "2"):
        queues.send("fetch", "", an_envelope(name))

    (taken,) = take(queues, limit=1)
    in_flight = queues.waiting("fetch")
    queues.done(taken)

    assert (in_flight, queues.waiting("fetch")) == (2, 1)


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


def test_messages_survive_the_process_that_sent_them(tmp_path: Path, clock: FixedClock) -> None:
    first = Database(tmp_path / "earshot.db")
    SqliteQueues(first, clock).send("fetch", "a.example", an_envelope())
    first.close()

    second = Database(tmp_path / "earshot.db")

    assert ids(take(SqliteQueues(second, clock))) == ["1"]
    second.close()
