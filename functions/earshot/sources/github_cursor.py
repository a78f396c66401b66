"""Where we are at GitHub: each of its lists with the newest second known, and the page under way.

A source reads its lists one after another, and each to its end before the next. The newest second of a list becomes
known only then, so whoever dies in between reads some pages again and loses none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from earshot.domain.errors import Malformed
from earshot.sources.json_body import Node, count, read_object, text

OVERLAP_S = 600
"""Seconds read again each time: GitHub's search index takes a while."""

MAX_STEPS = 5
"""Requests of one poll; what is left then comes first in the next one."""

SEARCHED = ("discussions", "issues", "pulls")
"""The lists of a search, in their order."""

OF_REPOSITORY = ("discussions", "issues", "comments")
"""The lists of a repository."""

_NAMES = {*SEARCHED, *OF_REPOSITORY}
_LATEST = 10**11
_MAX_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`known` is the newest second of each list that was read; `at` the list under way, "" between two polls.

    `page` leads to the next page of it, "" for its first one; `top` is the newest second seen of it. `steps` counts
    the requests of this poll.
    """

    known: Mapping[str, int] = field(default_factory=dict)
    at: str = ""
    page: str = ""
    top: int = 0
    steps: int = 0

    @classmethod
    def read(cls, written: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        try:
            node = read_object(written.encode("utf-8", "replace"), "GitHub")
        except Malformed:
            return cls()
        at, page = text(node, "at"), text(node, "page")
        return cls(
            known={name: _second(node, name) for name in sorted(_NAMES) if _second(node, name)},
            at=at if at in _NAMES else "",
            page=page if len(page) <= _MAX_PAGE and page.isascii() and page.isprintable() else "",
            top=_second(node, "top"),
            steps=_second(node, "steps"),
        )

    def write(self) -> str:
        """One line of JSON with what is not empty."""
        fields = {**self.known, "at": self.at, "page": self.page, "top": self.top, "steps": self.steps}
        return json.dumps({key: value for key, value in sorted(fields.items()) if value}, separators=(",", ":"))

    def number(self) -> int:
        """The page as a number, 1 for the first one and for what is none."""
        return int(self.page) if self.page.isdecimal() and len(self.page) < 4 else 1

    def since(self, name: str) -> int:
        """From which second on a list is asked for; 0 where nothing of it is known."""
        return max(self.known[name] - OVERLAP_S, 1) if self.known.get(name) else 0


def advanced(
    cursor: Cursor, name: str, lists: Sequence[str], seconds: Sequence[int], page: str, *, is_partial: bool = False
) -> tuple[Cursor, bool]:
    """The cursor after an answer about one of `lists`, and whether the poll goes on.

    `page` leads on, "" at the end. Of a list that nothing is known of the first page is enough: what came before was
    never promised. A partial answer moves nothing, so it is asked for again by the next poll.
    """
    known, top = cursor.known.get(name, 0), cursor.top if cursor.at == name else 0
    top = max([known, top, *seconds])
    if page and known and len(page) <= _MAX_PAGE and not is_partial:
        return _stepped(replace(cursor, at=name, page=page, top=top))
    found = cursor.known if is_partial or not top else {**cursor.known, name: top}
    following = lists[lists.index(name) + 1 :]
    return _stepped(replace(cursor, known=found, at=following[0] if following else "", page="", top=0))


def _stepped(cursor: Cursor) -> tuple[Cursor, bool]:
    is_open = bool(cursor.at) and cursor.steps + 1 < MAX_STEPS
    return replace(cursor, steps=cursor.steps + 1 if is_open else 0), is_open


def _second(node: Node, key: str) -> int:
    value = count(node, key) or 0
    return value if 0 <= value < _LATEST else 0
