"""The gate of one contact and channel: never a storm, never a silence."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=60)
MAIL_CAP = 3
"""Mails to one contact within a window; the last of them is a summary of all that wait."""


class Passage(StrEnum):
    """What may go now."""

    SINGLE = "single"
    SUMMARY = "summary"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message that went through, or was about to."""

    delivery_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The last sends to one contact by one channel; revision makes two workers take turns."""

    tenant: str
    contact_id: str
    channel: str
    sends: tuple[Send, ...] = ()
    revision: int = 0


def _recent(gate: Gate, now: datetime) -> tuple[Send, ...]:
    return tuple(send for send in gate.sends if now - send.at < WINDOW)


def passage(gate: Gate, delivery_id: str, now: datetime, cap: int = MAIL_CAP) -> Passage:
    """Whether this delivery goes alone, as the summary, or waits; one let through before is let through again."""
    recent = _recent(gate, now)
    position = next((i for i, send in enumerate(recent) if send.delivery_id == delivery_id), len(recent))
    if position >= cap:
        return Passage.WAIT
    return Passage.SUMMARY if position == cap - 1 else Passage.SINGLE


def admitted(gate: Gate, delivery_id: str, now: datetime) -> Gate:
    """The gate with this send noted; unchanged when it was noted before within the window."""
    recent = _recent(gate, now)
    if any(send.delivery_id == delivery_id for send in recent):
        return replace(gate, sends=recent)
    return replace(gate, sends=(*recent, Send(delivery_id=delivery_id, at=now)))


def opens_at(gate: Gate, now: datetime) -> datetime:
    """When the next one may go."""
    recent = _recent(gate, now)
    return recent[0].at + WINDOW if recent else now
