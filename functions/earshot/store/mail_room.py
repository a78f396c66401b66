"""The mail room in the table: addresses by their hash, and for a week what was held back and what providers asked."""

import hashlib
from typing import Any

from earshot.domain.mail_room import KEPT, Forwarding, HeldMail, Mailbox, Slot
from earshot.ports.table import Key, Table
from earshot.store import keys
from earshot.store.collection import Collection

MOST_SHOWN = 50


class MailRoom:
    """The mail rooms of all tenants. A row may outlive its week, so its time is looked at as well."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.boxes = Collection(table, "mailbox", Mailbox, lambda it: box_key(it.tenant))
        self.held = Collection(table, "mail", HeldMail, lambda it: held_key(it.tenant, it.id), _held_places)
        self.forwardings = Collection(
            table, "forwarding", Forwarding, lambda it: keys.of_tenant(it.tenant, "forwarding", it.id), _asked_places
        )

    def box(self, tenant: str) -> Mailbox:
        """A tenant's mailbox, as new where none is stored."""
        return self.boxes.at(box_key(tenant)) or Mailbox(tenant=tenant)

    def open(self, address: str, tenant: str) -> None:
        """Lets mails to an address reach a tenant."""
        self._slots(address).add(Slot(tenant=tenant))

    def shut(self, address: str) -> None:
        """Lets mails to an address reach nobody."""
        self._table.delete(slot_key(address))

    def owner(self, address: str) -> str:
        """Whose address it is, "" if nobody's."""
        found = self._slots(address).at(slot_key(address))
        return found.tenant if found else ""

    def _slots(self, address: str) -> Collection[Slot]:
        return Collection(self._table, "mailslot", Slot, lambda _: slot_key(address))


def box_key(tenant: str) -> Key:
    """Where a tenant's mailbox is."""
    return keys.of_tenant(tenant, "mailbox")


def held_key(tenant: str, id_: str) -> Key:
    """Where a mail that was held back is."""
    return keys.of_tenant(tenant, "mail", id_)


def slot_key(address: str) -> Key:
    """Where it stands whose address this is; the address itself is not stored there."""
    return keys.of_secret("MAILSLOT", hashlib.sha256(address.lower().encode("utf-8", "replace")).hexdigest())


def _held_places(mail: HeldMail) -> dict[str, Any]:
    return {"expires_at": int((mail.received_at + KEPT).timestamp())}


def _asked_places(asked: Forwarding) -> dict[str, Any]:
    return {"expires_at": int((asked.received_at + KEPT).timestamp())}
