"""Deliver: takes planned deliveries through the gate, sends them once and confirms them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from earshot.domain.contact import Channel
from earshot.domain.delivery import (
    Delivery,
    State,
    delivery_todo,
    dropped,
    failed,
    held,
    put_off,
    recovered,
    sent,
    taken,
    told,
    uncertain,
)
from earshot.domain.errors import Conflict, Deferred, DeliveryError, Halted, NotFound, Rejected, Unconfirmed
from earshot.domain.gate import CAPS, Gate, Passage, admitted, opens_at, passage, recent, released
from earshot.domain.heartbeat import HEART
from earshot.domain.messages import Envelope, body_of
from earshot.ports.clock import Clock
from earshot.ports.notifier import Courier, Notice
from earshot.ports.table import Table
from earshot.services.heart import Heart
from earshot.services.links import link_secret, link_token
from earshot.services.loads import Load, Loads
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries, gate_key
from earshot.store.todos import Todos

log = logging.getLogger(__name__)

GATE_TRIES = 5
"""How often a delivery asks a gate that others go through at the same time."""

MOST_LISTED = 20
"""Mentions a summary shows; the others it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell somebody; `waited` is the time from seeing the mention to the channel taking the message."""

    channel: Channel
    is_sent: bool
    waited: timedelta


class Deliverer:
    """Handles `delivery.planned`; every step may be repeated, and only the send itself may happen twice."""

    def __init__(
        self,
        table: Table,
        clock: Clock,
        couriers: Mapping[Channel, Courier[Any]],
        *,
        secret: bytes,
        base_url: str,
        attempted: Callable[[Attempt], None] = lambda _: None,
        beaten: Callable[[timedelta], None] = lambda _: None,
    ) -> None:
        self._heart = Heart(table)
        self._beaten = beaten
        self._clock = clock
        self._couriers = couriers
        self._attempted = attempted
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._loads = Loads(table)
        self._deliveries = Deliveries(table)
        self._todos = Todos(table)
        self._company = Company(table)

    def handle(self, envelope: Envelope) -> int:
        """Sends one delivery if it may go now; tells how many mentions were told of."""
        tenant, id_ = body_of(envelope, "tenant", "delivery")
        now = self._clock.now()
        if tenant == HEART:
            self._heart.take(id_, now, self._beaten)
            return 0
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

    def _pass_gate(self, delivery: Delivery, load: Load, now: datetime, tries: int = GATE_TRIES) -> int:
        cap = CAPS.get(delivery.channel)
        if cap is None:
            return self._send(delivery, load, now)
        gate = self._deliveries.gates.at(gate_key(_gate_of(delivery))) or _gate_of(delivery)
        way = passage(gate, delivery.id, now, attempt=delivery.attempt, cap=cap)
        if way is Passage.WAIT:
            self._wait(delivery, load, opens_at(gate, now, cap), now)
            return 0
        carried = self._loads.carried(delivery, recent(gate, now))
        if carried is None:
            return 0
        if carrier := carried.get(delivery.id):
            self._leave_to(carrier, delivery)
            return 0
        is_summary = way is Passage.SUMMARY
        try:
            gate = self._deliveries.gates.put(
                admitted(gate, delivery.id, now, attempt=delivery.attempt, is_summary=is_summary)
            )
        except Conflict:
            # Another worker went through first. After a few times this delivery is left to its todo.
            if tries == 1:
                raise
            return self._pass_gate(delivery, load, now, tries - 1)
        return self._send(delivery, self._loads.with_waiting(load, gate, carried) if is_summary else load, now)

    def _wait(self, delivery: Delivery, load: Load, until: datetime, now: datetime) -> None:
        """Holds a message until its gate opens; an SMS to somebody who has mail is left to the mail."""
        if delivery.channel is Channel.SMS and load.contact.email:
            self._end(dropped(delivery, "told by mail, since an SMS went out within the hour"))
            return
        self._hold(delivery, until, now)

    def _load(self, delivery: Delivery) -> Load | None:
        load = self._loads.of(delivery)
        if load is None:
            self._end(dropped(delivery, "the contact, its address or the mention is gone"))
            return None
        if load.mentions[0].acknowledgement is not None:
            self._end(dropped(delivery, "acknowledged before it was told"))
            return None
        if load.mentions[0].gone_at is not None:
            self._end(dropped(delivery, "deleted at its place before it was told"))
            return None
        return load

    def _hold(self, delivery: Delivery, until: datetime, now: datetime) -> None:
        self._deliveries.all.save(held(delivery, until))
        self._todos.move(delivery_todo(delivery, now), until)

    def _leave_to(self, carrier: Delivery, delivery: Delivery) -> None:
        if carrier.state is State.SENT:
            self._end(told(delivery, carrier))

    def _send(self, delivery: Delivery, load: Load, now: datetime) -> int:
        covers = tuple(each.id for each in load.deliveries if each.id != delivery.id)
        delivery = self._deliveries.all.save(taken(delivery, now, covers))
        for each in load.deliveries[:MOST_LISTED]:
            self._deliveries.remember_token(link_token(self._secret, each, now))
        try:
            self._tell(delivery, load)
        except Rejected as exc:
            self._end(failed(delivery, exc.reason[:300]))
            self._release(delivery)
            log.error("delivery refused", extra={"delivery_id": delivery.id, "channel": exc.channel})
            return 0
        except Unconfirmed as exc:
            self._doubt(delivery, exc, now)
            return 0
        except Deferred as exc:
            self._put_off(delivery, exc, now)
            return 0
        self._settle(self._deliveries.all.save(sent(delivery, self._clock.now())))
        return len(load.mentions)

    def _tell(self, delivery: Delivery, load: Load) -> None:
        channel, is_sent = delivery.channel, False
        if channel not in self._couriers:
            raise Rejected(channel, "this run cannot tell anybody that way")
        courier = self._couriers[channel]
        try:
            message = courier.composer.compose(self._notice(delivery, load))
        except Exception:
            # Nothing went out, and the same words would fail again: a person must see it.
            log.exception("message not written", extra={"delivery_id": delivery.id, "channel": channel})
            raise Rejected(channel, "the message could not be written; the log says why") from None
        try:
            courier.notifier.send(message)
            is_sent = True
        finally:
            waited = self._clock.now() - load.mentions[0].seen_at
            self._attempted(Attempt(channel=channel, is_sent=is_sent, waited=waited))

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

    def _doubt(self, delivery: Delivery, error: Unconfirmed, now: datetime) -> None:
        """Lets a message that may have arrived go again, but for an SMS: that one is for a person to look at."""
        if delivery.channel is not Channel.SMS:
            self._put_off(delivery, error, now, is_known_lost=False)
            return
        self._end(uncertain(delivery, error.reason[:300]))
        log.error("delivery uncertain", extra={"delivery_id": delivery.id, "channel": error.channel})

    def _put_off(self, delivery: Delivery, error: DeliveryError, now: datetime, *, is_known_lost: bool = True) -> None:
        later = self._deliveries.all.save(
            put_off(delivery, now, error.reason[:300], is_halted=isinstance(error, Halted))
        )
        log.warning("delivery put off", extra={"delivery_id": delivery.id, "attempt": delivery.attempt})
        if later.state is State.FAILED:
            self._todos.remove(delivery_todo(later, now))
        else:
            self._todos.move(delivery_todo(later, now), later.due_at)
        if is_known_lost:
            self._release(delivery)

    def _release(self, delivery: Delivery) -> None:
        """Gives back the place in the gate of an attempt that the channel did not take."""
        if delivery.channel not in CAPS:
            return
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
