"""Collect, for the heartbeat: it is stored like any mention, by the same collector, but no host is asked for it."""

from dataclasses import dataclass
from datetime import datetime

from earshot.domain.errors import FetchError, Invalid
from earshot.domain.heartbeat import HEART_SOURCE, HEART_SUBSCRIPTION, HEART_WATCH, heartbeat_item
from earshot.domain.messages import Envelope, body_of
from earshot.domain.source import Fetched, Source
from earshot.ports.clock import Clock
from earshot.ports.http import Response
from earshot.ports.table import Table
from earshot.services.collecting import Collector
from earshot.services.visiting import Pause, no_pause
from earshot.store import keys
from earshot.store.company import Company


@dataclass(frozen=True, slots=True)
class HeartDesk:
    """What collect needs to store heartbeats."""

    table: Table
    collector: Collector
    clock: Clock

    def of(self, envelope: Envelope) -> "HeartReader":
        """Who stores the heartbeat of a message.

        Raises:
            Invalid: this code cannot read the message.
        """
        (at,) = body_of(envelope, "at")
        try:
            return HeartReader(self, datetime.fromisoformat(at))
        except ValueError as exc:
            raise Invalid("body.at", "must be a time") from exc


@dataclass(frozen=True, slots=True)
class HeartReader:
    """Stores one heartbeat with the manners of a `Fetcher`; one that is lost is followed by the next, an hour later."""

    desk: HeartDesk
    at: datetime

    def source(self, source_id: str) -> Source | None:
        """The source of all heartbeats."""
        return HEART_SOURCE

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """An empty response: nobody is asked."""
        return Response(status=200, url="", received_at=self.desk.clock.now())

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> None:
        """Stores it as a mention that a watch has heard."""
        company = Company(self.desk.table)
        if company.watches.at(keys.of_tenant(HEART_WATCH.tenant, "watch", HEART_WATCH.id)) is None:
            company.watches.add(HEART_WATCH)
        fetched = Fetched(items=(heartbeat_item(self.at),))
        self.desk.collector.store(fetched, source, [HEART_SUBSCRIPTION], correlation_id=correlation_id)

    def give_up(self, source: Source, *, correlation_id: str) -> None:
        """Leaves it out."""

    def put_back(self, source_id: str) -> None:
        """Leaves it out."""

    def pass_over(self, source: Source) -> None:
        """Leaves it out."""

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        return self.desk.clock.now() >= at
