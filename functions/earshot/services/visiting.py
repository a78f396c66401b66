"""Visiting: asks a place as it wants to be asked, with a credential, within its quotas, and where programs may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import FetchError, Locked, Refused
from earshot.domain.ledger import account_of
from earshot.domain.source import Source
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector, IsPaid, SignsIn
from earshot.ports.http import Http, Request, Response
from earshot.ports.table import Table
from earshot.services.credentials import Credentials, NoSecrets, missing_of
from earshot.services.ledgers import Bookkeeper
from earshot.services.robots import Robots
from earshot.services.signing_in import SignIns

Pause = Callable[[], None]
"""Waits until the host may be asked once more; raises what its caller understands when there is no time for that."""

Asking = Callable[[Credential], Request]
"""What is to be asked, with what it takes to be let in."""

_UNAUTHORISED = 401


def no_pause() -> None:
    """For whoever makes one visit at a time, by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    source: Source
    connector: Connector
    credential: Credential
    pause: Pause
    request: Asking


class Visitor:
    """Sends the request of a source, and before it those that it takes to be let in. Threads may share it."""

    def __init__(
        self,
        table: Table,
        http: Http,
        connectors: Mapping[str, Connector],
        clock: Clock,
        credentials: Credentials | None = None,
    ) -> None:
        self._http = http
        self._connectors = connectors
        self._credentials = credentials or Credentials(NoSecrets(), clock)
        self._sign_ins = SignIns(self._credentials)
        self._sessions: dict[str, Session] = {}
        self._books = Bookkeeper(table, clock)
        self._robots = Robots(table, http, clock)

    def visit(self, source: Source, pause: Pause = no_pause, asking: Asking | None = None) -> Response:
        """The response to a source's request, or to another one at its place; `pause` is called between two requests.

        Raises:
            FetchError: it cannot be read, or must not be now.
            StoreError: what is needed for that cannot be read or written now.
        """
        connector = self._connectors[source.kind]
        credential = self._credential(source)
        missing = missing_of(connector.place, credential)
        if missing:
            raise Locked(source.kind, missing)
        request = asking or partial(connector.request, source)
        if connector.place.obeys_robots:
            self._robots.check(request(NO_CREDENTIAL).url, pause)
        visit = _Visit(source=source, connector=connector, credential=credential, pause=pause, request=request)
        if isinstance(connector, SignsIn) and credential:
            return self._visit_signed_in(visit, connector)
        return self._ask(visit)

    def settle(self, response: Response, spent: Mapping[str, int]) -> None:
        """Corrects what was reserved for an answer, where it says what it really took."""
        self._books.settle(response.reserved, spent)

    def settle_paid(self, source: Source, response: Response) -> None:
        """The same for an answer that is no news of its source, where its connector can tell what was paid for it.

        Raises:
            FetchError: what came is not what this kind of source promises.
        """
        connector = self._connectors[source.kind]
        if response.reserved and isinstance(connector, IsPaid):
            self.settle(response, connector.paid(response))

    def shown_out(self, source: Source, error: FetchError) -> None:
        """Forgets a session that an answer does not accept, where only its body said so."""
        is_so = isinstance(error, Refused) and error.status == _UNAUTHORISED
        session = self._sessions.get(source.id)
        if is_so and session is not None:
            self._sign_ins.forget(source, session)

    def delay_s(self, source: Source) -> float:
        """The Crawl-delay that the host of a source asks for, 0.0 where it asks for none or nobody looked."""
        return self._robots.delay_s(self._connectors[source.kind].request(source).url)

    def _visit_signed_in(self, visit: _Visit, door: SignsIn) -> Response:
        """Asks with a session. One that the place does not accept any more is replaced, once."""
        session, is_new = self._signed_in(visit, door)
        visit = replace(visit, credential=self._credential(visit.source))
        try:
            response = self._ask(visit, session.fields)
            # Some connectors read refusals themselves, for the reason in them.
            if is_new or response.status != _UNAUTHORISED:
                return response
        except Refused as exc:
            if is_new or exc.status != _UNAUTHORISED:
                raise
        self._sign_ins.forget(visit.source, session)
        visit.pause()
        session, _ = self._signed_in(visit, door)
        return self._ask(visit, session.fields)

    def _signed_in(self, visit: _Visit, door: SignsIn) -> tuple[Session, bool]:
        """A session and whether it is new; it is remembered as the one that an answer may not accept."""
        place, send = visit.connector.place, self._sender(visit)
        session, is_new = self._sign_ins.session(visit.source, place, door, send, visit.pause)
        self._sessions[visit.source.id] = session
        return session, is_new

    def _ask(self, visit: _Visit, session: Credential = NO_CREDENTIAL) -> Response:
        fields = {**visit.credential, **session}
        request = visit.request(fields)
        response = self._sender(visit)(request)
        if visit.connector.place.obeys_robots and response.url != request.url:
            # Nobody asked the place it led to. What it shows is not read where it does not want that.
            self._robots.check(response.url, no_pause)
        return response

    def _sender(self, visit: _Visit) -> Callable[[Request], Response]:
        """Sends what the quotas allow."""
        account = account_of(visit.connector.place, visit.source, visit.credential)

        def send(request: Request) -> Response:
            reserved = self._books.reserve(account, request.draws)
            response = self._http.send(request)
            return replace(response, reserved=reserved) if reserved else response

        return send

    def _credential(self, source: Source) -> Credential:
        return self._credentials.of(source.owner, source.kind)
