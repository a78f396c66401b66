"""Loads: what one message tells, of one mention or of all that wait for the same contact."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from earshot.domain.contact import Contact
from earshot.domain.delivery import Delivery, State
from earshot.domain.gate import Gate, Send
from earshot.domain.mention import Mention
from earshot.domain.tenant import Tenant
from earshot.domain.todo import Purpose
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos

MOST_COVERED = 500
"""Deliveries one summary may tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one message tells: the deliveries and their mentions, in the same order, the carrier's own among them."""

    tenant: Tenant
    contact: Contact
    deliveries: tuple[Delivery, ...]
    mentions: tuple[Mention, ...]


class Loads:
    """Reads what a delivery is to tell."""

    def __init__(self, table: Table) -> None:
        self._deliveries = Deliveries(table)
        self._mentions = Mentions(table)
        self._todos = Todos(table)
        self._company = Company(table)

    def of(self, delivery: Delivery) -> Load | None:
        """The delivery by itself, or None when its tenant, contact or mention is gone."""
        tenant = self._company.tenants.at(keys.of_deployment("tenant", delivery.tenant))
        contact = self._company.contacts.at(keys.of_tenant(delivery.tenant, "contact", delivery.contact_id))
        mention = self._mentions.get_many(delivery.tenant, [delivery.subject]).get(delivery.subject)
        if tenant is None or contact is None or mention is None or not contact.address(delivery.channel):
            return None
        return Load(tenant=tenant, contact=contact, deliveries=(delivery,), mentions=(mention,))

    def carried(self, delivery: Delivery, sends: Sequence[Send]) -> dict[str, Delivery] | None:
        """The deliveries that other recent summaries tell or told of, with their carriers; None while one is choosing.

        Only where a worker died or stalled inside a summary is there any: until all are marked the gate is shut.
        """
        carried: dict[str, Delivery] = {}
        for send in sends:
            is_other = send.is_summary and send.delivery_id != delivery.id
            carrier = self._deliveries.get(delivery.tenant, send.delivery_id) if is_other else None
            if carrier is None:
                continue
            if carrier.state is State.PLANNED and carrier.attempt == send.attempt:
                return None
            if carrier.state in (State.SENDING, State.SENT):
                carried.update(dict.fromkeys(carrier.covers, carrier))
        return carried

    def with_waiting(self, load: Load, gate: Gate, carried: Container[str]) -> Load:
        """The load with everything else that waits for the same contact.

        Left out is what another summary carries, and what passed the gate: another worker has it in hand, or it goes
        again as a second copy of the same mail.
        """
        carrier = load.deliveries[0]
        passed = {send.delivery_id for send in gate.sends}
        group = f"{carrier.contact_id}#{carrier.channel}"
        todos = self._todos.of_group(carrier.tenant, Purpose.DELIVERY, group, limit=MOST_COVERED)
        found = [self._deliveries.get(carrier.tenant, todo.subject) for todo in todos]
        others = [
            each
            for each in found
            if each and each.state is State.PLANNED and each.id not in passed and each.id not in carried
        ]
        mentions = self._mentions.get_many(carrier.tenant, [each.subject for each in others])
        pairs = [
            (each, mention)
            for each in others
            if (mention := mentions.get(each.subject)) and mention.acknowledgement is None and not mention.gone_at
        ]
        pairs.append((carrier, load.mentions[0]))
        pairs.sort(key=lambda pair: (pair[1].rank, -pair[1].verdict.urgency, pair[1].seen_at))
        return Load(
            tenant=load.tenant,
            contact=load.contact,
            deliveries=tuple(each for each, _ in pairs),
            mentions=tuple(mention for _, mention in pairs),
        )
