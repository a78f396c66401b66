"""The heartbeat in the table: one row a deployment, and the mention that is on its way."""

from collections.abc import Callable

from earshot.domain.heartbeat import HEART, Heartbeat
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.collection import Collection


class Heartbeats:
    """The heartbeat of a deployment."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._all = Collection(table, HEART, Heartbeat, lambda _: keys.of_deployment(HEART))

    def last(self) -> Heartbeat | None:
        """The last one, or None."""
        return self._all.at(keys.of_deployment(HEART))

    def put(self, heartbeat: Heartbeat) -> None:
        """Stores a new state.

        Raises:
            Conflict: somebody stored one since it was read.
        """
        self._all.put(heartbeat)

    def change(self, change: Callable[[Heartbeat], Heartbeat], missing: Heartbeat) -> None:
        """Changes what is stored, or begins with `missing`."""
        self._all.update(keys.of_deployment(HEART), change, missing=missing)

    def forget(self, mention_id: str) -> None:
        """Deletes the mention of one that has arrived."""
        self._table.delete(keys.of_tenant(HEART, "mention", mention_id))
