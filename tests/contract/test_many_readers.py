"""Many workers empty one queue of fetches: the queue's groups keep them from meeting at a host."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from benches import (
    Bench,
    LocalBench,
    aws_bench,
    clients,  # noqa: F401 - a fixture
)

from builders import a_page, a_schedule, a_source, a_subscription
from earshot.adapters.memory import DictTable
from earshot.adapters.queues import SqliteQueues
from earshot.adapters.sqlite import Database
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.planning import Planner
from earshot.services.reading import Errand, Reading, read_all
from earshot.store.listening import Listening
from fakes import NOW, CannedConnector, FixedClock, RecordingBus, WordClassifier
from reading_desk import Web

HOSTS = [f"host{number:02d}.example" for number in range(20)]
WORKERS = 4
AT_ONCE = 3


@pytest.fixture(params=["sqlite", "emulator"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        clock = FixedClock()
        with closing(Database(tmp_path / "earshot.db")) as database:
            yield LocalBench(SqliteQueues(database, clock), clock)
    else:
        with aws_bench(request.getfixturevalue("clients")) as made:
            yield made


def a_table_of_two_hundred_sources() -> DictTable:
    listening = Listening(table := DictTable())
    for host in HOSTS:
        for number in range(10):
            id_ = f"s_{host}_{number}"
            listening.sources.add(a_source(id=id_, locator=f"https://{host}/{number}"))
            listening.schedules.add(a_schedule(id_, host=host, pace_s=0.0))
            listening.hear(a_subscription(id_))
    return table


class Worker(threading.Thread):
    """Takes what it gets, several hosts at once, until everything was done by somebody."""

    def __init__(self, bench: Bench, fetcher: Fetcher, left: threading.Semaphore) -> None:
        super().__init__(name="worker")
        self.batches: list[int] = []
        self._bench, self._fetcher, self._left = bench, fetcher, left
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            received = self._bench.inbound.receive("fetch", limit=AT_ONCE, visibility_s=60)
            errands = [Errand(receipt=it.receipt, host=it.group, envelope=it.envelope) for it in received]
            failed = read_all(Reading(self._fetcher), errands)
            for each in received:
                if each.receipt not in failed:
                    self._bench.inbound.done(each)
                    self._left.release()
            self.batches.append(len(received))


def test_four_workers_read_two_hundred_sources_and_never_meet_at_a_host(bench: Bench) -> None:
    table, web = a_table_of_two_hundred_sources(), Web()
    clock = FixedClock()
    collector = Collector(table, RecordingBus(), WordClassifier(), clock)
    fetcher = Fetcher(table, web, {"canned": CannedConnector(pages={"page": a_page()})}, collector, clock)
    Planner(table, bench.bus).tick(NOW)
    done = threading.Semaphore(0)
    workers = [Worker(bench, fetcher, done) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()

    try:
        assert all(done.acquire(timeout=30) for _ in HOSTS), "some messages were never done"
    finally:
        for worker in workers:
            worker.over.set()
            worker.join()

    assert web.collisions == []
    assert Counter(url.split("/")[2] for url in web.urls) == dict.fromkeys(HOSTS, 10)
    assert sum(any(worker.batches) for worker in workers) > 1, "one worker did everything"
