"""Silences: which sources of a tenant have fallen silent or broken, so that nobody takes deafness for calm."""

from dataclasses import dataclass
from datetime import datetime

from earshot.domain.silence import Hush, Silence, silence_of
from earshot.domain.source import Source
from earshot.ports.table import Table
from earshot.services.doors import DOORS
from earshot.store.listening import Listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Hushed:
    """A source that is not heard as usual; `name` is what its tenant calls it, else its title or its address."""

    source: Source
    name: str
    silence: Silence


@dataclass(frozen=True, slots=True)
class Silences:
    """What a tenant does not hear any more."""

    table: Table

    def of(self, tenant: str, now: datetime) -> tuple[Hushed, ...]:
        """The sources that are silent for longer than usual, or broken, at `now`, the longest first; no paused ones."""
        listening = Listening(self.table)
        heard = [each for each in listening.subscriptions(tenant) if not each.paused]
        sources = listening.sources_of([each.source_id for each in heard])
        schedules = listening.schedules_of(list(sources))
        found = []
        for subscription in heard:
            source = sources.get(subscription.source_id)
            if source is None:
                continue
            silence = silence_of(source, schedules.get(source.id), now, is_polled=source.kind not in DOORS)
            if silence.hush is not Hush.FINE:
                found.append(Hushed(source=source, name=subscription.name or _called(source), silence=silence))
        return tuple(sorted(found, key=lambda each: (each.silence.since or now, each.source.id)))


def _called(source: Source) -> str:
    """A source that never answered has no title yet."""
    return source.name or f"{source.kind} {source.locator}"
