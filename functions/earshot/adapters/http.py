"""Asks the web: the one place where Earshot opens a connection to an address that somebody else chose.

    request ▶ first_hop ▶ Line (look up, vet, connect, meter) ▶ answer ▶ judge the status, read the body
                             ▲ next_hop ◀ redirect? ◀──────────────────┘

There is no session, on purpose: requests' sessions read proxies and .netrc from the environment, keep cookies, and read
the whole body of a redirect even when told not to follow it. Each hop gets a transport of its own and leaves nothing.

Source:
    RFC 9110; the source of requests 2.34 and urllib3 2.8.
"""

import logging
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

import requests
import requests.adapters
import requests.utils
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict
from urllib3.util.ssl_ import create_urllib3_context

import earshot
from earshot.adapters.guard import Allowances
from earshot.adapters.http_body import read_body, too_large
from earshot.adapters.http_hop import REDIRECTS, Hop, first_hop, next_hop
from earshot.adapters.http_line import NO_WAY, Connect, Line, Resolver, open_socket, pools
from earshot.domain.errors import Gone, Invalid, Refused, Throttled, Unanswered, Unreachable
from earshot.ports.clock import Clock
from earshot.ports.http import Request, Response

MAX_REDIRECTS = 5
MAX_RETRY_AFTER_S = 86_400

# A negative chunk size, or a header that is no Latin-1, ends as a bare ValueError in http.client.
_FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_TLS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)
_log = logging.getLogger(__name__)


def user_agent(project_url: str, contact: str) -> str:
    """The name under which Earshot asks, with the address of the person who runs it.

    >>> user_agent("https://earshot.example", "ops@acme.example")
    'Earshot/0.1.0 (+https://earshot.example; ops@acme.example)'
    """
    project_url, contact = (re.sub(r"[^!-'*-~]+", " ", text).strip() for text in (project_url, contact))
    return f"Earshot/{earshot.__version__} (+{project_url}; {contact})"


