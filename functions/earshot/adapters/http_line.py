"""Opens the connection of one hop: vets what the name resolves to, connects to just that, and meters what comes back.

The check sits inside the connection, after the look-up and before the handshake, so nothing can change in between: not
a name that answers differently the second time, and not an address spelled so that two parsers disagree.
"""

import functools
import io
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPResponse, IncompleteRead
from typing import Any

import urllib3
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from earshot.adapters.guard import VettedUrl, is_public
from earshot.domain.errors import FetchError, Unanswered, Unreachable

NO_WAY = "could not be reached"
"""The one text for blocked and for unreachable, so that nobody can map a private network by asking."""

SocketAddress = tuple[str, int] | tuple[str, int, int, int]
Resolver = Callable[..., list[tuple[Any, Any, Any, str, Any]]]
Connect = Callable[[SocketAddress, float], socket.socket]

_PIECE = 16_384
_MOMENT_S = 0.001  # a time-out of zero would mean "do not block" to a socket
_log = logging.getLogger(__name__)


def open_socket(address: SocketAddress, timeout_s: float) -> socket.socket:
    """A connected TCP socket; `address` is numeric, so no name is looked up here."""
    sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one hop may be reached, and how much time and how many bytes it may take."""

    place: VettedUrl
    loopback: tuple[str, int] | None
    """The address to connect to unvetted, where an allowance of the operator names it."""
    ends_at: float
    """The end of the whole trip, on the monotonic clock."""
    connect_s: float
    read_s: float
    max_wire_bytes: int
    too_large: FetchError
    """What to raise when more than `max_wire_bytes` arrive, headers and framing included."""
    resolver: Resolver
    connect: Connect

    def dial(self) -> socket.socket:
        """A socket connected to the first address that answers.

        Raises:
            Unanswered: no address of the name is public, or none answers in time.
        """
        for address in self._addresses():
            if self._left_s() <= 0:
                break
            try:
                sock = self.connect(address, min(self.connect_s, max(_MOMENT_S, self._left_s())))
            except OSError as exc:
                self._note(f"the connection failed: {type(exc).__name__}")
            else:
                # It bounds the TLS handshake, which takes its time-out from the socket.
                sock.settimeout(min(self.read_s, max(_MOMENT_S, self._left_s())))
                return sock
        raise Unanswered(NO_WAY)

    def patience_s(self) -> float:
        """How long the next read or write may take.

        Raises:
            Unanswered: the time of the trip is over.
        """
        left_s = self._left_s()
        if left_s <= 0:
            raise Unanswered("did not answer in time")
        return min(self.read_s, left_s)

    def _left_s(self) -> float:
        return self.ends_at - time.monotonic()

    def _addresses(self) -> list[SocketAddress]:
        if self.loopback is not None:
            return [self.loopback]
        addresses: list[SocketAddress] = list(dict.fromkeys(row[4] for row in self._look_up()))
        # One private address among public ones is refused too: the order of an answer is the attacker's to choose.
        blocked = [address for address in addresses if not is_public(address[0]) or any(address[3:])]
        if blocked:
            self._note("the name leads to an address that is not public")
            return []
        return addresses

    def _look_up(self) -> list[tuple[Any, Any, Any, str, Any]]:
        # The system's resolver takes no time-out, and a hostile name server may be slow on purpose.
        answer: Future[list[tuple[Any, Any, Any, str, Any]]] = Future()
        ask = functools.partial(self.resolver, self.place.host, self.place.port, type=socket.SOCK_STREAM)
        threading.Thread(target=_settle, args=(answer, ask), daemon=True).start()
        try:
            return answer.result(timeout=max(_MOMENT_S, self._left_s()))
        except (OSError, UnicodeError) as exc:
            self._note(f"the look-up failed: {type(exc).__name__}")
            return []

    def _note(self, reason: str) -> None:
        # Host and reason only: the rest of the URL may hold a key.
        _log.debug("no connection", extra={"host": self.place.host, "reason": reason})


def pools(line: Line) -> dict[str, Any]:
    """The urllib3 pool classes by scheme, whose connections all go through `line`."""
    return {"http": functools.partial(_Pool, line=line), "https": functools.partial(_SecurePool, line=line)}


def _settle(answer: Future[Any], ask: Callable[[], Any]) -> None:
    try:
        answer.set_result(ask())
    except Exception as exc:  # noqa: BLE001 - handed over to the thread that waits
        answer.set_exception(exc)


class _Meter(io.RawIOBase):
    """Every byte of an answer passes here, headers included; http.client bounds neither their number nor their time."""

    def __init__(self, inner: io.RawIOBase, sock: socket.socket, line: Line) -> None:
        self._inner = inner
        self._sock = sock
        self._line = line
        self._left = line.max_wire_bytes
        self.has_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._line.patience_s())
        count: int | None = self._inner.readinto(buffer)
        self.has_ended = count == 0
        self._left -= count or 0
        if self._left < 0:
            raise self._line.too_large
        return count

    def close(self) -> None:
        self._inner.close()
        super().close()


class _MeteredResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._meter = _Meter(self.fp.detach(), sock, line)
        self.fp = io.BufferedReader(self._meter)

    def begin(self) -> None:
        super().begin()
        # http.client takes an end amid the headers for the end of the headers, and the answer for an empty one.
        if self._meter.has_ended:
            raise IncompleteRead(b"")


class _Lined(HTTPConnection):
    """A connection that is opened, written and read by its line alone."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line
        self.response_class = self._metered  # type: ignore[assignment]  # http.client only ever calls it
        self._answers: list[_MeteredResponse] = []

    def _metered(self, *args: Any, **kwargs: Any) -> _MeteredResponse:
        self._answers.append(_MeteredResponse(*args, line=self._line, **kwargs))
        return self._answers[-1]

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        try:
            return super().getresponse()
        except BaseException:
            # urllib3 leaves an answer open whose Content-Length it refuses.
            for answer in self._answers:
                answer.close()
            raise

    def _new_conn(self) -> socket.socket:
        # The URL was parsed again on its way here; where two parsers disagree, another host than the vetted is meant.
        if (self.host.strip("[]"), self.port) != (self._line.place.host, self._line.place.port):
            raise Unreachable(NO_WAY)
        return self._line.dial()

    def send(self, data: Any) -> None:
        # In pieces, because a peer that reads slowly may take the whole time-out for each of them.
        if self.sock is None:
            self.connect()
        for start in range(0, len(data), _PIECE):
            self.sock.settimeout(self._line.patience_s())
            super().send(data[start : start + _PIECE])


class _SecureLined(_Lined, HTTPSConnection):
    """The same with TLS: the certificate and the Host header are checked against the name, not the address."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Lined


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureLined
