"""Attention: which watches of one listener an item is for, and whether it is history to them.

What came by itself, to an address or a page of the tenant's own, is for the tenant also where its words name nobody.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earshot.domain.item import Item
from earshot.domain.source import Source, Subscription
from earshot.domain.watch import Match, Watch
from earshot.matching.matcher import Matcher

log = logging.getLogger(__name__)

ADDRESSED = frozenset({"email_in", "webmention"})
"""Kinds whose items are meant for us, whatever they say."""

NEVER_STOOD_THERE = ADDRESSED | {"push"}
"""Kinds that bring things when they happen: what has no date is news."""

TO_US = "addressed to us"
BY_HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """The watches of one subscription to a source; `by_hand` is the one that a person named, "" for none."""

    matcher: Matcher
    watches: Mapping[str, Watch]
    subscription: Subscription
    source: Source
    by_hand: str = ""

    def matches(self, item: Item) -> tuple[Match, ...]:
        """What the item matches, the named watch with it; where that is nothing, what it is addressed to."""
        heard = self._heard(item)
        named = self.watches.get(self.by_hand)
        if named is not None:
            is_there = any(match.watch_id == named.id for match in heard)
            return heard if is_there else (*heard, Match(watch_id=named.id, role=named.role, rule=BY_HAND))
        if heard or self.source.kind not in ADDRESSED:
            return heard
        return self._addressed(item)

    def is_history(self, item: Item, matches: Sequence[Match]) -> bool:
        """Whether it is history to all the watches it matched; never to one that a person named."""
        return all(self._is_history_to(self.watches[match.watch_id], item) for match in matches)

    def _heard(self, item: Item) -> tuple[Match, ...]:
        found = self.matcher.match(item)
        only = self.subscription.watches
        return tuple(match for match in found if match.watch_id in only) if only else found

    def _addressed(self, item: Item) -> tuple[Match, ...]:
        only = self.subscription.watches
        ours = [each for each in self.watches.values() if each.role.is_ours and (not only or each.id in only)]
        first = min(ours, key=lambda each: (each.role.strength, each.name.casefold(), each.id), default=None)
        told = {"tenant_id": self.subscription.tenant, "source_id": self.source.id}
        if first is None:
            log.warning("nobody to address; no watch is our own", extra=told)
            return ()
        if self.matcher.is_stopped(item, first.id):
            log.info("noise addressed to us dropped", extra=told)
            return ()
        return (Match(watch_id=first.id, role=first.role, rule=TO_US),)

    def _is_history_to(self, watch: Watch, item: Item) -> bool:
        if watch.id == self.by_hand:
            return False
        comes_by_itself = self.source.kind in NEVER_STOOD_THERE
        if item.published_at is not None:
            # Such a door opens when the first thing comes: that is not old because of it.
            opened_at = watch.created_at if comes_by_itself else self.subscription.started_at
            return item.published_at < watch.news_from(opened_at)
        if comes_by_itself:
            return False
        # Undated: what stood there when this watch first looked was there before it.
        read_at = self.source.read_at
        return not self.subscription.fetched or read_at is None or read_at < watch.created_at
