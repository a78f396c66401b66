"""Jobs are answered: collect reads a source for them, shows what it held and stores nothing else."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from earshot.domain.errors import FetchError, NotFound
from earshot.domain.item import Item
from earshot.domain.job import STORED, Answer, Job, JobKind, Part, State, Trail, part_of, unread, went_on
from earshot.domain.messages import Envelope, body_of
from earshot.domain.offer import MAX_TITLE, Offer
from earshot.domain.source import Source, source_id
from earshot.domain.watch import Watch
from earshot.matching.document import TellLanguage
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http, Response
from earshot.ports.table import Table
from earshot.services.credentials import Credentials
from earshot.services.exploring import PAGE_KIND, Explorer, Seen, cut_short
from earshot.services.fetching import DEFECT, Outcome
from earshot.services.findings import item_of
from earshot.services.hearing import AllEars, Ears
from earshot.services.listing import MAX_LIMIT, Filters, Listing
from earshot.services.looking import looked_at_source, looked_with_watch
from earshot.services.missing import Listener, looked_for
from earshot.services.visiting import Pause, Visitor, no_pause
from earshot.sources.claiming import what_of
from earshot.store.company import Company
from earshot.store.jobs import Jobs
from earshot.store.listening import Listening

log = logging.getLogger(__name__)

MOST_STORED = 1000
"""The newest mentions that a preview looks at."""

NO_TIME = "there was no time to read it; ask again"
GONE = "nobody listens to it any more"
SILENT = "its host does not answer"


class Answering:
    """What collect needs to answer jobs; `tell_language` is for watches of one language."""

    def __init__(
        self,
        table: Table,
        http: Http,
        connectors: Mapping[str, Connector],
        clock: Clock,
        tell_language: TellLanguage | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self._table = table
        self._visitor = Visitor(table, http, connectors, clock, credentials)
        self._connectors = connectors
        self.clock = clock
        self._tell_language = tell_language
        self.jobs = Jobs(table)
        self._listening = Listening(table)
        self._company = Company(table)
        self._all_ears = AllEars(self._company, clock, tell_language)

    def of(self, envelope: Envelope) -> "PartReader":
        """Who reads the source that a message about a part of a job names.

        Raises:
            Invalid: this code cannot read the message.
        """
        return PartReader(self, *body_of(envelope, "tenant", "job"))

    def source(self, job: Job, part: str) -> Source | None:
        """The source of a part without what was read there before, so that it answers in full; None if it is gone."""
        if part == STORED:
            return Source(id=STORED, kind=STORED, locator="", created_at=job.asked_at)
        if job.kind is JobKind.SOURCE_PREVIEW:
            trail = _trail_of(job, part)
            asked = (trail.kind or PAGE_KIND, trail.url) if trail else (str(job.asked["kind"]), str(job.asked["url"]))
            kind, locator = asked
            connector = self._connectors.get(kind)
            owner = job.tenant if connector is not None and not connector.place.public else ""
            id_ = source_id(kind, locator)
            cursor = trail.cursor if trail else ""
            return Source(id=id_, kind=kind, locator=locator, owner=owner, created_at=job.asked_at, cursor=cursor)
        known = self._listening.source(part)
        return replace(known, etag="", last_modified="", entries_hash="", cursor="") if known else None

    def visit(self, source: Source, pause: Pause) -> Response:
        """The response to the source's request; what is stored needs none.

        Raises:
            FetchError: it cannot be read.
        """
        if source.kind == STORED:
            return Response(status=304, url="", received_at=self.clock.now())
        return self._visitor.visit(source, pause)

    def looked(self, job: Job, source: Source, response: Response) -> Answer:
        """The answer of one part.

        Raises:
            FetchError: what came is not what this kind of source promises.
        """
        now = self.clock.now()
        if job.kind is JobKind.SOURCE_PREVIEW:
            return self._offered(job, source, response)
        if source.kind == STORED:
            items: tuple[Item, ...] = self._stored(job.tenant)
        else:
            items = self._connectors[source.kind].parse(response, source).items
        if job.kind is JobKind.WHY:
            return self._missing(job, source, items, now)
        watch = msgspec.convert(job.asked["watch"], Watch)
        ears = Ears((watch,), self._company.noise_of(job.tenant), self._tell_language)
        return looked_with_watch(items, ears, watch, now, are_stored=source.kind == STORED)

    def explored(self, job: Job, trail: Trail, came: Response | FetchError) -> Trail | Answer:
        """The next step, or the answer, where it is to be found out what an address is."""

        def see(kind: str, url: str, response: Response) -> Seen:
            id_ = source_id(kind, url)
            read = Source(id=id_, kind=kind, locator=url, created_at=job.asked_at, cursor=trail.cursor)
            return self._seen(job, read, response)

        return Explorer(see, self.clock.now()).after(trail, came)

    def _offered(self, job: Job, source: Source, response: Response) -> Answer:
        """The items of a source whose kind was named, which is all there is to offer."""
        seen, kind, url = self._seen(job, source, response), source.kind, source.locator
        offer = Offer(kind=kind, url=url, title=seen.title[:MAX_TITLE], what=what_of(kind))
        return replace(seen.answer, offers=(offer,), kind=kind, url=url)

    def _seen(self, job: Job, source: Source, response: Response) -> Seen:
        fetched = self._connectors[source.kind].parse(response, source)
        ears = self._all_ears.of(job.tenant)
        answer = looked_at_source(fetched.items, ears, self.clock.now())
        return Seen(answer, fetched.title, (fetched.cursor or "") if fetched.more else "")

    def _missing(self, job: Job, source: Source, items: tuple[Item, ...], now: datetime) -> Answer:
        subscription = self._listening.subscription(job.tenant, source.id)
        before = self._listening.source(source.id)
        if subscription is None or before is None:
            return unread(GONE, now, code="unheard")
        ears = self._all_ears.of(job.tenant)
        listener = Listener(ears=ears, watches=ears.watches, subscription=subscription, source=before)
        return looked_for(str(job.asked["identity"]), items, listener, now)

    def _stored(self, tenant: str) -> tuple[Item, ...]:
        """The newest mentions as items, oldest first."""
        found: list[Item] = []
        cursor = ""
        while len(found) < MOST_STORED:
            page = Listing(self._table).page(tenant, Filters(newest=True), cursor=cursor, limit=MAX_LIMIT)
            found += map(item_of, page.mentions)
            cursor = page.cursor
            if not cursor:
                break
        return tuple(reversed(found))


class PartReader:
    """Reads for one job with the manners of a `Fetcher`; every part is answered once, however often it is read."""

    def __init__(self, desk: Answering, tenant: str, job: str) -> None:
        self._desk = desk
        self._tenant = tenant
        self._id = job

    def source(self, source_id: str) -> Source | None:
        """The source to be read, or None where nobody waits for it any more."""
        job = self._desk.jobs.find(self._tenant, self._id)
        part = part_of(job, source_id) if job else None
        if job is None or part is None or part.answer is not None:
            return None
        if job.state(self._desk.clock.now()) is not State.WAITING:
            return None
        source = self._desk.source(job, source_id)
        if source is None:
            self._answer(source_id, self._problem(GONE, "unheard"))
        # The part's own id, whatever the source is called elsewhere: its answer is kept under it.
        return replace(source, id=source_id) if source else None

    def ask(self, source: Source, pause: Pause = no_pause) -> Response | FetchError:
        """The response to its request, or the error that came instead; writes nothing of the job."""
        try:
            return self._desk.visit(source, pause)
        except FetchError as exc:
            return exc

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome | None:
        """Keeps what an answer says to the job's question, and nothing else; an outcome only asks for the next step."""
        job = self._desk.jobs.find(self._tenant, self._id)
        part = part_of(job, source.id) if job else None
        if job is None or part is None:
            return None
        if part.trail is not None:
            return self._go_on(job, part, part.trail, (source, answer))
        try:
            if isinstance(answer, FetchError):
                raise answer
            kept = self._desk.looked(job, source, answer)
        except FetchError as exc:
            kept = self._problem(exc.reason, exc.code)
        self._answer(source.id, kept)
        told = {"tenant_id": self._tenant, "job_id": self._id, "source_id": source.id, "items": kept.looked_at}
        log.info("part of a job answered", extra={**told, "correlation_id": correlation_id})
        return None

    def _go_on(self, job: Job, part: Part, trail: Trail, read: tuple[Source, Response | FetchError]) -> Outcome | None:
        """Takes the next step, stored before it is taken; whoever is behind leaves it to those who are ahead."""
        source, came = read
        if (source.kind, source.locator, source.cursor) != (trail.kind or PAGE_KIND, trail.url, trail.cursor):
            return None
        step = self._desk.explored(job, trail, came)
        if isinstance(step, Answer):
            self._answer(part.id, step)
            return None
        try:
            self._desk.jobs.change(self._tenant, self._id, lambda stored: went_on(stored, part.id, step))
        except NotFound:
            return None
        return Outcome(source_id=source.id, name=part.name, wants_more=True)

    def give_up(self, source: Source, *, correlation_id: str) -> None:
        """Answers that a defect of ours stood in the way."""
        log.warning("part of a job given up", extra={"job_id": self._id, "correlation_id": correlation_id})
        self._break_off(source.id, DEFECT, "defect")

    def put_back(self, source_id: str) -> None:
        """Answers that there was no time: somebody waits, and a message given back would hold up its host."""
        self._break_off(source_id, NO_TIME, "no.time")

    def pass_over(self, source: Source) -> None:
        """Answers that its host is silent."""
        self._break_off(source.id, SILENT, "unreachable")

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        return self._desk.clock.now() >= at

    def _break_off(self, part: str, reason: str, code: str) -> None:
        """Answers with what was seen so far, else with the problem."""
        job = self._desk.jobs.find(self._tenant, self._id)
        trail, problem = _trail_of(job, part) if job else None, self._problem(reason, code)
        self._answer(part, cut_short(trail, problem) if trail else problem)

    def _problem(self, reason: str, code: str) -> Answer:
        return unread(reason, self._desk.clock.now(), code=code)

    def _answer(self, part: str, answer: Answer) -> None:
        try:
            self._desk.jobs.answer(self._tenant, self._id, part, answer)
        except NotFound:
            log.info("job forgotten before it was answered", extra={"job_id": self._id})


def _trail_of(job: Job, part: str) -> Trail | None:
    found = part_of(job, part)
    return found.trail if found else None
