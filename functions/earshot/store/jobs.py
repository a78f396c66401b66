"""Jobs in the table, for an hour, and which of them a tenant has open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.job import LIFE, Answer, Job, OpenJobs, State, answered
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection

MOST_OPEN = 5
"""Jobs that one tenant may have under way."""


class Jobs:
    """The jobs of all tenants. A row may outlive its hour, so its time is looked at as well."""

    def __init__(self, table: Table) -> None:
        self._all = Collection(table, "job", Job, _key, _places)
        self._open = Collection(table, "jobs", OpenJobs, lambda o: keys.of_tenant(o.tenant, "jobs"), _open_places)

    def find(self, tenant: str, id_: str) -> Job | None:
        """One job as it is stored, however old, or None."""
        return self._all.at(keys.of_tenant(tenant, "job", id_))

    def get(self, tenant: str, id_: str, now: datetime) -> Job:
        """One job whose hour is not over, or that was not answered within it, for as long as that can be told.

        Raises:
            NotFound: this tenant has no such job, or its answer is forgotten.
        """
        job = self.find(tenant, id_)
        if job is None or (now >= job.ends_at and job.state(now) is State.DONE):
            raise NotFound("job", id_)
        return job

    def put(self, job: Job) -> Job:
        """Stores a job in place of the one that was read.

        Raises:
            Conflict: somebody asked the same at the same time.
        """
        return self._all.put(job)

    def change(self, tenant: str, id_: str, change: Callable[[Job], Job]) -> Job:
        """Changes a job against its revision, again until nobody was faster.

        Raises:
            NotFound: it is gone.
        """
        return self._all.update(keys.of_tenant(tenant, "job", id_), change)

    def answer(self, tenant: str, id_: str, part: str, answer: Answer) -> Job:
        """The job with the answer of one part added; a second answer of the same part changes nothing.

        Raises:
            NotFound: it is gone.
        """
        return self.change(tenant, id_, lambda job: answered(job, part, answer))

    def open(self, job: Job, now: datetime) -> None:
        """Counts a job among those under way, once.

        Raises:
            Conflict: there are `MOST_OPEN` others that nobody has answered yet.
        """
        first = OpenJobs(tenant=job.tenant, jobs={})
        self._open.update(keys.of_tenant(job.tenant, "jobs"), lambda there: self._with(there, job, now), missing=first)

    def _with(self, there: OpenJobs, job: Job, now: datetime) -> OpenJobs:
        others = {id_: at for id_, at in there.jobs.items() if id_ != job.id and now < at + LIFE}
        if len(others) >= MOST_OPEN:
            others = {id_: at for id_, at in others.items() if self._is_waiting(job.tenant, id_, now)}
        if len(others) >= MOST_OPEN:
            raise Conflict("job", next(iter(others)), f"and {MOST_OPEN - 1} others are under way; wait for one of them")
        return replace(there, jobs={**others, job.id: job.asked_at})

    def _is_waiting(self, tenant: str, id_: str, now: datetime) -> bool:
        job = self.find(tenant, id_)
        return job is not None and job.state(now) is State.WAITING


def _key(job: Job) -> Key:
    return keys.of_tenant(job.tenant, "job", job.id)


def _places(job: Job) -> dict[str, Any]:
    return {"expires_at": int((job.ends_at + LIFE).timestamp())}


def _open_places(there: OpenJobs) -> dict[str, Any]:
    return {"expires_at": int((max(there.jobs.values()) + LIFE).timestamp())} if there.jobs else {}
