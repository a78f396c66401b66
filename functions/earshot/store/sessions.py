"""Sign-in links and sessions in the table, known by the hash of their secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.collection import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a secret opens for a person; `purpose` is "sign-in" (once) or "session"."""

    sha256: str
    purpose: str
    tenant: str
    member: str
    expires_at: datetime
    revision: int = 0


class Sessions:
    """All of them."""

    def __init__(self, table: Table) -> None:
        self._all = Collection(table, "session", Session, lambda s: keys.of_secret("SESSION", s.sha256), _places)

    def add(self, session: Session) -> bool:
        """Stores one; tells whether it was new."""
        return self._all.add(session)

    def get(self, sha256: str) -> Session | None:
        """The one with this hash, or None."""
        return self._all.at(keys.of_secret("SESSION", sha256))

    def remove(self, session: Session) -> bool:
        """Deletes one; tells whether this call did it, so that a link works once."""
        return self._all.remove(keys.of_secret("SESSION", session.sha256))


def _places(session: Session) -> dict[str, Any]:
    return {"expires_at": int(session.expires_at.timestamp())}
