"""A feed is fetched once, whoever watches it: more watches of the same feeds make no more requests."""

import random
from collections.abc import Iterable

import pytest

from builders import TENANT, a_page, a_response, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.messages import sources_of
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.services.planning import Planner
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.store.company import Company
from fakes import CannedConnector, CannedHttp, FixedClock, RecordingBus, WordClassifier

FEEDS = tuple(f"https://host{number % 3}.example/feed{number}" for number in range(9))


class ListeningHour:
    """A company with nine feeds at three hosts, of which each answer holds something new."""

    def __init__(self) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.bus = RecordingBus()
        self.watching = Watching(self.table, self.clock)
        self.http = CannedHttp()
        pages = {f"page{number}": a_page(an_item(f"{number}", text="Produkt1 ist da")) for number in range(1000)}
        connectors = {"canned": CannedConnector(pages=pages)}
        sourcing = Sourcing(self.table, connectors, lambda _: None, self.clock)
        for url in FEEDS:
            sourcing.add(TENANT, SourceInput(kind="canned", url=url))
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        self.fetcher = Fetcher(self.table, self.http, connectors, collector, self.clock)
        self.planner = Planner(self.table, self.bus, random.Random(1))

    def watch(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.watching.add(TENANT, WatchInput(name=f"p{number}", terms=TermsInput(any=[f"Produkt{number}"])))

    def minutes(self, count: int) -> int:
        """Ticks once a minute and reads what is handed out; returns how many requests were made."""
        before = len(self.http.requests)
        for _ in range(count):
            self.planner.tick(self.clock.now())
            for _, envelope in self.bus.fetches:
                for id_ in sources_of(envelope):
                    self._read(id_)
            self.bus.fetches.clear()
            self.clock.advance(minutes=1)
        return len(self.http.requests) - before

    def _read(self, id_: str) -> None:
        source = self.fetcher.source(id_)
        assert source is not None
        self.http.answers[source.locator] = a_response(f"page{len(self.http.requests)}")
        self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c")


@pytest.fixture(scope="module")
def requests_with_one_watch() -> int:
    hour = ListeningHour()
    hour.watch([1])
    return hour.minutes(60)


def test_five_hundred_watches_make_as_many_requests_in_an_hour_as_one(requests_with_one_watch: int) -> None:
    hour = ListeningHour()
    hour.watch(range(1, 501))

    assert hour.minutes(60) == requests_with_one_watch >= 4 * len(FEEDS)
    assert len(Company(hour.table).watches_of(TENANT)) == 500


def test_fifty_watches_added_at_once_make_each_shared_feed_be_read_once_and_no_sooner_than_usual() -> None:
    hour = ListeningHour()
    hour.watch([1])
    hour.minutes(5)

    hour.watch(range(2, 52))

    assert (hour.minutes(5), hour.minutes(12)) == (0, len(FEEDS))
