"""A small world in which the real services run, die, start again and come to rest."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from builders import TENANT, a_page, a_response, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.adapters.memory_queues import MemoryQueues
from earshot.adapters.queues import LocalBus
from earshot.domain.contact import Channel
from earshot.domain.delivery import Delivery
from earshot.domain.errors import EarshotError
from earshot.domain.item import Item
from earshot.domain.mention import Mention, mention_id
from earshot.domain.messages import Envelope
from earshot.domain.source import Schedule as SourceSchedule
from earshot.domain.source import source_id
from earshot.domain.todo import Todo
from earshot.domain.watch import Role
from earshot.ports.bus import Bus, Received
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector
from earshot.services.delivering import Deliverer
from earshot.services.fetching import Fetcher
from earshot.services.inbox import Inbox
from earshot.services.inputs import SourceInput
from earshot.services.planning import Planner
from earshot.services.sourcing import Sourcing
from earshot.store.codec import from_row
from earshot.store.company import Company
from earshot.store.due import all_todos
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from fakes import NOW, CannedConnector, CannedHttp, FixedClock, RecordingNotifier, WordClassifier, by_every_channel
from simulation.faults import (
    ChaoticBus,
    Crash,
    CrashingBus,
    CrashingNotifier,
    CrashingTable,
    Fuse,
    Schedule,
    TroubledNotifier,
    Troubles,
)
from simulation.stories import Story

FEED = "https://feeds.example/"
VISIBILITY_S = 90.0
LONGEST = timedelta(days=7)
INDEX_LAG = 3


@dataclass
class Process:
    """One life of the services; after a crash another one begins."""

    planner: Planner
    fetcher: Fetcher
    alerter: Alerter
    deliverer: Deliverer
    inbox: Inbox


@dataclass
class World:
    """Runs a story under a schedule of faults until nothing is left to do."""

    schedule: Schedule
    story: Story
    clock: FixedClock = field(default_factory=FixedClock)
    restless: bool = False
    """Whether it did not come to rest."""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.schedule.seed)
        self.fuse = Fuse(self.schedule)
        self.troubles = Troubles(self.schedule, self.rng)
        self.disk = DictTable(lag=INDEX_LAG)
        self.queues = MemoryQueues(self.clock)
        self.recorder = RecordingNotifier(self.clock)
        self.http = CannedHttp()
        self.connector = CannedConnector(pages={str(i): a_page(*page) for i, (_, page) in enumerate(self._pages())})
        self.acknowledged_at: dict[str, int] = {}
        """How many messages had gone when a mention was first seen acknowledged."""
        bus: Bus = LocalBus(self.queues)
        self._bus = ChaoticBus(bus, self.rng) if self.schedule.is_chaos else bus
        self._set_up()
        self.process = self._start()

    def run(self) -> None:
        """Lets the story happen and time pass until all is quiet."""
        pages = [*self._pages()]
        people = sorted(self.story.acknowledgements)
        while not self.restless:
            minute = int((self.clock.now() - NOW) / timedelta(minutes=1))
            while pages and pages[0][0] <= minute:
                self.http.answers[FEED] = a_response(str(len(self.story.pages) - len(pages)))
                pages.pop(0)
            self._attempt(lambda: self.process.planner.tick(self.clock.now()))
            self._drain()
            people = [each for each in people if each[0] > minute or not self._acknowledge(each[1])]
            self.disk.settle()
            wake_at = self._wake_at(busy=bool(pages or people))
            if wake_at is None:
                return
            self.clock.set(wake_at)
            self.restless = self.clock.now() - NOW > LONGEST

    def mentions(self) -> dict[str, Mention]:
        """What is stored in the end, by the name of the item."""
        rows = self.disk.query(f"TENANT#{TENANT}", prefix="mention#", limit=1000).rows
        stored = Mentions(self.disk).get_many(TENANT, [row.key.sk.removeprefix("mention#") for row in rows])
        names = {mention_id(TENANT, item.identity): item.native_id for item in self.story.items.values()}
        return {names[id_]: mention for id_, mention in stored.items()}

    def deliveries(self) -> list[Delivery]:
        """Every delivery, whatever became of it."""
        rows = self.disk.query(f"TENANT#{TENANT}", prefix="delivery#", limit=1000).rows
        return [from_row(row, Delivery) for row in rows]

    def todos(self) -> list[Todo]:
        """The pending work."""
        return list(all_todos(self.disk))

    def _pages(self) -> Iterator[tuple[int, tuple[Item, ...]]]:
        yield from self.story.pages

    def _set_up(self) -> None:
        company = Company(self.disk)
        company.tenants.add(a_tenant())
        company.watches.add(a_watch("acme"))
        company.watches.add(a_watch("rival", any=("Konkurrenz",), role=Role.COMPETITOR))
        for contact in self.story.contacts:
            company.contacts.add(contact)
        connectors = {"canned": self.connector}
        before = FixedClock(NOW - timedelta(days=1))
        Sourcing(self.disk, connectors, lambda _: None, before).add(TENANT, SourceInput(kind="canned", url=FEED))
        self.disk.settle()

    def _start(self) -> Process:
        table, bus = CrashingTable(self.disk, self.fuse), CrashingBus(self._bus, self.fuse)
        collector = Collector(table, bus, WordClassifier(), self.clock)
        channels = {channel: TroubledNotifier(self.recorder, channel, self.troubles, self.fuse) for channel in Channel}
        couriers = by_every_channel(
            {channel: CrashingNotifier(notifier, channel, self.fuse) for channel, notifier in channels.items()}
        )
        return Process(
            planner=Planner(table, bus, random.Random(self.schedule.seed)),
            fetcher=Fetcher(table, self.http, {"canned": self.connector}, collector, self.clock),
            alerter=Alerter(table, bus, self.clock),
            deliverer=Deliverer(table, self.clock, couriers, secret=b"secret", base_url="https://earshot.example"),
            inbox=Inbox(table, self.clock),
        )

    def _attempt(self, work: Callable[[], object]) -> bool:
        """Does one unit of work; after a crash another process takes over, half of the time the only one there is."""
        self.fuse.begin()
        try:
            work()
        except Crash:
            self.process = self._start()
            if self.schedule.seed % 2:
                self.queues.release()
                self._attempt(lambda: self.process.planner.recover(self.clock.now()))
            return False
        return True

    def _drain(self) -> None:
        while batch := [each for name in ("fetch", "alert", "deliver") for each in self._receive(name)]:
            if self.schedule.is_chaos:
                self.rng.shuffle(batch)
            for received in batch:
                self._attempt(lambda received=received: self._do(received))  # type: ignore[misc]

    def _receive(self, name: str) -> tuple[Received, ...]:
        return self.queues.receive(name, limit=10, visibility_s=VISIBILITY_S)

    def _do(self, received: Received) -> None:
        try:
            self._handle(received.queue, received.envelope)
        except EarshotError:
            self.queues.retry(received, delay_s=5.0)
        else:
            self.fuse.guard("queue.done", lambda: self.queues.done(received))

    def _handle(self, queue: str, envelope: Envelope) -> None:
        if queue == "alert":
            self.process.alerter.handle(envelope)
        elif queue == "deliver":
            self.process.deliverer.handle(envelope)
        else:
            for id_ in envelope.body["sources"]:
                source = self.process.fetcher.source(id_)
                assert source is not None
                answer = self.process.fetcher.ask(source)
                self.process.fetcher.take(source, answer, correlation_id=envelope.correlation_id)

    def _acknowledge(self, name: str) -> bool:
        """Whether a person got through with an acknowledgement; one who did not tries again a minute later."""
        item = next(item for item in self.story.items.values() if item.native_id == name)
        id_ = mention_id(TENANT, item.identity)

        def act() -> None:
            self.process.inbox.acknowledge(TENANT, id_, outcome="answered", by=f"key:{name}", version=1)

        try:
            done = self._attempt(act)
        except EarshotError:
            done = False
        stored = Mentions(self.disk).get_many(TENANT, [id_]).get(id_)
        if stored is not None and stored.acknowledgement is not None:
            self.acknowledged_at.setdefault(name, len(self.recorder.told))
        return done

    def _wake_at(self, *, busy: bool) -> datetime | None:
        """The next minute at which something is to do, or None when there is nothing any more."""
        now = self.clock.now()
        next_minute = now + timedelta(minutes=1)
        if busy or any(self.queues.waiting(name) for name in ("fetch", "alert", "deliver")):
            return next_minute
        moments = [each.due_at for each in self._pending()]
        if not moments:
            return None
        minutes = -((now - min(moments)) // timedelta(minutes=1))
        return max(next_minute, now + timedelta(minutes=minutes))

    def _pending(self) -> list[Todo | SourceSchedule]:
        listening = Listening(self.disk)
        source = listening.source(source_id("canned", FEED))
        schedule = listening.schedule(source_id("canned", FEED))
        assert source is not None
        assert schedule is not None
        last = self.connector.pages[str(len(self.story.pages) - 1)]
        is_read = source.entries_hash == last.entries_hash
        return [*self.todos(), *(() if is_read else (schedule,))]
