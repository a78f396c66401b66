"""Where we are in Hacker News: the newest second known, and the gap behind it that is still to be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

OVERLAP_S = 120
"""Seconds read again each time: Algolia indexes an item some time after it was written."""

_FORM = re.compile(r"([0-9]{1,12})(?::([0-9]{1,12})-([0-9]{1,12}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`newest` is the latest second seen, 0 at the start; if `high` > 0, hits after `low` up to `high` are missing."""

    newest: int = 0
    low: int = 0
    high: int = 0

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        match = _FORM.fullmatch(text)
        if match is None:
            return cls()
        return cls(newest=int(match[1]), low=int(match[2] or 0), high=int(match[3] or 0))

    def write(self) -> str:
        """Text such as `1700000000`, with a gap `1700000000:1699990000-1699995000`, "" at the start."""
        if not self.newest:
            return ""
        return f"{self.newest}:{self.low}-{self.high}" if self.high else str(self.newest)

    def filters(self) -> str:
        """Algolia's `numericFilters` for the next request; "" when everything is asked for."""
        if self.high:
            return f"created_at_i>{self.low},created_at_i<={self.high}"
        return f"created_at_i>{self.newest - OVERLAP_S}" if self.newest else ""


def advanced(cursor: Cursor, seconds: Sequence[int], *, is_cut: bool) -> Cursor:
    """The cursor after an answer whose hits were written at `seconds`; `is_cut` when there were more than it held.

    The newest second never falls. A gap opens where a cut answer ended and closes with the first answer that is whole;
    its upper end is asked for again, because hits of one second may be on both sides of the cut. The very first answer
    opens none: what came before it was never promised.
    """
    newest = max([cursor.newest, *seconds])
    if not cursor.newest or not is_cut or not seconds:
        return Cursor(newest=newest)
    low = cursor.low if cursor.high else cursor.newest - OVERLAP_S
    high = min(seconds)
    if cursor.high:
        # One second with more hits than an answer holds would be asked for for ever.
        high = min(high, cursor.high - 1)
    return Cursor(newest=newest) if high <= low else replace(cursor, newest=newest, low=low, high=high)
