"""Collect: from a response to stored mentions, and to events about the new ones."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.domain.errors import ClassifyError, Conflict
from earshot.domain.item import Item
from earshot.domain.mention import Mention, Status, edited, fingerprint, from_item, matched_more, mention_id
from earshot.domain.messages import Envelope, MessageType, message
from earshot.domain.source import Fetched, Source, Subscription
from earshot.domain.todo import LEASE, Purpose, Todo
from earshot.domain.verdict import Verdict
from earshot.domain.watch import Match, Watch
from earshot.ports.bus import Bus
from earshot.ports.classifier import Classifier
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.calendar import Calendar
from earshot.services.matchers import Matchers
from earshot.store.company import Company
from earshot.store.mentions import RETENTION, Mentions
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

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

    def __init__(self, table: Table, bus: Bus, classifier: Classifier, clock: Clock) -> None:
        self._bus = bus
        self._classifier = classifier
        self._clock = clock
        self._mentions = Mentions(table)
        self._todos = Todos(table)
        self._matchers = Matchers(Company(table))
        self._calendar = Calendar(table)

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
        fresh: list[Mention] = []
        for id_, (item, matches) in zip(ids, matched.values(), strict=True):
            is_history = _is_history(item, [watches[match.watch_id] for match in matches], subscription, source)
            if id_ not in known:
                fresh.append(self._read(item, matches, source, subscription.tenant, is_history))
            elif known[id_].source_id == source.id and known[id_].fingerprint != fingerprint(item):
                after = edited(known[id_], item, matches=matches, verdict=self._judge(item), now=self._clock.now())
                found = replace(found, edited=found.edited + self._change(known[id_], after, correlation_id))
            else:
                after = matched_more(known[id_], matches, is_history=is_history)
                self._change(known[id_], after, correlation_id)
        # Counted here, in the order of the source, and not by alert, which many workers run at once.
        self._calendar.count(subscription.tenant, [each for each in fresh if _tells(each)])
        added = [each for each in fresh if self._add(each)]
        self._publish([each for each in added if _tells(each)], correlation_id)
        unjudged = sum(each.verdict is UNJUDGED for each in added)
        return replace(found, new=found.new + len(added), unjudged=found.unjudged + unjudged)

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

    def _add(self, mention: Mention) -> bool:
        if _tells(mention):
            self._todos.add(alert_todo(mention, self._clock.now()))
        return self._mentions.add(mention)

    def _change(self, before: Mention, after: Mention, correlation_id: str) -> bool:
        """Stores what the source or the watches changed; tells people where it now asks more of them.

        Whoever was told is not told again: a delivery's id follows from mention and contact.
        """
        if after == before:
            return False
        tells = after.status is Status.OPEN and (before.status, before.kind) != (after.status, after.kind)
        if tells:
            self._calendar.count(after.tenant, [after])
            self._todos.add(alert_todo(after, self._clock.now()))
        try:
            self._mentions.save(after)
        except Conflict:
            # A person was faster; the next fetch compares again.
            log.info("change left for the next fetch", extra={"mention_id": before.id})
            return False
        if tells:
            self._publish([after], correlation_id)
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
            self._bus.publish([_stored(each, correlation_id) for each in mentions])


def alert_todo(mention: Mention, now: datetime) -> Todo:
    """The reminder that makes sure that a new mention is considered, should its event get lost."""
    return Todo(tenant=mention.tenant, purpose=Purpose.ALERT, subject=mention.id, due_at=now + LEASE, created_at=now)


def _stored(mention: Mention, correlation_id: str) -> Envelope:
    body = {"tenant": mention.tenant, "mention": mention.id}
    return message(MessageType.MENTION_STORED, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)


def _tells(mention: Mention) -> bool:
    return mention.role.is_ours and not mention.is_history


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
