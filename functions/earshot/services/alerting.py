"""Alert: decides who is told of a mention at once, and plans the deliveries."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.alerting import DEFAULT_RULE, channels, is_told_at_once
from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import Delivery, delivery_id, delivery_todo
from earshot.domain.errors import NotFound
from earshot.domain.following import told_anew
from earshot.domain.heartbeat import HEART
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, MessageType, body_of, message
from earshot.domain.todo import Purpose, Todo
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.calendar import Calendar
from earshot.services.heart import Heart
from earshot.services.stories import Stories
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.mentions import Mentions
from earshot.store.stories import Tellings
from earshot.store.todos import Todos


@dataclass(frozen=True, slots=True)
class Alerter:
    """Handles `mention.stored`; every step may be repeated."""

    table: Table
    bus: Bus
    clock: Clock

    def handle(self, envelope: Envelope) -> int:
        """Plans the deliveries for one mention and tells how many there are."""
        tenant_id, mention_id = body_of(envelope, "tenant", "mention")
        now = self.clock.now()
        if tenant_id == HEART:
            Heart(self.table).pass_on(self.bus, mention_id, now, envelope.correlation_id)
            return 0
        try:
            mention = Mentions(self.table).get(tenant_id, mention_id)
        except NotFound:
            Todos(self.table).remove_orphan(_todo(tenant_id, mention_id, now), now)
            return 0
        audience = self._audience(mention, now)
        if audience is None:
            # A like of it is about to be stored. The todo comes again when that is over, one way or the other.
            return 0
        mention, contacts = audience
        planned = [
            self._plan(mention, contact, channel, now) for contact in contacts for channel in channels(mention, contact)
        ]
        self.bus.publish([_planned(delivery, envelope.correlation_id) for delivery in planned])
        Todos(self.table).remove(_todo(tenant_id, mention_id, now))
        return len(planned)

    def _audience(self, mention: Mention, now: datetime) -> tuple[Mention, tuple[Contact, ...]] | None:
        """The mention as it is told, and whom it is told; None while nobody can say whether it tells a story anew."""
        stories = Stories(self.table, self.clock)
        if mention.story_id:
            # Listed once more: whoever took it in may have died before its head was written.
            stories.pass_on(mention)
            return mention, ()
        contacts = self._contacts(mention, now)
        settled = stories.settle_to_tell(mention) if contacts else stories.settle(mention)
        if not settled.is_final:
            return None
        mention = settled.mention
        is_told = mention.is_own_news and not self._is_told_of_a_copy(mention, contacts)
        return mention, contacts if is_told else ()

    def _contacts(self, mention: Mention, now: datetime) -> tuple[Contact, ...]:
        company = Company(self.table)
        tenant = company.tenants.at(keys.of_deployment("tenant", mention.tenant))
        if tenant is None or not mention.is_own_news:
            return ()
        day = Calendar(self.table).day_of(tenant, mention)
        return company.contacts_of(tenant.id) if is_told_at_once(mention, day) else ()

    def _is_told_of_a_copy(self, mention: Mention, contacts: Sequence[Contact]) -> bool:
        """Whether people were told of a further place of a mention's story while that still had a card of its own."""
        # Whatever was told was marked before: most copies never were, and each may have a delivery for everybody.
        marked = Tellings(self.table).begun(mention.tenant, [each.mention_id for each in mention.copies])
        return any(self._is_told_of(mention.tenant, id_, contacts) for id_ in marked)

    def _is_told_of(self, tenant: str, mention_id: str, contacts: Sequence[Contact]) -> bool:
        ids = [
            delivery_id(tenant, mention_id, DEFAULT_RULE, contact.id, channel)
            for contact in contacts
            for channel in Channel
            if contact.address(channel)
        ]
        return Deliveries(self.table).any_of(tenant, ids)

    def _plan(self, mention: Mention, contact: Contact, channel: Channel, now: datetime) -> Delivery:
        # Whom a reply concerns was told of the mention before, and is told once more.
        step = told_anew(mention)
        id_ = delivery_id(mention.tenant, mention.id, DEFAULT_RULE, contact.id, channel, step)
        delivery = Delivery(
            id=id_,
            tenant=mention.tenant,
            subject=mention.id,
            rule=DEFAULT_RULE,
            contact_id=contact.id,
            channel=channel,
            due_at=now,
            created_at=now,
        )
        deliveries = Deliveries(self.table)
        # A delivery that is there was planned before, and its todo is there too or its effect has happened.
        if deliveries.get(mention.tenant, id_) is None:
            Todos(self.table).add(delivery_todo(delivery, now))
            deliveries.all.add(delivery)
        return delivery


def _todo(tenant: str, mention_id: str, now: datetime) -> Todo:
    return Todo(tenant=tenant, purpose=Purpose.ALERT, subject=mention_id, due_at=now, created_at=now)


def _planned(delivery: Delivery, correlation_id: str) -> Envelope:
    body = {"tenant": delivery.tenant, "delivery": delivery.id}
    return message(MessageType.DELIVERY_PLANNED, id_=secrets.token_hex(8), correlation_id=correlation_id, **body)
