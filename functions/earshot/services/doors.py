"""Doors: the sources of a tenant that nobody polls, made when something first comes through them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from earshot.domain.source import Source, Subscription, source_id
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.sources.addresses import parts_of
from earshot.sources.push import LOCATOR as HANDED_IN
from earshot.store import keys
from earshot.store.listening import Listening

MAILS = "mail"
"""What stands for the address in the id of a tenant's source of mails, which is the same for all its addresses."""

_NAMES = {"email_in": "Mail", "push": "Handed in", "webmention": "Webmention"}

DOORS = frozenset(_NAMES)
"""The kinds that come by themselves: nobody asks there, so they have no schedule."""


class Doors:
    """Opens doors and finds who listens behind them. Each step may be repeated."""

    def __init__(self, table: Table, clock: Clock, only: frozenset[str] | None = None) -> None:
        self._listening = Listening(table, only)
        self._clock = clock

    def open(self, tenant: str, kind: str, name: str, locator: str = "") -> Source:
        """The source of this kind and name, subscribed; one that was paused stays so.

        `locator` is the name unless given. The subscription under the tenant comes last, so that a crash before it is
        begun again.
        """
        now, wanted = self._clock.now(), locator or name
        called = " ".join((_NAMES[kind], parts_of(name).host)).strip()
        id_ = door_id(tenant, kind, name)
        fresh = Source(id=id_, kind=kind, locator=wanted, owner=tenant, name=called, created_at=now)
        stored = self._listening.source(fresh.id)
        if stored is None:
            self._listening.sources.add(fresh)
        elif stored.locator != wanted:
            self._listening.sources.update(
                keys.of_source(fresh.id, "source"), lambda there: replace(there, locator=wanted)
            )
        if self._listening.subscription(tenant, fresh.id) is None:
            subscription = Subscription(tenant=tenant, source_id=fresh.id, started_at=now)
            self._listening.hear(subscription)
            self._listening.want(subscription)
        return self._listening.source(fresh.id) or fresh

    def behind(self, tenant: str, kind: str, name: str) -> tuple[Source | None, Sequence[Subscription]]:
        """The source behind a door and who listens there now: nobody where it is paused or removed."""
        id_ = door_id(tenant, kind, name)
        source = self._listening.source(id_)
        return source, self._listening.listeners(id_) if source else ()

    def came(self, source: Source, now: datetime) -> None:
        """Notes that something came."""
        self._listening.sources.update(
            keys.of_source(source.id, "source"),
            lambda there: replace(there, first_fetched_at=there.first_fetched_at or now, read_at=now, last_news_at=now),
        )


def door_id(tenant: str, kind: str, name: str) -> str:
    """The id of a tenant's source of this kind and name."""
    return source_id(kind, name, tenant)


__all__ = ["HANDED_IN", "MAILS", "Doors", "door_id"]
