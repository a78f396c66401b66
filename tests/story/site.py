"""A small web site on loopback whose pages a story changes as it goes on, and a listening post that reads it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Site:
    """The pages by path, and what was asked for."""

    port: int = 0
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        """Changes a page; underscores in header names stand for hyphens."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def serving() -> Iterator[Site]:
    """A site that is up until the story ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = site.pages.get(self.path, (404, {}, b"not here"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Entry:
    """One entry of a feed."""

    link: str
    title: str
    text: str
    guid: str = ""
    date: str = "Tue, 24 Nov 2026 08:00:00 +0000"


def a_feed(*entries: Entry, title: str = "Blog am Hafen") -> str:
    """An RSS 2.0 feed."""
    items = "".join(
        f"<item><title>{e.title}</title><link>{e.link}</link><guid isPermaLink='false'>{e.guid or e.link}</guid>"
        f"<pubDate>{e.date}</pubDate><description>{e.text}</description></item>"
        for e in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


@dataclass
class Post:
    """A listening post of its own: a data folder and a configuration."""

    folder: Path
    site: Site
    extra_env: dict[str, str] = field(default_factory=dict)

    def configure(self, *paths: str, extra: str = "") -> None:
        """Listens for the Café Morgenrot on these pages of the site."""
        sources = "".join(f'[[source]]\nkind = "feed"\nurl = "{self.site.url(path)}"\n' for path in paths)
        (self.folder / "earshot.toml").write_text(
            '[tenant]\nname = "Café Morgenrot"\nlanguage = "de"\ntimezone = "Europe/Berlin"\nsearch = false\n'
            '[[contact]]\nemail = "chefin@morgenrot.example"\n'
            '[[watch]]\nname = "Café Morgenrot"\nsince = 2026-11-01T00:00:00Z\nterms = { any = ["Café Morgenrot"] }\n'
            f"{sources}{extra}",
            encoding="utf-8",
        )

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
        loopback = f"127.0.0.1:{self.site.port}"
        return {
            **kept,
            "PYTHONPATH": str(ROOT / "functions"),
            "EARSHOT_OFFLINE": "1",
            "EARSHOT_LOOPBACK": loopback,
            **self.extra_env,
        }

    def earshot(
        self, *args: str, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "earshot", *args],
            cwd=self.folder,
            env={**self.env, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def once(self) -> dict[str, Any]:
        """One tick; its summary."""
        done = self.earshot("run", "--once", "--json")
        assert done.returncode == 0, done.stderr
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary

    def json(self, *args: str) -> dict[str, Any]:
        """The JSON answer of a command."""
        done = self.earshot(*args, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def mentions(self, *args: str) -> list[dict[str, Any]]:
        """The inbox."""
        found: list[dict[str, Any]] = self.json("mentions", "list", "--limit", "100", *args)["mentions"]
        return found

    def mails(self) -> list[str]:
        """The names of the mails in the outbox."""
        return sorted(file.name for file in (self.folder / ".earshot" / "outbox").glob("*.eml"))
