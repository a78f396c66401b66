"""A heartbeat goes the whole way once an hour, costs little, shows nowhere, and survives every crash."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import BusError, Invalid
from earshot.domain.heartbeat import EVERY, HEART, LATE, Heartbeat, arrived, is_late
from earshot.domain.messages import Envelope, MessageType
from earshot.ports.table import Row, Table
from earshot.services.alerting import Alerter
from earshot.services.answering import Answering
from earshot.services.collecting import Collector
from earshot.services.delivering import Deliverer
from earshot.services.fetching import Fetcher
from earshot.services.heart import Heart
from earshot.services.heart_reader import HeartDesk
from earshot.services.planning import Planner
from earshot.services.readers import readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.threads import Threads
from earshot.store.due import all_todos
from earshot.store.heartbeats import Heartbeats
from fakes import NOW, CannedHttp, FixedClock, RecordingBus, WordClassifier
from metering import MeteredTable
from simulation.faults import Crash, CrashingTable, Fuse, Schedule


@dataclass
class Run:
    """All four services over one table."""

    table: DictTable = field(default_factory=DictTable)
    clock: FixedClock = field(default_factory=FixedClock)
    bus: RecordingBus = field(default_factory=RecordingBus)
    ages: list[timedelta] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open(self.table)

    def open(self, used: Table, *, loses: Callable[[Envelope], bool] = lambda _: False) -> None:
        """Begins anew; writes go through `used`, and events that are lost reach nobody."""
        self.loses = loses
        http = CannedHttp()
        collector = Collector(used, self.bus, WordClassifier(), self.clock)
        threads = Threads(used, self.bus, http, {}, self.clock)
        heart = HeartDesk(used, collector, self.clock)
        self.readers = readers(Answering(used, http, {}, self.clock), threads, heart=heart)
        self.fetcher = Fetcher(used, http, {}, collector, self.clock)
        self.planner = Planner(used, self.bus, only=frozenset({TENANT}), heart=Heart(used))
        self.alerter = Alerter(used, self.bus, self.clock)
        self.deliverer = Deliverer(used, self.clock, {}, secret=b"s", base_url="", beaten=self.ages.append)

    def tick(self) -> None:
        """A tick, and everything that follows from it."""
        self.planner.tick(self.clock.now())
        fetches, self.bus.fetches = self.bus.fetches, []
        errands = [Errand(receipt=str(i), host=host, envelope=each) for i, (host, each) in enumerate(fetches)]
        assert read_all(Reading(self.fetcher, others=self.readers), errands) == set()
        while self.bus.events:
            envelope = self.bus.events.pop(0)
            if not self.loses(envelope):
                is_stored = envelope.type is MessageType.MENTION_STORED
                (self.alerter.handle if is_stored else self.deliverer.handle)(envelope)

    @property
    def last(self) -> Heartbeat | None:
        return Heartbeats(self.table).last()


def test_a_heartbeat_goes_the_whole_way_and_leaves_nothing_behind() -> None:
    run = Run()

    run.tick()

    assert run.last == Heartbeat(sent_at=NOW, arrived_at=NOW, revision=2)
    assert run.ages == [timedelta(0)]
    assert list(all_todos(run.table)) == []
    assert run.table.query(f"TENANT#{HEART}", prefix="mention#", limit=9).rows == ()


def test_there_is_one_an_hour() -> None:
    run = Run()

    for _ in range(125):
        run.tick()
        run.clock.advance(minutes=1)

    assert len(run.ages) == 3


def test_it_costs_less_than_forty_write_units_an_hour() -> None:
    table = MeteredTable(DictTable())
    run = Run()
    run.open(table)
    run.tick()
    run.clock.advance(hours=1)

    with table.meter.fresh() as meter:
        run.tick()

    assert len(run.ages) == 2
    assert 0 < meter.units < 40, meter.bills


def test_of_two_ticks_at_once_one_sends() -> None:
    run = Run()
    Heartbeats(run.table).put(Heartbeat(sent_at=NOW))

    assert Heart(_Behind(run.table)).beat(run.bus, NOW, "c").taken == 0


class _Behind(DictTable):
    """A table that another tick has just written to, read before that."""

    def __init__(self, ahead: DictTable) -> None:
        super().__init__()
        self._ahead = ahead

    def put_if_absent(self, row: Row) -> bool:
        return self._ahead.put_if_absent(row)


def test_a_queue_that_takes_nothing_gets_it_at_the_next_tick() -> None:
    run = Run()

    class Refusing(RecordingBus):
        def request_fetch(self, host: str, envelope: Envelope) -> None:
            raise BusError("full")

    with pytest.raises(BusError):
        Planner(run.table, Refusing(), heart=Heart(run.table)).tick(NOW)
    run.clock.advance(minutes=1)
    run.tick()

    assert len(run.ages) == 1


def test_a_lost_event_comes_again_with_its_todo() -> None:
    run = Run()
    run.open(run.table, loses=lambda envelope: envelope.type is MessageType.DELIVERY_PLANNED)
    run.tick()
    run.open(run.table)

    run.clock.advance(minutes=3)
    run.tick()

    assert run.ages == [timedelta(minutes=3)]


def test_messages_that_come_twice_change_nothing() -> None:
    run = Run()
    run.tick()
    body = {"tenant": HEART, "mention": "m_1", "delivery": "m_1"}

    run.alerter.handle(Envelope(type=MessageType.MENTION_STORED, id="e", correlation_id="c", body=body))
    run.deliverer.handle(Envelope(type=MessageType.DELIVERY_PLANNED, id="e", correlation_id="c", body=body))

    assert (len(run.ages), run.bus.events) == (1, [])


def test_every_process_may_die_at_any_write() -> None:
    number, crashed = 0, True
    while crashed:
        number, crashed = number + 1, False
        for when in ("before", "after"):
            run = Run()
            fuse = Fuse(Schedule(crashes=((number, when),)))  # type: ignore[arg-type]
            run.open(CrashingTable(run.table, fuse))
            for _ in range(3):
                try:
                    run.tick()
                except Crash:
                    run.open(run.table)
                run.clock.advance(hours=1)
            crashed = crashed or bool(fuse.crashed)
            assert run.last is not None
            assert run.last.arrived_at is not None
            assert run.last.arrived_at >= NOW + EVERY, (number, when)
    assert number > 6


def test_one_that_nobody_got_round_to_is_left_out() -> None:
    run = Run()
    run.planner.tick(NOW)
    envelope = run.bus.fetches[0][1]
    reader = run.readers[MessageType.HEARTBEAT](envelope)
    source = reader.source(HEART)
    assert source is not None

    reader.put_back(HEART)
    reader.pass_over(source)
    reader.give_up(source, correlation_id="c")

    assert reader.is_past(NOW)
    assert run.last == Heartbeat(sent_at=NOW, revision=1)


def test_a_message_without_a_time_is_refused() -> None:
    envelope = Envelope(type=MessageType.HEARTBEAT, id="e", correlation_id="c", body={"at": "soon"})

    with pytest.raises(Invalid):
        Run().readers[MessageType.HEARTBEAT](envelope)


def test_it_is_late_after_two_hours_without_one() -> None:
    here = Heartbeat(sent_at=NOW, arrived_at=NOW)

    assert not is_late(here, NOW - EVERY, NOW + LATE)
    assert is_late(here, NOW - EVERY, NOW + LATE + EVERY)
    assert not is_late(None, NOW, NOW + EVERY)
    assert is_late(None, NOW, NOW + LATE + EVERY)
    assert not is_late(here, NOW + LATE, NOW + LATE + EVERY)
    assert arrived(here, NOW - EVERY) == here
