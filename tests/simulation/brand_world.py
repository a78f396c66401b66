"""A day of many brands: the real planner, fetcher and searches against an internet that keeps its own limits.

Time is virtual. A host is asked one thing at a time, as its queue and `services.reading` see to it; hosts run side by
side, so what happens is a queue of moments, taken in their order.
"""

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from earshot.adapters.memory import DictTable
from earshot.domain.messages import Envelope, MessageType, sources_of
from earshot.domain.source import Source
from earshot.domain.tenant import Tenant
from earshot.domain.watch import Role, Terms, Watch
from earshot.ports.connector import Connector
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector
from earshot.services.credentials import Credentials
from earshot.services.fetching import Fetcher
from earshot.services.planning import Planner
from earshot.services.reading import MOST_STEPS
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from fakes import DictSecrets, FixedClock, WordClassifier
from simulation.internet import Internet
from simulation.limits import X_DOLLARS
from simulation.publications import Brand, Publication, Traffic, brands, published

BEGINS_AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
WARM_UP = timedelta(hours=1)
"""In this time the brands come, one after the other; what is said later is measured."""

MINUTE = timedelta(minutes=1)
BATCH = 10
DEADLINE = timedelta(seconds=90)
STARTS_S = (0.2, 2.0)
"""Until a worker begins with what a tick handed out."""

TALKED_OF = 100
"""Brands that are as much talked of as all of a smaller number of them."""

TRAFFIC = (
    Traffic(kind="hackernews", scope="", each=1.0, noise=2400, lag_s=(5, 40)),
    Traffic(kind="lemmy", scope="feddit.org", each=0.5, noise=700, lag_s=(0, 60)),
    Traffic(kind="lemmy", scope="lemmy.world", each=0.5, noise=1400, lag_s=(0, 60)),
    Traffic(kind="stackexchange", scope="stackoverflow", each=0.7, noise=1400, lag_s=(0, 30)),
    Traffic(kind="mastodon", scope="mastodon.social", each=1.5),
    Traffic(kind="google_news", scope="de", each=0.7, lag_s=(0, 300)),
    Traffic(kind="google_news", scope="en", each=0.7, lag_s=(0, 300)),
    Traffic(kind="github", scope="issues", each=0.7, lag_s=(0, 60)),
    Traffic(kind="bluesky", scope="all", each=6.0, lag_s=(0, 20)),
    Traffic(kind="youtube", scope="videos", each=6.0, lag_s=(0, 600)),
    Traffic(kind="reddit", scope="all", each=6.0, lag_s=(0, 60)),
    Traffic(kind="x", scope="all", each=6.0, lag_s=(0, 20)),
)

KEYED: dict[str, tuple[int, ...]] = {
    "youtube": (0, 1, 2),
    "bluesky": (0, 1, 2, 3, 4),
    "x": (1, 2, 3),
    "reddit": (3, 4, 5),
}
"""The brands that have a credential, by number; the first brand needs several queries."""


def automatic_kinds() -> tuple[str, ...]:
    """Every kind that is heard or searched by itself, in the order of the registry."""
    return tuple(kind for kind, each in CONNECTORS.items() if each.place.streams or _is_searched(each))


def _is_searched(connector: Connector) -> bool:
    return connector.place.search is not None and bool(connector.place.search.scopes)


@dataclass
class Heard:
    """What was stored of one publication, for the brand it is about."""

    said: Publication
    at: datetime


