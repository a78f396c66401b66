"""Taking in: collect does what was handed in: items and pages are stored, webmentions verified, held mails taken."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from earshot.domain.errors import FetchError, NotFound, StoreError
from earshot.domain.job import Answer, Finding, Job, JobKind, Part, State, part_of, unread
from earshot.domain.mention import mention_id
from earshot.domain.messages import Envelope, body_of
from earshot.domain.source import Fetched, Source, Subscription
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http, Response
from earshot.ports.raw_mails import RawMails
from earshot.ports.table import Table
from earshot.services.collecting import Collector
from earshot.services.doors import HANDED_IN, MAILS, Doors
from earshot.services.fetching import DEFECT
from earshot.services.findings import finding
from earshot.services.handing_in import pasted, texts
from earshot.services.visiting import Pause, Visitor, no_pause
from earshot.sources.webmention import job_cursor, mention_identity
from earshot.store.jobs import Jobs
from earshot.store.mail_room import MailRoom, held_key
from earshot.store.mentions import Mentions

if TYPE_CHECKING:
    from earshot.services.mailing_in import MailingIn

log = logging.getLogger(__name__)

NOBODY = "what is handed in is paused or removed; take the source up again"
MAIL_GONE = "the mail is gone; mails are kept for seven days"
SILENT = "its host does not answer"

_MISSING = frozenset({404, 410})
_SOURCES = {JobKind.ITEM: "push", JobKind.WEBMENTION: "webmention", JobKind.MAIL: "email_in"}


class TakingIn:
    """What collect needs for it."""

    def __init__(
        self,
        table: Table,
        http: Http,
        connectors: Mapping[str, Connector],
        collector: Collector,
        raws: RawMails,
        clock: Clock,
        only: frozenset[str] | None = None,
    ) -> None:
        self.clock = clock
        self.connectors = connectors
        self.collector = collector
        self.raws = raws
        self.visitor = Visitor(table, http, connectors, clock)
        self._table = table
        self.room = MailRoom(table)
        self.doors = Doors(table, clock, only)
        self.jobs = Jobs(table)
        self.mentions = Mentions(table)

    @cached_property
    def mails(self) -> "MailingIn":
        """Takes mails; reading them takes a lot of code, which other work need not wait for."""
        from earshot.services.mailing_in import MailingIn  # noqa: PLC0415

        return MailingIn(self._table, self.collector, self.raws, self.clock)

    def of(self, envelope: Envelope) -> "HandedReader":
        """Who does the part of a job that a message names.

        Raises:
            Invalid: this code cannot read the message.
        """
        return HandedReader(self, *body_of(envelope, "tenant", "job"))

    def behind(self, job: Job) -> tuple[Source | None, tuple[Subscription, ...]]:
        """The source that the things of a job come through, and who listens there."""
        names = {JobKind.ITEM: HANDED_IN, JobKind.MAIL: MAILS}
        name = names.get(job.kind) or str(job.asked["site"])
        source, listeners = self.doors.behind(job.tenant, _SOURCES[job.kind], name)
        return source, tuple(listeners)


class HandedReader:
    """Does one job with the manners of a `Fetcher`. Storing twice is harmless, and the first answer stays."""

    def __init__(self, desk: TakingIn, tenant: str, job: str) -> None:
        self._desk = desk
        self._tenant = tenant
        self._id = job

    def source(self, source_id: str) -> Source | None:
        """The source of a part, with what is to be read there as its cursor; None where nobody waits for it."""
        job, part = self._waiting(source_id)
        if job is None or part is None:
            return None
        source, listeners = self._desk.behind(job)
        if source is None or not listeners:
            self._answer(source_id, self._problem(NOBODY, "unheard"))
            return None
        return replace(source, id=source_id, cursor=_cursor(job, source_id))

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """The page that is to be read, or the error that came instead; what is there already needs none."""
        if not source.cursor:
            return Response(status=304, url="", received_at=self._desk.clock.now())
        try:
            return self._desk.visitor.visit(source, pause)
        except FetchError as exc:
            return exc

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> None:
        """Stores what came, then says so in the job."""
        job, part = self._waiting(source.id)
        if job is None or part is None:
            return
        door, listeners = self._desk.behind(job)
        if door is None or not listeners:
            self._answer(source.id, self._problem(NOBODY, "unheard"))
            return
        try:
            if isinstance(answer, FetchError):
                raise answer
            if job.kind is JobKind.MAIL:
                kept = self._mail(job, correlation_id)
            else:
                at = replace(door, cursor=source.cursor)
                kept = self._stored(job, at, listeners, self._fetched(job, at, answer), correlation_id)
        except FetchError as exc:
            kept = self._problem(exc.reason, exc.code)
        self._answer(source.id, kept)
        told = {"tenant_id": self._tenant, "job_id": self._id, "items": kept.looked_at, "new": kept.caught}
        log.info("handed in", extra={**told, "kind": job.kind.value, "correlation_id": correlation_id})

    def give_up(self, source: Source, *, correlation_id: str) -> None:
        """Answers that a defect of ours stood in the way."""
        log.warning("handed in, and given up", extra={"job_id": self._id, "correlation_id": correlation_id})
        self._answer(source.id, self._problem(DEFECT, "defect"))

    def put_back(self, source_id: str) -> None:
        """Leaves the message to its queue, which hands it out again.

        Raises:
            StoreError: always; nobody else would bring it again.
        """
        raise StoreError(f"there was no time for {source_id} of the job {self._id}; its message comes again")

    def pass_over(self, source: Source) -> None:
        """Answers that its host is silent; whoever handed it in may do so again."""
        self._answer(source.id, self._problem(SILENT, "unreachable"))

    def is_past(self, at: object) -> bool:
        """False: what is handed in is never too late."""
        return False

    def _waiting(self, part: str) -> tuple[Job | None, Part | None]:
        """The job and its part, where that waits for an answer."""
        job = self._desk.jobs.find(self._tenant, self._id)
        if job is None or job.state(self._desk.clock.now()) is not State.WAITING:
            return None, None
        found = part_of(job, part)
        return job, found if found is not None and found.answer is None else None

    def _fetched(self, job: Job, source: Source, response: Response) -> Fetched:
        """What came: the items of the job itself, or those of the page that was read."""
        connector = self._desk.connectors[source.kind]
        if source.cursor:
            fetched = connector.parse(response, source)
            return replace(fetched, gone=self._gone(job, source, response)) if fetched.gone else fetched
        body = Response(status=200, url="", body=texts(job), received_at=job.asked_at)
        return connector.parse(body, source)

    def _gone(self, job: Job, source: Source, response: Response) -> tuple[str, ...]:
        """The page's identity where what we have of it came by a webmention, and it links to that site no more.

        Anybody may name any two addresses; that must not delete what others have found, or what links elsewhere here.
        """
        identity = mention_identity(str(job.asked["source"]))
        known = self._desk.mentions.get_many(self._tenant, [id_ := mention_id(self._tenant, identity)]).get(id_)
        if known is None or known.source_id != source.id:
            return ()
        links_still = response.status not in _MISSING and bool(
            self._desk.connectors[source.kind].parse(response, replace(source, cursor="")).items
        )
        return () if links_still else (identity,)

    def _stored(
        self, job: Job, source: Source, listeners: tuple[Subscription, ...], fetched: Fetched, correlation_id: str
    ) -> Answer:
        now = self._desk.clock.now()
        if fetched.gone:
            self._desk.collector.forget(source, fetched.gone, correlation_id=correlation_id)
        by_hand = str(job.asked.get("watch", ""))
        self._desk.collector.store(fetched, source, listeners, correlation_id=correlation_id, by_hand=by_hand)
        if fetched.items:
            self._desk.doors.came(source, now)
        found = self._findings(fetched)
        return Answer(at=now, looked_at=len(fetched.items) + fetched.skipped, caught=len(found), found=found)

    def _findings(self, fetched: Fetched) -> tuple[Finding, ...]:
        """The items that are stored now, with the ids of their mentions."""
        ids = {item.identity: mention_id(self._tenant, item.identity) for item in fetched.items}
        known = self._desk.mentions.get_many(self._tenant, list(ids.values()))
        stored = ((item, known.get(ids[item.identity])) for item in fetched.items)
        return tuple(
            finding(item, mention_id=mention.id, is_old=mention.is_history) for item, mention in stored if mention
        )

    def _mail(self, job: Job, correlation_id: str) -> Answer:
        """Takes a mail that was held back, then notes that it was taken."""
        now = self._desk.clock.now()
        key = held_key(self._tenant, str(job.asked["mail"]))
        held = self._desk.room.held.at(key)
        raw = self._desk.raws.read(held.raw) if held else None
        if raw is None:
            return self._problem(MAIL_GONE, "gone")
        found = self._desk.mails.take(raw, self._tenant, correlation_id=correlation_id)
        self._desk.room.held.update(key, lambda there: replace(there, released_at=there.released_at or now))
        return Answer(at=now, looked_at=found.items, caught=found.new)

    def _problem(self, reason: str, code: str) -> Answer:
        return unread(reason, self._desk.clock.now(), code=code)

    def _answer(self, part: str, answer: Answer) -> None:
        try:
            self._desk.jobs.answer(self._tenant, self._id, part, answer)
        except NotFound:
            log.info("job forgotten before it was answered", extra={"job_id": self._id})


def _cursor(job: Job, part: str) -> str:
    if job.kind is JobKind.ITEM:
        return pasted(job, part)
    if job.kind is JobKind.WEBMENTION:
        return job_cursor(str(job.asked["source"]), str(job.asked["target"]))
    return ""
