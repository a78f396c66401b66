"""What only the DynamoDB table does: its items, their size, its requests, and what it says when it is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from earshot.adapters.aws.clients import dynamodb_client
from earshot.adapters.aws.table import DynamoTable
from earshot.domain.errors import Invalid, StoreError
from earshot.ports.table import Index, Key, Page, Row
from emulator import ROOT_KEY, ROOT_SECRET, Emulator, fresh_table, session_for
from metering import MeteredTable, size_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

FULL = Row(
    key=Key("TENANT#t", "thing#1"),
    kind="thing",
    body={"text": "Grüße 🦻", "n": 0.1},
    inbox=Key("I", "1"),
    due=Key("D", "2"),
    expires_at=1_798_761_599,
)


@pytest.fixture
def name(emulated_client: "DynamoDBClient") -> Iterator[str]:
    """An empty table of the emulator."""
    with fresh_table(emulated_client) as made:
        yield made


@pytest.fixture
def table(emulated_client: "DynamoDBClient", name: str) -> DynamoTable:
    return DynamoTable(emulated_client, name)


@pytest.fixture
def offline() -> "DynamoDBClient":
    """A client that reaches nobody."""
    return dynamodb_client(session_for(ROOT_KEY, ROOT_SECRET), endpoint_url="http://127.0.0.1:9", attempts=1)


def items_of(client: "DynamoDBClient", name: str) -> list[dict[str, Any]]:
    """The items as they are stored."""
    return [dict(item) for item in client.scan(TableName=name, ConsistentRead=True)["Items"]]


def test_an_item_has_only_the_attributes_it_needs(
    table: DynamoTable, emulated_client: "DynamoDBClient", name: str
) -> None:
    table.put_many([FULL, Row(key=Key("TENANT#t", "thing#2"), kind="thing")])

    first, second = sorted(items_of(emulated_client, name), key=lambda item: item["sk"]["S"])
    assert first == {
        "pk": {"S": "TENANT#t"},
        "sk": {"S": "thing#1"},
        "kind": {"S": "thing"},
        "body": {"S": '{"text":"Grüße 🦻","n":0.1}'},
        "revision": {"N": "1"},
        "inbox_pk": {"S": "I"},
        "inbox_sk": {"S": "1"},
        "due_pk": {"S": "D"},
        "due_sk": {"S": "2"},
        "expires_at": {"N": "1798761599"},
    }
    assert set(second) == {"pk", "sk", "kind", "body", "revision"}


def test_each_conditional_write_leaves_a_token_of_its_own(
    table: DynamoTable, emulated_client: "DynamoDBClient", name: str
) -> None:
    tokens = []
    table.put_if_absent(FULL)
    tokens += [item["token"]["S"] for item in items_of(emulated_client, name)]
    table.put_if_revision(FULL, 1)
    tokens += [item["token"]["S"] for item in items_of(emulated_client, name)]

    assert [len(token) for token in tokens] == [8, 8]
    assert tokens[0] != tokens[1]


def bytes_of(item: dict[str, Any]) -> int:
    """The size of an item as DynamoDB counts it: names and values, a number as a byte and one for two digits."""
    size = 0
    for name, value in item.items():
        digits = value.get("N", "").rstrip("0")
        size += len(name) + (1 + -(-len(digits) // 2) if "N" in value else len(value["S"].encode()))
    return size


@pytest.mark.parametrize("row", [FULL, Row(key=Key("P", "ß"), kind="thing"), replace(FULL, inbox=None)])
def test_the_meter_counts_the_bytes_that_are_stored(
    table: DynamoTable, emulated_client: "DynamoDBClient", name: str, row: Row
) -> None:
    table.put_if_absent(row)

    (item,) = items_of(emulated_client, name)
    assert size_of(row) == bytes_of(item)


def test_the_meter_counts_a_token_even_where_none_is_stored(
    table: DynamoTable, emulated_client: "DynamoDBClient", name: str
) -> None:
    table.put_many([FULL])

    (item,) = items_of(emulated_client, name)
    assert size_of(FULL) == bytes_of(item) + len("token") + 8


class PricedTable(DynamoTable):
    """A table that asks for the price of each write; DynamoDB tells none for a refused one."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        super().__init__(client, name)
        self.units: list[float] = []
        for operation in ("PutItem", "DeleteItem", "BatchWriteItem"):
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._ask)
            client.meta.events.register(f"after-call.dynamodb.{operation}", self._note)

    def _ask(self, params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _note(self, parsed: dict[str, Any], **_: object) -> None:
        told = parsed.get("ConsumedCapacity", [])
        self.units += [each["CapacityUnits"] for each in (told if isinstance(told, list) else [told])]


def test_the_meter_charges_what_the_emulator_charges(emulator: Emulator, name: str) -> None:
    priced = PricedTable(dynamodb_client(emulator.session(), endpoint_url=emulator.endpoint_url), name)
    table = MeteredTable(priced)
    large = {"text": "x" * 2500}

    table.put_if_absent(FULL)
    table.put_if_revision(replace(FULL, body=large), 1)
    table.put_if_revision(replace(FULL, body=large, inbox=Key("I", "0")), 2)
    table.put_if_revision(replace(FULL, body=large, inbox=None, due=None), 3)
    table.put_many([replace(FULL, due=None)])
    table.delete(FULL.key)

    assert [float(bill.rpartition(" ")[2]) for bill in table.meter.bills] == priced.units


WRITES: dict[str, Callable[[DynamoTable, Row], object]] = {
    "put_if_absent": lambda table, row: table.put_if_absent(row),
    "put_if_revision": lambda table, row: table.put_if_revision(row, 1),
    "put_many": lambda table, row: table.put_many([FULL, row]),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_row_over_four_hundred_kilobytes_is_invalid_and_named(
    table: DynamoTable, write: Callable[[DynamoTable, Row], object]
) -> None:
    row = Row(key=Key("P", "s"), kind="mention", body={"text": "secret " * 60_000})

    with pytest.raises(Invalid, match="mention is larger than the 400 KB") as refused:
        write(table, row)

    assert "secret" not in str(refused.value)
    assert table.get_many([row.key, FULL.key]) == {}


@pytest.mark.parametrize(
    "row",
    [
        replace(FULL, key=Key("", "s")),
        replace(FULL, key=Key("P", "")),
        replace(FULL, key=Key("P", "ß" * 600)),
        replace(FULL, inbox=Key("I", "")),
        replace(FULL, due=Key("D" * 3000, "1")),
        replace(FULL, key=Key("P", "\ud83e")),
    ],
    ids=["no partition", "no sort key", "long", "no place", "long place", "half a character"],
)
def test_a_key_that_dynamodb_does_not_take_is_invalid_before_it_is_asked(offline: "DynamoDBClient", row: Row) -> None:
    table = DynamoTable(offline, "nowhere")

    for write in WRITES.values():
        with pytest.raises(Invalid, match="key: of a thing is empty or longer"):
            write(table, row)


@pytest.mark.parametrize("index", [None, "inbox"])
@pytest.mark.parametrize(
    "after",
    [
        (),
        ("a",),
        ("a", "P"),
        ("a", "P", "a", "a"),
        ("", "P", ""),
        ("a", "", "a"),
        ("a", "P", ""),
        ("a" * 2000, "P", "a"),
    ],
    ids=str,
)
def test_a_cursor_that_is_none_of_ours_is_invalid(
    offline: "DynamoDBClient", index: Index | None, after: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match="cursor: is not one of ours"):
        DynamoTable(offline, "nowhere").query("P", index=index, after=after)


@pytest.mark.parametrize("after", [("a", "Q", "a"), ("a", "P", "b")], ids=["another partition", "another row"])
def test_a_cursor_of_another_place_is_invalid(offline: "DynamoDBClient", after: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="cursor"):
        DynamoTable(offline, "nowhere").query("P", after=after)


def test_what_must_be_empty_is_not_asked_for(offline: "DynamoDBClient") -> None:
    table = DynamoTable(offline, "nowhere")

    assert table.query("P", prefix="b", up_to="a") == Page()
    assert table.query("P", up_to="") == Page()
    assert table.query("P", prefix="b", after=("c", "P", "c")) == Page()
    assert table.query("P", up_to="b", after=("c", "P", "c")) == Page()
    assert table.query("") == Page()
    assert table.get_many([]) == {}
    table.put_many([])


def test_reads_by_key_are_consistent_and_those_of_an_index_cannot_be(offline: "DynamoDBClient") -> None:
    table = DynamoTable(offline, "t")
    key = {"pk": {"S": "P"}, "sk": {"S": "s"}}
    by_pk = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "P"}}}
    by_place = {"KeyConditionExpression": "due_pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "P"}}}

    with Stubber(offline) as aws:
        aws.add_response("get_item", {}, {"TableName": "t", "Key": key, "ConsistentRead": True})
        wanted = {"RequestItems": {"t": {"Keys": [key], "ConsistentRead": True}}}
        aws.add_response("batch_get_item", {"Responses": {}}, wanted)
        aws.add_response("query", {"Items": []}, {"TableName": "t", "ConsistentRead": True, "Limit": 101, **by_pk})
        aws.add_response("query", {"Items": []}, {"TableName": "t", "IndexName": "due", "Limit": 101, **by_place})

        assert table.get(Key("P", "s")) is None
        assert table.get_many([Key("P", "s")]) == {}
        assert table.query("P") == table.query("P", index="due") == Page()


def a_stored(sk: str) -> dict[str, Any]:
    text = {"pk": "P", "sk": sk, "kind": "thing", "body": "{}"}
    return {**{name: {"S": value} for name, value in text.items()}, "revision": {"N": "1"}}


def test_keys_that_were_left_out_are_asked_for_again_after_growing_pauses(offline: "DynamoDBClient") -> None:
    pauses: list[float] = []
    table = DynamoTable(offline, "t", pause=pauses.append)
    keys = [Key("P", sk) for sk in "abc"]
    wanted = [{"pk": {"S": "P"}, "sk": {"S": sk}} for sk in "abc"]

    with Stubber(offline) as aws:
        for sk, asked, undone in (("c", wanted, wanted[:2]), ("b", wanted[:2], wanted[:1]), ("a", wanted[:1], [])):
            left = {"t": {"Keys": undone, "ConsistentRead": True}} if undone else {}
            answer = {"Responses": {"t": [a_stored(sk)]}, "UnprocessedKeys": left}
            aws.add_response("batch_get_item", answer, {"RequestItems": {"t": {"Keys": asked, "ConsistentRead": True}}})
        found = table.get_many(keys)

    assert list(found) == keys
    assert 0.025 <= pauses[0] <= 0.05 <= pauses[1] <= 0.1


def test_a_query_reads_one_row_more_than_it_shows_over_all_its_pages(offline: "DynamoDBClient") -> None:
    by_pk = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "P"}}}
    asked = {"TableName": "t", "ConsistentRead": True, **by_pk}
    b = {"pk": {"S": "P"}, "sk": {"S": "b"}}

    with Stubber(offline) as aws:
        first = {"Items": [a_stored("a"), a_stored("b")], "LastEvaluatedKey": b}
        aws.add_response("query", first, {**asked, "Limit": 4})
        second = {"Items": [a_stored("c")], "LastEvaluatedKey": {**b, "sk": {"S": "c"}}}
        aws.add_response("query", second, {**asked, "Limit": 2, "ExclusiveStartKey": b})
        aws.add_response("query", {"Items": []})
        page = DynamoTable(offline, "t").query("P", limit=3)

    assert [row.key.sk for row in page.rows] == ["a", "b", "c"]
    assert page.after is None


