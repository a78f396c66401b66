"""Threads in the table, each beside its mention, until nobody has read them for a while."""

from typing import Any

from earshot.domain.kept_thread import KeptThread
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection


class KeptThreads:
    """The threads of all tenants."""

    def __init__(self, table: Table) -> None:
        self._all = Collection(table, "thread", KeptThread, _key, _places)

    def of(self, tenant: str, mention_id: str) -> KeptThread | None:
        """The thread of a mention as it was read last, or None."""
        return self._all.at(keys.of_tenant(tenant, "thread", mention_id))

    def put(self, thread: KeptThread) -> None:
        """Stores a thread in place of the one that was read.

        Raises:
            Conflict: somebody else stored one since.
        """
        self._all.put(thread)


def _key(thread: KeptThread) -> Key:
    return keys.of_tenant(thread.tenant, "thread", thread.mention_id)


def _places(thread: KeptThread) -> dict[str, Any]:
    return {"expires_at": int(thread.expires_at.timestamp())}