@dataclass
class BrandWorld:
    """So many brands over `span`; afterwards it knows what was asked and heard."""

    count: int
    span: timedelta
    seed: int = 0
    reads: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """When each source was read, by its id."""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.clock = FixedClock(BEGINS_AT)
        self.ends_at = BEGINS_AT + self.span
        self.brands = brands(self.count)
        # Few brands talk more, so that a short run has something to hear.
        traffic = [replace(each, each=each.each * max(1.0, TALKED_OF / self.count)) for each in TRAFFIC]
        said = published(traffic, self.brands, BEGINS_AT - timedelta(hours=2), self.ends_at, self.rng)
        self.said = {each.number: each for each in said}
        self.internet = Internet(said, self.rng)
        self.table = DictTable()
        self.sources: dict[str, Source] = {}
        self._queues: dict[str, deque[Envelope]] = defaultdict(deque)
        self._serving: set[str] = set()
        self._asked_at: dict[str, datetime] = {}
        self._moments: list[tuple[datetime, int, Iterator[datetime]]] = []
        self._number = count()
        self._start()

    def run(self) -> "BrandWorld":
        """Lets the time pass, a tick a minute."""
        waiting = deque(self.brands)
        for minute in range(int(self.span / MINUTE)):
            now = BEGINS_AT + minute * MINUTE
            self._work_until(now)
            share = min(1.0, (now - BEGINS_AT) / (WARM_UP / 2))
            while waiting and len(self.brands) - len(waiting) < share * len(self.brands):
                self._join(waiting.popleft())
            self.planner.tick(now)
        self._work_until(self.ends_at)
        return self

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        """Takes a message for a host; see `Bus.request_fetch`."""
        if envelope.type is not MessageType.FETCH:
            return
        self._queues[host].append(envelope)
        if host not in self._serving:
            self._serving.add(host)
            begins_at = self.clock.now() + timedelta(seconds=self.rng.uniform(*STARTS_S))
            self._wake(begins_at, self._serve(host))

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        """Takes events, and lets those about mentions be decided at once; see `Bus.publish`."""
        for envelope in envelopes:
            if envelope.type is MessageType.MENTION_STORED:
                self.alerter.handle(envelope)
        return len(envelopes)

    def _start(self) -> None:
        self.credentials = Credentials(DictSecrets(), self.clock)
        sourcing = Sourcing(self.table, CONNECTORS, lambda _: None, self.clock)
        self.searching = Searching(self.table, CONNECTORS, sourcing, self.credentials)
        self.planner = Planner(self.table, self, self.rng)
        self.alerter = Alerter(self.table, self, self.clock)
        collector = Collector(self.table, self, WordClassifier(), self.clock)
        self.fetcher = Fetcher(
            self.table, self.internet, CONNECTORS, collector, self.clock, credentials=self.credentials
        )

    def _join(self, brand: Brand) -> None:
        """A brand comes, with its three watches and what it has of credentials."""
        tenant, company = tenant_of(brand), Company(self.table)
        company.tenants.add(Tenant(id=tenant, name=brand.name))
        roles = {
            "own": (Role.OWN, (brand.name,)),
            "products": (Role.PRODUCT, brand.products),
            "rival": (Role.COMPETITOR, (brand.competitor,)),
        }
        for name, (role, words) in roles.items():
            id_ = f"w_{brand.number}{name}"
            now = self.clock.now()
            watch = Watch(id=id_, tenant=tenant, name=name, role=role, terms=Terms(any=words), created_at=now)
            company.watches.add(watch)
        for kind, numbers in KEYED.items():
            if brand.number in numbers:
                self._give_key(brand, kind)
        self.searching.follow(tenant)

    def _give_key(self, brand: Brand, kind: str) -> None:
        connector = CONNECTORS[kind]
        fields = {name: f"{name}{brand.number}" for name in connector.place.needs}
        fields |= {"monthly_dollars": str(X_DOLLARS)} if kind == "x" else {}
        self.credentials.set(tenant_of(brand), connector, fields)
        if connector.place.is_off:
            self.searching.switch(tenant_of(brand), kind, is_on=True)

    def _wake(self, at: datetime, work: Iterator[datetime]) -> None:
        heapq.heappush(self._moments, (at, next(self._number), work))

    def _work_until(self, end: datetime) -> None:
        while self._moments and self._moments[0][0] <= end:
            at, _, work = heapq.heappop(self._moments)
            self.clock.set(at)
            wakes_at = next(work, None)
            if wakes_at is not None:
                self._wake(wakes_at, work)
        self.clock.set(end)

    def _serve(self, host: str) -> Iterator[datetime]:
        """Works off the messages of a host, batch by batch; yields the moments it waits for."""
        while self._queues[host]:
            batch = [self._queues[host].popleft() for _ in range(min(BATCH, len(self._queues[host])))]
            ends_at = self.clock.now() + DEADLINE
            for envelope in batch:
                yield from self._read(host, envelope, ends_at)
        self._serving.discard(host)

    def _read(self, host: str, envelope: Envelope, ends_at: datetime) -> Iterator[datetime]:
        """Reads the sources of a message, and those that want more once more, as `services.reading` does."""
        pace = timedelta(seconds=float(envelope.body["pace_s"]))
        late = datetime.fromisoformat(envelope.body["until"]) <= self.clock.now()
        ids, steps = () if late else sources_of(envelope), 0
        while ids:
            more: list[str] = []
            for id_ in ids:
                yield max(self.clock.now(), self._asked_at.get(host, BEGINS_AT) + pace)
                if self.clock.now() > ends_at:
                    self.fetcher.put_back(id_)
                    continue
                wants_more = yield from self._read_one(host, envelope, id_, pace)
                if wants_more and steps == MOST_STEPS:
                    self.fetcher.put_back(id_)
                elif wants_more:
                    steps += 1
                    more.append(id_)
            ids = tuple(more)

    def _read_one(self, host: str, envelope: Envelope, id_: str, pace: timedelta) -> Iterator[datetime]:
        source = self.fetcher.source(id_)
        if source is None:
            return False
        self.internet.at = self.clock.now()

        def pause() -> None:
            self.internet.at += pace

        answer = self.fetcher.ask(source, pause)
        self._asked_at[host] = self.internet.at
        yield self.internet.at
        outcome = self.fetcher.take(source, answer, correlation_id=envelope.correlation_id)
        if outcome.error is not None:
            raise AssertionError(f"{source.kind} {source.locator}: {outcome.error!r}")
        if not outcome.is_put_off:
            self.sources[id_] = source
            self.reads[id_].append(self.clock.now())
        return outcome.wants_more


def tenant_of(brand: Brand) -> str:
    """The tenant of a brand."""
    return f"t_{brand.number}"
