"""Sites on the web, somebody who asks what an address is, and collect that finds it out."""

from dataclasses import replace

from builders import TENANT, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError, Refused
from earshot.domain.job import Answer, Job, Part
from earshot.domain.messages import Envelope
from earshot.ports.http import Request, Response
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.collecting import Collector
from earshot.services.credentials import Credentials
from earshot.services.fetching import Fetcher
from earshot.services.inputs import SourceInput
from earshot.services.questions import Questions
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.sources.registry import CONNECTORS
from earshot.store.company import Company
from fakes import NOW, DictSecrets, FixedClock, RecordingBus, WordClassifier

SITE = "https://site.example/"
MISSING = Refused("answered with 404", 404)


def a_feed(*titles: str, name: str = "Das Blog") -> str:
    """A feed whose entries have these titles, the newest first."""
    items = "".join(
        f"<item><title>{title}</title><link>{SITE}{number}</link><guid>{title}</guid></item>"
        for number, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>{name}</title><link>{SITE}</link>{items}</channel></rss>"


def a_page_with(*feeds: str, text: str = "Acme eröffnet heute in Bonn eine neue Filiale mit Café.") -> str:
    """A page that names feeds; without a `text` nothing on it can be heard."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{feed}">' for feed in feeds)
    return f"<!DOCTYPE html><html><head><title>Die Seite</title>{links}</head><body><p>{text}</p></body></html>"


class Web:
    """Pages by address; whatever else is asked for is missing. `asked` tells the paths in their order."""

    def __init__(self, **pages: str | FetchError) -> None:
        self.pages: dict[str, str | FetchError] = {SITE + path.replace("_", "/"): page for path, page in pages.items()}
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        page = self.pages.get(request.url, MISSING)
        if isinstance(page, FetchError):
            raise page
        return Response(status=200, url=request.url, body=page.encode(), received_at=NOW)

    @property
    def asked(self) -> list[str]:
        return [request.url.removeprefix(SITE) for request in self.requests]


class FindingDesk:
    """Everything over one table, with the real kinds of sources."""

    def __init__(self, web: Web, table: Table | None = None) -> None:
        self.web = web
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.bus = RecordingBus()
        self.credentials = Credentials(DictSecrets(), self.clock)
        self.company = Company(self.table)
        self.sourcing = Sourcing(self.table, CONNECTORS, lambda _: None, self.clock)
        watching = Watching(self.table, self.clock)
        self.questions = Questions(self.table, self.bus, watching, self.sourcing, self.clock, self.credentials)

    def watch(self) -> None:
        self.company.watches.put(a_watch())

    def answering(self, table: Table | None = None) -> Answering:
        return Answering(table or self.table, self.web, CONNECTORS, self.clock, credentials=self.credentials)

    def ask(self, url: str = SITE, kind: str = "") -> Job:
        return self.questions.previews.of_source(TENANT, SourceInput(kind=kind, url=url))

    def work(self, table: Table | None = None) -> set[str]:
        """Does what was sent to collect, in whatever messages there are; tells those that failed."""
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        fetcher = Fetcher(self.table, self.web, CONNECTORS, collector, self.clock)
        errands = [
            Errand(receipt=envelope.id, host=host, envelope=_without_pace(envelope))
            for host, envelope in self.bus.fetches
        ]
        return read_all(Reading(fetcher, jobs=self.answering(table).of), errands)

    def part(self, job: Job) -> Part:
        (part,) = self.questions.jobs.get(TENANT, job.id).parts
        return part

    def found(self, url: str = SITE, kind: str = "") -> Answer:
        """The answer after collect has done its work."""
        job = self.ask(url, kind)
        assert self.work() == set()
        answer = self.part(job).answer
        assert answer is not None
        return answer


def offered(answer: Answer) -> list[tuple[str, str]]:
    """What there is to listen to: kinds and addresses, best first."""
    return [(each.kind, each.url.removeprefix(SITE)) for each in answer.offers]


def titles(answer: Answer) -> list[str]:
    """The titles of the items shown."""
    return [each.title for each in answer.found]


def _without_pace(envelope: Envelope) -> Envelope:
    return replace(envelope, body={**envelope.body, "pace_s": 0.0})
