"""Collect: from a response to stored mentions, and to events about the new ones."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.domain.errors import ClassifyError, Conflict
from earshot.domain.item import Item
from earshot.domain.mention import (
    Mention,
    Status,
    edited,
    fingerprint,
    from_colleague,
    from_item,
    matched_more,
    mention_id,
)
from earshot.domain.source import Fetched, Source, Subscription
from earshot.domain.verdict import Verdict
from earshot.domain.watch import Match, Watch
from earshot.matching import likeness
from earshot.matching.document import TellLanguage
from earshot.ports.bus import Bus
from earshot.ports.classifier import Classifier
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.announcing import Announcer, stored_event
from earshot.services.matchers import Matchers
from earshot.services.stories import Kept, Stories
from earshot.store.company import Company
from earshot.store.mentions import RETENTION, Mentions

log = logging.getLogger(__name__)

STORY_KINDS = frozenset({"feed", "google_alerts"})
"""Kinds of sources that take over each other's texts. Elsewhere the same words twice are two people who say them."""

UNJUDGED = Verdict(backend="none", reasons=("could not be classified",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one response brought: items read, mentions that are new, that were edited, and new without a verdict."""

    items: int = 0
    new: int = 0
    edited: int = 0
    unjudged: int = 0


class Collector:
    """Stores the mentions among fetched items, for every tenant that listens to their source."""

    def __init__(
        self,
        table: Table,
        bus: Bus,
        classifier: Classifier,
        clock: Clock,
        tell_language: TellLanguage | None = None,
    ) -> None:
        self._bus = bus
        self._classifier = classifier
        self._clock = clock
        self._mentions = Mentions(table)
        self._matchers = Matchers(Company(table), clock, tell_language)
        self._announcer = Announcer(table, clock)
        self._stories = Stories(table, clock)

    def store(
        self, fetched: Fetched, source: Source, listeners: Sequence[Subscription], *, correlation_id: str
    ) -> Found:
        """Stores what matched; a repetition, even after a crash half-way, stores nothing twice."""
        found = Found(items=len(fetched.items))
        for subscription in listeners:
            found = self._store_for(subscription, fetched.items, source, found, correlation_id)
        return found

    def _store_for(
        self, subscription: Subscription, items: Sequence[Item], source: Source, found: Found, correlation_id: str
    ) -> Found:
        matcher, watches = self._matchers.of(subscription.tenant)
        oldest = self._clock.now() - RETENTION
        matched = {
            item.identity: (item, hits)
            for item in items
            if not _is_forgotten(item, oldest) and (hits := _heard(matcher.match(item), subscription))
        }
        ids = [mention_id(subscription.tenant, identity) for identity in matched]
        known = self._mentions.get_many(subscription.tenant, ids)
        fresh: list[tuple[Mention, Item]] = []
        for id_, (item, matches) in zip(ids, matched.values(), strict=True):
            is_history = _is_history(item, [watches[match.watch_id] for match in matches], subscription, source)
            if id_ not in known:
                new = self._read(item, matches, source, subscription.tenant, is_history)
                fresh.append((from_colleague(new) if matcher.is_voice(item, matches) else new, item))
            elif known[id_].source_id == source.id and known[id_].fingerprint != fingerprint(item):
                after = edited(known[id_], item, matches=matches, verdict=self._judge(item), now=self._clock.now())
                found = replace(found, edited=found.edited + self._change(known[id_], after, correlation_id))
            else:
                after = matched_more(known[id_], matches, is_history=is_history)
                self._change(known[id_], after, correlation_id)
        added = [(mention, self._keep(mention, item)) for mention, item in fresh]
        self._publish([each for _, kept in added for each in kept.tells], correlation_id)
        unjudged = sum(mention.verdict is UNJUDGED for mention, kept in added if kept.is_new)
        new_ones = sum(kept.is_new for _, kept in added)
        return replace(found, new=found.new + new_ones, unjudged=found.unjudged + unjudged)

    def _read(self, item: Item, matches: tuple[Match, ...], source: Source, tenant: str, is_history: bool) -> Mention:
        return from_item(
            item,
            tenant=tenant,
            source_id=source.id,
            matches=matches,
            verdict=self._judge(item),
            is_history=is_history,
            now=self._clock.now(),
        )

    def _keep(self, mention: Mention, item: Item) -> Kept:
        """Stores a new mention, in its story where it may have one.

        It is counted on its day before, in the order of the source, and not by alert, which many workers run at once.
        """
        # What a colleague passes on is not what the others who tell the same are told of, or left alone with.
        if item.source_kind in STORY_KINDS and not mention.is_own_voice:
            print_ = likeness.fingerprint(item.title, item.text, is_history=mention.is_history)
            if print_ is not None:
                return self._stories.keep(mention, print_)
        self._announcer.prepare(mention)
        is_new = self._mentions.add(mention)
        return Kept(is_new=is_new, tells=(mention,) if is_new and mention.is_own_news else ())

    def _change(self, before: Mention, after: Mention, correlation_id: str) -> bool:
        """Stores what the source or the watches changed; tells people where it now asks more of them.

        Whoever was told is not told again: a delivery's id follows from mention and contact.
        """
        if after == before:
            return False
        tells = after.status is Status.OPEN and (before.status, before.kind) != (after.status, after.kind)
        if tells:
            self._announcer.prepare(after)
        try:
            self._mentions.save(after)
        except Conflict:
            # A person was faster; the next fetch compares again.
            log.info("change left for the next fetch", extra={"mention_id": before.id})
            return False
        turned = self._stories.pass_on(after) if after.story_id else None
        self._publish([after] if tells else [turned] if turned else [], correlation_id)
        return True

    def _judge(self, item: Item) -> Verdict:
        text = f"{item.title}\n{item.text}" if item.title and not item.text.startswith(item.title) else item.text
        try:
            return self._classifier.classify(text, language=item.language, rating=item.rating)
        except ClassifyError as exc:
            log.warning("verdict missing", extra={"reason": str(exc)})
            return UNJUDGED

    def _publish(self, mentions: Sequence[Mention], correlation_id: str) -> None:
        if mentions:
            self._bus.publish([stored_event(each, correlation_id) for each in mentions])


def _is_forgotten(item: Item, oldest: datetime) -> bool:
    """Whether an item is older than what is kept: stored again, it would come back as news after its retention."""
    return item.published_at is not None and item.published_at < oldest


def _heard(matches: tuple[Match, ...], subscription: Subscription) -> tuple[Match, ...]:
    if not subscription.watches:
        return matches
    return tuple(match for match in matches if match.watch_id in subscription.watches)


def _is_history(item: Item, watches: Sequence[Watch], subscription: Subscription, source: Source) -> bool:
    return all(_is_history_to(watch, item, subscription, source) for watch in watches)


def _is_history_to(watch: Watch, item: Item, subscription: Subscription, source: Source) -> bool:
    if item.published_at is not None:
        return item.published_at < watch.news_from(subscription.started_at)
    # Undated: what stood there when this watch first looked was there before it.
    return not subscription.fetched or source.read_at is None or source.read_at < watch.created_at
