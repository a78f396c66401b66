"""A loopback internet: one TLS server that plays every place by its host, and listening posts that trust it."""

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from earshot.ports.http import Request
from simulation.internet import PLACES
from simulation.publications import Publication
from simulation.stream_places import Place
from story.site import ROOT

BLOG, FORUM, PAGE, TRUSTPILOT = "blog.example", "forum.example", "page.example", "api.trustpilot.com"
OWN = "morgenrot.example"
SEARCHED = tuple(host for place in PLACES for host in place.hosts)
HOSTS = (BLOG, FORUM, PAGE, TRUSTPILOT, OWN, *SEARCHED)


@dataclass
class Internet:
    """The pages by host and path, the places that are searched, and what was asked for."""

    authority: Path
    port: int = 0
    pages: dict[tuple[str, str], tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=lambda: {host: each for each in _played() for host in each.hosts})

    def put(self, url: str, body: str | object, media: str = "", status: int = 200) -> None:
        """Changes a page; what is no text is written as JSON."""
        parts = urlsplit(url)
        is_text = isinstance(body, str)
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        media = media or ("application/xml" if is_text else "application/json")
        self.pages[parts.netloc, path] = (status, f"{media}; charset=utf-8", data)

    def say(self, said: Publication) -> None:
        """Says something at a place that is searched."""
        place = next(each for each in self.places.values() if each.kind == said.kind)
        place.put(said)

    def answer(self, host: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        """The status, the media type and the body of an answer."""
        self.asked.append((host, path, headers))
        found = self.pages.get((host, path)) or self.pages.get((host, path.partition("?")[0]))
        if found is not None:
            return found
        place = self.places.get(host)
        if place is None or not place.shelves:
            return 404, "text/plain", b"not here"
        told = place.answer(Request(url=f"https://{host}{path}", headers=headers, body=body), datetime.now(UTC))
        return told.status, dict(told.headers).get("content-type", "application/json"), told.body

    def hosts_asked(self) -> set[str]:
        """Every host that was asked for something."""
        return {host for host, _, _ in self.asked}

    @property
    def env(self) -> dict[str, str]:
        """What a listening post needs to reach it."""
        return {
            "EARSHOT_LOOPBACK": ",".join(f"{host}:443=127.0.0.1:{self.port}" for host in HOSTS),
            "PYTHONPATH": f"{ROOT / 'functions'}:{Path(__file__).parent / 'trusting'}",
            "STORY_AUTHORITY": str(self.authority),
        }


def _played() -> Iterator[Place]:
    return (place() for place in PLACES)


def certificate(folder: Path, hosts: Iterable[str] = HOSTS) -> Path:
    """Key and certificate for these hosts in one file, signed by itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command")
    names = ",".join(f"DNS:{host}" for host in hosts)
    subject = ["-subj", "/CN=a loopback internet", "-addext", f"subjectAltName={names}"]
    usage = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2", "-nodes"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", *files, *subject, *usage]
    subprocess.run(made, check=True, capture_output=True)
    return folder


@contextmanager
def online(folder: Path) -> Iterator[Internet]:
    """An internet that is up until the story ends; `folder` holds its key and certificate."""
    internet = Internet(folder / "cert.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            host = self.headers["Host"].partition(":")[0]
            status, media, body = internet.answer(host, self.path, dict(self.headers), self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    internet.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield internet
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_word(number: int, kind: str, scope: str, phrase: str, minutes_ago: float = 10) -> Publication:
    """Something that was said some minutes ago at a place that is searched."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return Publication(number=number, kind=kind, scope=scope, brand=1, phrase=phrase, at=at, shown_at=at)