def trusted_tls() -> ssl.SSLContext:
    """The TLS settings that trust public certificate authorities only."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(requests.utils.DEFAULT_CA_BUNDLE_PATH)
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAdapter:
    """Sends requests to public addresses only; may be shared by threads, as it holds nothing that changes."""

    user_agent: str
    clock: Clock
    allowances: Allowances = field(default_factory=dict)
    offline: bool = False
    """Whether only allowances are asked, and public addresses are left alone."""
    total_s: float = 20.0
    """The most seconds from the first look-up to the last byte, over all redirects."""
    connect_s: float = 5.0
    read_s: float = 10.0
    resolver: Resolver = socket.getaddrinfo
    connect: Connect = open_socket
    tls: ssl.SSLContext = field(default_factory=trusted_tls, repr=False)

    def __post_init__(self) -> None:
        # urllib3 logs whole request targets, and warns with whole URLs: both may hold a key.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def send(self, request: Request) -> Response:
        """The final response after at most five redirects.

        Raises:
            Unreachable: no usable answer, or an address that is not public (the message does not tell which).
            Throttled: 429, or 503 with a date to return.
            Refused: another status from 400 to 499, more than `max_bytes`, or a redirect that would give away a key or
                is not to be followed.
            Gone: 410.
        """
        ends_at = time.monotonic() + self.total_s
        try:
            hop = first_hop(request, self.allowances)
            for _ in range(MAX_REDIRECTS + 1):
                with self._answer(hop, request, ends_at) as answer:
                    if answer.status_code not in REDIRECTS:
                        return self._response(hop, answer, request)
                if not request.follows:
                    raise Refused(f"answered with {_named(answer.status_code)}, and redirects are not followed")
                hop = next_hop(hop, answer.status_code, answer.headers.get("Location", ""), self.allowances)
        except Invalid as exc:
            _log.debug("address refused", extra={"reason": exc.reason})
            raise Unreachable(NO_WAY) from None
        except _FOREIGN as exc:
            _log.debug("no usable answer", extra={"host": hop.place.host, "reason": type(exc).__name__})
            # Not chained: the message of the cause may hold the whole URL, keys included.
            raise Unanswered(_sentence(exc)) from None
        raise Unreachable(f"redirected more than {MAX_REDIRECTS} times")

    @contextmanager
    def _answer(self, hop: Hop, request: Request, ends_at: float) -> Iterator[requests.Response]:
        if self.offline and hop.loopback is None:
            raise Unreachable("public addresses are left alone (EARSHOT_OFFLINE)")
        transport = _Transport(self._line(hop, request.max_bytes, ends_at), self.tls)
        try:
            headers = {**hop.headers, "User-Agent": self.user_agent, "Accept-Encoding": "gzip"}
            asked = requests.Request(hop.method, hop.place.url, headers=headers, data=hop.body or None).prepare()
            answer = transport.send(asked, stream=True, timeout=(self.connect_s, self.read_s))
            try:
                yield answer
            finally:
                answer.raw.close()
        finally:
            transport.close()

    def _line(self, hop: Hop, max_bytes: int, ends_at: float) -> Line:
        return Line(
            place=hop.place,
            loopback=hop.loopback,
            ends_at=ends_at,
            connect_s=self.connect_s,
            read_s=self.read_s,
            # Room for headers and for the framing of small chunks; http.client alone would buffer a chunk of any size.
            max_wire_bytes=2 * max_bytes + 1_000_000,
            too_large=too_large(max_bytes),
            resolver=self.resolver,
            connect=self.connect,
        )

    def _response(self, hop: Hop, answer: requests.Response, request: Request) -> Response:
        now = self.clock.now()
        headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() != "set-cookie"}
        if answer.status_code not in request.reads:
            _judge(answer.status_code, headers, hop.is_conditional, now)
        body = b""
        if answer.status_code != HTTPStatus.NOT_MODIFIED and request.max_bytes:
            body = read_body(
                lambda count: answer.raw.read(count, decode_content=False),
                headers.get("content-encoding", ""),
                request.max_bytes,
            )
        return Response(
            status=answer.status_code,
            url=hop.place.url,
            headers=headers,
            body=body,
            received_at=now,
            moved_to=hop.place.url if hop.moved and hop.method == "GET" else "",
        )


class _Transport(requests.adapters.HTTPAdapter):
    """The requests transport of a single hop, whose connections go through its line."""

    def __init__(self, line: Line, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(pool_connections=1, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = pools(line)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)

    def build_response(self, request: requests.PreparedRequest, answer: Any) -> requests.Response:
        # requests would also parse cookies and guess an encoding, from headers that anybody may have written.
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw = answer
        return response

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        # The shared context verifies; requests would load all authorities into it again for every connection.
        pass


def _judge(status: int, headers: Mapping[str, str], is_conditional: bool, now: datetime) -> None:
    """Passes 2xx, and 304 if it was asked for; raises what every other status means."""
    if 200 <= status <= 299 or (status == HTTPStatus.NOT_MODIFIED and is_conditional):
        return
    sentence = f"answered with {_named(status)}"
    retry_after_s = _retry_after_s(headers.get("retry-after", ""), now)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after_s is not None
    ):
        raise Throttled(sentence, retry_after_s)
    if status == HTTPStatus.GONE:
        raise Gone(sentence)
    if 400 <= status <= 499:
        raise Refused(sentence, status)
    raise Unreachable(sentence)


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return str(status)


def _retry_after_s(value: str, now: datetime) -> int | None:
    if re.fullmatch(r"[0-9]{1,100}", value):
        return min(int(value), MAX_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(0, int(seconds)), MAX_RETRY_AFTER_S)


def _sentence(exc: Exception) -> str:
    if isinstance(exc, _TLS):
        return "the secure connection failed (TLS or certificate)"
    if isinstance(exc, _TIMEOUTS):
        return "did not answer in time"
    return "the connection broke off, or the answer is not HTTP"
