"""What robots.txt of a host says, in the table for a day, so that not every process asks for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)

MAX_TEXT = 100_000
"""Characters of rules that fit into a row; longer ones stay in the process that read them."""


class Door(StrEnum):
    """What a host's robots.txt means: `rules` to be read, everything `open`, or everything `closed` for now."""

    RULES = "rules"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """The answer of one host (`origin` is scheme, host and port) to the request for its robots.txt."""

    origin: str
    door: Door
    read_at: datetime
    text: str = ""
    revision: int = 0

    @property
    def ends_at(self) -> datetime:
        """When it has to be asked for again."""
        return self.read_at + (HOUR if self.door is Door.CLOSED else DAY)


class RobotsFiles:
    """The files of all hosts."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._all = Collection(table, "robots", RobotsFile, lambda it: _key(it.origin), _places)

    def of(self, origin: str, now: datetime) -> RobotsFile | None:
        """What was kept of a host, or None where that is too old."""
        found = self._all.at(_key(origin))
        return found if found is not None and now < found.ends_at else None

    def keep(self, file: RobotsFile) -> None:
        """Stores a file whatever stood there, unless it is too long for a row."""
        if len(file.text.encode()) <= MAX_TEXT:
            self._table.put_many([self._all.row(file)])


def _key(origin: str) -> Key:
    return keys.of_source(f"host#{origin}", "robots")


def _places(file: RobotsFile) -> dict[str, Any]:
    return {"expires_at": int(file.ends_at.timestamp())}
