"""Threads are read: step by step, bounded, kept beside their mention; replies to our answer open it again."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.domain.credential import Credential
from earshot.domain.errors import FetchError, NotFound, Spent, Throttled
from earshot.domain.following import is_followed, is_worth_a_look, next_look
from earshot.domain.job import Answer, State, part_of, unread
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, MessageType, body_of
from earshot.domain.source import Source
from earshot.domain.thread import Thread
from earshot.domain.todo import Purpose, Todo, is_orphan
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http, Request, Response
from earshot.ports.table import Table
from earshot.services.credentials import Credentials
from earshot.services.fetching import DEFECT, Outcome
from earshot.services.following import Following, Way
from earshot.services.thread_keeper import ThreadKeeper
from earshot.services.visiting import Pause, Visitor, no_pause
from earshot.store.jobs import Jobs
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

MAX_REQUESTS = 25
"""Requests that one look at a thread takes; what goes on after them is marked as cut."""

MOST_TRIES = 4
"""Looks in a row that may fail before the next one waits as long as after a good one."""

NO_THREAD = "this place does not show what stands above and below"
NO_TIME = "there was no time to read it; ask again"
SILENT = "its host does not answer"

_MOST_UNDER_WAY = 64
_LONGEST_WAIT = timedelta(days=1)


@dataclass(slots=True)
class _Look:
    """One look at a thread: for whom it is, and how far it has come."""

    mention: Mention
    source: Source
    way: Way
    todo: Todo | None
    thread: Thread


class Threads:
    """What collect needs to read threads. Looks under way are kept here from one request to the next."""

    def __init__(
        self,
        table: Table,
        bus: Bus,
        http: Http,
        connectors: Mapping[str, Connector],
        clock: Clock,
        credentials: Credentials | None = None,
    ) -> None:
        self.clock = clock
        self.visitor = Visitor(table, http, connectors, clock, credentials)
        self.following = Following(table, connectors, clock)
        self.keeper = ThreadKeeper(table, bus, clock)
        self.mentions = Mentions(table)
        self.jobs = Jobs(table)
        self.todos = Todos(table)
        self.looks: dict[str, _Look] = {}

    def begin(self, name: str, look: _Look) -> _Look:
        """Remembers a look under way; of those that were broken off, the oldest are forgotten."""
        for old in list(self.looks)[: max(0, len(self.looks) + 1 - _MOST_UNDER_WAY)]:
            self.looks.pop(old, None)
        self.looks[name] = look
        return look

    def of(self, envelope: Envelope) -> "ThreadReader":
        """Who reads the thread that a message names: one to be followed, or the part of a job that asks for it.

        Raises:
            Invalid: this code cannot read the message.
        """
        if envelope.type is MessageType.THREAD:
            tenant, host = body_of(envelope, "tenant", "host")
            return ThreadReader(self, envelope.id, tenant, host=host)
        tenant, job = body_of(envelope, "tenant", "job")
        return ThreadReader(self, envelope.id, tenant, job=job)


class ThreadReader:
    """Reads one thread with the manners of a `Fetcher`, for a todo or for a job."""

    def __init__(self, desk: Threads, name: str, tenant: str, *, host: str = "", job: str = "") -> None:
        self._desk = desk
        self._name = name
        self._tenant = tenant
        self._host = host
        self._job = job

    def source(self, source_id: str) -> Source | None:
        """The source of the mention of this id, under that id; None where nobody wants its thread now."""
        look = self._desk.looks.get(self._name) or self._begun(source_id)
        return replace(look.source, id=source_id) if look else None

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """The response to the next request, or the error that came instead."""
        look = self._desk.looks[self._name]
        way = look.way

        def asking(credential: Credential) -> Request:
            return way.connector.thread_request(way.ref, look.thread, credential) or way.request

        try:
            return self._desk.visitor.visit(look.source, pause, asking)
        except FetchError as exc:
            return exc

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome | None:
        """Takes in what an answer adds; wants more, or keeps what there is."""
        # Taken out first: whatever goes wrong from here on, the message comes again and begins anew.
        look = self._desk.looks.pop(self._name)
        try:
            if isinstance(answer, FetchError):
                raise answer
            thread = look.way.connector.thread_parse(answer, look.way.ref, look.thread)
            self._desk.visitor.settle_paid(look.source, answer)
        except FetchError as exc:
            self._desk.visitor.shown_out(look.source, exc)
            self._broken_off(look, exc, correlation_id)
            return None
        look.thread = replace(thread, requests=look.thread.requests + 1)
        if look.thread.requests < MAX_REQUESTS and _goes_on(look):
            self._desk.begin(self._name, look)
            return Outcome(source_id=source.id, name="", wants_more=True)
        look.thread = replace(look.thread, is_cut=look.thread.is_cut or _goes_on(look))
        self._finish(look, correlation_id)
        return None

    def give_up(self, source: Source, *, correlation_id: str) -> None:
        """Leaves it to the todo, which comes again some times, to read a thread that hits a defect of ours."""
        log.warning("thread given up", extra={"mention_id": source.id, "correlation_id": correlation_id})
        self._end(source.id, DEFECT, "defect")

    def put_back(self, source_id: str) -> None:
        """Leaves it to the todo, which comes again, to read the thread; whoever waits for a job is told."""
        self._end(source_id, NO_TIME, "no.time")

    def pass_over(self, source: Source) -> None:
        """Does the same where the host is silent."""
        self._end(source.id, SILENT, "unreachable")

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        return self._desk.clock.now() >= at

    def _begun(self, mention_id: str) -> _Look | None:
        """A new look; None where nobody wants one, or nothing can be looked at: then that is settled here."""
        todo = self._todo(mention_id)
        if not (self._is_waiting_job(mention_id) if self._job else todo is not None and todo.attempt):
            return None
        try:
            mention = self._desk.mentions.get(self._tenant, mention_id)
        except NotFound:
            if todo is not None and is_orphan(todo, self._desk.clock.now()):
                self._desk.todos.settle(todo, None)
            self._end(mention_id, NO_THREAD, "unheard")
            return None
        source = self._desk.following.source_of(mention)
        way = self._desk.following.way(mention, source)
        if way is None or source is None or not (self._job or self._is_of_use(mention, todo)):
            self._settle(todo, mention, None)
            self._end(mention_id, NO_THREAD, "unheard")
            return None
        look = _Look(mention=mention, source=source, way=way, todo=todo, thread=Thread())
        return self._desk.begin(self._name, look)

    def _todo(self, mention_id: str) -> Todo | None:
        """The todo that was handed out; one that was written anew since has no attempt."""
        return self._desk.todos.at(self._tenant, Purpose.THREAD, self._host, mention_id) if self._host else None

    def _is_waiting_job(self, mention_id: str) -> bool:
        job = self._desk.jobs.find(self._tenant, self._job)
        part = part_of(job, mention_id) if job else None
        is_open = job is not None and job.state(self._desk.clock.now()) is State.WAITING
        return is_open and part is not None and part.answer is None

    def _is_of_use(self, mention: Mention, todo: Todo | None) -> bool:
        is_tried_enough = todo is not None and todo.attempt > MOST_TRIES
        return (is_worth_a_look(mention) and not is_tried_enough) or is_followed(mention, self._desk.clock.now())

    def _broken_off(self, look: _Look, error: FetchError, correlation_id: str) -> None:
        """Keeps what was read so far; without anything, a passing trouble leaves the todo to come again."""
        told = {"mention_id": look.mention.id, "correlation_id": correlation_id, "reason": error.code}
        log.warning("thread not read", extra=told)
        if look.thread.requests:
            look.thread = replace(look.thread, is_cut=True)
            self._finish(look, correlation_id)
            return
        wait_until = self._wait_until(error)
        if look.todo is not None and wait_until is not None:
            self._desk.todos.settle(look.todo, wait_until)
        elif look.todo is not None and not (error.transient and look.todo.attempt < MOST_TRIES):
            self._settle(look.todo, look.mention, look.way.place.interval_s)
        self._end(look.mention.id, error.reason, error.code)

    def _wait_until(self, error: FetchError) -> datetime | None:
        """Until when a place, or a quota of ours, wants us to wait; a day at most."""
        now = self._desk.clock.now()
        if isinstance(error, Spent):
            return min(error.until, now + _LONGEST_WAIT)
        if isinstance(error, Throttled) and error.retry_after_s:
            return now + min(timedelta(seconds=min(error.retry_after_s, 10**6)), _LONGEST_WAIT)
        return None

    def _finish(self, look: _Look, correlation_id: str) -> None:
        """Keeps the thread first, then tells whoever waits, and at last lets the todo go on.

        Raises:
            Conflict: the mention is changed by many at once. Nobody is told then: the message comes again, and with it
                the job is answered.
        """
        place = look.way.place
        mention = self._desk.keeper.keep(look.mention, look.thread, place, correlation_id=correlation_id)
        self._end(mention.id, "", "", read=len(look.thread.ancestors) + len(look.thread.replies))
        self._settle(look.todo, mention, place.interval_s)
        told = {"tenant_id": self._tenant, "mention_id": mention.id, "correlation_id": correlation_id}
        log.info("thread read", extra={**told, "requests": look.thread.requests, "replies": len(look.thread.replies)})

    def _settle(self, todo: Todo | None, mention: Mention, interval_s: int | None) -> None:
        """Moves the todo to the next look, or ends it; one that somebody wrote anew stays as it is."""
        if todo is None:
            return
        due_at = None if interval_s is None else next_look(mention, interval_s, self._desk.clock.now())
        self._desk.todos.settle(todo, due_at)

    def _end(self, mention_id: str, problem: str, code: str, *, read: int = 0) -> None:
        """Ends the look, and answers the job if there is one."""
        self._desk.looks.pop(self._name, None)
        if not self._job:
            return
        now = self._desk.clock.now()
        answer = unread(problem, now, code=code) if problem else Answer(at=now, looked_at=read)
        try:
            self._desk.jobs.answer(self._tenant, self._job, mention_id, answer)
        except NotFound:
            log.info("job forgotten before it was answered", extra={"job_id": self._job})


def _goes_on(look: _Look) -> bool:
    return look.way.connector.thread_request(look.way.ref, look.thread) is not None
