"""Vanishing: posts that their place has deleted lose their text here too, for everybody who listens there."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from earshot.domain.errors import Conflict, NotFound
from earshot.domain.mention import Mention, mention_id
from earshot.domain.source import Source
from earshot.domain.vanishing import aged, vanished, without_author
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions

log = logging.getLogger(__name__)

_TRIES = 10
_BY_ADDRESS = "url1:"
"""How identities begin that are the address of a page, and no platform's own name of a post."""


class Vanishing:
    """Empties the mentions of deleted posts. It may be repeated, and broken off after each write."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._mentions = Mentions(table)
        self._listening = Listening(table)
        self._clock = clock

    def forget(self, source: Source, identities: Sequence[str], *, correlation_id: str) -> int:
        """Empties what listeners of a source, paused or not, have of these posts; tells how many mentions that was.

        A place speaks for its own posts only: what others brought is left alone, whatever it says of their addresses.

        Raises:
            Conflict: one is changed by many at once.
        """
        tenants = [each.tenant for each in self._listening.subscribers(source.id)] if identities else []
        forgotten = sum(self._forget(source, tenant, identities) for tenant in tenants)
        if forgotten:
            told = {"source_id": source.id, "correlation_id": correlation_id, "mentions": forgotten}
            log.info("deleted posts forgotten", extra=told)
        return forgotten

    def _forget(self, source: Source, tenant: str, identities: Sequence[str]) -> int:
        known = self._mentions.get_many(tenant, [mention_id(tenant, identity) for identity in identities])
        there = [each for each in known.values() if each.gone_at is None and _speaks_for(source, each)]
        for mention in there:
            self.vanish(mention)
        return len(there)

    def vanish(self, mention: Mention) -> None:
        """Empties one mention, whose post is deleted.

        Raises:
            Conflict: it is changed by many at once.
        """
        self._empty(mention, vanished)

    def age(self, mention: Mention) -> None:
        """Takes text and author away from one mention, because its place lets nobody keep them longer.

        Raises:
            Conflict: it is changed by many at once.
        """
        self._empty(mention, aged)

    def _empty(self, mention: Mention, emptied: Callable[[Mention, datetime], Mention]) -> None:
        if mention.story_id:
            # The head first: once the mention itself says that it is gone, nobody comes back here.
            self._change(mention.tenant, mention.story_id, partial(without_author, place_id=mention.id))
        self._change(mention.tenant, mention.id, lambda stored: emptied(stored, self._clock.now()))

    def _change(self, tenant: str, id_: str, change: Callable[[Mention], Mention]) -> None:
        for _ in range(_TRIES):
            try:
                before = self._mentions.get(tenant, id_)
            except NotFound:
                return
            after = change(before)
            if after == before:
                return
            try:
                self._mentions.save(after)
            except Conflict:
                continue
            return
        raise Conflict("mention", id_, "is changed by many at once; try again")


def _speaks_for(source: Source, mention: Mention) -> bool:
    """Whether a source is believed that this is deleted: a platform for its own names, else only who brought it.

    An address is no proof, because any place may write any address into its answer.
    """
    is_of_platform = mention.source_kind == source.kind and not mention.identity.startswith(_BY_ADDRESS)
    return mention.source_id == source.id or is_of_platform
