"""Threads are asked for: what is kept is told at once, the rest is read by collect as a job."""

from dataclasses import dataclass, replace

from earshot.domain.job import FRESH, Job, JobKind, Part
from earshot.domain.kept_thread import KeptThread
from earshot.domain.mention import Mention
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.following import Following, Way
from earshot.services.jobs import Asking
from earshot.store.mentions import Mentions
from earshot.store.threads import KeptThreads


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a mention's thread: as it was read last, and the job that reads it (anew), if there is one.

    `is_readable`: its place shows what stands above and below.
    """

    mention: Mention
    thread: KeptThread | None = None
    job: Job | None = None
    is_readable: bool = True


class AskedThreads:
    """Tells what a thread says, and has it read."""

    def __init__(self, table: Table, bus: Bus, following: Following, clock: Clock) -> None:
        self._asking = Asking(table, bus, clock)
        self._clock = clock
        self._following = following
        self._mentions = Mentions(table)
        self._threads = KeptThreads(table)

    def known(self, mention: Mention) -> Asked:
        """What is kept of a mention's thread, and the job that was started last; asks nobody."""
        known = self._known(mention, self._way(mention))
        job = self._asking.find(mention.tenant, JobKind.THREAD, _asked(mention.id))
        return replace(known, job=job)

    def of(self, tenant: str, mention_id: str, *, anew: bool = False) -> Asked:
        """What is kept of a mention's thread; where nothing is, or it is to be read `anew`, the job that reads it.

        What was read two minutes ago is new enough.

        Raises:
            NotFound: this tenant has no such mention.
            Conflict: too many other jobs are under way.
            BusError: collect could not be told.
        """
        mention = self._mentions.get(tenant, mention_id)
        way = self._way(mention)
        known = self._known(mention, way)
        if way is None or (known.thread and not (anew and self._is_old(known.thread))):
            return known
        part = Part(id=mention_id, name=mention.place, host=way.host, pace_s=way.place.pace_s)
        job = self._asking.start(tenant, JobKind.THREAD, _asked(mention_id), [part])
        return Asked(mention=mention, thread=known.thread, job=job)

    def _known(self, mention: Mention, way: Way | None) -> Asked:
        thread = None if mention.gone_at else self._threads.of(mention.tenant, mention.id)
        if thread is not None and thread.expires_at <= self._clock.now():
            thread = None
        return Asked(mention=mention, thread=thread, is_readable=way is not None)

    def _way(self, mention: Mention) -> Way | None:
        return self._following.way(mention, self._following.source_of(mention))

    def _is_old(self, thread: KeptThread) -> bool:
        return self._clock.now() >= thread.read_at + FRESH


def _asked(mention_id: str) -> dict[str, str]:
    return {"mention": mention_id}
