"""A deliverer over a dict table, and the means to plan deliveries and to look at what became of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from builders import TENANT, a_contact, a_delivery, a_mention, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import Delivery, delivery_todo
from earshot.domain.gate import Gate
from earshot.domain.mention import Mention
from earshot.domain.messages import MessageType, message
from earshot.domain.todo import Todo
from earshot.services.dead_letters import DeadLetters
from earshot.services.delivering import Attempt, Deliverer
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries, gate_key
from earshot.store.due import all_todos
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos
from fakes import NOW, FixedClock, PlainComposer, RecordingNotifier, by_every_channel

SECRET = b"s"
PHONE = "+4915112345678"
HOOK = "https://hooks.example/earshot"
EVERYWHERE = a_contact(phone=PHONE, webhook=HOOK)


class Post:
    """A deliverer for one contact by all channels, and the means to plan deliveries to it.

    `errors` are those of the mails; the other channels get theirs in `notifiers`.
    """

    def __init__(
        self,
        errors: Sequence[Exception | None] = (),
        table: DictTable | None = None,
        contact: Contact | None = None,
    ) -> None:
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.contact = contact or a_contact()
        self.notifiers = {channel: RecordingNotifier(self.clock) for channel in Channel}
        self.notifier = self.notifiers[Channel.MAIL]
        self.notifier.errors.extend(errors)
        self.attempts: list[Attempt] = []
        self.composer = PlainComposer()
        self.deliveries = Deliveries(self.table)
        self.mentions = Mentions(self.table)
        self.deliverer = Deliverer(
            self.table,
            self.clock,
            by_every_channel(self.notifiers, self.composer),
            secret=SECRET,
            base_url="https://earshot.example/",
            attempted=self.attempts.append,
        )
        Company(self.table).tenants.add(a_tenant())
        Company(self.table).contacts.add(self.contact)
        Company(self.table).watches.add(a_watch())

    def plan(self, mention: Mention, **changes: Any) -> Delivery:
        """A planned delivery about a stored mention, with its todo."""
        delivery = a_delivery(mention.id, **{"contact": self.contact.id, **changes})
        self.mentions.add(mention)
        Todos(self.table).add(delivery_todo(delivery, NOW))
        self.deliveries.all.add(delivery)
        return delivery

    def plan_many(self, count: int, **changes: Any) -> list[Delivery]:
        return [self.plan(a_mention(f"{i:02d}"), **changes) for i in range(count)]

    def with_errors(self, channel: Channel, *errors: Exception | None) -> "Post":
        """Lets the next sends of a channel go wrong (None: well)."""
        self.notifiers[channel].errors.extend(errors)
        return self

    def send(self, delivery: Delivery) -> int:
        body = {"tenant": TENANT, "delivery": delivery.id}
        return self.deliverer.handle(message(MessageType.DELIVERY_PLANNED, id_="1", correlation_id="c", **body))

    def now(self, delivery: Delivery) -> Delivery:
        """The delivery as it is stored."""
        found = self.deliveries.get(TENANT, delivery.id)
        assert found is not None
        return found

    def change(self, delivery: Delivery) -> Delivery:
        """Stores another state of a delivery, as another worker would."""
        return self.deliveries.all.save(replace(delivery, revision=self.now(delivery).revision))

    def todos(self) -> list[Todo]:
        return list(all_todos(self.table))

    def copies(self, delivery: Delivery) -> int:
        """How many messages of its channel told of a delivery's mention."""
        return sum(delivery.subject in told.mentions for told in self.notifiers[delivery.channel].told)

    def given_up(self) -> list[str]:
        """The ids of the deliveries among the dead letters."""
        return [each.id for each in DeadLetters(self.table, self.clock).all()]

    def gate(self, channel: Channel = Channel.MAIL) -> Gate:
        gate = Gate(tenant=TENANT, contact_id=self.contact.id, channel=channel)
        return self.deliveries.gates.at(gate_key(gate)) or gate
