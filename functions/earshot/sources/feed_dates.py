"""When an entry was posted, from the dates that feeds write."""

from datetime import UTC, datetime, timedelta
from time import struct_time

from earshot.domain.item import PublishedKind

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web there were no entries; such dates are placeholders."""

_SLACK = timedelta(days=1)
"""How far a date may lie ahead: clocks and zones err by hours, not by days."""

Dated = tuple[datetime | None, PublishedKind]


def dated(published: datetime | None, updated: datetime | None, received_at: datetime) -> Dated:
    """The moment and what it means: the first usable one of `published` and `updated`, else None and "seen".

    A date before 1990 or more than a day ahead of `received_at` is a mistake of the place and counts as none.
    """
    if published is not None and _EARLIEST <= published <= received_at + _SLACK:
        return published, "published"
    if updated is not None and _EARLIEST <= updated <= received_at + _SLACK:
        return updated, "updated"
    return None, "seen"


def from_struct(value: object) -> datetime | None:
    """A `struct_time` in UTC as feedparser gives it (dates without a zone are taken as UTC); None if it is no date."""
    if not isinstance(value, struct_time):
        return None
    try:
        # Leap seconds have no place in a datetime.
        return datetime(*value[:5], min(value[5], 59), tzinfo=UTC)
    except ValueError:
        return None


def from_text(value: object) -> datetime | None:
    """A date as JSON Feed writes it (RFC 3339; without a zone taken as UTC); None if it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
