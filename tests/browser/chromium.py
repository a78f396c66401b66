"""Pages as people see them: fetched from a running listening post and laid out by a headless Chromium."""

import http.client
import re
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from html import escape
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str:
    """The path of a Chromium on this machine, "" without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


@dataclass
class Visitor:
    """Somebody signed in at a local run on `port`."""

    port: int
    cookie: str = ""

    def sign_in(self, path: str) -> None:
        """Uses a sign-in link."""
        _, headers, _ = self._ask("POST", path)
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def page(self, path: str) -> str:
        """The HTML of a page."""
        status, _, body = self._ask("GET", path)
        assert status == 200, f"{path}: {status}"
        return body.decode()

    def send(self, path: str, body: str) -> int:
        """Sends a form and tells the status."""
        return self._ask("POST", path, body)[0]

    def alone(self, path: str) -> str:
        """A page with its style sheets inside, so that it stands alone."""
        return re.sub(
            r'<link rel="stylesheet" href="([^"]+)">',
            lambda found: f"<style>{self.page(found[1])}</style>",
            self.page(path),
        )

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, Message, bytes]:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def framed(html: str, width: int, height: int) -> str:
    """A page in a frame of a phone's width, which writes the width it needs into its title."""
    measure = "document.title = document.querySelector('iframe').contentDocument.documentElement.scrollWidth"
    return (
        f'<!doctype html><meta charset="utf-8"><style>body{{margin:0}}iframe{{border:0}}</style>'
        f'<iframe width="{width}" height="{height}" srcdoc="{escape(html)}" onload="{measure}"></iframe>'
    )


def _run(folder: Path, html: str, *flags: str) -> str:
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    command = [found(), *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def needed_width(folder: Path, html: str, width: int) -> int:
    """How wide a page really is when it is given `width` pixels."""
    dom = _run(folder, framed(html, width, 2000), "--dump-dom", "--window-size=900,2000")
    title = re.search(r"<title>(\d+)</title>", dom)
    assert title, "the page was not laid out"
    return int(title[1])


def screenshot(folder: Path, html: str, file: Path, *, width: int, height: int, dark: bool = False) -> None:
    """A picture of the top of a page."""
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    wrapped = framed(html, width, height)
    _run(folder, wrapped, f"--screenshot={file}", f"--window-size={max(width, 500)},{height}", *scheme)
