"""Moving: a permanent redirect is believed when it has led to the same address for a day.

One answer is not enough: a captive portal, a parked domain or a thief of a domain redirects permanently too.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from earshot.domain.source import Source

LOOKS = 3
"""Answers that must have come from the same new address."""

SPAN = timedelta(hours=24)
"""The least time from the first of them to the last."""

MAX_LENGTH = 2000


def moved(source: Source, target: str, now: datetime) -> Source:
    """The source after an answer that came by permanent redirects from `target`, or by none ("").

    Only the first looks change it, the one a day later, and one that leads elsewhere.
    """
    if not target or target == source.locator or len(target) > MAX_LENGTH:
        return replace(source, moving_to="", moving_since=None, moving_seen=0)
    if target != source.moving_to or source.moving_since is None:
        return replace(source, moving_to=target, moving_since=now, moving_seen=1)
    seen = min(source.moving_seen + 1, LOOKS)
    if seen == LOOKS and now - source.moving_since >= SPAN:
        return replace(source, moved_to=target, moving_to="", moving_since=None, moving_seen=0)
    return replace(source, moving_seen=seen)
