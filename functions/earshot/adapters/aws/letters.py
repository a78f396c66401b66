"""What a dead-letter queue holds, read: a message as we sent it, or wrapped by the service that gave up on it.

Three wrappings are known: the record that Lambda sends to an OnFailure destination, the event of one record inside it,
and the notification that a subscription's RedrivePolicy puts aside.

Source:
    AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; Amazon SNS Developer Guide,
    "Amazon SNS dead-letter queues"; read 2026-11-24.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earshot.adapters.aws.messages import from_text
from earshot.domain.errors import Invalid
from earshot.domain.messages import Envelope

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

RAW_LENGTH = 200
PROBLEM_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter in our hands until its visibility time-out; `text` is what was sent, as far as it can be told."""

    id: str
    queue: str
    group: str
    received: int
    receipt: str
    text: str
    problem: str = ""

    @property
    def envelope(self) -> Envelope | None:
        """What can be sent again; None if this code cannot read it."""
        try:
            return from_text(self.text)
        except Invalid:
            return None

    def shown(self) -> dict[str, Any]:
        """As JSON values, in the shape of the local dead letters; the start of the text where it is no JSON object."""
        shown: dict[str, Any] = {"id": self.id, "queue": self.queue, "group": self.group, "received": self.received}
        shown["envelope"] = _object_in(self.text)
        if shown["envelope"] is None:
            shown["raw"] = self.text[:RAW_LENGTH]
        return shown | ({"problem": self.problem} if self.problem else {})


def read_letter(message: "MessageTypeDef", queue: str) -> Letter:
    """The dead letter in a message of the dead-letter queue behind `queue`.

    The queue counts this look at it too, and every one before, so that `received` is exact for the first look only.
    """
    attributes = message.get("Attributes", {})
    outer = message.get("Body", "")
    record = _object_in(outer) or {}
    count = _part(record, "requestContext", "approximateInvokeCount")
    return Letter(
        id=message["MessageId"],
        queue=queue,
        group=attributes.get("MessageGroupId", ""),
        received=count if isinstance(count, int) else int(attributes.get("ApproximateReceiveCount", 1)) - 1,
        receipt=message["ReceiptHandle"],
        text=_unwrapped(record, outer),
        problem=_problem(record),
    )


def _unwrapped(record: Mapping[str, Any], text: str) -> str:
    """What was published; the whole text where it is in no wrapping we know."""
    event = record.get("requestPayload", record)
    records = _part(event, "Records")
    if isinstance(records, list) and len(records) == 1:
        event = _part(records[0], "Sns")
    message = _part(event, "Message")
    return message if isinstance(message, str) else text


def _problem(record: Mapping[str, Any]) -> str:
    condition = _part(record, "requestContext", "condition")
    error = _part(record, "responsePayload", "errorType")
    message = _part(record, "responsePayload", "errorMessage")
    return ": ".join(str(each) for each in (condition, error, message) if each)[:PROBLEM_LENGTH]


def _part(value: object, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _object_in(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
