"""Envelopes as queues and topics carry them: JSON text, read back from the records that Lambda hands over.

Source:
    AWS Lambda Developer Guide, "Using Lambda with Amazon SQS" and "Invoking Lambda functions with Amazon SNS
    notifications"; read 2026-11-24.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from earshot.domain.errors import Invalid
from earshot.domain.messages import Envelope


def to_text(envelope: Envelope) -> str:
    """The JSON text of an envelope, as the local queues store it."""
    return msgspec.json.encode(envelope).decode()


def from_text(text: object) -> Envelope:
    """The envelope in a JSON text.

    Raises:
        Invalid: it is no envelope, or one of a type this code does not know.
    """
    if not isinstance(text, str):
        raise Invalid("message", "is not a text")
    try:
        return msgspec.json.decode(text, type=Envelope)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as exc:
        raise Invalid("message", f"cannot be read ({exc})") from exc


def from_sqs(record: Mapping[str, Any]) -> Envelope:
    """The envelope in one record of an SQS event.

    Raises:
        Invalid: the record holds no envelope; report it as failed, so that it ends as a dead letter.
    """
    return from_text(record.get("body"))


def from_sns(record: Mapping[str, Any]) -> Envelope:
    """The envelope in one record of an SNS event; its attributes, which may be absent, repeat what it says.

    Raises:
        Invalid: the record holds no envelope; raise it, so that the invocation ends as a dead letter.
    """
    notification = record.get("Sns")
    if not isinstance(notification, Mapping):
        raise Invalid("message", "is not from a topic")
    return from_text(notification.get("Message"))
