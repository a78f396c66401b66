"""Companions: whoever listens to a blog hears what its readers answer, too.

The feeds of comments that a feed names are subscribed with it, once: after its first fetch has been stored and before
that is noted, so that a crash in between is made good by the next fetch.
"""

import logging
from collections.abc import Iterable

from earshot.domain.errors import FetchError, Gone, Invalid, Malformed, Refused
from earshot.domain.source import Schedule, Source, Subscription, source_id
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.table import Table
from earshot.services.rereading import forget_validators
from earshot.services.sourcing import holds_secret
from earshot.services.timing import group_of
from earshot.store.listening import Listening

log = logging.getLogger(__name__)

_NOT_FOUND = 404


class Companions:
    """Subscribes those who listen to a feed to its feeds of comments, and lets go of such as turn out to be none."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._listening = Listening(table)

    def follow(
        self, subscription: Subscription, source: Source, named: Iterable[str], connector: Connector, *, seen_at: str
    ) -> None:
        """Subscribes a tenant to the companions of a source, with the same watches; `seen_at` is where it answered.

        Once only: one that a person removes does not come again. A companion has none.
        """
        # While somebody is just being subscribed, the truth is not there yet.
        wanted = self._listening.subscription(subscription.tenant, source.id)
        schedule = self._listening.schedule(source.id)
        known = wanted or subscription
        if known.companion_of or known.accompanied or schedule is None:
            return
        hosts = {group_of(source.locator), group_of(seen_at)}
        for url in _locators(named, connector):
            if group_of(url) in hosts and url != source.locator:
                self._join(known, source, url, schedule, connector)
        if wanted is not None:
            self._listening.note_companions(wanted)

    def let_go(self, source: Source, error: FetchError) -> bool:
        """Drops a companion that never could be read and never will be; tells whether nobody else listens to it."""
        is_missing = isinstance(error, Gone | Malformed) or (isinstance(error, Refused) and error.status == _NOT_FOUND)
        if not is_missing or source.first_fetched_at is not None:
            return False
        subscribers = tuple(self._listening.subscribers(source.id))
        companions = [each for each in subscribers if each.companion_of]
        for each in companions:
            self._listening.release(each)
        if companions:
            log.info("companion let go", extra={"source_id": source.id, "reason": error.code})
        return bool(companions) and len(companions) == len(subscribers)

    def _join(self, known: Subscription, source: Source, url: str, schedule: Schedule, connector: Connector) -> None:
        now, tenant = self._clock.now(), known.tenant
        owner = tenant if holds_secret(url) else ""
        companion = Source(
            id=source_id(source.kind, url, owner), kind=source.kind, locator=url, owner=owner, created_at=now
        )
        stored = self._listening.source(companion.id)
        if (stored and stored.off_at) or self._listening.subscription(tenant, companion.id):
            return
        subscription = Subscription(
            tenant=tenant, source_id=companion.id, started_at=now, watches=known.watches, companion_of=source.id
        )
        self._listening.sources.add(companion)
        self._listening.hear(subscription)
        self._listening.keep_scheduled(
            Schedule(
                source_id=companion.id,
                kind=source.kind,
                host=group_of(url),
                interval_s=connector.place.interval_s,
                pace_s=schedule.pace_s,
                due_at=now,
            )
        )
        forget_validators(self._table, companion.id, now)
        # The truth comes last, as for every subscription.
        self._listening.want(subscription)
        log.info("companion subscribed", extra={"tenant_id": tenant, "source_id": companion.id})


def _locators(named: Iterable[str], connector: Connector) -> Iterable[str]:
    for url in named:
        try:
            yield connector.locator(url)
        except Invalid:
            continue
