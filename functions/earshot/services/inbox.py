"""The inbox: lists, finds, acknowledges and reopens mentions, and splits stories."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.acknowledging import acknowledge, reopen, validated
from earshot.domain.errors import Conflict
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.listing import MAX_LIMIT, Filters, Listed, Listing
from earshot.services.splitting import Splitting
from earshot.store.mentions import Mentions

_TRIES = 5
Change = Callable[[Mention], Mention]


@dataclass(frozen=True, slots=True)
class Inbox:
    """What people do with mentions. `follow` is told of each change before it is stored, to look for replies."""

    table: Table
    clock: Clock
    follow: Callable[[Mention], object] = lambda _: None

    def list(self, tenant: str, filters: Filters, *, cursor: str = "", limit: int = 50) -> Listed:
        """A page of mentions; see `Listing.page`."""
        return Listing(self.table).page(tenant, filters, cursor=cursor, limit=limit)

    def get(self, tenant: str, id_: str) -> Mention:
        """One mention.

        Raises:
            NotFound: this tenant has no such mention.
        """
        return Mentions(self.table).get(tenant, id_)

    def waiting(self, tenant: str, *, kind: Kind | None = None, most: int = 100) -> int:
        """How many wait for somebody, of one kind or of any, counted up to `most`."""
        rank = None if kind is None else list(Kind).index(kind)
        page = Mentions(self.table).page(tenant, Status.OPEN, rank=rank, after=None, limit=most)
        return sum(kind in (None, mention.kind) for mention in page.mentions)

    def lately(self, tenant: str, since: datetime, *, most: int = 500) -> tuple[Mention, ...] | None:
        """All mentions listed since then, newest first; None when there are more than `most`."""
        found: list[Mention] = []
        cursor = ""
        while len(found) <= most:
            page = self.list(tenant, Filters(newest=True, since=since), cursor=cursor, limit=MAX_LIMIT)
            found += page.mentions
            cursor = page.cursor
            if not cursor:
                break
        return tuple(found) if len(found) <= most else None

    def acknowledge(
        self, tenant: str, id_: str, *, outcome: str, by: str, version: int, note: str = "", answer_url: str = ""
    ) -> Mention:
        """The mention, closed; closing it again the same way by the same actor changes nothing.

        A further place of a story has nothing to close: who acts on its head acts for all places.

        Raises:
            Invalid: the outcome, note or link cannot be used.
            NotFound: this tenant has no such mention.
            Conflict: a person changed it since `version`, or it is a further place of a story.
        """
        done = validated(outcome, by=by, at=self.clock.now(), note=note, answer_url=answer_url)

        def close(mention: Mention) -> Mention:
            if mention.story_id:
                raise Conflict("mention", id_, f"is a further place of a story; act on {mention.story_id}")
            return acknowledge(mention, done, version=version)

        return self._change(tenant, id_, close)

    def reopen(self, tenant: str, id_: str, *, by: str, version: int | None = None) -> Mention:
        """The mention, open again; reopening an open one changes nothing.

        Raises:
            NotFound: this tenant has no such mention.
            Conflict: a person changed it since `version`.
        """
        now = self.clock.now()
        return self._change(tenant, id_, lambda mention: reopen(mention, by=by, at=now, version=version))

    def split(self, tenant: str, story_id: str, mention_id: str, *, by: str) -> Mention:
        """A place of a story as a card of its own; see `Splitting.split`."""
        return Splitting(self.table, self.clock).split(tenant, story_id, mention_id, by=by)

    def _change(self, tenant: str, id_: str, change: Change) -> Mention:
        mentions = Mentions(self.table)
        for _ in range(_TRIES):
            before = mentions.get(tenant, id_)
            after = change(before)
            if after is before:
                return before
            self.follow(after)
            try:
                return mentions.save(after)
            except Conflict:
                # A machine or a person wrote in between: the version, checked anew, tells which.
                continue
        raise Conflict("mention", id_)
