"""What travels between the services: envelopes with ids, never with texts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from earshot.domain.errors import Invalid

VERSION = 1
"""Readers accept this version and the one before."""


class MessageType(StrEnum):
    """The types of messages; subscribers filter by them."""

    FETCH = "source.fetch"
    JOB_PART = "job.part"
    MENTION_STORED = "mention.stored"
    DELIVERY_PLANNED = "delivery.planned"
    THREAD = "thread.follow"
    RECHECK = "posts.recheck"
    HEARTBEAT = "pipeline.heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message. `correlation_id` is born in plan and travels with everything that follows from it."""

    v: int = VERSION
    type: MessageType
    id: str
    correlation_id: str
    body: Mapping[str, Any]


def message(type_: MessageType, *, id_: str, correlation_id: str, **body: Any) -> Envelope:
    """An envelope of the present version; `body` holds ids and labels only."""
    return Envelope(type=type_, id=id_, correlation_id=correlation_id, body=body)


def sources_of(envelope: Envelope) -> tuple[str, ...]:
    """The ids of what a message is to have read: sources, the mention whose thread it is about, or a kind.

    Raises:
        Invalid: a version this code cannot read, or no list of ids.
    """
    if envelope.type is MessageType.THREAD:
        return body_of(envelope, "mention")
    if envelope.type is MessageType.RECHECK:
        return body_of(envelope, "kind")
    if envelope.type is MessageType.HEARTBEAT:
        return body_of(envelope, "at")
    _check_version(envelope)
    sources = envelope.body.get("sources")
    if not isinstance(sources, list) or not all(isinstance(each, str) for each in sources):
        raise Invalid("body.sources", "must be a list of ids")
    return tuple(sources)


def without_limit(envelope: Envelope) -> Envelope:
    """A fetch message that is of use however long it waited: for one that a person sends again."""
    return replace(envelope, body={name: value for name, value in envelope.body.items() if name != "until"})


def _check_version(envelope: Envelope) -> None:
    if envelope.v not in (VERSION, VERSION - 1):
        raise Invalid("v", f"this code reads versions {VERSION - 1} and {VERSION}, not {envelope.v}")


def body_of(envelope: Envelope, *names: str) -> tuple[str, ...]:
    """The named ids of a message this code can read.

    Raises:
        Invalid: a version from the future or too old, or a body without one of the names.
    """
    _check_version(envelope)
    values = tuple(envelope.body.get(name) for name in names)
    for name, value in zip(names, values, strict=True):
        if not isinstance(value, str) or not value:
            raise Invalid(f"body.{name}", "is missing")
    return values  # type: ignore[return-value]
