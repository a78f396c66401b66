"""What a fresh look at a source says about one page: whether it stands there, and what would become of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.domain.item import Item
from earshot.domain.job import Answer, Heard, Lack
from earshot.domain.source import Source, Subscription
from earshot.domain.watch import Watch
from earshot.domain.why import Verdict
from earshot.services.findings import finding
from earshot.services.hearing import Ears
from earshot.store.mentions import RETENTION

ELSEWHERE = Lack(why="elsewhere")
"""The reason of a watch that would hear the item if it listened where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A tenant at one source: what it listens for there, and the source as it was before this look."""

    ears: Ears
    watches: Sequence[Watch]
    subscription: Subscription
    source: Source


def looked_for(identity: str, items: Sequence[Item], listener: Listener, now: datetime) -> Answer:
    """Why the item of this identity is no mention, as far as this source tells."""
    oldest_at = min((item.published_at for item in items if item.published_at), default=None)
    there = Answer(at=now, looked_at=len(items), oldest_at=oldest_at, verdict=Verdict.ABSENT)
    item = next((each for each in items if each.identity == identity), None)
    if item is None:
        return there
    heard = _here(listener.ears.explain(item), listener.subscription)
    spans = [span for match in listener.ears.match(item) for span in match.spans]
    shown = finding(item, heard, spans, is_old=_is_history(item, heard, listener))
    return replace(there, found=(shown,), verdict=_verdict(item, heard, listener.source, now))


def _verdict(item: Item, heard: Sequence[Heard], source: Source, now: datetime) -> Verdict:
    if item.published_at is not None and item.published_at < now - RETENTION:
        return Verdict.TOO_OLD
    if any(each.matched for each in heard):
        is_newer = source.read_at is not None and item.published_at is not None and item.published_at > source.read_at
        return Verdict.NOT_FETCHED_SINCE if is_newer else Verdict.COMES_NEXT
    return Verdict.FILTERED if any(each.filtered for each in heard) else Verdict.NOT_MATCHED


def _here(heard: Sequence[Heard], subscription: Subscription) -> tuple[Heard, ...]:
    """What counts at this source: a watch that does not listen there hears nothing. What decides comes first."""
    named = subscription.watches
    here = [
        replace(each, matched=False, rule="it does not listen to this source", lacks=(ELSEWHERE,))
        if each.matched and named and each.watch_id not in named
        else each
        for each in heard
    ]
    return tuple(sorted(here, key=lambda each: (not each.matched, not each.filtered)))


def _is_history(item: Item, heard: Sequence[Heard], listener: Listener) -> bool:
    """Whether it was written before every watch that hears it counts things as news."""
    hearing = {each.watch_id for each in heard if each.matched}
    watches = [watch for watch in listener.watches if watch.id in hearing]
    if item.published_at is None or not watches:
        return False
    return all(item.published_at < watch.news_from(listener.subscription.started_at) for watch in watches)
