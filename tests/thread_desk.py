"""A forum whose threads can be read, a company that answers there, and everything that reads and follows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from builders import SOURCE, TENANT, a_mention, a_response, a_source, a_tenant, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import FetchError
from earshot.domain.item import Author, Item
from earshot.domain.kept_thread import KeptThread
from earshot.domain.mention import Mention, Outcome
from earshot.domain.messages import Envelope
from earshot.domain.place import Place
from earshot.domain.thread import Ref, Thread
from earshot.domain.todo import Purpose, Todo
from earshot.domain.verdict import Kind
from earshot.domain.watch import Noise
from earshot.ports.connector import Connector
from earshot.ports.http import Request, Response
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.asked_threads import AskedThreads
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.inbox import Inbox
from earshot.services.planning import Planner
from earshot.services.readers import readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.threads import Threads
from earshot.store.company import Company
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from earshot.store.threads import KeptThreads
from earshot.store.todos import Todos
from fakes import CANNED, NOW, CannedConnector, FixedClock, RecordingBus, WordClassifier

HOST = "forum.example:443"
FORUM = replace(CANNED, pace_s=0.0)
OURS = Author(name="Acme Support", handle="@acme")


@dataclass
class ThreadedConnector(CannedConnector):
    """Tells each thread in steps; the cursor counts them."""

    steps: dict[str, list[Thread]] = field(default_factory=dict)
    place: Place = FORUM
    defects: list[Exception] = field(default_factory=list)

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        at = int(thread.cursor or 0)
        if at >= len(self.steps.get(ref.native_id, ())):
            return None
        return Request(url=f"https://forum.example/t/{ref.native_id}/{at}")

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        if self.defects:
            raise self.defects.pop()
        step = self.steps[ref.native_id][int(thread.cursor or 0)]
        return replace(
            thread,
            ancestors=(*step.ancestors, *thread.ancestors),
            replies=(*thread.replies, *step.replies),
            is_cut=thread.is_cut or step.is_cut,
            cursor=str(int(thread.cursor or 0) + 1),
        )


@dataclass
class Web:
    """Answers everything, unless an error stands next in `errors`."""

    urls: list[str] = field(default_factory=list)
    errors: list[FetchError | None] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.urls.append(request.url)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        return a_response("page")


def said(name: str, *, at: datetime | None = NOW, by: str = "Bea", above: str = "1", **changes: Any) -> Item:
    """A reply in the forum."""
    author = changes.pop("author", Author(name=by))
    item = an_item(name, source_kind="canned", text=f"Text {name}", published_at=at, parent_id=above, author=author)
    return replace(item, **changes)


class ThreadDesk:
    """Everything over one table. `tick` lets plan and collect do what is due; `process` is one of its own."""

    def __init__(self, table: Table | None = None, clock: FixedClock | None = None, web: Web | None = None) -> None:
        self.table = table or DictTable()
        self.clock = clock or FixedClock()
        self.web = web or Web()
        self.bus = RecordingBus()
        self.connector = ThreadedConnector()
        self.connectors: Mapping[str, Connector] = {"canned": self.connector, "silent": CannedConnector(kind="silent")}
        self._build()

    def _build(self) -> None:
        table, bus, clock = self.table, self.bus, self.clock
        self.threads = Threads(table, bus, self.web, self.connectors, clock)
        self.following = self.threads.following
        self.collector = Collector(table, bus, WordClassifier(), clock, look=self.following.look)
        self.fetcher = Fetcher(table, self.web, self.connectors, self.collector, clock)
        self.readers = readers(Answering(table, self.web, self.connectors, clock), self.threads)
        self.planner = Planner(table, bus)
        self.inbox = Inbox(table, clock, self.following.follow)
        self.asked = AskedThreads(table, bus, self.following, clock)
        self.mentions, self.kept, self.todos = Mentions(table), KeptThreads(table), Todos(table)

    def over(self, table: Table) -> "ThreadDesk":
        """Another process over the same world."""
        desk = ThreadDesk(table, self.clock, self.web)
        desk.connector, desk.connectors = self.connector, self.connectors
        desk._build()
        return desk

    def open_up(self) -> None:
        """A company with a watch, its own account, and the forum it listens to."""
        company = Company(self.table)
        company.tenants.become(a_tenant(noise=Noise(accounts=("@acme",))))
        company.watches.become(a_watch())
        Listening(self.table).sources.become(a_source())

    def has(self, **changes: Any) -> Mention:
        """A stored mention, by default open criticism."""
        mention = a_mention("1", kind=changes.pop("kind", Kind.CRITICISM), item=an_item("1", source_kind="canned"))
        mention = replace(mention, source_id=SOURCE, **changes)
        self.mentions.add(mention)
        return mention

    def thread(self, *replies: Item, above: tuple[Item, ...] = (), is_cut: bool = False) -> None:
        """What the forum shows around the mention."""
        self.connector.steps["1"] = [Thread(ancestors=above, replies=replies, is_cut=is_cut)]

    def answer(self, mention: Mention, outcome: Outcome = Outcome.ANSWERED, **said: str) -> Mention:
        version = self.stored(mention).version
        return self.inbox.acknowledge(TENANT, mention.id, outcome=outcome, by="key:anna", version=version, **said)

    def stored(self, mention: Mention) -> Mention:
        return self.mentions.get(TENANT, mention.id)

    def row(self, mention: Mention) -> KeptThread:
        found = self.kept.of(TENANT, mention.id)
        assert found is not None
        return found

    def todo(self, mention: Mention) -> Todo | None:
        return self.todos.at(TENANT, Purpose.THREAD, HOST, mention.id)

    def read(self, *envelopes: Envelope) -> set[str]:
        """Reads what these messages name, in one host's order; tells the receipts of those that failed."""
        errands = [Errand(receipt=each.id, host=HOST, envelope=each) for each in envelopes]
        return read_all(Reading(self.fetcher, others=self.readers), errands)

    def tick(self, **span: float) -> int:
        """Time passes, plan hands out and collect reads; tells how many requests that took."""
        before = len(self.web.urls)
        self.planner.tick(self.clock.advance(**span))
        fetches, self.bus.fetches = self.bus.fetches, []
        assert self.read(*(envelope for _, envelope in fetches)) == set()
        return len(self.web.urls) - before