def test_rows_that_were_left_out_are_written_again(offline: "DynamoDBClient") -> None:
    pauses: list[float] = []
    table = DynamoTable(offline, "t", pause=pauses.append)
    puts = [{"PutRequest": {"Item": a_stored(sk)}} for sk in "abc"]

    with Stubber(offline) as aws:
        aws.add_response("batch_write_item", {"UnprocessedItems": {"t": puts[1:]}}, {"RequestItems": {"t": puts}})
        aws.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": {"t": puts[1:]}})
        table.put_many([Row(key=Key("P", sk), kind="thing") for sk in "abc"])

        aws.assert_no_pending_responses()
    assert len(pauses) == 1


def test_what_is_left_out_again_and_again_is_a_store_error_within_seconds(offline: "DynamoDBClient") -> None:
    pauses: list[float] = []
    table = DynamoTable(offline, "t", pause=pauses.append)
    puts = [{"PutRequest": {"Item": a_stored("a")}}]

    with Stubber(offline) as aws:
        for _ in range(8):
            aws.add_response("batch_write_item", {"UnprocessedItems": {"t": puts}})
        with pytest.raises(StoreError, match="left part of a batch undone 8 times"):
            table.put_many([Row(key=Key("P", "a"), kind="thing")])

    assert len(pauses) == 7
    assert 3 <= sum(pauses) <= 6.4
    assert pauses == sorted(pauses)


