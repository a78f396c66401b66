"""A tenant with sources, questions about them, and collect that answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from builders import TENANT, a_page, a_response, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError
from earshot.domain.item import Item
from earshot.domain.job import Job
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope
from earshot.domain.source import Fetched
from earshot.domain.watch import Watch
from earshot.domain.why import Why
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.inputs import SourceInput
from earshot.services.questions import Questions
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.sources.identity import identity_of
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from fakes import CANNED, NOW, CannedConnector, CannedHttp, FixedClock, RecordingBus, WordClassifier

YESTERDAY = NOW - timedelta(days=1)


class QuestionDesk:
    """Everything over one table; `work` does what was sent to collect, as often as it is called."""

    def __init__(self, table: Table | None = None) -> None:
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.bus = RecordingBus()
        self.http = CannedHttp()
        self.pages: dict[str, Fetched] = {}
        kinds = ("feed", "google_alerts", "hackernews")
        connectors = {
            kind: CannedConnector(pages=self.pages, kind=kind, place=replace(CANNED, pace_s=0.0)) for kind in kinds
        }
        self.company, self.listening = Company(self.table), Listening(self.table)
        self.watching = Watching(self.table, self.clock)
        self.sourcing = Sourcing(self.table, connectors, lambda _: None, self.clock)
        self.questions = Questions(self.table, self.bus, self.watching, self.sourcing, self.clock)
        self.answering = Answering(self.table, self.http, connectors, self.clock)
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        self.fetcher = Fetcher(self.table, self.http, connectors, collector, self.clock)

    def watch(self, name: str = "acme", **changes: Any) -> Watch:
        watch = a_watch(name, **changes)
        self.company.watches.put(watch)
        return watch

    def listen(self, url: str, *items: Item, kind: str = "feed", was_read: bool = True, **changes: Any) -> str:
        """Subscribes to a source that holds these items; tells its id. `changes` are of the source as stored."""
        given = SourceInput(kind=kind, url=url, name=changes.pop("name", ""))
        id_ = self.sourcing.add(TENANT, given)[0].source.id
        self.holds(url, *items)
        read: dict[str, Any] = {"first_fetched_at": YESTERDAY, "read_at": YESTERDAY, "etag": '"1"', "cursor": "7"}
        fields = (read if was_read else {}) | changes
        self.listening.sources.update(keys.of_source(id_, "source"), lambda stored: replace(stored, **fields))
        return id_

    def holds(self, url: str, *items: Item) -> None:
        """Puts items up at an address."""
        self.pages[url] = a_page(*items)
        self.http.answers[url] = a_response(url)

    def fails(self, url: str, error: FetchError) -> None:
        self.http.answers[url] = error

    def store(self, *mentions: Mention) -> None:
        for mention in mentions:
            Mentions(self.table).add(mention)

    def errands(self) -> list[Errand]:
        return [
            Errand(receipt=f"{number}", host=host, envelope=envelope)
            for number, (host, envelope) in enumerate(self.bus.fetches)
        ]

    def work(self) -> set[str]:
        """Reads what was asked for, in whatever messages there are, done ones too; tells the failed receipts."""
        return read_all(Reading(self.fetcher, jobs=self.answering.of), self.errands())

    def answered(self, job: Job) -> Job:
        """A job after collect has done its work."""
        assert self.work() == set()
        return self.questions.jobs.get(TENANT, job.id)

    def why(self, url: str) -> Why:
        return self.questions.whys.of(TENANT, url)

    def why_at_last(self, url: str) -> Why:
        """The answer after collect has done what it needs."""
        self.why(url)
        assert self.work() == set()
        return self.why(url)

    def messages(self) -> list[Mapping[str, Any]]:
        return [envelope.body for _, envelope in self.bus.fetches]

    def envelopes(self) -> list[Envelope]:
        return [envelope for _, envelope in self.bus.fetches]


def an_entry(url: str, text: str, **changes: Any) -> Item:
    """An item as a feed gives it."""
    dated: dict[str, Any] = {"published_at": NOW - timedelta(hours=2), **changes}
    return replace(
        Item(identity=identity_of(url, "1", "s"), native_id=url, source_kind="feed", url=url, text=text), **dated
    )
