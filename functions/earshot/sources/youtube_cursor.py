"""Where we are at YouTube: the newest second of a search, its gap, the videos whose comments are read, the next step.

One poll is a search, the details of what it found, and the comments of a few videos, one request each. Which videos are
looked at changes from poll to poll by the clock and not by the cursor, so a poll without news leaves it as it was.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.domain.errors import Malformed
from earshot.domain.ids import digest
from earshot.sources.json_body import Node, child, count, name, read_object, text, values

OVERLAP_S = 6 * 3600
"""Seconds searched again each time: YouTube's index takes a while with new videos."""

MAX_STREAMS = 20
"""Videos whose comments are read: those found last."""

MAX_STEPS = 6
"""Requests of one poll; what is left then comes first in the next one."""

_AT_ONCE = 4
"""Videos of which one poll reads the comments."""

_LATEST = 10**11
_KEY = re.compile(r"[A-Za-z0-9_-]{11}|UC[A-Za-z0-9_-]{22}", re.ASCII)
_MAX_TOKEN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`newest` is the latest second found; if `high` > 0, videos after `low` up to `high` are missing.

    `streams` are ids of videos (or of a channel) with the second of the newest comment known, 0 at first. `details`
    are videos to be asked for, `waiting` streams to be read in this poll, their first one from the page `token` on,
    whose first page began at second `top`. `steps` counts the requests of this poll.
    """

    newest: int = 0
    low: int = 0
    high: int = 0
    streams: tuple[tuple[str, int], ...] = ()
    details: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    token: str = ""
    top: int = 0
    steps: int = 0

    @classmethod
    def read(cls, written: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        try:
            node = read_object(written.encode("utf-8", "replace"), "YouTube")
        except Malformed:
            return cls()
        streams = child(node, "s")
        return cls(
            newest=_second(node, "n"),
            low=_second(node, "l"),
            high=_second(node, "h"),
            streams=tuple((key, _second(streams, key)) for key in streams if _KEY.fullmatch(key))[:MAX_STREAMS],
            details=_keys(node, "d"),
            waiting=_keys(node, "w"),
            token=text(node, "t") if len(text(node, "t")) <= _MAX_TOKEN else "",
            top=_second(node, "p"),
            steps=_second(node, "k"),
        )

    def write(self) -> str:
        """One line of JSON with what is not empty."""
        fields = {
            "n": self.newest,
            "l": self.low,
            "h": self.high,
            "s": dict(self.streams),
            "d": self.details,
            "w": self.waiting,
            "t": self.token,
            "p": self.top,
            "k": self.steps,
        }
        return json.dumps({key: value for key, value in fields.items() if value}, separators=(",", ":"))

    def known(self, key: str) -> int:
        """The second of the newest comment known of a stream."""
        return dict(self.streams).get(key, 0)


def after_search(cursor: Cursor, found: Sequence[tuple[str, int]], *, is_cut: bool, at: datetime) -> Cursor:
    """The cursor after an answer to a search: `found` are ids and seconds, `is_cut` says that it had further pages.

    A gap opens where a cut answer ended, its upper end is asked for again, and it closes with the first whole answer.
    The very first answer opens none: what came before was never promised.
    """
    seconds = [second for _, second in found]
    low, high = 0, 0
    if cursor.newest and is_cut and seconds:
        # What was known before is read again by the first page only: each search counts.
        low = cursor.low if cursor.high else cursor.newest
        # One second with more videos than an answer holds would be asked for for ever.
        high = min([*seconds, cursor.high - 1] if cursor.high else seconds)
    if high <= low:
        low, high = 0, 0
    streams = _joined(cursor, found)
    return replace(
        cursor,
        newest=max([cursor.newest, *seconds]),
        low=low,
        high=high,
        streams=streams,
        details=tuple(key for key, _ in found if key not in dict(cursor.streams)),
        waiting=_chosen(streams, at),
    )


def after_comments(cursor: Cursor, seconds: Sequence[int], token: str) -> Cursor:
    """The cursor after a page of the first waiting stream, newest first: the next page of it, or the next stream.

    A stream is read on until what was known; of one that is new the first page is enough.
    """
    head, *rest = cursor.waiting
    known, top = cursor.known(head), cursor.top or max(seconds, default=0)
    goes_on = bool(token) and token != cursor.token and len(token) <= _MAX_TOKEN
    if goes_on and known and seconds and min(seconds) > known:
        return replace(cursor, token=token, top=top)
    streams = tuple((key, max(known, top)) if key == head else (key, second) for key, second in cursor.streams)
    return replace(cursor, streams=streams, waiting=tuple(rest), token="", top=0)


def passed(cursor: Cursor, *, forgets: bool) -> Cursor:
    """The cursor without its first waiting stream, which cannot be read now, or, if it `forgets`, never again."""
    head, *rest = cursor.waiting
    streams = tuple(each for each in cursor.streams if not (forgets and each[0] == head))
    return replace(cursor, streams=streams, waiting=tuple(rest), token="", top=0)


def stepped(cursor: Cursor) -> tuple[Cursor, bool]:
    """The cursor with one more step counted, and whether this poll goes on."""
    is_open = bool(cursor.details or cursor.high or cursor.waiting) and cursor.steps + 1 < MAX_STEPS
    return replace(cursor, steps=cursor.steps + 1 if is_open else 0), is_open


def _joined(cursor: Cursor, found: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The streams with the videos found: newer ones push the oldest out, late ones come where there is room."""
    known = dict(cursor.streams)
    fresh = [(key, 0) for key, second in found if key not in known and second > cursor.newest]
    late = [(key, 0) for key, second in found if key not in known and second <= cursor.newest]
    return (*fresh, *cursor.streams, *late)[:MAX_STREAMS]


def _chosen(streams: Sequence[tuple[str, int]], at: datetime) -> tuple[str, ...]:
    """The streams whose turn it is in this minute."""
    minute = at.isoformat(timespec="minutes")
    return tuple(sorted((key for key, _ in streams), key=lambda key: digest(minute, key)))[:_AT_ONCE]


def _second(node: Node, key: str) -> int:
    value = count(node, key) or 0
    return value if 0 <= value < _LATEST else 0


def _keys(node: Node, key: str) -> tuple[str, ...]:
    written = (name({"id": each}, "id") for each in values(node, key))
    return tuple(each for each in written if _KEY.fullmatch(each))[:50]
