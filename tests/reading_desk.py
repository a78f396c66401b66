"""Sources at some hosts, a web that notes how it is asked, and errands to read them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from builders import a_page, a_response, a_schedule, a_source, a_subscription
from earshot.adapters.memory import DictTable
from earshot.domain.errors import StoreError
from earshot.domain.messages import MessageType, message
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.ports.table import Row
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher, Outcome
from earshot.services.reading import Errand, Reading, read_all
from earshot.store.listening import Listening
from fakes import NOW, CannedConnector, FixedClock, RecordingBus, WordClassifier

PACE_S = 0.03
LONG_S = 80.0
"""A pace that is waited for, but not to its end by any test."""

FOR_EVER_S = 1e9
NEXT_INTERVAL = NOW + timedelta(minutes=15)


def in_threads(answers: Iterator[bool]) -> Callable[[], bool]:
    """Says whether time is up to those who ask hosts; whoever stores has all the time there is."""
    return lambda: threading.current_thread() is not threading.main_thread() and next(answers)


def in_main_thread(answers: Iterator[bool]) -> Callable[[], bool]:
    """Says whether time is up to whoever stores; those who ask hosts have all the time there is."""
    return lambda: threading.current_thread() is threading.main_thread() and next(answers)


class Web:
    """Answers every request, and notes when it began and ended and whether another one at its host was open."""

    def __init__(self, meeting: Callable[[], object] = lambda: None) -> None:
        self.asked: list[tuple[str, float, float]] = []
        self.collisions: list[str] = []
        self.errors: dict[str, Exception] = {}
        self._meeting = meeting
        self._doors: dict[str, threading.Barrier] = {}
        self._lock = threading.Lock()

    @property
    def urls(self) -> list[str]:
        return [url for url, _, _ in self.asked]

    def send(self, request: Request) -> Response:
        began = time.monotonic()
        self._meeting()
        self._wait_for_a_second(urlsplit(request.url).netloc, request.url)
        with self._lock:
            self.asked.append((request.url, began, time.monotonic()))
        if error := self.errors.get(request.url):
            raise error
        return a_response("page")

    def _wait_for_a_second(self, host: str, url: str) -> None:
        with self._lock:
            door = self._doors.setdefault(host, threading.Barrier(2))
        with suppress(threading.BrokenBarrierError):
            door.wait(timeout=0.02)
            self.collisions.append(url)
        door.reset()


@dataclass
class ParsingConnector(CannedConnector):
    """Notes on which threads it parses, and has a defect that some sources hit."""

    threads: set[int] = field(default_factory=set)
    defects: set[str] = field(default_factory=set)

    def parse(self, response: Response, source: Source) -> Fetched:
        self.threads.add(threading.get_ident())
        if source.id in self.defects:
            raise RuntimeError("a defect")
        return super().parse(response, source)


class FailingTable(DictTable):
    """Cannot store one source."""

    def put_if_revision(self, row: Row, revision: int) -> bool:
        if row.kind == "source" and row.body["locator"] == "https://a.example/1":
            raise StoreError("the disk is full")
        return super().put_if_revision(row, revision)


class Desk:
    """Sources at some hosts, all leased until their next interval, and errands to read them."""

    def __init__(self, web: Web | None = None, table: DictTable | None = None) -> None:
        self.web = web or Web()
        table = table or DictTable()
        clock = FixedClock()
        self.connector = ParsingConnector(pages={"page": a_page(title="A page")})
        collector = Collector(table, RecordingBus(), WordClassifier(), clock)
        self.fetcher = Fetcher(table, self.web, {"canned": self.connector}, collector, clock)
        self.listening = Listening(table)
        self.last_asked: dict[str, float] = {}
        self.outcomes: list[Outcome] = []

    def errand(self, host: str, *paths: str, pace_s: float = 0.0, **more: object) -> Errand:
        """An errand to a host, whose sources somebody listens to."""
        for path in paths:
            url = f"https://{host}.example/{path}"
            self.listening.sources.add(a_source(id=f"s_{host}_{path}", locator=url))
            self.listening.schedules.add(a_schedule(f"s_{host}_{path}", host=host, due_at=NEXT_INTERVAL))
            self.listening.hear(a_subscription(f"s_{host}_{path}"))
        body = {"sources": [f"s_{host}_{path}" for path in paths], "pace_s": pace_s, **more}
        envelope = message(MessageType.FETCH, id_="1", correlation_id="c", **body)
        return Errand(receipt=f"{host}:{'+'.join(paths)}", host=host, envelope=envelope)

    def read(self, *errands: Errand, is_over: Callable[[], bool] = lambda: False) -> set[str]:
        """Runs errands to the end; the receipts of those that failed."""
        reading = Reading(self.fetcher, self.last_asked, is_over=is_over)
        return read_all(reading, errands, self.outcomes.append)

    def read_names(self) -> list[str]:
        return sorted(outcome.source_id for outcome in self.outcomes if outcome.error is None)

    def problem(self, id_: str) -> str:
        """What a source says of itself."""
        source = self.listening.source(id_)
        assert source is not None
        return source.problem

    def due_now(self, *ids: str) -> list[bool]:
        schedules = [self.listening.schedule(id_) for id_ in ids]
        return [schedule is not None and schedule.due_at == NOW for schedule in schedules]
