"""Where we are in the three lists of a site of Stack Exchange: the newest second known of each."""

import re
from dataclasses import dataclass

LISTS = ("questions", "answers", "comments")
"""What takes turns, by the names of the API."""

PAGES_A_POLL = 5
"""Answers of one list in one poll; the rest waits for the next one."""

OVERLAP_S = 60
"""Seconds read again each time, because answers come out of caches."""

_CURSOR = re.compile(r"([0-2]):([0-9]{1,11}):([0-9]{1,11}):([0-9]{1,11})(?:\+([1-9]))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`turn` is the list to be asked; `seconds` are the newest ones known of each, 0 at the start.

    `pages` counts what was read of that list in this poll.
    """

    turn: int = 0
    seconds: tuple[int, ...] = (0, 0, 0)
    pages: int = 0

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return cls()
        return cls(turn=int(found[1]), seconds=tuple(map(int, found.groups()[1:4])), pages=int(found[5] or 0))

    def write(self) -> str:
        """Text such as `0:1790000000:1790000020:1790000070`, with `+2` after two pages of the list."""
        return ":".join(map(str, (self.turn, *self.seconds))) + (f"+{self.pages}" if self.pages else "")

    def query(self) -> dict[str, str | int]:
        """What the list is asked for: from the newest second on, oldest first, or the newest where none is known."""
        newest = self.seconds[self.turn]
        if not newest:
            return {"order": "desc"}
        return {"order": "asc", "fromdate": newest if self.pages else max(newest - OVERLAP_S, 1)}

    def stepped(self, newest: int, *, has_more: bool) -> "Cursor":
        """The cursor after an answer; the first one of a list ends it: what came before was never promised."""
        known = self.seconds[self.turn]
        after = max(known, newest)
        goes_on = has_more and known > 0
        if goes_on and self.pages and after == known:
            # One second with more entries than an answer holds would be asked for for ever.
            after += 1
        seconds = (*self.seconds[: self.turn], after, *self.seconds[self.turn + 1 :])
        if goes_on and self.pages + 1 < PAGES_A_POLL:
            return Cursor(turn=self.turn, seconds=seconds, pages=self.pages + 1)
        return Cursor(turn=(self.turn + 1) % len(LISTS), seconds=seconds)
