"""Where we are at an instance: the id after which everything is read again, and how far one poll has come.

An instance numbers a post by the moment it was written, also one that reaches it an hour later. So reading goes on not
behind the newest id but behind one that is old enough for all before it to have arrived. Where more is written in that
time than an answer holds, no answer shows such an id: a mark, the newest of an earlier one, becomes it in its time.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.sources.json_body import Node, moment, name

LAG = timedelta(hours=1)
"""How late a post may reach an instance and still be heard."""

LIMIT = 40
"""The most statuses of one answer."""

FULL = 20
"""From here on an answer may have been cut: other programs give 20, and what an account must not see is taken out."""

MAX_PAGES = 5
"""Requests of one poll for a search, and as many for the hashtags; the rest waits for the next one."""

MAX_HITS = 4000
"""Where a search ends at last: a program that counts nothing off would give its newest hits for ever."""

_ID = "[0-9A-Za-z_-]{1,64}"
_FORM = re.compile(rf"({_ID})?(?:>({_ID})@([0-9]{{1,11}}))?(?:>({_ID})?>([st])({_ID})?/([0-4]))?", re.ASCII)
_NAME = re.compile(_ID, re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`floor` is the id behind which a poll begins, `settled` the one behind which the next poll may.

    `mark` is an id that was the newest one, written in the second `mark_at`. Within a poll `step` is "s" for the search
    and "t" for the hashtags, "" between two polls; `at` is how far the step has come, a number of hits or an id, and
    `pages` how many requests it took.
    """

    floor: str = ""
    mark: str = ""
    mark_at: int = 0
    settled: str = ""
    step: str = ""
    at: str = ""
    pages: int = 0

    @classmethod
    def read(cls, written: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        match = _FORM.fullmatch(written)
        if match is None:
            return cls()
        floor, mark, mark_at, settled, step, at, pages = (group or "" for group in match.groups())
        return cls(
            floor=floor,
            mark=mark,
            mark_at=int(mark_at or 0),
            settled=settled or floor,
            step=step,
            at=at if step == "t" or at.isdigit() else "",
            pages=int(pages or 0),
        )

    def write(self) -> str:
        """Text such as `1170>1190@1790000000`, within a poll `1170>1190@1790000000>1180>t1175/2`, "" at the start."""
        mark = f">{self.mark}@{self.mark_at}" if self.mark else ""
        return f"{self.floor}{mark}" + (f">{self.settled}>{self.step}{self.at}/{self.pages}" if self.step else "")

    def after_hashtags(self, statuses: Sequence[Node], received_at: datetime) -> "Cursor":
        """The cursor after a part of a timeline, which goes on behind its newest id; the first has no other part."""
        ids = _ids(statuses)
        begun = (self.at if self.step == "t" else "") or self.floor
        following = self._settled(statuses, received_at)
        if begun and len(statuses) >= FULL and ids and _order(ids[-1]) > _order(begun):
            return following._on("t", ids[-1])
        return following.ended()

    def after_search(self, statuses: Sequence[Node], received_at: datetime, *, is_last: bool) -> "Cursor":
        """The cursor after a part of the hits, newest first, of which the next ones are counted off.

        `is_last` where no hashtags follow. The first search has no other part.
        """
        following = self._settled(statuses, received_at)
        hits = int(self.at) if self.step == "s" and self.at else 0
        if self.floor and len(statuses) >= FULL and hits < MAX_HITS:
            return following._on("s", str(hits + len(statuses)))
        return following.ended() if is_last else replace(following, step="t", at="", pages=0)

    def ended(self) -> "Cursor":
        """The cursor between two polls."""
        floor = self.settled or self.floor
        return replace(self, floor=floor, settled=floor, step="", at="", pages=0)

    @property
    def is_more(self) -> bool:
        """Whether the next request is wanted at once."""
        return self.step != "" and (self.pages > 0 or not self.at)

    def _on(self, step: str, at: str) -> "Cursor":
        pages = self.pages if self.step == step else 0
        return replace(self, step=step, at=at, pages=(pages + 1) % MAX_PAGES)

    def _settled(self, statuses: Sequence[Node], received_at: datetime) -> "Cursor":
        """With the latest id that is old enough beside the newest post; of a first answer at least its oldest id."""
        now = int(received_at.timestamp())
        dated = [(id_, second) for id_, second in _dated(statuses) if second <= now]
        if not dated:
            return self
        mark, mark_at = max(dated, key=lambda each: _order(each[0]))
        newest_at = max(self.mark_at, *(second for _, second in dated))
        seen = [*dated, (self.mark, self.mark_at)] if self.mark else dated
        old = [id_ for id_, second in seen if second <= newest_at - LAG.total_seconds()]
        if not old and not self.settled:
            old = [min((id_ for id_, _ in dated), key=_order)]
        if self.mark and self.mark not in old:
            mark, mark_at = self.mark, self.mark_at
        return replace(self, mark=mark, mark_at=mark_at, settled=max([self.settled, *old], key=_order))


def _dated(statuses: Sequence[Node]) -> Iterator[tuple[str, int]]:
    """The ids of statuses with the seconds in which they were written."""
    for each in statuses:
        at, id_ = moment(each, "created_at"), name(each, "id")
        if at is not None and _NAME.fullmatch(id_):
            yield id_, int(at.timestamp())


def _ids(statuses: Sequence[Node]) -> list[str]:
    """The ids of statuses, oldest first."""
    return sorted((id_ for each in statuses if _NAME.fullmatch(id_ := name(each, "id"))), key=_order)


def _order(id_: str) -> tuple[int, str]:
    """Ids by time: the longer one is later (docs.joinmastodon.org/api/guidelines/#id)."""
    return len(id_), id_
