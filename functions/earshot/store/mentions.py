"""Mentions in the table: stored once, listed by status, linked to authors and threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from earshot.domain.ids import make_id
from earshot.domain.mention import Mention, Status
from earshot.ports.table import Key, Row, Table
from earshot.store import keys
from earshot.store.codec import from_row, newest_first
from earshot.store.collection import Collection

RETENTION = timedelta(days=396)
"""13 months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionPage:
    """Some mentions in list order, where to go on (None at the end), and how many rows were read for them."""

    mentions: tuple[Mention, ...]
    after: tuple[str, ...] | None = None
    read: int = 0


class Mentions:
    """The mentions of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._all = Collection(table, "mention", Mention, _key, _places)

    def get(self, tenant: str, id_: str) -> Mention:
        """One mention.

        Raises:
            NotFound: this tenant has no such mention.
        """
        return self._all.need(keys.of_tenant(tenant, "mention", id_))

    def get_many(self, tenant: str, ids: Sequence[str]) -> dict[str, Mention]:
        """Those that exist, by id."""
        found = self._table.get_many([keys.of_tenant(tenant, "mention", id_) for id_ in dict.fromkeys(ids)])
        return {mention.id: mention for mention in (from_row(row, Mention) for row in found.values())}

    def add(self, mention: Mention) -> bool:
        """Stores the links, then the mention if it is absent; tells whether it was.

        A crash in between leaves links that point nowhere, which readers skip; a repetition writes the same links.
        """
        self._table.put_many(_links(mention))
        return self._all.add(mention)

    def save(self, mention: Mention) -> Mention:
        """Stores a new state.

        Raises:
            Conflict: it was written since it was read.
        """
        return self._all.save(mention)

    def page(
        self, tenant: str, status: Status, *, rank: int | None = None, after: tuple[str, ...] | None, limit: int
    ) -> MentionPage:
        """Open ones by rank and then newest first (or of one rank only), done ones newest first."""
        prefix = "" if rank is None else f"{rank}#"
        partition = keys.inbox_partition(tenant, status)
        page = self._table.query(partition, index="inbox", prefix=prefix, after=after, limit=limit)
        mentions = tuple(from_row(row, Mention) for row in page.rows)
        return MentionPage(mentions=mentions, after=page.after, read=len(page.rows))

    def count_open(self, tenant: str) -> int:
        """How many mentions wait for somebody."""
        count, after = 0, None
        while True:
            page = self.page(tenant, Status.OPEN, after=after, limit=500)
            count, after = count + len(page.mentions), page.after
            if after is None:
                return count

    def by_author(self, tenant: str, author: str, *, after: tuple[str, ...] | None, limit: int) -> MentionPage:
        """The mentions of one author (an `author_key`), newest first; links that a lost race left are skipped."""
        prefix = f"link#author#{author}#"
        page = self._table.query(f"TENANT#{tenant}", prefix=prefix, after=after, limit=limit)
        linked = [(row.key, row.key.sk.rpartition("#")[2]) for row in page.rows]
        found = self.get_many(tenant, [id_ for _, id_ in linked])
        right = tuple(found[id_] for key, id_ in linked if id_ in found and key in _link_keys(found[id_]))
        return MentionPage(mentions=right, after=page.after, read=len(page.rows))


def listed_time(mention: Mention) -> str:
    """The time at which `Mentions.page` lists a mention, as a sort key."""
    return newest_first(mention.listed_at)


def written_time(mention: Mention) -> str:
    """The time at which `Mentions.by_author` lists a mention, as a sort key."""
    return newest_first(mention.posted_at or mention.seen_at)


def after_in_inbox(tenant: str, *, rank: int | None, time: str, id_: str) -> tuple[str, ...]:
    """Where `Mentions.page` goes on after this mention: among those of a rank, or among the done ones for None."""
    order = f"{time}#{id_}"
    return (order if rank is None else f"{rank}#{order}", *keys.of_tenant(tenant, "mention", id_))


def after_by_author(tenant: str, author: str, *, time: str, id_: str) -> tuple[str, ...]:
    """Where `Mentions.by_author` goes on after this mention."""
    key = keys.of_tenant(tenant, "link", f"author#{author}#{time}#{id_}")
    return (key.sk, *key)


def author_key(mention: Mention) -> str:
    """Names an author across mentions of one kind of source; "" when the source names nobody."""
    author = mention.author
    native = author.id or author.handle or author.url or author.name.casefold()
    return make_id("a", mention.source_kind, native) if native else ""


def _key(mention: Mention) -> Key:
    return keys.of_tenant(mention.tenant, "mention", mention.id)


def _places(mention: Mention) -> dict[str, Any]:
    # A place of a story has no card: its head stands in the inbox for it.
    inbox = None if mention.story_id else keys.in_inbox(mention)
    return {"inbox": inbox, "expires_at": int((mention.seen_at + RETENTION).timestamp())}


def _links(mention: Mention) -> list[Row]:
    expires_at = int((mention.seen_at + RETENTION).timestamp())
    return [Row(key=key, kind="link", expires_at=expires_at) for key in _link_keys(mention)]


def _link_keys(mention: Mention) -> list[Key]:
    thread = mention.root_id or mention.thread_url
    named = [("author", author_key(mention)), ("thread", make_id("t", mention.source_kind, thread) if thread else "")]
    order = f"{written_time(mention)}#{mention.id}"
    return [keys.of_tenant(mention.tenant, "link", f"{what}#{id_}#{order}") for what, id_ in named if id_]
