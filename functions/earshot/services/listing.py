"""Lists of mentions: order, filters and opaque cursors."""

import base64
import binascii
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

import msgspec

from earshot.domain.errors import Invalid
from earshot.domain.ids import digest
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind, Sentiment
from earshot.domain.watch import Role
from earshot.matching.fold import fold
from earshot.ports.table import Table
from earshot.store.mentions import Mentions, author_key, position

MOST_READ = 1000
"""Mentions one request reads at most while it looks for those that pass the filters."""

MAX_LIMIT = 100
_CHUNK = 100
_RANKS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None and "" mean: not at all. `newest` sorts open ones by time instead of rank."""

    status: Status | None = None
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    role: Role | None = None
    watch: str = ""
    author: str = ""
    source: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page: mentions in order, and the cursor of the next page, "" at the end."""

    mentions: tuple[Mention, ...]
    cursor: str = ""


class _Place(msgspec.Struct, array_like=True, frozen=True):
    """Where a list goes on: the check of its filters, the status it was in, and the position of its last row."""

    check: str
    status: str
    rank: int
    listed: str
    pk: str
    sk: str


class Listing:
    """Reads lists of one tenant's mentions."""

    def __init__(self, table: Table) -> None:
        self._mentions = Mentions(table)

    def page(self, tenant: str, filters: Filters, *, cursor: str = "", limit: int = 50) -> Listed:
        """Up to `limit` mentions after `cursor`: open before done, each in its order.

        With filters a page may be short, even empty, and still have a cursor: at most `MOST_READ` are read.

        Raises:
            Invalid: a limit out of 1 to 100, or a cursor that is not of this list.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise Invalid("limit", f"must be from 1 to {MAX_LIMIT}")
        place = _decode(cursor, _check(tenant, filters)) if cursor else None
        wanted = _Sieve(filters)
        kept: list[Mention] = []
        last: Mention | None = None
        for read, mention in enumerate(self._stream(tenant, filters, place, limit), 1):
            if len(kept) == limit or read > MOST_READ:
                assert last is not None  # noqa: S101 - limit is at least 1, so a row was read before
                return Listed(mentions=tuple(kept), cursor=_encode(last, _check(tenant, filters)))
            if wanted.lets_through(mention):
                kept.append(mention)
            last = mention
        return Listed(mentions=tuple(kept))

    def _stream(self, tenant: str, filters: Filters, place: _Place | None, limit: int) -> Iterator[Mention]:
        is_plain = filters == Filters(status=filters.status, newest=filters.newest)
        if filters.newest:
            yield from self._by_time(tenant, filters, place, limit + 1 if is_plain else _CHUNK)
            return
        read = 0
        for status in (filters.status,) if filters.status else (Status.OPEN, Status.DONE):
            if place is not None and place.status != status:
                if status is Status.OPEN:
                    continue
                place = None
            after = (_sk(place, status), place.pk, place.sk) if place else None
            for mention in self._rows(tenant, status, None, after, limit + 1 - read if is_plain else _CHUNK):
                read += 1
                yield mention

    def _by_time(self, tenant: str, filters: Filters, place: _Place | None, chunk: int) -> Iterator[Mention]:
        def rows(status: Status, rank: int | None) -> Iterator[Mention]:
            after = None
            if place is not None:
                time = f"{place.listed}#{place.sk.removeprefix('mention#')}"
                after = (time if rank is None else f"{rank}#{time}", place.pk, place.sk)
            return self._rows(tenant, status, rank, after, chunk)

        streams = []
        if filters.status in (None, Status.OPEN):
            streams += [rows(Status.OPEN, rank) for rank in _RANKS]
        if filters.status in (None, Status.DONE):
            streams.append(rows(Status.DONE, None))
        return heapq.merge(*streams, key=lambda mention: (position(mention).listed, mention.id))

    def _rows(
        self, tenant: str, status: Status, rank: int | None, after: tuple[str, ...] | None, chunk: int
    ) -> Iterator[Mention]:
        while True:
            page = self._mentions.page(tenant, status, rank=rank, after=after, limit=chunk)
            yield from page.mentions
            after = page.after
            if after is None:
                return


class _Sieve:
    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._words = fold(filters.q).text.split()

    def lets_through(self, mention: Mention) -> bool:
        """Whether a mention passes every filter."""
        wanted, verdict = self._filters, mention.verdict
        return (
            (wanted.kind is None or mention.kind is wanted.kind)
            and (wanted.sentiment is None or verdict.sentiment is wanted.sentiment)
            and (wanted.role is None or mention.role is wanted.role)
            and (not wanted.watch or any(match.watch_id == wanted.watch for match in mention.matches))
            and (
                not wanted.author or wanted.author in (author_key(mention), mention.author.name, mention.author.handle)
            )
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


def _check(tenant: str, filters: Filters) -> str:
    return digest(tenant, *(str(getattr(filters, field.name)) for field in fields(filters))).hex()[:8]


def _sk(place: _Place, status: Status) -> str:
    time = f"{place.listed}#{place.sk.removeprefix('mention#')}"
    return f"{place.rank}#{time}" if status is Status.OPEN else time


def _encode(mention: Mention, check: str) -> str:
    at = position(mention)
    place = _Place(check, mention.status, mention.rank, at.listed, *at.key)
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _decode(cursor: str, check: str) -> _Place:
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = msgspec.json.decode(data, type=_Place)
    except (msgspec.MsgspecError, binascii.Error, ValueError, UnicodeError):
        raise Invalid("cursor", "is not one of ours; begin again without it") from None
    if place.check != check:
        raise Invalid("cursor", "belongs to a list with other filters; begin again without it")
    return place
