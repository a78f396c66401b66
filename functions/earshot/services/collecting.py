"""Collect: from a response to stored mentions, and to events about the new ones."""

import logging
from collections.abc import Callable, Sequence
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
from earshot.domain.watch import Match
from earshot.matching import likeness
from earshot.matching.document import TellLanguage
from earshot.ports.bus import Bus
from earshot.ports.classifier import Classifier
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.announcing import Announcer, stored_event
from earshot.services.attention import Attention
from earshot.services.keeping import Keeper
from earshot.services.matchers import Matchers
from earshot.services.stories import Kept, Stories
from earshot.services.vanishing import Vanishing
from earshot.sources.identity import earlier_identity
from earshot.store.company import Company
from earshot.store.mentions import RETENTION, Mentions

log = logging.getLogger(__name__)

STORY_KINDS = frozenset({"feed", "google_alerts", "google_news", "page_watch", "email_in", "push", "webmention"})
"""Kinds of sources that take over each other's texts. Elsewhere the same words twice are two people who say them."""

UNJUDGED = Verdict(backend="none", reasons=("could not be classified",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one response brought: items read, mentions that are new, that were edited, and new without a verdict."""

    items: int = 0
    new: int = 0
    edited: int = 0
    unjudged: int = 0

    @property
    def is_news(self) -> bool:
        """Whether anything was stored."""
        return bool(self.new or self.edited)


class Collector:
    """Stores the mentions among fetched items, for every tenant that listens to their source.

    `look` is told of each new mention before it is stored, to have its thread read where that is worth it. `keeper`
    knows what its place wants done with it; without one everything may stay.
    """

    def __init__(
        self,
        table: Table,
        bus: Bus,
        classifier: Classifier,
        clock: Clock,
        tell_language: TellLanguage | None = None,
        *,
        look: Callable[[Mention, Source], object] = lambda *_: None,
        keeper: Keeper | None = None,
    ) -> None:
        self._keeper = keeper or Keeper(table, {}, clock)
        self._look = look
        self._bus = bus
        self._classifier = classifier
        self._clock = clock
        self._mentions = Mentions(table)
        self._matchers = Matchers(Company(table), clock, tell_language)
        self._announcer = Announcer(table, clock)
        self._stories = Stories(table, clock)
        self._vanishing = Vanishing(table, clock)

    def store(
        self,
        fetched: Fetched,
        source: Source,
        listeners: Sequence[Subscription],
        *,
        correlation_id: str,
        by_hand: str = "",
    ) -> Found:
        """Stores what matched; a repetition, even after a crash half-way, stores nothing twice.

        `by_hand` is the watch that a person named for all of it.
        """
        found = Found(items=len(fetched.items))
        for subscription in listeners:
            matcher, watches = self._matchers.of(subscription.tenant)
            attention = Attention(
                matcher=matcher, watches=watches, subscription=subscription, source=source, by_hand=by_hand
            )
            found = self._store_for(attention, fetched.items, found, correlation_id)
        return found

    def forget(self, source: Source, identities: Sequence[str], *, correlation_id: str) -> None:
        """Empties what listeners have of posts that are deleted at their source."""
        self._vanishing.forget(source, identities, correlation_id=correlation_id)

    def _store_for(self, attention: Attention, items: Sequence[Item], found: Found, correlation_id: str) -> Found:
        subscription, source = attention.subscription, attention.source
        oldest = self._clock.now() - RETENTION
        matched = {
            item.identity: (item, hits)
            for item in items
            if not _is_forgotten(item, oldest) and (hits := attention.matches(item))
        }
        known, ids = self._known(subscription.tenant, [item for item, _ in matched.values()])
        fresh: list[tuple[Mention, Item]] = []
        for id_, (item, matches) in zip(ids, matched.values(), strict=True):
            is_history = attention.is_history(item, matches)
            if id_ not in known:
                new = self._read(item, matches, source, subscription.tenant, is_history)
                fresh.append((from_colleague(new) if attention.matcher.is_voice(item, matches) else new, item))
            elif known[id_].gone_at is not None:
                # Its text is not to come back with an answer that was on its way while it was deleted.
                continue
            elif known[id_].source_id == source.id and known[id_].fingerprint != fingerprint(item):
                after = edited(known[id_], item, matches=matches, verdict=self._judge(item), now=self._clock.now())
                after = self._keeper.reduced(after)
                found = replace(found, edited=found.edited + self._change(known[id_], after, correlation_id))
            else:
                after = matched_more(known[id_], matches, is_history=is_history)
                self._change(known[id_], after, correlation_id)
        for mention, _ in fresh:
            self._keeper.prepare(mention, source)
            self._look(mention, source)
        added = [(mention, self._keep(mention, item)) for mention, item in fresh]
        self._publish([each for _, kept in added for each in kept.tells], correlation_id)
        unjudged = sum(mention.verdict is UNJUDGED for mention, kept in added if kept.is_new)
        new_ones = sum(kept.is_new for _, kept in added)
        return replace(found, new=found.new + new_ones, unjudged=found.unjudged + unjudged)

    def _known(self, tenant: str, items: Sequence[Item]) -> tuple[dict[str, Mention], list[str]]:
        """Those of the items that are stored, and the id of each; one stored under an earlier name keeps its id."""
        ids = [mention_id(tenant, item.identity) for item in items]
        names = [earlier_identity(item.identity, item.url) for item in items]
        earlier = [mention_id(tenant, name) if name else id_ for name, id_ in zip(names, ids, strict=True)]
        known = self._mentions.get_many(tenant, list(dict.fromkeys([*ids, *earlier])))
        return known, [id_ if id_ in known or old not in known else old for id_, old in zip(ids, earlier, strict=True)]

    def _read(self, item: Item, matches: tuple[Match, ...], source: Source, tenant: str, is_history: bool) -> Mention:
        new = from_item(
            item,
            tenant=tenant,
            source_id=source.id,
            matches=matches,
            verdict=self._judge(item),
            is_history=is_history,
            now=self._clock.now(),
        )
        return self._keeper.reduced(new)

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
