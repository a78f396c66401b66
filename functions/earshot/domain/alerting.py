"""Who is told at once without touching a setting, and why."""

from dataclasses import dataclass, replace
from datetime import date

from earshot.domain.contact import Channel, Contact
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind

DEFAULT_RULE = "default"
CALM_DAY = 10
"""While a tenant has fewer mentions of its own a day than this, each of them comes at once."""

SURELY_NEGATIVE = 0.60
"""P(negative) from which criticism is worth an SMS by itself."""

URGENT = 50
"""Urgency (0–100) from which even perhaps-criticism is worth an SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The first mentions of its own that a tenant had on one local day, at most `CALM_DAY` ids."""

    tenant: str
    day: date
    mentions: tuple[str, ...] = ()
    revision: int = 0


def counted(day: Day, *mention_ids: str) -> Day:
    """The day with these mentions counted; itself when they were counted before or the day is no longer calm."""
    first = tuple(dict.fromkeys((*day.mentions, *mention_ids)))[:CALM_DAY]
    return day if first == day.mentions else replace(day, mentions=first)


def is_told_at_once(mention: Mention, day: Day) -> bool:
    """Whether the default rule tells people at once.

    Only own news that nobody has acknowledged: criticism (also perhaps) and questions always, everything
    else while the day is calm.
    """
    if not mention.is_own_news or mention.acknowledgement is not None:
        return False
    if mention.status is Status.OPEN and mention.kind in (Kind.CRITICISM, Kind.QUESTION):
        return True
    return mention.verdict.is_perhaps_criticism or mention.id in day.mentions


def channels(mention: Mention, contact: Contact) -> tuple[Channel, ...]:
    """The ways in which a contact is told of a mention at once: mail and webhook always, SMS where it cannot wait."""
    worth = {Channel.MAIL: True, Channel.WEBHOOK: True, Channel.SMS: is_worth_an_sms(mention)}
    return tuple(channel for channel in Channel if contact.address(channel) and worth[channel])


def is_worth_an_sms(mention: Mention) -> bool:
    """Whether a mention should reach people away from their mail: surely criticism, or perhaps and urgent."""
    negative = mention.verdict.probabilities.negative
    return negative >= SURELY_NEGATIVE or (mention.verdict.is_perhaps_criticism and mention.verdict.urgency >= URGENT)
