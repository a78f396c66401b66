"""What becomes of a write or a read when DynamoDB throttles, hangs up, or answers and the answer gets lost.

`microburst` stands between the client and the emulator and breaks what a rule tells it to, the way AWS would: the real
retries of botocore run against it. Behind it is the emulator and not moto, because the rows left behind are judged too.
"""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from earshot.adapters.aws.clients import TABLE_ATTEMPTS, dynamodb_client, one_attempt_client
from earshot.adapters.aws.table import DynamoTable
from earshot.domain.errors import StoreError
from earshot.ports.table import Key, Row
from emulator import ROOT_KEY, ROOT_SECRET, Emulator, Server, fresh_table, serving

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ROW = Row(key=Key("P", "s"), kind="thing", body={"by": "us"}, inbox=Key("I", "1"))
SHORT_PAUSES = 8038
"""botocore draws its pauses, of up to a second and then two, by chance; after this seed the first two are 1 ms."""
LOST_REPLY: dict[str, Any] = {"response": {"abort_frac": 0}}
HANG_UP: dict[str, Any] = {"reset": True}


def refusal(code: str) -> dict[str, Any]:
    return {"error": {"code": code}}


@dataclass(frozen=True)
class Breaker:
    """The proxy, and a table seen through it and past it."""

    proxy: Server
    emulator: Emulator
    name: str
    sound: DynamoTable

    def client(self, attempts: int = 2) -> "DynamoDBClient":
        """A client of the proxy; each has a budget of its own for repeating."""
        random.seed(SHORT_PAUSES)
        return dynamodb_client(self.emulator.session(), endpoint_url=self.proxy.endpoint_url, attempts=attempts)

    def table(self, attempts: int = 2) -> DynamoTable:
        """The table behind the proxy."""
        return DynamoTable(self.client(attempts), self.name)

    def breaks(self, operation: str, fault: dict[str, Any], times: int | None = 1) -> None:
        """From now on the next `times` calls of an operation fail."""
        rule = {"operation": operation, **fault, **({"times": times} if times else {})}
        self.proxy.send("POST", "/_microburst/rules", [rule])

    def broken(self) -> list[str]:
        """The operations that were broken."""
        return [each["operation"] for each in self.proxy.get("/_microburst/fired")]


@pytest.fixture(scope="module")
def proxy(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """microburst in front of the emulator; it signs anew, because a signature covers the host."""

    def command(port: int) -> list[str]:
        given = ["--upstream", emulator.endpoint_url, "--port", str(port), "--resign"]
        return [sys.executable, "-m", "microburst", *given]

    env = {"AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}
    with serving(command, "/_microburst/health", tmp_path_factory.mktemp("microburst"), env) as server:
        yield server


@pytest.fixture
def breaker(proxy: Server, emulator: Emulator, emulated_client: "DynamoDBClient") -> Iterator[Breaker]:
    with fresh_table(emulated_client) as name:
        yield Breaker(proxy, emulator, name, DynamoTable(emulated_client, name))
    proxy.send("POST", "/_microburst/rules", [])
    proxy.send("DELETE", "/_microburst/fired")


def test_a_first_write_whose_reply_is_lost_is_ours(breaker: Breaker) -> None:
    breaker.breaks("PutItem", LOST_REPLY)

    assert breaker.table().put_if_absent(ROW)

    assert breaker.broken() == ["PutItem"]
    assert breaker.sound.query("P").rows == breaker.sound.query("I", index="inbox").rows == (replace(ROW, revision=1),)


def test_a_write_at_a_revision_whose_reply_is_lost_is_ours_and_counts_once(breaker: Breaker) -> None:
    breaker.sound.put_if_absent(replace(ROW, body={"by": "them"}))
    breaker.breaks("PutItem", LOST_REPLY)

    assert breaker.table().put_if_revision(ROW, 1)

    assert breaker.broken() == ["PutItem"]
    assert breaker.sound.query("P").rows == (replace(ROW, revision=2),)


def test_a_write_that_was_refused_stays_refused_when_that_reply_is_lost(breaker: Breaker) -> None:
    breaker.sound.put_if_absent(replace(ROW, body={"by": "them"}))
    breaker.breaks("PutItem", LOST_REPLY)

    assert not breaker.table().put_if_absent(ROW)
    breaker.breaks("PutItem", LOST_REPLY)
    assert not breaker.table().put_if_revision(ROW, 7)

    assert breaker.broken() == ["PutItem", "PutItem"]
    assert breaker.sound.query("P").rows == (replace(ROW, revision=1, body={"by": "them"}),)


def test_a_write_that_the_next_writer_replaced_before_it_was_repeated_is_not_claimed(breaker: Breaker) -> None:
    client = breaker.client()
    theirs = replace(ROW, body={"by": "them"})

    def overtake(**_: object) -> None:
        breaker.sound.put_if_revision(theirs, 1)

    client.meta.events.register("needs-retry.dynamodb.PutItem", overtake)
    breaker.breaks("PutItem", LOST_REPLY)

    assert not DynamoTable(client, breaker.name).put_if_absent(ROW)

    assert breaker.sound.query("P").rows == (replace(theirs, revision=2),)


def test_a_write_whose_request_never_arrived_is_done_once(breaker: Breaker) -> None:
    breaker.breaks("PutItem", HANG_UP)

    assert breaker.table().put_if_absent(ROW)

    assert breaker.broken() == ["PutItem"]
    assert breaker.sound.query("P").rows == (replace(ROW, revision=1),)


def test_a_deletion_whose_reply_is_lost_is_done_but_not_claimed(breaker: Breaker) -> None:
    breaker.sound.put_if_absent(ROW)
    breaker.breaks("DeleteItem", LOST_REPLY)

    assert not breaker.table().delete(ROW.key)

    assert breaker.broken() == ["DeleteItem"]
    assert breaker.sound.get(ROW.key) is None


def test_a_batch_whose_reply_is_lost_is_written_as_it_was_meant(breaker: Breaker) -> None:
    rows = [replace(ROW, key=Key("P", f"{i:02d}")) for i in range(30)]
    breaker.breaks("BatchWriteItem", LOST_REPLY)

    breaker.table().put_many(rows)

    assert breaker.broken() == ["BatchWriteItem"]
    assert breaker.sound.query("P").rows == tuple(replace(row, revision=1) for row in rows)


READS: dict[str, Callable[[DynamoTable], object]] = {
    "GetItem": lambda table: table.get(ROW.key),
    "BatchGetItem": lambda table: table.get_many([ROW.key])[ROW.key],
    "Query": lambda table: table.query("P").rows[0],
}


@pytest.mark.parametrize("operation", READS)
def test_a_read_is_asked_again_when_the_connection_breaks(breaker: Breaker, operation: str) -> None:
    breaker.sound.put_if_absent(ROW)
    breaker.breaks(operation, {"response": {"abort_frac": 0.5}})

    assert READS[operation](breaker.table()) == replace(ROW, revision=1)

    assert breaker.broken() == [operation]


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("PutItem", "ProvisionedThroughputExceededException"),
        ("GetItem", "ThrottlingException"),
        ("Query", "RequestLimitExceeded"),
        ("BatchWriteItem", "InternalServerError"),
    ],
)
def test_a_throttled_call_is_repeated(breaker: Breaker, operation: str, code: str) -> None:
    breaker.breaks(operation, refusal(code))
    table = breaker.table()

    assert table.put_if_absent(ROW)
    assert table.get(ROW.key) == table.query("P").rows[0] == replace(ROW, revision=1)
    table.put_many([ROW])

    assert breaker.broken() == [operation]


