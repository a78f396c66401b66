"""Alert plans one delivery for each contact, however often it is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_contact, a_mention, a_tenant, a_todo, an_acknowledgement
from earshot.adapters.memory import DictTable
from earshot.domain.alerting import CALM_DAY, Day
from earshot.domain.contact import Channel
from earshot.domain.delivery import State, delivery_id
from earshot.domain.mention import Mention
from earshot.domain.messages import MessageType, message
from earshot.domain.todo import LEASE, ORPHAN_AFTER, Purpose, Todo
from earshot.domain.verdict import Kind
from earshot.domain.watch import Role
from earshot.services.alerting import Alerter
from earshot.services.calendar import Calendar
from earshot.store.company import Company, day_key
from earshot.store.deliveries import Deliveries
from earshot.store.due import all_todos
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos
from fakes import NOW, FixedClock, RecordingBus


class Desk:
    """An alerter for a tenant with two contacts."""

    def __init__(self) -> None:
        self.table = DictTable()
        self.bus = RecordingBus()
        self.clock = FixedClock()
        self.alerter = Alerter(self.table, self.bus, self.clock)
        Company(self.table).tenants.add(a_tenant())
        for name in ("anna", "ben"):
            Company(self.table).contacts.add(a_contact(name))

    def tell(self, mention: Mention, *, is_stored: bool = True) -> int:
        """What alert does about a mention, as collect counts, stores and announces it."""
        Calendar(self.table).count(TENANT, [mention])
        Todos(self.table).add(a_todo(Purpose.ALERT, mention.id))
        if is_stored:
            Mentions(self.table).add(mention)
        body = {"tenant": TENANT, "mention": mention.id}
        return self.alerter.handle(message(MessageType.MENTION_STORED, id_="1", correlation_id="c", **body))

    def todos(self) -> list[Todo]:
        return list(all_todos(self.table))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_every_contact_gets_a_delivery_with_a_todo_and_an_event(desk: Desk) -> None:
    mention = a_mention()

    assert desk.tell(mention) == 2

    ids = {delivery_id(TENANT, mention.id, "default", f"c_{name}", Channel.MAIL) for name in ("anna", "ben")}
    deliveries = [Deliveries(desk.table).get(TENANT, id_) for id_ in ids]
    assert all(each and each.state is State.PLANNED and each.due_at == NOW for each in deliveries)
    assert {event.body["delivery"] for event in desk.bus.events} == ids
    assert {event.correlation_id for event in desk.bus.events} == {"c"}
    assert {(todo.purpose, todo.subject, todo.due_at) for todo in desk.todos()} == {
        (Purpose.DELIVERY, id_, NOW + LEASE) for id_ in ids
    }


def test_telling_it_again_plans_nothing_twice(desk: Desk) -> None:
    desk.tell(a_mention())
    before = {row.key: row for row in desk.table.query(f"TENANT#{TENANT}", limit=500).rows}

    desk.tell(a_mention())

    assert {row.key: row for row in desk.table.query(f"TENANT#{TENANT}", limit=500).rows} == before


def test_a_contact_that_comes_later_is_not_forgotten_when_it_is_told_again(desk: Desk) -> None:
    desk.tell(a_mention())
    Company(desk.table).contacts.add(a_contact("carl"))

    assert desk.tell(a_mention()) == 3
    assert len(desk.todos()) == 3


@pytest.mark.parametrize(
    "mention",
    [
        a_mention(is_history=True),
        a_mention(role=Role.COMPETITOR),
        a_mention(acknowledgement=an_acknowledgement()),
    ],
    ids=["history", "competitor", "acknowledged"],
)
def test_nobody_is_told_and_nothing_is_left_to_do(desk: Desk, mention: Mention) -> None:
    assert desk.tell(mention) == 0
    assert (desk.todos(), desk.bus.events) == ([], [])


def test_without_a_tenant_nobody_is_told(desk: Desk) -> None:
    Company(desk.table).tenants.remove(Company(desk.table).tenants.key(a_tenant()))

    assert desk.tell(a_mention()) == 0


def test_the_first_ten_of_a_day_come_at_once_and_then_only_what_presses(desk: Desk) -> None:
    told = [desk.tell(a_mention(str(i), kind=Kind.PRAISE)) for i in range(CALM_DAY + 1)]
    pressing = desk.tell(a_mention("bad", kind=Kind.CRITICISM))

    assert told == [2] * CALM_DAY + [0]
    assert pressing == 2


def test_the_day_begins_at_midnight_where_the_tenant_is(desk: Desk) -> None:
    late = NOW.replace(hour=23, minute=30)

    desk.tell(a_mention(seen_at=late))

    company = Company(desk.table)
    assert company.days.at(day_key(Day(tenant=TENANT, day=NOW.date()))) is None
    assert company.days.at(day_key(Day(tenant=TENANT, day=(NOW + timedelta(days=1)).date()))) is not None


def test_the_todo_of_a_mention_that_is_not_there_yet_stays(desk: Desk) -> None:
    assert desk.tell(a_mention(), is_stored=False) == 0
    assert [todo.purpose for todo in desk.todos()] == [Purpose.ALERT]


def test_the_todo_of_a_mention_that_never_came_is_dropped_after_a_day(desk: Desk) -> None:
    desk.clock.set(NOW + ORPHAN_AFTER)

    desk.tell(a_mention(), is_stored=False)
    desk.tell(replace(a_mention(), id="m_other"), is_stored=False)

    assert desk.todos() == []


@pytest.mark.parametrize(
    ("kind", "told"), [(Kind.CRITICISM, {*Channel}), (Kind.PRAISE, {Channel.MAIL, Channel.WEBHOOK})]
)
def test_a_contact_with_several_addresses_gets_a_delivery_and_a_todo_for_each_channel(
    desk: Desk, kind: Kind, told: set[Channel]
) -> None:
    Company(desk.table).contacts.become(a_contact(phone="+4915112345678", webhook="https://hooks.example/"))
    mention = a_mention(kind=kind)

    desk.tell(mention)

    ids = {delivery_id(TENANT, mention.id, "default", "c_anna", channel): channel for channel in told}
    planned = {event.body["delivery"] for event in desk.bus.events}
    assert planned == {*ids, delivery_id(TENANT, mention.id, "default", "c_ben", Channel.MAIL)}
    assert {todo.group for todo in desk.todos() if todo.subject in ids} == {f"c_anna#{channel}" for channel in told}


def test_a_mention_that_turns_urgent_is_told_by_sms_and_not_mailed_again(desk: Desk) -> None:
    Company(desk.table).contacts.become(a_contact(phone="+4915112345678"))
    praise = a_mention(kind=Kind.PRAISE)
    desk.tell(praise)
    before = {todo.subject for todo in desk.todos()}

    stored = Mentions(desk.table).get(TENANT, praise.id)
    Mentions(desk.table).save(replace(stored, verdict=a_mention(kind=Kind.CRITICISM).verdict))
    desk.tell(praise)

    new = {todo.subject for todo in desk.todos() if todo.purpose is Purpose.DELIVERY} - before
    assert new == {delivery_id(TENANT, praise.id, "default", "c_anna", Channel.SMS)}
