"""How far a search of X was read: counted first, then read from the newest post down to the last known one.

Ids grow with time, so they are what is remembered; a page token would be worth nothing an hour later.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

MOST_PAGES = 5
"""Pages that are read in one poll; the rest follows in the next one."""

FEWEST = 10
"""The fewest posts that a search can be asked for, and all that the first reading of a search takes."""

MOST = 100
"""The most posts of one page."""

_WRITTEN = re.compile(r"(-|[0-9]{1,19}):([0-9]{1,9}):([0-9]{1,19}):([0-9]{1,19}):([0-9])", re.ASCII)
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_EPOCH_MS = 1_288_834_974_657
_FIRST_WITH_TIME = 30_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`since` is the newest post known: None before the first reading, 0 where none is known within X's seven days.

    While posts are read, `left` is how many are left by the count, `newest` the newest one seen, `until` the oldest one
    (0 for none yet), and `pages` what was read in this poll.
    """

    since: int | None = None
    left: int = 0
    newest: int = 0
    until: int = 0
    pages: int = 0

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that was written; that of a first reading where the text is none."""
        if _ID.fullmatch(text):
            return cls(since=int(text))
        if found := _WRITTEN.fullmatch(text):
            since, *rest = found.groups()
            left, newest, until, pages = map(int, rest)
            return cls(since=None if since == "-" else int(since), left=left, newest=newest, until=until, pages=pages)
        return cls()

    def write(self) -> str:
        """The cursor as text; "" for that of a first reading."""
        since = "-" if self.since is None else str(self.since)
        if self.left:
            return f"{since}:{self.left}:{self.newest}:{self.until}:{self.pages}"
        return "" if self.since is None else since

    @property
    def wanted(self) -> int:
        """How many posts the next page is asked for; 0 where they are to be counted first."""
        return min(max(self.left, FEWEST), MOST) if self.left else 0

    def counted(self, posts: int) -> "Cursor":
        """The cursor after a count."""
        if self.since is None:
            return Cursor(since=None if posts else 0, left=min(posts, FEWEST))
        return Cursor(since=self.since, left=min(posts, 10**9 - 1))

    def stepped(self, ids: Iterable[int], *, is_cut: bool) -> tuple["Cursor", bool]:
        """The cursor after a page with these posts, and whether the next page is to be read at once.

        `is_cut` says that more posts are older than these.
        """
        seen = list(ids)
        newest = max(self.newest, self.since or 0, *seen, 0)
        if not (is_cut and seen) or self.since is None:
            return Cursor(since=newest), False
        goes_on = self.pages + 1 < MOST_PAGES
        left = max(self.left - len(seen), 1)
        pages = self.pages + 1 if goes_on else 0
        return replace(self, left=left, newest=newest, until=min(seen), pages=pages), goes_on

    def restarted(self) -> "Cursor":
        """The cursor for when X knows the ids no more: what was seen on the way counts, else the last seven days."""
        return Cursor(since=self.newest if self.newest > (self.since or 0) else 0)


def moment_of(id_: int) -> datetime | None:
    """When the post of an id was written; None for the ids of before November 2010, which do not tell.

    Source:
        docs.x.com/resources/fundamentals/x-ids; read 2026-11-24.
    """
    if id_ < _FIRST_WITH_TIME:
        return None
    return datetime.fromtimestamp(((id_ >> 22) + _EPOCH_MS) / 1000, UTC)
