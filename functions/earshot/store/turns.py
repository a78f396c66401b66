"""Turns in the table: when a host that wants to be asked very slowly may be asked again, whoever asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from earshot.domain.errors import Conflict
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.collection import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Nothing is handed out to `host` before `free_at`."""

    host: str
    free_at: datetime
    revision: int = 0


class Turns:
    """The turns of all slow hosts; the others have none."""

    def __init__(self, table: Table) -> None:
        self._all = Collection(table, "turn", Turn, lambda it: keys.of_deployment("turn", it.host), _places)

    def by_host(self) -> dict[str, Turn]:
        """The turns that are kept; some may be over."""
        return {turn.host: turn for turn in self._all.under("DEPLOYMENT")}

    def take(self, turn: Turn, until: datetime) -> bool:
        """Takes the next turn of a host, until which it is left alone; False where another process took it."""
        try:
            self._all.put(replace(turn, free_at=until))
        except Conflict:
            return False
        return True


def _places(turn: Turn) -> dict[str, Any]:
    return {"expires_at": int(turn.free_at.timestamp()) + 1}
