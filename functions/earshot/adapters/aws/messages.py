"""Envelopes as queues and topics carry them: JSON text."""

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
