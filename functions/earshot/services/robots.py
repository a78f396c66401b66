"""Robots.txt: whether a host lets programs read a page, and how slowly; asked for once a day."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from earshot.domain.errors import Disallowed, FetchError, Gone, Refused, Unreachable
from earshot.ports.clock import Clock
from earshot.ports.http import Http, Request
from earshot.ports.table import Table
from earshot.store.robots import Door, RobotsFile, RobotsFiles

if TYPE_CHECKING:
    from protego import Protego

log = logging.getLogger(__name__)

NAME = "earshot"
"""The name by which a group of rules means us."""

MAX_BYTES = 500 * 1024
"""The least that RFC 9309 (2.5) wants read; a longer file is none that we can judge."""

MOST_HOSTS = 500
"""Hosts whose rules a process remembers."""

MAX_DELAY_S = 3600.0

_AGENT = re.compile(r"\s*user[- ]?agent[\s:]+(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Known:
    file: RobotsFile
    rules: "Protego | None"


class Robots:
    """Reads and remembers the files of hosts. Threads may share it.

    Source:
        RFC 9309 (Robots Exclusion Protocol) §2.2, §2.3.1, §2.4, §2.5; read 2026-11-24. Crawl-delay is not in it, and
        widely meant.
    """

    def __init__(self, table: Table, http: Http, clock: Clock) -> None:
        self._files = RobotsFiles(table)
        self._http = http
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def check(self, url: str, pause: Callable[[], None]) -> None:
        """Returns where a program may read an address; `pause` waits between two requests to its host.

        Raises:
            Disallowed: it may not.
            Unreachable: the rules cannot be read, so nothing is read there for now.
            StoreError: the table cannot be read or written now.
        """
        known = self._of(_origin(url), pause)
        host = urlsplit(url).hostname or ""
        if known.file.door is Door.CLOSED:
            raise Unreachable(f"robots.txt of {host} cannot be read, so nothing is read there for now")
        if known.rules is not None and not known.rules.can_fetch(url, NAME):
            raise Disallowed(host)

    def delay_s(self, url: str) -> float:
        """The Crawl-delay of the host of an address that was checked, an hour at most; 0.0 where it names none."""
        known = self._known.get(_origin(url))
        if known is None or known.rules is None:
            return 0.0
        return min(known.rules.crawl_delay(NAME) or 0.0, MAX_DELAY_S)

    def _of(self, origin: str, pause: Callable[[], None]) -> _Known:
        now = self._clock.now()
        known = self._known.get(origin)
        if known is not None and now < known.file.ends_at:
            return known
        file = self._files.of(origin, now)
        if file is None:
            file = self._asked(origin)
            self._files.keep(file)
            pause()
        if len(self._known) >= MOST_HOSTS:
            self._known.clear()
        known = self._known[origin] = _Known(file, _parsed(file.text) if file.door is Door.RULES else None)
        return known

    def _asked(self, origin: str) -> RobotsFile:
        file = RobotsFile(origin=origin, door=Door.OPEN, read_at=self._clock.now())
        try:
            response = self._http.send(Request(url=f"{origin}/robots.txt", accept="text/plain", max_bytes=MAX_BYTES))
        except Refused as exc:
            # Without a status it is too large to be read, or leads astray: nobody knows what it says.
            return file if exc.status is not None else replace(file, door=Door.CLOSED)
        except Gone:
            return file
        except FetchError:
            return replace(file, door=Door.CLOSED)
        return replace(file, door=Door.RULES, text=_ours(response.body.decode("utf-8", "replace").lstrip("\ufeff")))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _ours(text: str) -> str:
    """The file with all names but ours and "*" made one: thousands of them would each get a copy of thousands of rules.

    Comments and empty lines go too.
    """
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return "\n".join(_renamed(line) for line in lines if line)


def _renamed(line: str) -> str:
    found = _AGENT.match(line)
    if found is None:
        return line
    name = re.split(r"[/\s]", found[1].strip().lower())[0]
    return f"User-agent: {name if name in {'*', NAME} else 'another'}"


def _parsed(text: str) -> "Protego":
    # Only places that are read like a page need it.
    from protego import Protego  # noqa: PLC0415

    return Protego.parse(text)