@pytest.fixture
def reader(emulator: Emulator, name: str) -> Iterator[DynamoTable]:
    """The table in the hands of somebody who may only read by key."""
    iam = emulator.client("iam")
    user = f"reader-of-{name}"
    arn = f"arn:aws:dynamodb:*:*:table/{name}"
    policy = {"Statement": [{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": arn}]}
    iam.create_user(UserName=user)
    iam.put_user_policy(
        UserName=user, PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", **policy})
    )
    key = iam.create_access_key(UserName=user)["AccessKey"]
    session = session_for(key["AccessKeyId"], key["SecretAccessKey"])
    yield DynamoTable(dynamodb_client(session, endpoint_url=emulator.endpoint_url), name)
    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=user, PolicyName="read")
    iam.delete_user(UserName=user)


def test_a_missing_permission_is_named(reader: DynamoTable) -> None:
    assert reader.get(FULL.key) is None
    assert reader.query("P") == Page()

    with pytest.raises(StoreError, match=r"lacks the permission dynamodb:PutItem$"):
        reader.put_if_absent(FULL)
    with pytest.raises(StoreError, match=r"lacks the permission dynamodb:DeleteItem$"):
        reader.delete(FULL.key)
    with pytest.raises(StoreError, match=r"lacks the permission dynamodb:BatchGetItem$"):
        reader.get_many([FULL.key])
    with pytest.raises(StoreError, match=r"lacks the permission dynamodb:BatchWriteItem$"):
        reader.put_many([FULL])
    with pytest.raises(StoreError, match=r"lacks the permission dynamodb:Query$"):
        reader.query("I", index="inbox")


def test_a_table_that_is_not_there_is_a_store_error(emulated_client: "DynamoDBClient") -> None:
    with pytest.raises(StoreError, match="there is no table missing in this region and account"):
        DynamoTable(emulated_client, "missing").get(FULL.key)


def test_an_index_that_is_not_there_is_a_store_error(emulated_client: "DynamoDBClient", name: str) -> None:
    with pytest.raises(StoreError, match=r"failed to do Query \(ValidationException\)"):
        DynamoTable(emulated_client, name).query("P", index="other")  # type: ignore[arg-type]


def test_credentials_that_are_not_known_are_a_store_error_without_them(emulator: Emulator, name: str) -> None:
    client = dynamodb_client(session_for("AKIANOBODYNOBODYNOBO", "hush"), endpoint_url=emulator.endpoint_url)

    with pytest.raises(StoreError, match="does not accept the credentials") as refused:
        DynamoTable(client, name).get(FULL.key)

    assert "AKIA" not in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_service_that_nobody_answers_for_is_a_store_error(offline: "DynamoDBClient") -> None:
    with pytest.raises(StoreError, match="cannot be reached") as refused:
        DynamoTable(offline, "t").get(FULL.key)

    assert refused.value.transient
