"""A place that wants a credential, a session or a look at its rules, and a visitor who asks it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from builders import SOURCE, TENANT, a_response, a_source
from earshot.adapters.memory import DictTable
from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import Refused
from earshot.domain.place import Place, Quota
from earshot.domain.source import Source
from earshot.ports.http import Draw, Request, Response
from earshot.services.credentials import Credentials
from earshot.services.visiting import Visitor
from fakes import CANNED, NOW, CannedConnector, CannedHttp, DictSecrets, FixedClock

SIGN_IN = "https://door.example/session"
RENEW = "https://door.example/renewal"
FEED = "https://feeds.example/"

CLOSED = replace(CANNED, public=False, needs=("user", "password"))
CALLS = Quota(name="calls", amount=2, window=timedelta(minutes=1))
UNAUTHORISED = Refused("answered with 401 (unauthorized)", 401)


@dataclass
class ClosedConnector(CannedConnector):
    """Reads prepared pages with a credential, which it shows in a header; each request may draw of quotas."""

    place: Place = CLOSED
    draws: tuple[Draw, ...] = ()

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        shown = credential.get("token") or credential.get("password") or ""
        return Request(url=source.locator, headers={"Authorization": shown} if shown else {}, draws=self.draws)


@dataclass
class SigningConnector(ClosedConnector):
    """The same with a session of an hour; what is left of an old one is renewed at another address."""

    def sign_in(self, credential: Credential) -> Request:
        url = RENEW if "token" in credential else SIGN_IN
        return Request(url=url, method="POST", body=credential["password"].encode(), draws=self.draws)

    def signed_in(self, response: Response, credential: Credential) -> Session:
        if response.body == b"denied":
            raise Refused("the password is wrong")
        return Session(fields={"token": response.body.decode()}, expires_at=NOW + timedelta(hours=1))


@dataclass
class DoorHttp(CannedHttp):
    """Lets in who shows one of the `accepted` tokens or passwords."""

    accepted: set[str] = field(default_factory=set)
    refusal: Response | Refused = field(default_factory=lambda: UNAUTHORISED)

    def send(self, request: Request) -> Response:
        shown = request.headers.get("Authorization", "")
        if shown and shown not in self.accepted:
            self.requests.append(request)
            if isinstance(self.refusal, Refused):
                raise self.refusal
            return self.refusal
        return super().send(request)


class VisitDesk:
    """A visitor with a credential for one source, and what was asked in which order ("pause" among it)."""

    def __init__(self, connector: CannedConnector, credential: Mapping[str, str] | None = None) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.http = DoorHttp(accepted={"hush", "t1", "t2"})
        self.secrets = DictSecrets()
        if credential:
            self.secrets.put(f"{TENANT}/canned", credential)
        self.credentials = Credentials(self.secrets, self.clock)
        self.connector = connector
        self.visitor = Visitor(self.table, self.http, {"canned": connector}, self.clock, self.credentials)
        self.source = a_source(id=SOURCE, owner=TENANT, locator=FEED)
        self.answers(**{FEED: "page", SIGN_IN: "t1", RENEW: "t2"})

    def answers(self, **bodies: str) -> None:
        self.http.answers |= {url: a_response(body) for url, body in bodies.items()}

    def visit(self, pause: Callable[[], None] | None = None) -> Response:
        return self.visitor.visit(self.source, pause or self._pause)

    @property
    def asked(self) -> list[str]:
        """The addresses asked so far, with the pauses in between, the token or password behind that of the feed."""
        return [f"{each.url} {each.headers.get('Authorization', '')}".strip() for each in self.http.requests]

    def _pause(self) -> None:
        self.http.requests.append(Request(url="pause"))
