"""Where we are in the two lists of a Lemmy instance, posts and comments, which are read in turns.

Lists come newest first by the date that their author's server wrote, while ids count what this instance received. So a
walk goes from page to page as long as one brings ids that were not known: what was late by federation is found too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

PAGES_A_POLL = 5
"""Pages of one list that are read in one poll; the walk goes on in the next one."""

MAX_PAGES = 100
"""Pages of one walk: what an instance received during a pause of days is not read to the end."""

Turn = Literal["p", "c"]
"""Whose turn it is: posts or comments."""

Version = Literal["", "3", "4"]
"""The version of the interface; "" asks 3 and may learn that there is a 4."""

_FORM = re.compile(
    r"([pc])([34]?)\.([0-9]{1,15})\.([0-9]{1,15})(?:\.([0-9]{1,15})\.([0-9]{1,3})(?:\.([A-Za-z0-9_-]{1,200}))?)?",
    re.ASCII,
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`posts` and `comments` are the largest ids of finished walks, 0 at the start.

    A walk under way has read `page` pages of the list whose turn it is, saw the id `top`, and goes on at `token` where
    the interface pages by tokens.
    """

    turn: Turn = "p"
    version: Version = ""
    posts: int = 0
    comments: int = 0
    top: int = 0
    page: int = 0
    token: str = ""

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        found = _FORM.fullmatch(text)
        if found is None:
            return cls()
        return cls(
            turn="p" if found[1] == "p" else "c",
            version="4" if found[2] == "4" else "3" if found[2] == "3" else "",
            posts=int(found[3]),
            comments=int(found[4]),
            top=int(found[5] or 0),
            page=int(found[6] or 0),
            token=found[7] or "",
        )

    def write(self) -> str:
        """Text such as `p.500.900`, within a walk `c4.500.900.960.2.token`."""
        idle = f"{self.turn}{self.version}.{self.posts}.{self.comments}"
        if not self.page:
            return idle
        return f"{idle}.{self.top}.{self.page}" + (f".{self.token}" if self.token else "")

    @property
    def known(self) -> int:
        """The largest id of the last finished walk of the list whose turn it is."""
        return self.posts if self.turn == "p" else self.comments

    def restarted(self, version: Version) -> "Cursor":
        """The same turn from the top of its list."""
        return replace(self, version=version, top=0, page=0, token="")

    def stepped(self, ids: Iterable[int], *, has_next: bool, token: str) -> tuple["Cursor", bool]:
        """The cursor after a page that held these ids, and whether the next request is to be made at once.

        `has_next` says whether the list goes on, and `token` where, if not at the next number. The first walk ends with
        its first page: what came before it was never promised.
        """
        seen = tuple(ids)
        top, page = max((self.top, self.known, *seen)), self.page + 1
        is_new = bool(seen) and max(seen) > self.known
        is_lost = self.version == "4" and not _TOKEN.fullmatch(token)
        if not (self.known and is_new and has_next) or is_lost or page >= MAX_PAGES:
            return self._finished(top), self.turn == "p"
        going_on = replace(self, top=top, page=page, token=token if self.version == "4" else "")
        return going_on, page % PAGES_A_POLL != 0

    def _finished(self, top: int) -> "Cursor":
        if self.turn == "p":
            return Cursor(turn="c", version=self.version, posts=top, comments=self.comments)
        return Cursor(turn="p", version=self.version, posts=self.posts, comments=top)
