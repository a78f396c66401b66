"""Keeping: what a place wants done with a new mention is prepared before that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.mention import Mention
from earshot.domain.rechecking import first_look
from earshot.domain.source import Source
from earshot.domain.todo import Purpose, Todo
from earshot.domain.vanishing import without_text
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector, GroupsRechecks, Rechecks
from earshot.ports.table import Table
from earshot.services.following import ref_of
from earshot.services.recheck_plan import group_name
from earshot.services.timing import group_of
from earshot.store.todos import Todos

_MANY = 100
"""Posts that a message names where nobody need be asked for them."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Knows from the connectors what may be kept, and what is looked at again."""

    table: Table
    connectors: Mapping[str, Connector]
    clock: Clock

    def prepare(self, mention: Mention, source: Source) -> None:
        """Leaves a todo for a post that is to be looked at again; written before its mention, as often as it takes."""
        todo = recheck_todo(self.connectors.get(source.kind), mention, source, self.clock.now())
        if todo is not None:
            Todos(self.table).add(todo)

    def reduced(self, mention: Mention) -> Mention:
        """The mention without its text and author, where its place lets nobody keep them."""
        connector = self.connectors.get(mention.source_kind)
        return mention if connector is None or connector.place.keeping.keeps_text else without_text(mention)


def recheck_todo(connector: Connector | None, mention: Mention, source: Source, now: datetime) -> Todo | None:
    """What is written before a new mention; None where its place asks for nothing, or cannot be asked."""
    if connector is None or source.kind != mention.source_kind:
        return None
    due_at = first_look(connector.place.keeping, now)
    if due_at is None or not (isinstance(connector, Rechecks) or connector.place.keeping.max_age):
        return None
    host, sort, at_once = mention.source_kind, "", _MANY
    if isinstance(connector, Rechecks):
        ref = ref_of(mention, source.locator)
        host, at_once = group_of(connector.recheck_request([ref]).url), connector.recheck_batch
        sort = connector.recheck_group(ref) if isinstance(connector, GroupsRechecks) else ""
    return Todo(
        tenant=mention.tenant,
        purpose=Purpose.RECHECK,
        subject=mention.id,
        group=group_name(host, mention.source_kind, sort, source.owner),
        due_at=due_at,
        created_at=now,
        pace_s=connector.place.pace_s,
        at_once=at_once,
    )
