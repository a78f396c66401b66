"""The heartbeat: a message an hour that goes the way of every mention, so that a broken way is noticed without news."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from earshot.domain.item import Item
from earshot.domain.source import Source, Subscription
from earshot.domain.watch import Role, Terms, Watch

HEART = "heartbeat"
"""The tenant whose only mention it is, its kind of source and its group in the queue; nobody has a key for it."""

EVERY = timedelta(hours=1)
LATE = timedelta(hours=2)
"""Without a heartbeat for this long, something stands in the way of mentions."""

TEXT = "Earshot heartbeat"

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When plan sent a heartbeat last, and when one reached deliver last; None before the first."""

    sent_at: datetime
    arrived_at: datetime | None = None
    revision: int = 0


def is_due(before: Heartbeat | None, now: datetime) -> bool:
    """Whether the next one is to be sent."""
    return before is None or now - before.sent_at >= EVERY


def arrived(before: Heartbeat, now: datetime) -> Heartbeat:
    """The heartbeat once deliver has it; one that was overtaken changes nothing."""
    return replace(before, arrived_at=max(before.arrived_at or now, now))


def is_late(before: Heartbeat | None, since: datetime, now: datetime) -> bool:
    """Whether none arrived for too long, in a run that began at `since`."""
    last = before.arrived_at if before else None
    return now - max(last or since, since) > LATE


def heartbeat_item(at: datetime) -> Item:
    """What collect stores of a heartbeat sent at a time."""
    name = at.isoformat()
    return Item(identity=f"{HEART}:{name}", native_id=name, source_kind=HEART, text=TEXT, published_at=at)


HEART_SOURCE = Source(id=HEART, kind=HEART, locator="", owner=HEART, created_at=_BEGINNING)
HEART_SUBSCRIPTION = Subscription(tenant=HEART, source_id=HEART, started_at=_BEGINNING, fetched=True)
HEART_WATCH = Watch(
    id=f"w_{HEART}", tenant=HEART, name=HEART, role=Role.OWN, terms=Terms(any=(TEXT,)), created_at=_BEGINNING
)
