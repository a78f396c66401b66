"""The table on DynamoDB: reads by key are consistent, writes keep their word when a reply gets lost.

An item has the attributes pk, sk, kind, body (one JSON text) and revision, where set inbox_pk and inbox_sk, due_pk and
due_sk, expires_at, and the token of the conditional write that put it there. The indexes are named `inbox` and `due`.

Source:
    Amazon DynamoDB Developer Guide, "Naming rules and data types", "Quotas", "Query", "Error handling" and the API
    pages of the six operations; read 2026-11-24.
"""

import json
import random
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.domain.errors import EarshotError, Invalid, StoreError
from earshot.ports.table import Index, Key, Page, Row

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MOST_READ, _MOST_WRITTEN = 100, 25
"""Keys in one BatchGetItem, rows in one BatchWriteItem."""
_MOST_PK_BYTES, _MOST_SK_BYTES = 2048, 1024
_MOST_ROUNDS, _FIRST_PAUSE_S = 8, 0.05
"""For what a batch left undone: six seconds of pauses at most, then it is the caller's turn."""

_THROTTLED = ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException")
_UNKNOWN_CALLER = ("UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException")


class DynamoTable:
    """Implements `earshot.ports.table.Table` over a DynamoDB table and its indexes.

    The client repeats a request whose reply did not come. So that our own first write does not look like somebody
    else's, a conditional write carries a token of its own: the item that stands in its way is ours if it has it.
    """

    def __init__(self, client: "DynamoDBClient", name: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def get(self, key: Key) -> Row | None:
        """See `Table.get`."""
        if not _can_be_stored(key):
            return None
        with self._asking():
            answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        item = answer.get("Item")
        return _row(item) if item else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """See `Table.get_many`."""
        wanted = [key for key in dict.fromkeys(keys) if _can_be_stored(key)]
        found: dict[Key, Row] = {}

        def read(request: dict[str, Any]) -> dict[str, Any]:
            answer = self._client.batch_get_item(RequestItems=request)
            rows = [_row(item) for items in answer["Responses"].values() for item in items]
            found.update((row.key, row) for row in rows)
            return dict(answer.get("UnprocessedKeys") or {})

        for start in range(0, len(wanted), _MOST_READ):
            asked = [_key(key) for key in wanted[start : start + _MOST_READ]]
            self._until_nothing_is_left(read, {self._name: {"Keys": asked, "ConsistentRead": True}})
        return {key: found[key] for key in wanted if key in found}

    def put_if_absent(self, row: Row) -> bool:
        """See `Table.put_if_absent`."""
        return self._put_on_condition(row, 1, ConditionExpression="attribute_not_exists(pk)")

    def put_if_revision(self, row: Row, revision: int) -> bool:
        """See `Table.put_if_revision`; False too when ours was written, its reply lost and the next writer faster."""
        return self._put_on_condition(row, revision + 1, **_at_revision(revision))

    def put_many(self, rows: Sequence[Row]) -> None:
        """See `Table.put_many`; of rows with the same key the last one is written."""
        last = list({row.key: row for row in rows}.values())

        def write(request: dict[str, Any]) -> dict[str, Any]:
            return dict(self._client.batch_write_item(RequestItems=request).get("UnprocessedItems") or {})

        for start in range(0, len(last), _MOST_WRITTEN):
            batch = last[start : start + _MOST_WRITTEN]
            puts = [{"PutRequest": {"Item": _item(row, row.revision + 1)}} for row in batch]
            self._until_nothing_is_left(write, {self._name: puts}, batch)

    def query(
        self,
        pk: str,
        *,
        index: Index | None = None,
        prefix: str = "",
        up_to: str | None = None,
        after: tuple[str, ...] | None = None,
        limit: int = 100,
    ) -> Page:
        """See `Table.query`.

        Raises:
            Invalid: `after` is not the `Page.after` of such a query.
        """
        start = None if after is None else _start(after, pk, index)
        if not _can_be_stored(Key(pk, prefix or "-")) or (up_to is not None and (not up_to or up_to < prefix)):
            return Page()
        if after is not None and _is_past(after[0], prefix, up_to):
            return Page()
        request = {"TableName": self._name, **_condition(pk, index, prefix, up_to)}
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        if start and after and after[0] >= prefix:
            request["ExclusiveStartKey"] = start
        rows = self._read(request, limit + 1)
        page = tuple(rows[:limit])
        return Page(rows=page, after=_order(page[-1], index) if len(rows) > limit else None)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        """See `Table.delete`. True is certain: a row whose deletion worked but was not confirmed reads as False.

        A deleted row can carry no token, and who uses up a link by deleting it must never do so twice.
        """
        if not _can_be_stored(key):
            return False
        condition = {"ConditionExpression": "attribute_exists(pk)"} if revision is None else _at_revision(revision)
        with self._asking():
            try:
                self._client.delete_item(TableName=self._name, Key=_key(key), **condition)
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def _put_on_condition(self, row: Row, revision: int, **condition: Any) -> bool:
        token = secrets.token_urlsafe(6)
        item = _item(row, revision) | {"token": {"S": token}}
        with self._asking([row]):
            try:
                self._client.put_item(
                    TableName=self._name, Item=item, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition
                )
            except self._client.exceptions.ConditionalCheckFailedException as exc:
                return _token_of(exc) == token
        return True

    def _read(self, request: dict[str, Any], count: int) -> list[Row]:
        """The first `count` rows of a query, over as many of its pages (1 MB each) as that takes."""
        rows: list[Row] = []
        with self._asking():
            while len(rows) < count:
                answer = self._client.query(**request, Limit=count - len(rows))
                rows += [_row(item) for item in answer["Items"]]
                if "LastEvaluatedKey" not in answer:
                    break
                request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return rows

    def _until_nothing_is_left(
        self, ask: Callable[[dict[str, Any]], dict[str, Any]], request: dict[str, Any], rows: Sequence[Row] = ()
    ) -> None:
        """Asks, and asks again for what the answer left undone, after pauses that grow."""
        for attempt in range(_MOST_ROUNDS):
            if attempt:
                longest_s = _FIRST_PAUSE_S * 2 ** (attempt - 1)
                self._pause(random.uniform(0.5, 1) * longest_s)  # noqa: S311 - jitter, no secret
            with self._asking(rows):
                request = ask(request)
            if not request:
                return
        raise StoreError(f"the table {self._name} left part of a batch undone {_MOST_ROUNDS} times; try again later")

    @contextmanager
    def _asking(self, rows: Sequence[Row] = ()) -> Iterator[None]:
        """Lets no error of AWS through; `rows` are those to be written."""
        try:
            yield
        except ClientError as exc:
            raise _translated(exc, self._name, rows) from exc
        except BotoCoreError as exc:
            reason = type(exc).__name__
            raise StoreError(f"the table {self._name} cannot be reached ({reason}); try again later") from exc


def _translated(exc: ClientError, table: str, rows: Sequence[Row]) -> EarshotError:
    code, message = exc.response["Error"].get("Code", ""), exc.response["Error"].get("Message", "")
    if code == "ValidationException" and rows:
        return _invalid(exc.operation_name, message, table, rows)
    if code in _THROTTLED:
        return StoreError(f"the table {table} is asked too much at once ({code}); try again later")
    if code == "AccessDeniedException":
        named = re.search(r"not authorized to perform: ([\w:]+)", message)
        permission = named[1] if named else f"dynamodb:{exc.operation_name}"
        return StoreError(f"the table {table} refuses this role, which lacks the permission {permission}")
    if code in _UNKNOWN_CALLER:
        return StoreError(f"the table {table} does not accept the credentials of this process ({code})")
    if code == "ResourceNotFoundException":
        return StoreError(f"there is no table {table} in this region and account")
    return StoreError(f"the table {table} failed to do {exc.operation_name} ({code}); try again later")


def _invalid(operation: str, message: str, table: str, rows: Sequence[Row]) -> Invalid:
    """Not transient: asking again would not help."""
    if "Item size has exceeded" not in message:
        return Invalid("row", f"the table {table} does not take this {operation}")
    largest = max(rows, key=lambda row: len(json.dumps(row.body)), default=None)
    return Invalid("size", f"{largest.kind if largest else 'row'} is larger than the 400 KB one row may have")


def _token_of(exc: ClientError) -> str:
    """The token of the item that stood in the way of a write."""
    stored: Any = exc.response.get("Item") or {}
    return str(stored.get("token", {}).get("S", ""))


def _condition(pk: str, index: Index | None, prefix: str, up_to: str | None) -> dict[str, Any]:
    """The rows that a query is about; `up_to` is not below `prefix`.

    A sort key takes one condition. A bound that begins with the prefix is a range within the prefix, and one that
    does not lies behind everything that does.
    """
    at = f"{index}_" if index else ""
    expression, values = f"{at}pk = :pk", {":pk": {"S": pk}}
    if up_to is not None and up_to.startswith(prefix):
        expression += f" AND {at}sk BETWEEN :from AND :to" if prefix else f" AND {at}sk <= :to"
        values |= {":from": {"S": prefix}, ":to": {"S": up_to}} if prefix else {":to": {"S": up_to}}
    elif prefix:
        expression += f" AND begins_with({at}sk, :from)"
        values[":from"] = {"S": prefix}
    return {"KeyConditionExpression": expression, "ExpressionAttributeValues": values}


def _start(after: tuple[str, ...], pk: str, index: Index | None) -> dict[str, Any]:
    """The key to go on after."""
    place, *key = after if len(after) == 3 and all(isinstance(part, str) for part in after) else ("", "", "")
    is_ours = _can_be_stored(Key(*key)) and _can_be_stored(Key("-", place))
    if not is_ours or (index is None and key != [pk, place]):
        raise Invalid("cursor", "is not one of ours; begin again without it")
    return _key(Key(*key)) | (_place(index, Key(pk, place)) if index else {})


def _is_past(place: str, prefix: str, up_to: str | None) -> bool:
    """Whether nothing that is asked for comes after this sort key; DynamoDB refuses to begin there."""
    return (up_to is not None and place > up_to) or (place > prefix and not place.startswith(prefix))


def _at_revision(revision: int) -> dict[str, Any]:
    values = {":revision": {"N": str(revision)}}
    return {"ConditionExpression": "revision = :revision", "ExpressionAttributeValues": values}


def _can_be_stored(key: Key) -> bool:
    """Whether DynamoDB takes such a key; of one it does not take there is no row."""
    try:
        pk, sk = len(key.pk.encode()), len(key.sk.encode())
    except UnicodeEncodeError:
        return False
    return 0 < pk <= _MOST_PK_BYTES and 0 < sk <= _MOST_SK_BYTES


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _place(index: Index, place: Key) -> dict[str, Any]:
    return {f"{index}_pk": {"S": place.pk}, f"{index}_sk": {"S": place.sk}}


def _item(row: Row, revision: int) -> dict[str, Any]:
    if not all(_can_be_stored(key) for key in (row.key, row.inbox, row.due) if key is not None):
        raise Invalid("key", f"of a {row.kind} is empty or longer than {_MOST_SK_BYTES} bytes")
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":"))
    item = {**_key(row.key), "kind": {"S": row.kind}, "body": {"S": body}, "revision": {"N": str(revision)}}
    item |= _place("inbox", row.inbox) if row.inbox is not None else {}
    item |= _place("due", row.due) if row.due is not None else {}
    return item | ({"expires_at": {"N": str(row.expires_at)}} if row.expires_at is not None else {})


def _row(item: dict[str, Any]) -> Row:
    return Row(
        key=Key(item["pk"]["S"], item["sk"]["S"]),
        kind=item["kind"]["S"],
        body=json.loads(item["body"]["S"]),
        revision=int(item["revision"]["N"]),
        inbox=Key(item["inbox_pk"]["S"], item["inbox_sk"]["S"]) if "inbox_pk" in item else None,
        due=Key(item["due_pk"]["S"], item["due_sk"]["S"]) if "due_pk" in item else None,
        expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
    )


def _order(row: Row, index: Index | None) -> tuple[str, ...]:
    place: Key = getattr(row, index) if index else row.key
    return (place.sk, *row.key)
