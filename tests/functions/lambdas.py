"""The Lambdas over an account that moto stands for, loaded as Lambda loads them, and events as AWS sends them."""

import functools
import importlib.util
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import moto
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from builders import a_contact, a_mention, a_schedule, a_source, a_subscription, a_tenant, a_watch
from earshot.adapters.aws.table import DynamoTable
from earshot.adapters.clock import SystemClock
from earshot.domain.mention import Mention
from earshot.services.access import Access
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from emulator import create_table
from sending import REGION, a_session

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "tests" / "fixtures" / "events"
FUNCTIONS = ("plan", "collect", "alert", "deliver", "api")
TENANT = "local"
MENTION, DELIVERY = "m_" + "a" * 26, "d_" + "a" * 26
"""What the event files name."""

SECRET_NAME, SECRET = "/earshot/secret", "a secret of at least thirty-two bytes"
BASE_URL = "https://listen.example"
MAIL_FROM = "Earshot <earshot@acme.example>"

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

Event = dict[str, Any]


def an_event(name: str) -> Event:
    """An event from its file."""
    event: Event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


def with_messages(name: str, *texts: str) -> Event:
    """The event of a file with a record for each text, in place of its own."""
    (record, *_) = an_event(name)["Records"]
    records = []
    for text in texts:
        records.append(deepcopy(record))
        records[-1]["Sns"]["Message"] = text
    return {"Records": records}


@functools.cache
def _client(service: str) -> Any:
    """One for all tests: making it takes longer than most of them."""
    return a_session().create_client(service)


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler of its run."""

    function_name: str
    memory_limit_in_mb: int = 512
    aws_request_id: str = "0f8f2a3e-52fe-4f7a-9a0d-1c2b3d4e5f60"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{DEFAULT_ACCOUNT_ID}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass
class Account:
    """An account with the stack's table, queues and topic, and a tenant in it."""

    monkeypatch: pytest.MonkeyPatch
    urls: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        create_table(self.client("dynamodb"), "earshot")
        self.table = DynamoTable(self.client("dynamodb"), "earshot")
        self.company, self.deliveries = Company(self.table), Deliveries(self.table)
        self.listening = Listening(self.table)
        sqs, sns = self.client("sqs"), self.client("sns")
        for name in ("fetch.fifo", "dead-fetches.fifo", "dead-events", "listener"):
            fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
            self.urls[name] = sqs.create_queue(QueueName=name, Attributes=fifo)["QueueUrl"]
        self.topic = sns.create_topic(Name="events")["TopicArn"]
        listener = f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:listener"
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=listener, Attributes={"RawMessageDelivery": "true"})
        self.client("sesv2").create_email_identity(EmailIdentity="acme.example")
        self.setenv(
            table="earshot",
            fetch_queue=self.urls["fetch.fifo"],
            fetch_dead_letters=self.urls["dead-fetches.fifo"],
            event_dead_letters=self.urls["dead-events"],
            events_topic=self.topic,
            secret_name=SECRET_NAME,
            credentials="/earshot/test/credentials",
            base_url=BASE_URL,
            mail_from=MAIL_FROM,
        )
        self.company.tenants.add(a_tenant(id=TENANT))
        self.company.watches.add(a_watch(tenant=TENANT, created_at=LONG_AGO))

    def client(self, service: str) -> Any:
        return _client(service)

    def setenv(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(f"EARSHOT_{name.upper()}", value)

    def put_secret(self) -> None:
        self.client("ssm").put_parameter(Name=SECRET_NAME, Value=SECRET, Type="SecureString")

    def load(self, name: str) -> Callable[[Event], Any]:
        """The handler of a module that was imported anew, as a cold start does."""
        logging.Logger.manager.loggerDict.pop(name, None)
        spec = importlib.util.spec_from_file_location(f"lambda_{name}", ROOT / "functions" / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return lambda event: module.handler(event, Context(name))

    def listen_to(self, source_id: str, url: str, host: str) -> None:
        """Adds a feed that is due and read for the first time."""
        self.listening.sources.add(a_source(id=source_id, kind="feed", locator=url))
        self.listening.schedules.add(a_schedule(source_id, kind="feed", host=host, due_at=LONG_AGO))
        self.listening.hear(a_subscription(source_id, tenant=TENANT, started_at=LONG_AGO))

    def tell(self, **addresses: str) -> None:
        self.company.contacts.add(a_contact(tenant=TENANT, **addresses))

    def mention(self, id_: str = MENTION, **changes: Any) -> Mention:
        """A criticism of just now, stored."""
        mention = a_mention(tenant=TENANT, id=id_, seen_at=SystemClock().now(), **changes)
        Mentions(self.table).add(mention)
        return mention

    def access(self) -> Access:
        return Access(self.table, SystemClock(), SECRET.encode())

    def received(self, queue: str) -> list[dict[str, Any]]:
        """The messages of a queue, which are gone after that."""
        found: list[dict[str, Any]] = []
        while (
            batch := self.client("sqs")
            .receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10, AttributeNames=["All"])
            .get("Messages")
        ):
            found += batch
            for each in batch:
                self.client("sqs").delete_message(QueueUrl=self.urls[queue], ReceiptHandle=each["ReceiptHandle"])
        return found

    def events(self, type_: str) -> list[str]:
        """The texts of the events of one type since the last look."""
        texts = [each["Body"] for each in self.received("listener")]
        return [text for text in texts if json.loads(text)["type"] == type_]

    def mails(self) -> list[str]:
        return [each.raw_data for each in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages]

    def short_messages(self) -> list[tuple[str, str]]:
        return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values())


def fetches_of(messages: Sequence[Mapping[str, Any]]) -> Event:
    """The event with which a FIFO queue hands out messages that were received from it."""
    (record, *_) = an_event("sqs_fifo_two_groups")["Records"]
    return {
        "Records": [
            {
                **record,
                "messageId": each["MessageId"],
                "body": each["Body"],
                "attributes": {**record["attributes"], "MessageGroupId": each["Attributes"]["MessageGroupId"]},
            }
            for each in messages
        ]
    }


@contextmanager
def an_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account for one test; what a Lambda changes in the process of the tests is put back."""
    library = logging.getLogger("earshot")
    before = (library.handlers, library.level, library.propagate)
    for name, value in {"AWS_DEFAULT_REGION": REGION, "AWS_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with moto.mock_aws():
        yield Account(monkeypatch)
    library.handlers, library.level, library.propagate = before
