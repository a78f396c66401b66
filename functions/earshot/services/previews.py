"""Previews are asked for: what a watch would catch, and what a source holds, before either is saved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from earshot.domain.errors import NotFound
from earshot.domain.job import MOST_PARTS, STORED, Job, JobKind, Part, unread
from earshot.domain.source import Schedule, Source, source_id
from earshot.domain.watch import Watch
from earshot.ports.clock import Clock
from earshot.services.credentials import Credentials, missing_of
from earshot.services.exploring import begun, cut_short
from earshot.services.inputs import SourceInput, WatchInput
from earshot.services.jobs import Asking
from earshot.services.planning import may_be_read
from earshot.services.sourcing import Listened, Sourcing
from earshot.services.watching import Watching
from earshot.sources.alerts_address import is_alerts_address
from earshot.sources.feed_locator import feed_address
from earshot.sources.registry import CONNECTORS
from earshot.store.listening import Listening

MOST_SOURCES = MOST_PARTS - 1
"""Sources that one preview reads: those that had news last."""

ASKED_TO_WAIT = "the place asked us to wait"

_MAX_NAME = 120
_NOT_SAVED = datetime(1970, 1, 1, tzinfo=UTC)


class Previewing:
    """Starts previews; collect answers them."""

    def __init__(
        self,
        asking: Asking,
        watching: Watching,
        sourcing: Sourcing,
        listening: Listening,
        clock: Clock,
        credentials: Credentials,
    ) -> None:
        self._asking = asking
        self._listening = listening
        self._watching = watching
        self._sourcing = sourcing
        self._clock = clock
        self._credentials = credentials

    def of_watch(self, tenant: str, given: WatchInput | str) -> Job:
        """What a watch, described or named by its id or name, would catch: stored and in its sources now.

        Raises:
            Invalid: a field cannot be used.
            NotFound: there is no such watch.
            Conflict: too many other jobs are under way.
            BusError: collect could not be told.
        """
        if isinstance(given, str):
            watch = self._named(tenant, given)
        else:
            # The same description must be the same question, whenever it is asked.
            watch = replace(self._watching.build(tenant, given), created_at=_NOT_SAVED)
        listened = [each for each in self._sourcing.all(tenant) if _hears(watch, each)]
        chosen = sorted(listened, key=_last_news, reverse=True)[:MOST_SOURCES]
        parts = [Part(id=STORED, name=""), *parts_for(chosen, self._clock.now())]
        asked = {"watch": msgspec.to_builtins(replace(watch, revision=0))}
        return self._asking.start(tenant, JobKind.PREVIEW, asked, parts, left_out=len(listened) - len(chosen))

    def _named(self, tenant: str, name: str) -> Watch:
        try:
            return self._watching.get(tenant, name)
        except NotFound:
            raise NotFound("watch", name[:_MAX_NAME]) from None

    def of_source(self, tenant: str, given: SourceInput) -> Job:
        """The newest items of a place that nobody listens to yet, and which watches would hear them.

        Without a kind it is found out what the address is, and what else there is to listen to.

        Raises:
            Invalid: the kind is unknown or the address cannot be used.
            Conflict: too many other jobs are under way.
            BusError: collect could not be told.
        """
        if not given.kind and not is_alerts_address(given.url):
            return self._of_address(tenant, feed_address(given.url))
        source = self._source(given.kind, given.url)
        asked = {"kind": source.kind, "url": source.locator}
        return self._asking.start(tenant, JobKind.SOURCE_PREVIEW, asked, [self._new_part(tenant, source)])

    def _of_address(self, tenant: str, address: str) -> Job:
        trail = begun(address, lambda kind: self._lacks(tenant, kind))
        part = self._new_part(tenant, self._source(trail.kind or "feed", trail.url))
        answer = part.answer and cut_short(trail, part.answer)
        part = replace(part, name=address[:_MAX_NAME], answer=answer, trail=None if answer else trail)
        return self._asking.start(tenant, JobKind.SOURCE_PREVIEW, {"kind": "", "url": address}, [part])

    def _source(self, kind: str, text: str) -> Source:
        connector, locator = self._sourcing.located(kind, text)
        id_ = source_id(connector.kind, locator)
        return Source(id=id_, kind=connector.kind, locator=locator, created_at=self._clock.now())

    def _lacks(self, tenant: str, kind: str) -> tuple[str, ...]:
        place = CONNECTORS[kind].place
        return missing_of(place, self._credentials.of(tenant, kind)) if place.needs else ()

    def _new_part(self, tenant: str, source: Source) -> Part:
        """The part for a source that may be listened to already, by anybody or with a secret of this tenant."""
        own_id = source_id(source.kind, source.locator, tenant)
        schedule = self._listening.schedule(source.id) or self._listening.schedule(own_id)
        if schedule is not None:
            return _part(source, schedule, self._clock.now())
        host, pace_s = self._sourcing.reached_at(source)
        return Part(id=source.id, name=source.locator[:_MAX_NAME], host=host, pace_s=pace_s)


def parts_for(listened: Sequence[Listened], now: datetime) -> tuple[Part, ...]:
    """A part for each source that has a schedule, which says where it is and at which pace it may be asked.

    Where the place asked us to wait, that is the answer.
    """
    return tuple(_part(each.source, each.schedule, now) for each in listened if each.schedule is not None)


def _part(source: Source, schedule: Schedule, now: datetime) -> Part:
    name = source.name or source.locator
    answer = None if may_be_read(schedule, now) else unread(ASKED_TO_WAIT, now, code="throttled")
    return Part(id=source.id, name=name[:_MAX_NAME], host=schedule.host, pace_s=schedule.pace_s, answer=answer)


def _hears(watch: Watch, listened: Listened) -> bool:
    subscription = listened.subscription
    return not subscription.paused and (not subscription.watches or watch.id in subscription.watches)


def _last_news(listened: Listened) -> float:
    return listened.source.last_news_at.timestamp() if listened.source.last_news_at else 0.0