CALLS: dict[str, Callable[[DynamoTable], object]] = {
    "PutItem": lambda table: table.put_if_absent(ROW),
    "DeleteItem": lambda table: table.delete(ROW.key),
    "BatchWriteItem": lambda table: table.put_many([ROW]),
    **READS,
}


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "RequestLimitExceeded"])
@pytest.mark.parametrize("operation", CALLS)
def test_throttling_without_end_is_a_store_error(breaker: Breaker, operation: str, code: str) -> None:
    breaker.breaks(operation, refusal(code), times=None)

    with pytest.raises(StoreError, match=rf"asked too much at once \({code}\)") as refused:
        CALLS[operation](breaker.table(attempts=1))

    assert refused.value.transient
    assert breaker.name in str(refused.value)


def test_throttling_is_borne_as_often_as_the_client_may_ask(breaker: Breaker) -> None:
    breaker.breaks("GetItem", refusal("ThrottlingException"), times=None)

    with pytest.raises(StoreError, match=r"\(ThrottlingException\)"):
        breaker.table(attempts=3).get(ROW.key)

    assert breaker.broken() == ["GetItem"] * 3


@pytest.mark.parametrize("operation", CALLS)
def test_a_connection_that_breaks_again_and_again_is_a_store_error(breaker: Breaker, operation: str) -> None:
    breaker.breaks(operation, HANG_UP, times=None)

    with pytest.raises(StoreError, match=r"cannot be reached \(ConnectionClosedError\)"):
        CALLS[operation](breaker.table(attempts=1))


def test_a_query_that_breaks_between_two_of_its_pages_goes_on_there(breaker: Breaker) -> None:
    rows = [replace(ROW, key=Key("P", f"{i:02d}"), body={"text": "x" * 300_000}) for i in range(9)]
    breaker.sound.put_many(rows)
    breaker.breaks("Query", {"body": "ExclusiveStartKey", **HANG_UP})

    page = breaker.table().query("P", limit=8)

    assert breaker.broken() == ["Query"]
    assert [row.key for row in page.rows] == [row.key for row in rows[:8]]
    assert page.after == ("07", "P", "07")


def test_the_client_of_the_table_asks_five_times_and_waits_seconds(emulator: Emulator) -> None:
    config: Any = dynamodb_client(emulator.session()).meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": TABLE_ATTEMPTS}
    assert (TABLE_ATTEMPTS, config.connect_timeout, config.read_timeout, config.tcp_keepalive) == (5, 2, 5, True)


@pytest.mark.parametrize("fault", [refusal("ThrottlingException"), HANG_UP], ids=["throttled", "broken"])
def test_what_is_sent_is_sent_once_and_never_again_by_itself(breaker: Breaker, fault: dict[str, Any]) -> None:
    sns = one_attempt_client("sns", breaker.emulator.session(), endpoint_url=breaker.proxy.endpoint_url)
    breaker.breaks("Publish", fault, times=None)

    with pytest.raises((ClientError, BotoCoreError)):
        sns.publish(PhoneNumber="+4915100000000", Message="hello")

    assert breaker.broken() == ["Publish"]
