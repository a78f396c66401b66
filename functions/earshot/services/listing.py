"""Lists of mentions: order, filters and opaque cursors."""

import base64
import binascii
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from earshot.domain.errors import Invalid
from earshot.domain.ids import digest, is_id
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind, Sentiment
from earshot.domain.watch import Role
from earshot.matching.fold import fold
from earshot.ports.table import Table
from earshot.store.codec import newest_first
from earshot.store.mentions import (
    MentionPage,
    Mentions,
    after_by_author,
    after_in_inbox,
    listed_time,
    written_time,
)

MOST_READ = 1000
"""Rows one request reads at most while it looks for those that pass the filters."""

MAX_LIMIT = 100
_CHUNK = 100
_FIRST_OF_MANY = 2
"""Rows read at first of each of several lists that are merged: most of them may be of no use."""

After: TypeAlias = tuple[str, ...] | None
Read: TypeAlias = Callable[[After, int], MentionPage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None and "" mean: not at all. `newest` sorts by time instead of status and rank.

    `author` is a name or handle, or the `author_key` of one author: their mentions are read by links, newest first by
    when they were written, whatever the order asked for. `story` is the id of the mention that tells one: its places
    come in the order in which they were found, the head in front.
    """

    status: Status | None = None
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    role: Role | None = None
    watch: str = ""
    author: str = ""
    source: str = ""
    story: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page: mentions in order, and the cursor of the next page, "" at the end."""

    mentions: tuple[Mention, ...]
    cursor: str = ""


class _Place(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Where a list goes on: the check of its filters, and the status, rank, time and id of the last mention.

    Keys are made of it for the tenant that asks, so a forged place leads nowhere but through one's own list.
    """

    check: str
    status: Status
    rank: Annotated[int, msgspec.Meta(ge=0, lt=len(Kind))]
    time: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{13}\Z")]
    id: str


class _Spent(Exception):
    """The request has read as many rows as it may."""


class _Allowance:
    """The rows one request may read: `most`, in chunks that suit a page for which about `goal` are needed."""

    def __init__(self, *, most: int, goal: int) -> None:
        self._left = most
        self._goal = goal
        self._shown = 0

    def stream(self, read: Read, after: After, *, first: int) -> Iterator[Mention]:
        """What `read` gives, chunk by chunk, `first` rows to begin with.

        Raises:
            _Spent: more rows are wanted than one request may read.
        """
        chunk, mine = first, 0
        while True:
            if not self._left:
                raise _Spent
            page = read(after, min(chunk, self._left))
            self._left -= page.read
            for mention in page.mentions:
                yield mention
                mine += 1
                self._shown += 1
            after = page.after
            if after is None:
                return
            chunk = max(first, min(mine, self._share(mine), _CHUNK))

    def _share(self, mine: int) -> int:
        """What a stream adds to what is still needed, if it goes on as it did: it has shown `mine` so far."""
        return -(-(self._goal - self._shown) * mine // max(self._shown, 1))


class Listing:
    """Reads lists of one tenant's mentions."""

    def __init__(self, table: Table) -> None:
        self._mentions = Mentions(table)

    def page(self, tenant: str, filters: Filters, *, cursor: str = "", limit: int = 50) -> Listed:
        """Up to `limit` mentions after `cursor`: open before done, each in its order.

        With filters a page may be short, even empty, and still have a cursor: at most `MOST_READ` rows are read.

        Raises:
            Invalid: a limit out of 1 to 100, or a cursor that is not of this list.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise Invalid("limit", f"must be from 1 to {MAX_LIMIT}")
        place = _decode(cursor, _check(tenant, filters)) if cursor else None
        kept: list[Mention] = []
        last: Mention | None = None
        wanted = _Sieve(filters)
        try:
            for mention in self._stream(tenant, filters, place, limit + 1):
                if len(kept) == limit:
                    raise _Spent
                if wanted.ends_before(mention):
                    break
                if wanted.lets_through(mention):
                    kept.append(mention)
                last = mention
        except _Spent:
            return Listed(mentions=tuple(kept), cursor=_encode(last, tenant, filters) if last else "")
        return Listed(mentions=tuple(kept))

    def _stream(self, tenant: str, filters: Filters, place: _Place | None, goal: int) -> Iterator[Mention]:
        """The mentions of a list, in order; `goal` are enough where no filter leaves any out."""
        if filters.story:
            return self._by_story(tenant, filters.story, place)
        if is_id("a", filters.author):
            return self._by_author(tenant, filters.author, place, goal)
        if filters.newest:
            is_plain = filters == Filters(status=filters.status, newest=True, since=filters.since)
            allowance = _Allowance(most=MOST_READ, goal=goal if is_plain else MOST_READ)
            return self._by_time(tenant, filters.status, place, allowance)
        is_plain = filters == Filters(status=filters.status)
        allowance = _Allowance(most=goal if is_plain else MOST_READ, goal=MOST_READ)
        return self._by_rank(tenant, filters.status, place, allowance, first=goal)

    def _by_author(self, tenant: str, author: str, place: _Place | None, goal: int) -> Iterator[Mention]:
        def read(after: After, limit: int) -> MentionPage:
            return self._mentions.by_author(tenant, author, after=after, limit=limit)

        after = after_by_author(tenant, author, time=place.time, id_=place.id) if place else None
        return _Allowance(most=MOST_READ, goal=MOST_READ).stream(read, after, first=goal)

    def _by_story(self, tenant: str, story: str, place: _Place | None) -> Iterator[Mention]:
        """The head and its places in one read: there are never more of them kept than a request may read."""
        head = self._mentions.get_many(tenant, [story]).get(story)
        if head is None or head.story_id:
            return
        ids = [story, *(each.mention_id for each in head.copies)]
        found = self._mentions.get_many(tenant, ids)
        rest = ids[ids.index(place.id) + 1 :] if place and place.id in ids else ids
        yield from (found[id_] for id_ in rest if id_ in found and (id_ == story or found[id_].story_id))

    def _by_rank(
        self, tenant: str, only: Status | None, place: _Place | None, allowance: _Allowance, *, first: int
    ) -> Iterator[Mention]:
        for status in (only,) if only else (Status.OPEN, Status.DONE):
            if place is not None and place.status is not status:
                if status is Status.OPEN:
                    continue
                place = None
            rank = place.rank if place and status is Status.OPEN else None
            after = after_in_inbox(tenant, rank=rank, time=place.time, id_=place.id) if place else None
            yield from allowance.stream(self._read(tenant, status, None), after, first=first)

    def _by_time(
        self, tenant: str, only: Status | None, place: _Place | None, allowance: _Allowance
    ) -> Iterator[Mention]:
        ranks: list[int | None] = [] if only is Status.DONE else list(range(len(Kind)))
        streams = []
        for rank in ranks + ([] if only is Status.OPEN else [None]):
            after = after_in_inbox(tenant, rank=rank, time=place.time, id_=place.id) if place else None
            read = self._read(tenant, Status.DONE if rank is None else Status.OPEN, rank)
            streams.append(allowance.stream(read, after, first=_FIRST_OF_MANY))
        return heapq.merge(*streams, key=lambda mention: (listed_time(mention), mention.id))

    def _read(self, tenant: str, status: Status, rank: int | None) -> Read:
        def read(after: After, limit: int) -> MentionPage:
            return self._mentions.page(tenant, status, rank=rank, after=after, limit=limit)

        return read


class _Sieve:
    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._words = fold(filters.q).text.split()
        self._author = "" if is_id("a", filters.author) else filters.author
        self._oldest = newest_first(filters.since) if filters.since and _is_by_time(filters) else ""

    def ends_before(self, mention: Mention) -> bool:
        """Whether this mention and all that follow are older than asked for; never where the order is another one."""
        return bool(self._oldest) and listed_time(mention) > self._oldest

    def lets_through(self, mention: Mention) -> bool:
        """Whether a mention passes every filter."""
        wanted, verdict = self._filters, mention.verdict
        return (
            (wanted.status is None or mention.status is wanted.status)
            and (wanted.kind is None or mention.kind is wanted.kind)
            and (wanted.sentiment is None or verdict.sentiment is wanted.sentiment)
            and (wanted.role is None or mention.role is wanted.role)
            and (not wanted.watch or any(match.watch_id == wanted.watch for match in mention.matches))
            and (not self._author or self._author in (mention.author.name, mention.author.handle))
            and (not wanted.source or mention.source_id == wanted.source)
            and (wanted.since is None or mention.listed_at >= wanted.since)
            and (wanted.until is None or mention.listed_at < wanted.until)
            and self._says(mention)
        )

    def _says(self, mention: Mention) -> bool:
        if not self._words:
            return True
        text = fold(f"{mention.title} {mention.excerpt} {mention.author.name} {mention.author.handle}").text
        return all(word in text for word in self._words)


def _is_by_time(filters: Filters) -> bool:
    return filters.newest and not filters.story and not is_id("a", filters.author)


def _check(tenant: str, filters: Filters) -> str:
    return digest(tenant, *(str(getattr(filters, field.name)) for field in fields(filters))).hex()[:8]


def _encode(mention: Mention, tenant: str, filters: Filters) -> str:
    time = written_time(mention) if is_id("a", filters.author) else listed_time(mention)
    place = _Place(_check(tenant, filters), mention.status, mention.rank, time, mention.id)
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _decode(cursor: str, check: str) -> _Place:
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(data, type=_Place)
    except (msgspec.MsgspecError, binascii.Error, ValueError, UnicodeError):
        place = None
    if place is None or not is_id("m", place.id):
        raise Invalid("cursor", "is not one of ours; begin again without it")
    if place.check != check:
        raise Invalid("cursor", "belongs to a list with other filters; begin again without it")
    return place
