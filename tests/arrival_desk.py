"""A tenant with doors for what comes by itself, and collect behind them."""

from dataclasses import replace
from typing import Any

from builders import TENANT, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.job import Job
from earshot.domain.mail_room import Arrived
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope
from earshot.domain.watch import Noise, Watch
from earshot.ports.bus import Bus
from earshot.ports.http import Response
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.arrivals import Arrivals
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.mailing_in import MailingIn, Received
from earshot.services.readers import readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.taking_in import TakingIn
from earshot.services.threads import Threads
from earshot.sources.registry import CONNECTORS
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.jobs import Jobs
from earshot.store.listening import Listening
from earshot.store.mail_room import MailRoom
from earshot.store.mentions import Mentions
from fakes import NOW, CannedHttp, FixedClock, RecordingBus, WordClassifier
from web_builders import SECRET, refuse_loopback

SITE = "acme.example"


class DictRaws:
    """Raw mails in a dict."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}

    def keep(self, id_: str, raw: bytes, came_as: str) -> str:
        name = came_as or id_
        self.mails[name] = raw
        return name

    def read(self, name: str) -> bytes | None:
        return self.mails.get(name)


class ArrivalDesk:
    """Everything over one table; `work` does what was sent to collect, as often as it is called."""

    def __init__(
        self,
        table: Table | None = None,
        bus: Bus | None = None,
        raws: DictRaws | None = None,
        http: CannedHttp | None = None,
    ) -> None:
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.sent = RecordingBus()
        self.bus = bus or self.sent
        self.http = http or CannedHttp()
        self.raws = raws or DictRaws()
        self.company, self.listening = Company(self.table), Listening(self.table)
        self.mentions, self.jobs, self.room = Mentions(self.table), Jobs(self.table), MailRoom(self.table)
        self.arrivals = Arrivals(self.table, self.bus, self.clock, refuse_loopback, lambda: SECRET, "in.example")
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        self.taking = TakingIn(self.table, self.http, CONNECTORS, collector, self.raws, self.clock)
        self.mailing = MailingIn(self.table, collector, self.raws, self.clock)
        self.fetcher = Fetcher(self.table, self.http, CONNECTORS, collector, self.clock)
        threads = Threads(self.table, self.bus, self.http, CONNECTORS, self.clock)
        self.readers = readers(Answering(self.table, self.http, CONNECTORS, self.clock), threads, self.taking)

    def set_up(self, *, accounts: tuple[str, ...] = (SITE,), **noise: tuple[str, ...]) -> "ArrivalDesk":
        """The company, with its own site and a watch."""
        self.company.tenants.become(a_tenant(noise=Noise(accounts=accounts, **noise)))
        self.watch()
        return self

    def watch(self, name: str = "acme", **changes: Any) -> Watch:
        watch = a_watch(name, **changes)
        self.company.watches.become(watch)
        return watch

    def hand_in(self, *items: dict[str, Any], **more: Any) -> Job:
        return self.arrivals.handing_in.items(TENANT, {"items": list(items), **more})

    def holds(self, url: str, body: str, *, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        """Puts a page up."""
        headers = {"content-type": kind}
        self.http.answers[url] = Response(status=status, url=url, headers=headers, body=body.encode(), received_at=NOW)

    def work(self) -> set[str]:
        """Does everything that was ever sent, done or not; tells the receipts that failed."""
        errands = [
            Errand(receipt=f"{number}", host=host, envelope=_at_once(envelope))
            for number, (host, envelope) in enumerate(self.sent.fetches)
        ]
        return read_all(Reading(self.fetcher, others=self.readers), errands)

    def job(self, job: Job) -> Job:
        found = self.jobs.find(job.tenant, job.id)
        assert found is not None
        return found

    def done(self, job: Job) -> Job:
        """The job after collect has done it."""
        assert self.work() == set()
        return self.job(job)

    def stored(self) -> list[Mention]:
        """Every mention, by title and text."""
        rows = self.table.query(f"TENANT#{TENANT}", prefix="mention#", limit=500).rows
        found = [self.mentions.get(TENANT, row.key.sk.partition("#")[2]) for row in rows]
        return sorted(found, key=lambda each: (each.title, each.excerpt))

    def open_mailbox(self) -> str:
        return self.arrivals.mailboxes.of(TENANT).address

    def mail(self, raw: bytes, **changes: Any) -> Received:
        """Hands a mail in, unless `changes` say how else it came."""
        arrived = {"tenant": TENANT, **changes}
        return self.mailing.receive(Arrived(raw=raw, **arrived), correlation_id="c")

    def pause(self, source_id: str) -> None:
        key = keys.of_source(source_id, "subscription", TENANT)
        row = self.table.get(key)
        assert row is not None
        self.table.delete(key)


def _at_once(envelope: Envelope) -> Envelope:
    return replace(envelope, body={**envelope.body, "pace_s": 0.0, "more": False})


def a_mail(
    text: str = "Die Arbeit bei Acme ist schlecht.",
    *,
    sender: str = "kununu <noreply@kununu.com>",
    subject: str = "Neue Bewertung",
    above: str = "",
    to: str = "x@in.example",
    message_id: str = "<1@portal.example>",
) -> bytes:
    """A mail; `above` stands on top, as the receiving server writes it."""
    return (
        f"{above}From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Tue, 24 Nov 2026 12:30:00 +0100\r\n"
        f"Message-ID: {message_id}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()


def vouched(**fields: str) -> dict[str, Any]:
    """How a mail came that SES received and found fine, but for what `fields` say."""
    names = ("spfVerdict", "dkimVerdict", "dmarcVerdict", "spamVerdict", "virusVerdict")
    found = dict.fromkeys(names, "PASS") | {f"{name}Verdict": status for name, status in fields.items()}
    return {"verdicts": {name: {"status": status} for name, status in found.items()}}


def checked(domain: str = "kununu.com", *, dmarc: str = "pass", dkim: str = "pass") -> str:
    """The header that SES writes on top."""
    return (
        f"Authentication-Results: amazonses.com; spf=pass client-ip=192.0.2.7; envelope-from=x@{domain};"
        f" dkim={dkim} header.i=@{domain}; dmarc={dmarc} header.from={domain};\r\n"
    )
