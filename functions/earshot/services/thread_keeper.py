"""What a thread says is kept beside its mention; a reply to our answer opens the mention again and people are told."""

import logging
from collections.abc import Iterable

from earshot.domain.errors import Conflict
from earshot.domain.following import opened_by, replies_since
from earshot.domain.item import Item
from earshot.domain.kept_thread import IsOurs, KeptThread, kept
from earshot.domain.mention import Mention
from earshot.domain.place import Place
from earshot.domain.thread import Thread
from earshot.matching.document import document_of
from earshot.matching.noise import Screen
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.announcing import Announcer, stored_event
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.mentions import Mentions
from earshot.store.threads import KeptThreads

log = logging.getLogger(__name__)

_TRIES = 10


class ThreadKeeper:
    """Keeps threads. All of it may be repeated, and broken off after each write."""

    def __init__(self, table: Table, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._company = Company(table)
        self._mentions = Mentions(table)
        self._threads = KeptThreads(table)
        self._announcer = Announcer(table, clock)

    def keep(self, mention: Mention, thread: Thread, place: Place, *, correlation_id: str) -> Mention:
        """Stores what was read, and the mention open again where somebody replied; gives the mention as it is then.

        The mention comes first: whoever dies in between has the reply still unknown, and the history tells that it was
        heard.

        Raises:
            NotFound: the mention is gone.
            Conflict: it is changed by many at once.
        """
        before = self._threads.of(mention.tenant, mention.id)
        is_ours = self._is_ours(mention)
        after = self._opened(mention, thread.replies, is_ours, before, correlation_id)
        row = kept(
            thread,
            mention=after,
            is_ours=is_ours,
            before=before,
            keeping=place.keeping,
            now=self._clock.now(),
        )
        try:
            self._threads.put(row)
        except Conflict:
            # Somebody read it at the same time; what that one saw is as good.
            log.info("thread was read twice at once", extra={"mention_id": mention.id})
        return after

    def _opened(
        self,
        mention: Mention,
        replies: tuple[Item, ...],
        is_ours: IsOurs,
        before: KeptThread | None,
        correlation_id: str,
    ) -> Mention:
        """The mention as it is now, opened where one of the replies is news about an answer of ours."""
        for _ in range(_TRIES):
            present = self._mentions.get(mention.tenant, mention.id)
            news = replies_since(present, replies, is_ours, before, self._clock.now())
            if not news:
                return present
            after = opened_by(present, news[0], self._clock.now())
            self._announcer.prepare(after)
            try:
                after = self._mentions.save(after)
            except Conflict:
                continue
            told = {"tenant_id": mention.tenant, "mention_id": mention.id, "correlation_id": correlation_id}
            log.info("mention opened by a reply", extra={**told, "replies": len(news)})
            self._bus.publish([stored_event(after, correlation_id)] if after.is_own_news else [])
            return after
        raise Conflict("mention", mention.id, "is changed by many at once; try again")

    def _is_ours(self, mention: Mention) -> IsOurs:
        screens = list(self._screens(mention))
        link = mention.acknowledgement.answer_url.rstrip("/") if mention.acknowledgement else ""

        def is_ours(item: Item) -> bool:
            is_answer = bool(link) and item.url.rstrip("/") == link
            return is_answer or any(screen.is_ours(document_of(item)) for screen in screens)

        return is_ours

    def _screens(self, mention: Mention) -> Iterable[Screen]:
        """Whom the company calls its own, and whom the watches do that heard the mention."""
        yield Screen(self._company.noise_of(mention.tenant))
        for match in mention.matches:
            watch = self._company.watches.at(keys.of_tenant(mention.tenant, "watch", match.watch_id))
            if watch is not None:
                yield Screen(watch.noise)
