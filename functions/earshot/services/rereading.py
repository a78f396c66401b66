"""Rereading: sources whose next answer is to be a whole one, because what they are read for has changed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.source import Schedule, Source
from earshot.ports.table import Table
from earshot.store.collection import Collection
from earshot.store.listening import Listening

V = TypeVar("V", Source, Schedule)


def read_anew(table: Table, tenant: str, now: datetime) -> None:
    """Lets all sources of a tenant be read again from scratch, because what it listens for has changed.

    One that keeps nothing of its last answer is read whole anyway.
    """
    listening = Listening(table)
    ids = [each.source_id for each in listening.subscriptions(tenant) if not each.paused]
    sources = [each for each in listening.sources_of(ids).values() if each != _forgetful(each)]
    schedules = listening.schedules_of([each.id for each in sources])
    for source in sources:
        _write(listening.sources, source, _forgetful)
        if source.id in schedules and not source.failures:
            _write(listening.schedules, schedules[source.id], _hastened(source, now))


def forget_validators(table: Table, id_: str, now: datetime) -> None:
    """Makes a source due, and its next answer a whole one, except where its place asked us to wait."""
    listening = Listening(table)
    source, schedule = listening.source(id_), listening.schedule(id_)
    if source is None:
        return
    _write(listening.sources, source, _forgetful)
    if schedule is not None:
        _write(listening.schedules, schedule, _hastened(source, now))


def _forgetful(source: Source) -> Source:
    return replace(source, etag="", last_modified="", entries_hash="")


def _hastened(source: Source, now: datetime) -> Callable[[Schedule], Schedule]:
    """Makes a schedule due; a shared source keeps its usual gap, whatever one of its tenants does."""

    def change(schedule: Schedule) -> Schedule:
        if schedule.not_before and schedule.not_before > now:
            return schedule
        gap = timedelta(0) if source.owner else timedelta(seconds=schedule.interval_s)
        return replace(schedule, due_at=min(schedule.due_at, max(now, (schedule.asked_at or now - gap) + gap)))

    return change


def _write(collection: Collection[V], read: V, change: Callable[[V], V]) -> None:
    """Stores what was read as changed; reads it again only where somebody was faster."""
    changed = change(read)
    if changed == read:
        return
    try:
        collection.save(changed)
    except Conflict:
        with suppress(NotFound):
            collection.update(collection.key(read), change)
