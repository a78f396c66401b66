"""Keeping: what a place wants done with a new mention is prepared before that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from earshot.domain.mention import Mention
from earshot.domain.source import Source
from earshot.domain.vanishing import without_text
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.table import Table
from earshot.services.rechecks import recheck_todo
from earshot.store.todos import Todos


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
