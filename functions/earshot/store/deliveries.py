"""Deliveries, gates and the tokens of the links in mails, in the table."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from earshot.domain.delivery import Delivery, State
from earshot.domain.gate import WINDOW, Gate
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.codec import from_row, stamp
from earshot.store.collection import Collection
from earshot.store.mentions import RETENTION

TOKEN_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkToken:
    """What a link in a mail opens: one mention, for the contact the mail went to."""

    sha256: str
    tenant: str
    contact_id: str
    delivery_id: str
    mention_id: str
    expires_at: datetime
    revision: int = 0


class Deliveries:
    """What is to be told, was told, and may not be told yet."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.all = Collection(table, "delivery", Delivery, _delivery_key, _delivery_places)
        self.gates = Collection(table, "gate", Gate, gate_key, _gate_places)
        self._tokens = Collection(table, "token", LinkToken, lambda t: keys.of_secret("TOKEN", t.sha256), _token_places)

    def get(self, tenant: str, id_: str) -> Delivery | None:
        """One delivery, or None."""
        return self.all.at(keys.of_tenant(tenant, "delivery", id_))

    def any_of(self, tenant: str, ids: Sequence[str]) -> bool:
        """Whether one of these deliveries is there, in whatever state."""
        return bool(self._table.get_many([keys.of_tenant(tenant, "delivery", id_) for id_ in ids]))

    def given_up(self, tenant: str) -> Iterator[Delivery]:
        """A tenant's failed and uncertain deliveries, oldest first; the index they stand in may lag."""
        after: tuple[str, ...] | None = None
        while True:
            page = self._table.query(_given_up_partition(tenant), index="inbox", after=after)
            yield from (from_row(row, Delivery) for row in page.rows)
            after = page.after
            if after is None:
                return

    def remember_token(self, token: LinkToken) -> None:
        """Stores what a link opens; a second copy of the same mail has the same link."""
        self._tokens.add(token)

    def token(self, secret: str) -> LinkToken | None:
        """What a link opens, or None."""
        return self._tokens.at(keys.of_secret("TOKEN", secret_hash(secret)))


def secret_hash(secret: str) -> str:
    """The SHA-256 under which a secret is known, in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def gate_key(gate: Gate) -> Key:
    """Where the gate of a contact and channel is."""
    return keys.of_tenant(gate.tenant, "gate", f"{gate.contact_id}#{gate.channel}")


def _delivery_key(delivery: Delivery) -> Key:
    return keys.of_tenant(delivery.tenant, "delivery", delivery.id)


def _delivery_places(delivery: Delivery) -> dict[str, Any]:
    places: dict[str, Any] = {"expires_at": int((delivery.created_at + RETENTION).timestamp())}
    if delivery.state in (State.FAILED, State.UNCERTAIN):
        places["inbox"] = Key(_given_up_partition(delivery.tenant), f"{stamp(delivery.created_at)}#{delivery.id}")
    return places


def _given_up_partition(tenant: str) -> str:
    return f"TENANT#{tenant}#given-up"


def _gate_places(gate: Gate) -> dict[str, Any]:
    last = max((send.at for send in gate.sends), default=None)
    return {"expires_at": int((last + 2 * WINDOW).timestamp())} if last else {}


def _token_places(token: LinkToken) -> dict[str, Any]:
    return {"expires_at": int(token.expires_at.timestamp())}
