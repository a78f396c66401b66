"""Lists that give the newest first, page by page: how far they were read, and where reading goes on.

A walk goes down from the top of a list until it meets what is known. Only then does the newest thing it saw become
known, so a walk that is interrupted loses nothing: it goes on from its page, or anew from the top.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

MAX_PAGES = 5
"""Pages of one list that are read in one poll; a longer walk goes on in the next poll, a first one ends here."""

MAX_TOKEN = 500
"""Characters of a page token; a longer one counts as none."""

_TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN}}}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST = 253_402_300_799_999
"""The last millisecond of the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far one list was read: `known` is the time, in milliseconds, up to which everything was.

    Under way it has a `token`, its next page; `newest` is the latest time it saw, `pages` what it read in this poll.
    """

    known: int = 0
    newest: int = 0
    pages: int = 0
    token: str = ""

    @classmethod
    def read(cls, text: str) -> "Walk":
        """The walk that was written; one that has not begun where the text is none."""
        known, newest, pages, token = (*text.split("|", 3), "", "", "")[:4]
        if not _NUMBER.fullmatch(known):
            return cls()
        if not (_NUMBER.fullmatch(newest) and pages.isdecimal() and len(pages) == 1 and _TOKEN.fullmatch(token)):
            return cls(known=int(known))
        return cls(known=int(known), newest=int(newest), pages=int(pages), token=token)

    def write(self) -> str:
        """The walk as text without blanks; "" for one that has not begun."""
        if self.token:
            return f"{self.known}|{self.newest}|{self.pages}|{self.token}"
        return str(self.known) if self.known else ""

    def restarted(self) -> "Walk":
        """The same from the top of the list, for when a page token is not accepted any more."""
        return Walk(known=self.known)

    def stepped(
        self, moments: Iterable[datetime | None], token: str, received_at: datetime, *, overlap: timedelta = timedelta()
    ) -> tuple["Walk", bool]:
        """The walk after a page that held these times, and whether the next page is to be read at once.

        `token` names the next page, "" where there is none. Times ahead of `received_at` count as none. With an
        `overlap` the walk goes on until it has met what is known and that much older.
        """
        seen = [at for moment in moments if moment is not None and (at := milliseconds(moment)) > 0]
        seen = [at for at in seen if at <= milliseconds(received_at)]
        newest = max(self.newest, self.known, *seen, 0)
        pages = self.pages + 1
        is_met = bool(self.known and seen and min(seen) < self.known - overlap // _MILLISECOND)
        if is_met or not _TOKEN.fullmatch(token) or (pages >= MAX_PAGES and not self.known):
            return Walk(known=newest), False
        if pages >= MAX_PAGES:
            return replace(self, newest=newest, pages=0, token=token), False
        return replace(self, newest=newest, pages=pages, token=token), True


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Several lists of one place, read one after the other in every poll; `at` is the one whose turn it is."""

    walks: tuple[Walk, ...]
    at: int = 0

    @classmethod
    def read(cls, text: str, lists: int) -> "Round":
        """The round that was written for this many lists; a fresh one where the text is none."""
        at, *written = text.split(" ")
        if len(written) != lists or at not in map(str, range(lists)):
            return cls(walks=(Walk(),) * lists)
        return cls(walks=tuple(map(Walk.read, written)), at=int(at))

    def write(self) -> str:
        """The round as text; "" for one that has not begun."""
        if self.at == 0 and not any(walk.write() for walk in self.walks):
            return ""
        return " ".join([str(self.at), *(walk.write() or "-" for walk in self.walks)])

    @property
    def walk(self) -> Walk:
        """The walk whose turn it is."""
        return self.walks[self.at]

    def stepped(self, moments: Iterable[datetime | None], token: str, received_at: datetime) -> tuple["Round", bool]:
        """The round after a page of its list, and whether the next request is to be made at once."""
        walk, goes_on = self.walk.stepped(moments, token, received_at)
        return self._with(walk, goes_on)

    def restarted(self) -> tuple["Round", bool]:
        """The round with this list to be read from its top in the next poll, and whether another list is left now."""
        return self._with(self.walk.restarted(), goes_on=False)

    def _with(self, walk: Walk, goes_on: bool) -> tuple["Round", bool]:
        walks = (*self.walks[: self.at], walk, *self.walks[self.at + 1 :])
        if goes_on:
            return Round(walks=walks, at=self.at), True
        following = (self.at + 1) % len(walks)
        return Round(walks=walks, at=following), following != 0


def milliseconds(moment: datetime) -> int:
    """The whole milliseconds from 1970 to a moment."""
    return (moment - _EPOCH) // _MILLISECOND


def moment_at(number: int) -> datetime:
    """The moment that many milliseconds after 1970; never before 1970 and never after the year 9999."""
    return _EPOCH + min(max(number, 0), _LAST) * _MILLISECOND
