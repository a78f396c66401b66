"""Sources, their schedules, and who is subscribed, in the table."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.source import Schedule, Source, Subscription
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.codec import stamp
from earshot.store.collection import Collection


class Listening:
    """What is listened to.

    A subscription stands twice: under its tenant (the truth) and under its source (what collect reads, with `fetched`).
    `only` names the tenants that count as listeners, None for all.
    """

    def __init__(self, table: Table, only: frozenset[str] | None = None) -> None:
        self._table = table
        self._only = only
        self.sources = Collection(table, "source", Source, lambda s: keys.of_source(s.id, "source"))
        self.schedules = Collection(table, "schedule", Schedule, _schedule_key, _schedule_places)
        self._wanted = Collection(table, "subscription", Subscription, _wanted_key)
        self._listeners = Collection(table, "subscription", Subscription, _listener_key)

    def source(self, id_: str) -> Source | None:
        """One source, or None."""
        return self.sources.at(keys.of_source(id_, "source"))

    def schedule(self, id_: str) -> Schedule | None:
        """One source's schedule, or None."""
        return self.schedules.at(keys.of_source(id_, "schedule"))

    def sources_of(self, ids: Sequence[str]) -> dict[str, Source]:
        """Those of the sources that are there, by id; read together."""
        found = self.sources.at_many(keys.of_source(id_, "source") for id_ in dict.fromkeys(ids))
        return {source.id: source for source in found.values()}

    def schedules_of(self, ids: Sequence[str]) -> dict[str, Schedule]:
        """The schedules of those sources that have one, by id; read together."""
        found = self.schedules.at_many(keys.of_source(id_, "schedule") for id_ in dict.fromkeys(ids))
        return {schedule.source_id: schedule for schedule in found.values()}

    def subscription(self, tenant: str, source_id: str) -> Subscription | None:
        """One tenant's subscription to a source, or None."""
        return self._wanted.at(keys.of_tenant(tenant, "subscription", source_id))

    def subscriptions(self, tenant: str) -> Iterator[Subscription]:
        """All subscriptions of a tenant."""
        return self._wanted.under(f"TENANT#{tenant}")

    def listeners(self, source_id: str) -> tuple[Subscription, ...]:
        """Who listens to a source, paused ones left out."""
        return tuple(
            each
            for each in self.subscribers(source_id)
            if not each.paused and (self._only is None or each.tenant in self._only)
        )

    def subscribers(self, source_id: str) -> Iterator[Subscription]:
        """All subscriptions to a source, paused ones too, of all tenants."""
        return self._listeners.under(f"SOURCE#{source_id}")

    def keep_scheduled(self, schedule: Schedule) -> None:
        """Stores a schedule unless one is there; that one is written again as it is.

        For plan may just have taken it for nobody's: it drops none that was written since it was read.
        """
        while not self.schedules.add(schedule):
            with suppress(Conflict):
                stored = self.schedule(schedule.source_id)
                if stored is not None:
                    self.schedules.save(stored)
                    return

    def make_due(self, source_id: str, at: datetime) -> None:
        """Lets a source that could not be read be tried at `at`; one without a schedule stays without."""
        with suppress(NotFound):
            self.schedules.update(keys.of_source(source_id, "schedule"), lambda stored: replace(stored, due_at=at))

    def revive(self, source_id: str) -> None:
        """Takes up a source that was given up, as if it had never failed."""
        with suppress(NotFound):
            self.sources.update(keys.of_source(source_id, "source"), _revived)

    def is_heard(self, source_id: str) -> bool:
        """Whether anybody listens to a source."""
        return bool(self.listeners(source_id))

    def hear(self, subscription: Subscription) -> None:
        """Lets collect hear for a tenant, whatever stood there; written before `want`."""
        self._listeners.become(subscription)

    def want(self, subscription: Subscription) -> None:
        """Stores the truth, whatever stood there; written last, so that a crash before it is begun again."""
        self._wanted.become(subscription)

    def unsubscribe(self, tenant: str, source_id: str) -> bool:
        """Removes a subscription from both places, the truth last; tells whether there was one."""
        self._table.delete(keys.of_source(source_id, "subscription", tenant))
        return self._table.delete(keys.of_tenant(tenant, "subscription", source_id))

    def release(self, subscription: Subscription) -> None:
        """Ends a subscription that nobody asked for; what collect reads goes last, so that a crash is made good."""
        self._table.delete(keys.of_tenant(subscription.tenant, "subscription", subscription.source_id))
        self._table.delete(keys.of_source(subscription.source_id, "subscription", subscription.tenant))

    def note_companions(self, subscription: Subscription) -> None:
        """Notes that what comes with a subscription has come; skipped when it was changed meanwhile."""
        row = self._wanted.row(replace(subscription, accompanied=True))
        self._table.put_if_revision(row, subscription.revision)

    def mark_fetched(self, subscription: Subscription) -> None:
        """Notes that the first fetch of a subscription has been stored; skipped when it was changed meanwhile."""
        row = self._listeners.row(replace(subscription, fetched=True))
        self._table.put_if_revision(row, subscription.revision)


def _revived(source: Source) -> Source:
    if source.off_at is None:
        return source
    return replace(source, off_at=None, failures=0, problem="", problem_detail="", problem_at=None)


def _schedule_key(schedule: Schedule) -> Key:
    return keys.of_source(schedule.source_id, "schedule")


def _schedule_places(schedule: Schedule) -> dict[str, Any]:
    return {"due": keys.due("schedule", stamp(schedule.due_at), _schedule_key(schedule))}


def _wanted_key(subscription: Subscription) -> Key:
    return keys.of_tenant(subscription.tenant, "subscription", subscription.source_id)


def _listener_key(subscription: Subscription) -> Key:
    return keys.of_source(subscription.source_id, "subscription", subscription.tenant)
