"""Deliver: takes planned deliveries through the gate, sends them once and confirms them."""

import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.contact import Contact
from earshot.domain.delivery import Delivery, State, dropped, failed, held, put_off, recovered, sent, taken, told
from earshot.domain.errors import Conflict, Deferred, NotFound, Rejected
from earshot.domain.gate import Gate, Passage, Send, admitted, opens_at, passage, recent, released
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, body_of
from earshot.domain.tenant import Tenant
from earshot.domain.todo import Purpose
from earshot.ports.clock import Clock
from earshot.ports.notifier import Composer, Notice, Notifier
from earshot.ports.table import Table
from earshot.services.alerting import delivery_todo
from earshot.services.links import link_secret, link_token
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries, gate_key
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

MOST_COVERED = 500
"""Deliveries one summary may tell of."""

MOST_LISTED = 20
"""Mentions a summary shows; the others it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one mail tells: the deliveries and their mentions, in the same order, the carrier's own among them."""

    tenant: Tenant
    contact: Contact
    deliveries: tuple[Delivery, ...]
    mentions: tuple[Mention, ...]


class Deliverer:
    """Handles `delivery.planned`; every step may be repeated, and only the send itself may happen twice."""

    def __init__(
        self,
        table: Table,
        clock: Clock,
        composer: Composer,
        notifier: Notifier,
        *,
        secret: bytes,
        base_url: str,
    ) -> None:
        self._clock = clock
        self._composer = composer
        self._notifier = notifier
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._deliveries = Deliveries(table)
        self._mentions = Mentions(table)
        self._todos = Todos(table)
        self._company = Company(table)

    def handle(self, envelope: Envelope) -> int:
        """Sends one delivery if it may go now; tells how many mentions were told of."""
        tenant, id_ = body_of(envelope, "tenant", "delivery")
        now = self._clock.now()
        delivery = self._deliveries.get(tenant, id_)
        if delivery is None:
            return 0
        try:
            return self._proceed(delivery, now)
        except Conflict:
            log.info("delivery is in other hands", extra={"delivery_id": id_})
            return 0

    def _proceed(self, delivery: Delivery, now: datetime) -> int:
        if delivery.state is State.SENDING and delivery.lease_until and delivery.lease_until <= now:
            delivery = self._deliveries.all.save(recovered(delivery, now))
        if delivery.state is State.SENDING or (delivery.state is State.PLANNED and delivery.due_at > now):
            return 0
        if delivery.state is not State.PLANNED:
            self._settle(delivery)
            return 0
        load = self._load(delivery)
        return 0 if load is None else self._pass_gate(delivery, load, now)

    def _pass_gate(self, delivery: Delivery, load: Load, now: datetime) -> int:
        gate = self._deliveries.gates.at(gate_key(_gate_of(delivery))) or _gate_of(delivery)
        way = passage(gate, delivery.id, now, attempt=delivery.attempt)
        if way is Passage.WAIT:
            self._hold(delivery, opens_at(gate, now), now)
            return 0
        carried = self._carried(delivery, recent(gate, now))
        if carried is None:
            return 0
        if carrier := carried.get(delivery.id):
            self._leave_to(carrier, delivery)
            return 0
        is_summary = way is Passage.SUMMARY
        # A worker that was faster changes the revision: this delivery then comes again by its todo.
        gate = self._deliveries.gates.put(
            admitted(gate, delivery.id, now, attempt=delivery.attempt, is_summary=is_summary)
        )
        return self._send(delivery, self._with_waiting(load, gate, carried) if is_summary else load, now)

    def _load(self, delivery: Delivery) -> Load | None:
        tenant = self._company.tenants.at(keys.of_deployment("tenant", delivery.tenant))
        contact = self._company.contacts.at(keys.of_tenant(delivery.tenant, "contact", delivery.contact_id))
        mention = self._mentions.get_many(delivery.tenant, [delivery.subject]).get(delivery.subject)
        if tenant is None or contact is None or mention is None:
            self._end(dropped(delivery, "the contact or the mention is gone"))
            return None
        if mention.acknowledgement is not None:
            self._end(dropped(delivery, "acknowledged before it was told"))
            return None
        return Load(tenant=tenant, contact=contact, deliveries=(delivery,), mentions=(mention,))

    def _hold(self, delivery: Delivery, until: datetime, now: datetime) -> None:
        self._deliveries.all.save(held(delivery, until))
        self._todos.move(delivery_todo(delivery, now), until)

    def _leave_to(self, carrier: Delivery, delivery: Delivery) -> None:
        if carrier.state is State.SENT:
            self._end(told(delivery, carrier))

    def _carried(self, delivery: Delivery, sends: Sequence[Send]) -> dict[str, Delivery] | None:
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

    def _with_waiting(self, load: Load, gate: Gate, carried: Container[str]) -> Load:
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
            if (mention := mentions.get(each.subject)) and mention.acknowledgement is None
        ]
        pairs.append((carrier, load.mentions[0]))
        pairs.sort(key=lambda pair: (pair[1].rank, -pair[1].verdict.urgency, pair[1].seen_at))
        return Load(
            tenant=load.tenant,
            contact=load.contact,
            deliveries=tuple(each for each, _ in pairs),
            mentions=tuple(mention for _, mention in pairs),
        )

    def _send(self, delivery: Delivery, load: Load, now: datetime) -> int:
        covers = tuple(each.id for each in load.deliveries if each.id != delivery.id)
        delivery = self._deliveries.all.save(taken(delivery, now, covers))
        for each in load.deliveries[:MOST_LISTED]:
            self._deliveries.remember_token(link_token(self._secret, each, now))
        try:
            self._notifier.send(self._composer.compose(self._notice(delivery, load)))
        except Rejected as exc:
            self._end(failed(delivery, exc.reason[:300]))
            self._release(delivery)
            log.error("delivery refused", extra={"delivery_id": delivery.id, "channel": exc.channel})
            return 0
        except Deferred as exc:
            self._put_off(delivery, exc, now)
            return 0
        self._settle(self._deliveries.all.save(sent(delivery, self._clock.now())))
        return len(load.mentions)

    def _notice(self, delivery: Delivery, load: Load) -> Notice:
        shown = load.deliveries[:MOST_LISTED]
        return Notice(
            delivery_id=delivery.id,
            tenant=load.tenant,
            contact=load.contact,
            mentions=load.mentions[:MOST_LISTED],
            links={each.subject: f"{self._base_url}/a/{link_secret(self._secret, each.id)}" for each in shown},
            watch_names=self._watch_names(load),
            more=len(load.mentions) - len(shown),
        )

    def _watch_names(self, load: Load) -> dict[str, str]:
        return {watch.id: watch.name for watch in self._company.watches_of(load.tenant.id)}

    def _put_off(self, delivery: Delivery, error: Deferred, now: datetime) -> None:
        later = self._deliveries.all.save(put_off(delivery, now, error.reason[:300]))
        log.warning("delivery put off", extra={"delivery_id": delivery.id, "attempt": delivery.attempt})
        if later.state is State.FAILED:
            self._todos.remove(delivery_todo(later, now))
        else:
            self._todos.move(delivery_todo(later, now), later.due_at)
        self._release(delivery)

    def _release(self, delivery: Delivery) -> None:
        """Gives back the place in the gate of an attempt that the channel did not take."""
        self._deliveries.gates.update(
            gate_key(_gate_of(delivery)),
            lambda gate: released(gate, delivery.id, attempt=delivery.attempt - 1),
            missing=_gate_of(delivery),
        )

    def _settle(self, carrier: Delivery) -> None:
        """Finishes what follows from a delivery's last state: marks what it told, then deletes its todo."""
        for id_ in carrier.covers:
            self._mark_told(id_, carrier)
        self._todos.remove(delivery_todo(carrier, self._clock.now()))

    def _mark_told(self, id_: str, carrier: Delivery) -> None:
        try:
            member = self._deliveries.all.update(
                keys.of_tenant(carrier.tenant, "delivery", id_),
                lambda each: told(each, carrier) if each.state is State.PLANNED else each,
            )
        except NotFound:
            return
        if member.state is not State.SENDING:
            self._todos.remove(delivery_todo(member, self._clock.now()))

    def _end(self, delivery: Delivery) -> None:
        try:
            self._deliveries.all.save(delivery)
        except Conflict:
            # Somebody else has it; its own todo brings it to its end.
            return
        self._todos.remove(delivery_todo(delivery, self._clock.now()))


def _gate_of(delivery: Delivery) -> Gate:
    return Gate(tenant=delivery.tenant, contact_id=delivery.contact_id, channel=delivery.channel)
