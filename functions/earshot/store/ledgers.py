"""Ledgers in the table: one row for each quota and window, gone a day after it."""

from datetime import timedelta
from typing import Any

from earshot.domain.ledger import EVERYBODY, Ledger
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.codec import stamp
from earshot.store.collection import Collection

KEPT = timedelta(days=1)


class Ledgers:
    """The ledgers of all owners."""

    def __init__(self, table: Table) -> None:
        self.all = Collection(table, "ledger", Ledger, key_of, _places)

    def stored(self, ledger: Ledger) -> Ledger:
        """The ledger as it stands in the table; itself where nothing was taken yet."""
        return self.all.at(key_of(ledger)) or ledger


def key_of(ledger: Ledger) -> Key:
    """Where a ledger is."""
    id_ = f"{ledger.kind}#{ledger.quota}#{stamp(ledger.began_at)}"
    if ledger.owner == EVERYBODY:
        return keys.of_deployment("ledger", id_)
    return keys.of_tenant(ledger.owner, "ledger", id_)


def _places(ledger: Ledger) -> dict[str, Any]:
    return {"expires_at": int((ledger.ends_at + KEPT).timestamp())}
