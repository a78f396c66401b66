"""Where a bus is judged: its two ends, its dead letters, and how time passes there."""

import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import pytest
from sqs_inbound import SqsInbound

from earshot.adapters.aws.bus import AwsBus
from earshot.adapters.aws.dead_letters import Addresses, AwsDeadLetters
from earshot.adapters.memory_queues import MemoryQueues
from earshot.adapters.queues import MAX_RECEIVES, ROUTES, LocalBus, SqliteQueues
from earshot.domain.messages import Envelope, MessageType, message
from earshot.ports.bus import Bus, Inbound, Received
from emulator import Emulator
from fakes import FixedClock

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

T = TypeVar("T")

A, B = "a.example", "b.example"
"""Two hosts."""

PATIENCE_S = 20.0
"""The longest that anything may take, in the time of the bench."""


class Bench(Protocol):
    """One empty bus; `deduplicates` is whether it drops a fetch whose envelope was sent before."""

    bus: Bus
    inbound: Inbound
    max_receives: int
    deduplicates: bool

    def now(self) -> float: ...

    def pause(self) -> None: ...

    def dead_letters(self) -> list[dict[str, Any]]: ...

    def redrive(self, ids: Iterable[Any] | None = None) -> int: ...


def until(bench: Bench, look: Callable[[], T]) -> T:
    """The first thing that `look` finds; fails when the patience of the tests ends."""
    end = bench.now() + PATIENCE_S
    while not (found := look()):
        assert bench.now() < end, "it did not happen in time"
        bench.pause()
    return found


class LocalBench:
    """Local queues, whose time passes when it is told to."""

    max_receives = MAX_RECEIVES
    deduplicates = False

    def __init__(self, queues: SqliteQueues | MemoryQueues, clock: FixedClock) -> None:
        self.bus: Bus = LocalBus(queues)
        self.inbound: Inbound = queues
        self._queues = queues
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()

    def pause(self) -> None:
        self._clock.advance(seconds=0.25)

    def dead_letters(self) -> list[dict[str, Any]]:
        return self._queues.dead_letters()

    def redrive(self, ids: Iterable[Any] | None = None) -> int:
        return self._queues.redrive(None if ids is None else list(ids))


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients of the emulator; making them takes longer than a test."""

    sqs: "SQSClient"
    sns: "SNSClient"


@pytest.fixture(scope="session")
def clients(emulator: Emulator) -> Clients:
    """Clients of the root user; import the fixture into the module that needs it."""
    return Clients(emulator.client("sqs"), emulator.client("sns"))


class AwsBench:
    """Queues and a topic as a deployment has them, each subscriber with a queue instead of a Lambda."""

    max_receives = 2
    deduplicates = True
    _numbers = itertools.count()

    def __init__(self, clients: Clients) -> None:
        self.sqs, self.sns = sqs, sns = clients.sqs, clients.sns
        self._prefix = f"bench-{next(self._numbers)}"
        self.topic_arn = sns.create_topic(Name=self._prefix)["TopicArn"]
        self.addresses = self._addresses()
        self.urls = {"fetch": self.addresses.fetch_url}
        self.urls |= {name: self._subscriber(name, type_) for type_, name in ROUTES.items()}
        self.bus: Bus = AwsBus(sqs, sns, self.addresses.fetch_url, self.topic_arn)
        self.inbound: Inbound = SqsInbound(sqs, self.urls)
        self.letters = AwsDeadLetters(sqs, sns, self.addresses, wait_s=0)

    def now(self) -> float:
        return time.monotonic()

    def pause(self) -> None:
        time.sleep(0.02)

    def dead_letters(self) -> list[dict[str, Any]]:
        return list(self.letters.list())

    def redrive(self, ids: Iterable[Any] | None = None) -> int:
        return self.letters.redrive(None if ids is None else [str(each) for each in ids]).sent

    def arn_of(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def close(self) -> None:
        self.sns.delete_topic(TopicArn=self.topic_arn)
        for url in (*self.urls.values(), self.addresses.dead_fetches_url, self.addresses.dead_events_url):
            self.sqs.delete_queue(QueueUrl=url)

    def _addresses(self) -> Addresses:
        dead_fetches = self._queue("dead.fifo", FifoQueue="true")
        redrive = {"deadLetterTargetArn": self.arn_of(dead_fetches), "maxReceiveCount": self.max_receives}
        return Addresses(
            fetch_url=self._queue("fetch.fifo", FifoQueue="true", RedrivePolicy=json.dumps(redrive)),
            dead_fetches_url=dead_fetches,
            dead_events_url=self._queue("dead"),
            topic_arn=self.topic_arn,
        )

    def _subscriber(self, name: str, type_: str) -> str:
        url = self._queue(name)
        self.sns.subscribe(
            TopicArn=self.topic_arn,
            Protocol="sqs",
            Endpoint=self.arn_of(url),
            Attributes={"FilterPolicy": json.dumps({"type": [type_]}), "RawMessageDelivery": "true"},
        )
        return url

    def _queue(self, name: str, **attributes: str) -> str:
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
                | {"Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": self.topic_arn}}}
            ],
        }
        attributes |= {"Policy": json.dumps(policy)} if "FifoQueue" not in attributes else {}
        return self.sqs.create_queue(QueueName=f"{self._prefix}-{name}", Attributes=cast(Any, attributes))["QueueUrl"]


@contextmanager
def aws_bench(clients: Clients) -> Iterator[AwsBench]:
    """A bench for one test; queues of its own, because the emulator remembers what was deduplicated."""
    bench = AwsBench(clients)
    try:
        yield bench
    finally:
        bench.close()


def a_fetch(name: str = "1") -> Envelope:
    return message(MessageType.FETCH, id_=name, correlation_id="c", sources=[f"s_{name}"])


def an_event(name: str, type_: MessageType = MessageType.MENTION_STORED) -> Envelope:
    return message(type_, id_=name, correlation_id="c", tenant="t", mention="m", delivery="d")


def from_the_future(envelope: Envelope) -> Envelope:
    """A message of a type that this code does not know yet."""
    return replace(envelope, type=cast(MessageType, "source.hummed"))


def send(bench: Bench, *names: str, host: str = A) -> None:
    for name in names:
        bench.bus.request_fetch(host, a_fetch(name))


def take(bench: Bench, queue: str = "fetch", *, limit: int = 10, visibility_s: float = 60) -> tuple[Received, ...]:
    return bench.inbound.receive(queue, limit=limit, visibility_s=visibility_s)


def take_all(bench: Bench, queue: str, count: int) -> list[str]:
    """The ids of so many messages, whenever they come."""
    found: list[str] = []

    def look() -> bool:
        found.extend(ids(take(bench, queue)))
        return len(found) >= count

    until(bench, look)
    return found


def ids(received: tuple[Received, ...]) -> list[str]:
    return [each.envelope.id for each in received]


def exhaust(bench: Bench) -> None:
    """Receives what comes as often as it may be received, each time in vain."""
    for _ in range(bench.max_receives):
        for each in take(bench):
            bench.inbound.retry(each, delay_s=0)


def bury(bench: Bench) -> None:
    """Makes dead letters of all that is queued, one for each group."""
    exhaust(bench)
    assert take(bench) == ()
