"""The gate of one contact and channel: never a storm, never a silence."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.domain.contact import Channel

WINDOW = timedelta(minutes=60)
MAIL_CAP = 3
"""Mails to one contact within a window; the last of them is a summary of all that wait."""

CAPS = {Channel.MAIL: MAIL_CAP, Channel.SMS: 1}
"""The most messages within a window; a webhook has no gate, because a program does not tire."""


class Passage(StrEnum):
    """What may go now."""

    SINGLE = "single"
    SUMMARY = "summary"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message that went through, or was about to, at one attempt; `is_summary` when it may tell of others too."""

    delivery_id: str
    at: datetime
    attempt: int = 0
    is_summary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The last sends to one contact by one channel; revision makes two workers take turns."""

    tenant: str
    contact_id: str
    channel: str
    sends: tuple[Send, ...] = ()
    revision: int = 0


def recent(gate: Gate, now: datetime) -> tuple[Send, ...]:
    """The sends that still count, oldest first."""
    return tuple(send for send in gate.sends if now - send.at < WINDOW)


def passage(gate: Gate, delivery_id: str, now: datetime, *, attempt: int = 0, cap: int = MAIL_CAP) -> Passage:
    """Whether this attempt goes alone, as the summary, or waits; one let through before is let through again.

    A later attempt counts anew, because the earlier one may have arrived. Because it may not, one second copy within
    the window goes even through a shut gate: a message that a worker may have lost is never late for an hour.
    """
    before = len(_others(gate, delivery_id, attempt, now))
    if before < cap:
        return Passage.SUMMARY if before == cap - 1 else Passage.SINGLE
    earlier = [send for send in recent(gate, now) if send.delivery_id == delivery_id and send.attempt != attempt]
    if len(earlier) != 1:
        return Passage.WAIT
    return Passage.SUMMARY if earlier[0].is_summary else Passage.SINGLE


def admitted(gate: Gate, delivery_id: str, now: datetime, *, attempt: int = 0, is_summary: bool = False) -> Gate:
    """The gate with this attempt noted as of now, once, however often it is let through."""
    send = Send(delivery_id=delivery_id, at=now, attempt=attempt, is_summary=is_summary)
    return replace(gate, sends=(*_others(gate, delivery_id, attempt, now), send))


def released(gate: Gate, delivery_id: str, *, attempt: int) -> Gate:
    """The gate without an attempt that is known not to have arrived."""
    return replace(
        gate, sends=tuple(send for send in gate.sends if (send.delivery_id, send.attempt) != (delivery_id, attempt))
    )


def opens_at(gate: Gate, now: datetime, cap: int = MAIL_CAP) -> datetime:
    """When the next one may go."""
    counting = recent(gate, now)
    return counting[-cap].at + WINDOW if len(counting) >= cap else now


def _others(gate: Gate, delivery_id: str, attempt: int, now: datetime) -> tuple[Send, ...]:
    return tuple(send for send in recent(gate, now) if (send.delivery_id, send.attempt) != (delivery_id, attempt))
