"""Jobs are asked for: stored, counted, and sent to collect part by part, as often as it takes."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.ids import make_id
from earshot.domain.job import MOST_PARTS, Job, JobKind, Part, is_of_use, must_be_sent
from earshot.domain.messages import Envelope, MessageType, message
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.store.jobs import Jobs

log = logging.getLogger(__name__)


class Asking:
    """Starts jobs and tells how far they are.

    A job's id follows from what is asked, so whoever asks twice, or again after a failure, gets one job.
    """

    def __init__(self, table: Table, bus: Bus, clock: Clock) -> None:
        self._jobs = Jobs(table)
        self._bus = bus
        self._clock = clock

    def start(
        self, tenant: str, kind: JobKind, asked: Mapping[str, Any], parts: Iterable[Part], *, left_out: int = 0
    ) -> Job:
        """The job that answers this: the one under way, one of a moment ago, or a new one.

        Raises:
            Conflict: too many other jobs of this tenant are under way.
            BusError: collect could not be told; asking again tries that again.
        """
        now = self._clock.now()
        id_ = job_id(tenant, kind, asked)
        before = self._jobs.find(tenant, id_)
        if before is None or not is_of_use(before, now):
            revision = before.revision if before else 0
            some = tuple(parts)[:MOST_PARTS]
            fresh = Job(id=id_, tenant=tenant, kind=kind, asked_at=now, asked=asked, parts=some, left_out=left_out)
            before = self._put(replace(fresh, revision=revision))
        return self._sent(before) if must_be_sent(before, now) else before

    def find(self, tenant: str, kind: JobKind, asked: Mapping[str, Any]) -> Job | None:
        """The job that answers this, if one was started within its hour; starts none."""
        job = self._jobs.find(tenant, job_id(tenant, kind, asked))
        return job if job is not None and self._clock.now() < job.ends_at else None

    def get(self, tenant: str, id_: str) -> Job:
        """One job.

        Raises:
            NotFound: this tenant has no such job, or its answer is forgotten.
        """
        return self._jobs.get(tenant, id_, self._clock.now())

    def _put(self, job: Job) -> Job:
        if not job.kind.is_handed_in:
            self._jobs.open(job, self._clock.now())
        try:
            return self._jobs.put(job)
        except Conflict:
            there = self._jobs.find(job.tenant, job.id)
            if there is None:
                raise
            return there

    def _sent(self, job: Job) -> Job:
        """Stored first and sent after that: a crash in between leaves a job that the next one who asks sends."""
        for part, envelope in messages_of(job):
            self._bus.request_fetch(part.host or job.tenant, envelope)
        now = self._clock.now()
        log.info("job sent", extra={"tenant_id": job.tenant, "job_id": job.id, "parts": len(job.open_parts)})
        try:
            return self._jobs.change(job.tenant, job.id, lambda stored: replace(stored, sent_at=now))
        except NotFound:
            return job


def job_id(tenant: str, kind: JobKind, asked: Mapping[str, Any]) -> str:
    """The id of the job that asks this."""
    return make_id("j", tenant, kind, msgspec.json.encode(asked, order="sorted").decode())


def messages_of(job: Job) -> Iterable[tuple[Part, Envelope]]:
    """The messages about the parts that wait for an answer; a repetition has the same ids, so that queues drop it.

    `more` lets the host have its pause afterwards: whoever asks it next does not know of us.
    """
    for part in job.open_parts:
        id_ = make_id("e", job.id, part.id, job.asked_at.isoformat())
        body = {"tenant": job.tenant, "job": job.id, "sources": [part.id], "pace_s": part.pace_s, "more": True}
        body["kind"] = job.kind.value
        yield part, message(MessageType.JOB_PART, id_=id_, correlation_id=job.id, **body)
