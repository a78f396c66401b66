"""The places of the cloud ring on one loopback server: blogs by host name, and a webhook that keeps what it is sent."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from earshot.practice import site as practice

Page = Callable[[], bytes]


@dataclass(frozen=True)
class Called:
    """One call of a webhook, exactly as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Places:
    """What stands where, by host and path; and what was asked, how many at a time."""

    port: int = 0
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    called: list[Called] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    hooks: dict[str, Callable[[], None]] = field(default_factory=dict)
    """What happens inside a call of a webhook, by path, before it is answered."""
    slowness_s: float = 0.0
    """How long each page takes, so that two requests at a time would meet."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()

    def put(self, host: str, path: str, body: str) -> str:
        """Puts a page up and tells its address."""
        self.pages[host, path] = body.encode
        return f"http://{host}{path}"

    def get(self, host: str, path: str) -> tuple[str, bytes] | None:
        """The page, once everything around it has been counted."""
        with self._visit(host), self._visit("anywhere"):
            time.sleep(self.slowness_s)
            if host == practice.HOST:
                return practice.page(path)
            page = self.pages.get((host, path))
            return ("application/rss+xml; charset=utf-8", page()) if page else None

    @contextmanager
    def _visit(self, host: str) -> Iterator[None]:
        with self._lock:
            self.asked[host] += 1
            self._inside[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self._inside[host])
        try:
            yield
        finally:
            with self._lock:
                self._inside[host] -= 1


@contextmanager
def serving() -> Iterator[Places]:
    """The places, up until the end of the block."""
    places = Places()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = places.get(self.headers["Host"], self.path)
            content_type, body = found or ("text/plain", b"not here")
            self._answer(200 if found else 404, content_type, body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            places.called.append(Called({name.lower(): value for name, value in self.headers.items()}, body))
            places.hooks.get(self.path, lambda: None)()
            with suppress(OSError):  # the caller may be dead
                self._answer(204, "text/plain", b"")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    places.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield places
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
