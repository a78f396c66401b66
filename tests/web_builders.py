"""A server over a dict table, and the events that API Gateway would send to it."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from builders import TENANT, a_contact, a_delivery, a_tenant, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.contact import Contact
from earshot.domain.errors import Invalid
from earshot.domain.item import Author, Item
from earshot.domain.mention import Mention
from earshot.domain.tenant import Tenant
from earshot.domain.watch import Match, Role, Span
from earshot.ports.connector import Connector
from earshot.services.access import Access
from earshot.services.arrivals import Arrivals
from earshot.services.asked_threads import AskedThreads
from earshot.services.credentials import Credentials
from earshot.services.following import Following
from earshot.services.inbox import Inbox
from earshot.services.links import link_secret, link_token
from earshot.services.questions import Questions
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing
from earshot.services.telling import Telling
from earshot.services.watching import Watching
from earshot.sources.google_alerts import GoogleAlertsConnector
from earshot.sources.registry import CONNECTORS as EVERY_KIND
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from earshot.web.parts import OutboxReader, Parts
from earshot.web.routes import build_app
from fakes import CannedConnector, DictSecrets, FixedClock, RecordingBus

CONNECTORS: Mapping[str, Connector] = {"feed": CannedConnector(kind="feed"), "google_alerts": GoogleAlertsConnector()}
SECRET = b"a secret of at least thirty-two bytes"
BASE_URL = "https://listen.example"
OTHER_TENANT = "t_other"


def refuse_loopback(url: str) -> None:
    if "127.0.0.1" in url or "localhost" in url:
        raise Invalid("url", "names an address that is not public")


@dataclass(frozen=True)
class Reply:
    """An answer of the gateway's shape, easier to look at."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: Sequence[str] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Server:
    """The app over a dict table, with a clock that stands still."""

    table: DictTable = field(default_factory=DictTable)
    clock: FixedClock = field(default_factory=FixedClock)
    outbox: OutboxReader | None = None
    facts: dict[str, object] = field(default_factory=lambda: {"queue": 3})
    secure_cookies: bool = True

    def __post_init__(self) -> None:
        self.access = Access(self.table, self.clock, SECRET)
        self.deliveries = Deliveries(self.table)
        self.listening = Listening(self.table)
        self.company = Company(self.table)
        self.bus = RecordingBus()
        credentials = Credentials(DictSecrets(), self.clock)
        sourcing = Sourcing(self.table, CONNECTORS, refuse_loopback, self.clock, credentials=credentials)
        searching = Searching(self.table, CONNECTORS, sourcing, credentials)
        watching = Watching(self.table, self.clock, searching.follow)
        following = Following(self.table, EVERY_KIND, self.clock)
        self.arrivals = Arrivals(
            self.table, self.bus, self.clock, refuse_loopback, lambda: SECRET, "mail.listen.example"
        )
        self.parts = Parts(
            inbox=Inbox(self.table, self.clock, following.follow),
            threads=lambda: AskedThreads(self.table, self.bus, following, self.clock),
            arrivals=lambda: self.arrivals,
            watching=watching,
            sourcing=sourcing,
            searching=searching,
            credentials=credentials,
            questions=lambda: Questions(self.table, self.bus, watching, sourcing, self.clock),
            telling=Telling(self.table, refuse_loopback, self.clock),
            access=self.access,
            company=self.company,
            deliveries=self.deliveries,
            clock=self.clock,
            base_url=BASE_URL,
            secure_cookies=self.secure_cookies,
            health=self.figures,
            outbox=self.outbox,
        )
        self.handle = build_app(self.parts)
        self.put_tenant(a_tenant())

    def figures(self, tenant: str) -> Mapping[str, object]:
        return {**self.facts, "of": tenant}

    def put_tenant(self, tenant: Tenant) -> None:
        self.company.tenants.become(tenant)

    def put(self, *mentions: Mention) -> None:
        for mention in mentions:
            Mentions(self.table).add(mention)

    def key(self, scope: str = "admin", tenant: str = TENANT) -> str:
        return self.access.create_key(tenant, "a program", scope)[1]

    def signed_in(self, member: str = "anna", tenant: str = TENANT) -> str:
        """The secret of a new session."""
        return self.access.redeem(self.access.sign_in_link(tenant, member))

    def link_to(self, mention: Mention, contact: Contact | None = None) -> str:
        """The token of a link to this mention that went to a contact."""
        contact = contact or a_contact(language="de", timezone="Europe/Berlin")
        self.company.contacts.become(contact)
        delivery = a_delivery(mention.id, contact.id)
        self.deliveries.remember_token(link_token(SECRET, delivery, self.clock.now()))
        return link_secret(SECRET, delivery.id)

    def mention(self, id_: str) -> Mention:
        return self.parts.inbox.get(TENANT, id_)

    def call(self, method: str, path: str, **given: Any) -> Reply:
        answer = self.handle(an_event(method, path, **given), None)
        body = answer["body"]
        text = base64.b64decode(body).decode() if answer["isBase64Encoded"] else body
        return Reply(answer["statusCode"], answer["headers"], text, answer["cookies"])

    def form_token(self, session: str) -> str:
        return self.access.form_token(self.access.by_session(session))

    def submit(self, path: str, session: str, **fields: object) -> Reply:
        """Sends a form as the session's own page would."""
        return self.call("POST", path, session=session, form={"form_token": self.form_token(session), **fields})


def an_event(
    method: str,
    path: str,
    *,
    key: str = "",
    session: str = "",
    query: str = "",
    payload: object = None,
    form: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """An event of API Gateway's payload format 2.0."""
    path, _, asked = path.partition("?")
    sent = {"host": "listen.example", "accept": "*/*", **(headers or {})}
    if key:
        sent["authorization"] = f"Bearer {key}"
    body = json.dumps(payload) if payload is not None else urlencode(form) if form is not None else None
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query or asked,
        "headers": sent,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "r3pmxmplak",
            "domainName": "listen.example",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "curl",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "24/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795521600000,
        },
        "isBase64Encoded": False,
    }
    if session:
        event["cookies"] = [f"earshot_session={session}"]
    if body is not None:
        event["body"] = body
    return {**event, **changes}


def everywhere(text: str) -> Item:
    """An item that says the same text in each of its fields."""
    author = Author(name=text, id="7", handle=text, url=text)
    return replace(an_item("1"), title=text, text=text, url=text, author=author, place=text)


def a_marked_match(
    start: int, end: int, field_: str = "text", *, watch_id: str = "w_acme", term: str = "Acme"
) -> Match:
    span = Span(field=field_, start=start, end=end, term=term)
    return Match(watch_id=watch_id, role=Role.OWN, spans=(span,))


class Outline(HTMLParser):
    """What a browser would build of a page: its tags with the names of their attributes, its links, its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcdoc")]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] == "mark":
            self.marked.append(data)
