"""Real servers on the loopback interface, which answer with exactly the bytes a test gives them."""

import functools
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from earshot.adapters.guard import parse_allowances
from earshot.adapters.http import HttpAdapter, trusted_tls

_trusted_tls = functools.cache(trusted_tls)  # loading all authorities takes longer than most tests

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PUBLIC = "93.184.215.14"


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


class Server:
    """What a test may know of the server it talks to."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.place = f"127.0.0.1:{port}"
        self.url = f"http://{self.place}/"
        self.requests: list[bytes] = []
        self.closing = threading.Event()


Answer = bytes | Callable[[Server, bytes, socket.socket], None]


@contextmanager
def serving(answer: Answer, host: str = "127.0.0.1", is_silent: bool = False) -> Iterator[Server]:
    """A server that answers every connection with `answer`: bytes, or a function of server, request and connection.

    One that `is_silent` leaves the request unread and answers at once.
    """
    listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    server = Server(listener.getsockname()[1])
    workers: list[threading.Thread] = []
    accepting = threading.Thread(target=_accept, args=(listener, server, answer, workers, is_silent))
    accepting.start()
    try:
        yield server
    finally:
        server.closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
        listener.close()
        for worker in workers:
            worker.join()


def _accept(
    listener: socket.socket, server: Server, answer: Answer, workers: list[threading.Thread], is_silent: bool
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        workers.append(threading.Thread(target=_serve, args=(connection, server, answer, is_silent)))
        workers[-1].start()


def _serve(connection: socket.socket, server: Server, answer: Answer, is_silent: bool) -> None:
    with connection:
        connection.settimeout(5)
        try:
            request = b"" if is_silent else _read_request(connection)
            server.requests.append(request)
            if callable(answer):
                answer(server, request, connection)
            else:
                connection.sendall(answer)
        except OSError:
            pass  # the client hung up, as it should on most of these answers


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (piece := connection.recv(65_536)):
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (piece := connection.recv(65_536)):
        body += piece
    return head + b"\r\n\r\n" + body


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a well-formed answer; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def by_path(answers: Mapping[str, bytes]) -> Answer:
    """Answers each path with its own bytes."""

    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(answers[request.split(b" ")[1].decode("ascii")])

    return answer


def an_http(*places: str, **changes: Any) -> HttpAdapter:
    """An adapter that may reach the loopback `places`."""
    settings: dict[str, Any] = {
        "user_agent": "Earshot/test (+https://earshot.example; ops@acme.example)",
        "clock": Noon(),
        "allowances": parse_allowances(",".join(places)),
        "tls": _trusted_tls(),
    }
    return HttpAdapter(**(settings | changes))


def as_if_public(*names: str) -> Callable[..., list[tuple[Any, Any, Any, str, Any]]]:
    """A resolver that answers every name with one public address, or with the addresses given."""

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[tuple[Any, Any, Any, str, Any]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names or (PUBLIC,)]

    return resolve


class Switchboard:
    """Connects what would go to a public address to a loopback server, and remembers where it should have gone."""

    def __init__(self, port: int, times: int = 99) -> None:
        self._port = port
        self._times = times
        self.calls: list[Any] = []

    def __call__(self, address: Any, timeout_s: float) -> socket.socket:
        self.calls.append(address)
        if len(self.calls) > self._times:
            raise OSError("nobody there")
        return socket.create_connection(("127.0.0.1", self._port), timeout_s)
