"""An SMS goes once and seldom: never twice, and never a second one within the hour."""

import pytest

from builders import TENANT, a_contact, a_mention
from earshot.domain.contact import Channel
from earshot.domain.delivery import SEND_LEASE, Delivery, State, taken
from earshot.domain.errors import Deferred, Unconfirmed
from earshot.domain.gate import WINDOW
from earshot.ports.notifier import Courier, ShortMessage
from earshot.services.delivering import Deliverer
from earshot.services.links import opened
from earshot.services.planning import Planner
from earshot.store.company import Company
from earshot.web.short_messages import ShortMessageComposer
from fakes import NOW, RecordingBus
from post_office import EVERYWHERE, PHONE, SECRET, Post

PHONE_ONLY = a_contact(email="", phone=PHONE)
LOST = Unconfirmed("sms", "the connection broke off")
AN_HOUR_LATER = NOW + WINDOW


@pytest.fixture
def post() -> Post:
    """For a contact with mail, telephone and webhook."""
    return Post(contact=EVERYWHERE)


@pytest.fixture
def phone() -> Post:
    """For a contact with a telephone only."""
    return Post(contact=PHONE_ONLY)


def an_sms(post: Post, name: str = "1") -> Delivery:
    return post.plan(a_mention(name), channel=Channel.SMS)


def test_a_second_sms_within_the_hour_is_left_to_the_mail_where_there_is_one(post: Post) -> None:
    post.send(an_sms(post))
    second = an_sms(post, "2")

    assert post.send(second) == 0

    assert post.now(second).state is State.DROPPED
    assert post.now(second).problem == "told by mail, since an SMS went out within the hour"
    assert (post.copies(second), post.todos()) == (0, [])


def test_an_sms_that_was_left_to_the_mail_stays_so_when_the_hour_is_over(post: Post) -> None:
    post.send(an_sms(post))
    second = an_sms(post, "2")
    post.send(second)

    post.clock.set(AN_HOUR_LATER)

    assert post.send(second) == 0
    assert post.copies(second) == 0


def test_a_second_sms_waits_until_the_hour_is_over_where_there_is_no_mail(phone: Post) -> None:
    phone.send(an_sms(phone))
    second = an_sms(phone, "2")

    assert phone.send(second) == 0

    assert (phone.now(second).state, phone.now(second).due_at) == (State.PLANNED, AN_HOUR_LATER)
    assert [(todo.subject, todo.due_at) for todo in phone.todos()] == [(second.id, AN_HOUR_LATER)]


def test_what_waited_for_the_hour_goes_in_one_sms(phone: Post) -> None:
    phone.send(an_sms(phone))
    waiting = [an_sms(phone, name) for name in "234"]
    for each in waiting:
        phone.send(each)

    phone.clock.set(AN_HOUR_LATER)
    told = [phone.send(each) for each in waiting]

    assert told == [3, 0, 0]
    assert len(phone.notifiers[Channel.SMS].told) == 2
    assert [phone.now(each).state for each in waiting] == [State.SENT] * 3
    assert phone.todos() == []


def test_an_sms_that_tells_of_several_says_how_many_more(phone: Post) -> None:
    notifier = phone.notifiers[Channel.SMS]
    couriers = {Channel.SMS: Courier(ShortMessageComposer("https://e.example"), notifier)}
    phone.deliverer = Deliverer(phone.table, phone.clock, couriers, secret=SECRET, base_url="https://e.example")
    first, *others = phone.plan_many(3, channel=Channel.SMS)

    phone.send(first)

    (told,) = notifier.told
    assert isinstance(told.message, ShortMessage)
    said, _, link = told.message.text.rpartition(" https://e.example/a/")
    shown = opened(link, phone.deliveries, Company(phone.table), NOW).mention_id
    assert said.endswith("+2 more")
    assert phone.mentions.get(TENANT, shown).excerpt in said
    assert {phone.now(each).told_by for each in others} == {first.id}


def test_mails_and_sms_have_gates_of_their_own(post: Post) -> None:
    for each in post.plan_many(3):
        post.send(each)

    assert post.send(an_sms(post, "urgent")) == 1


def test_an_sms_that_may_have_arrived_is_never_sent_again(post: Post) -> None:
    delivery = an_sms(post.with_errors(Channel.SMS, LOST))

    told = [post.send(delivery)]
    post.clock.advance(days=1)
    told.append(post.send(delivery))

    assert told == [0, 0]
    assert (post.now(delivery).state, post.now(delivery).problem) == (State.UNCERTAIN, "the connection broke off")
    assert (post.notifiers[Channel.SMS].told, post.todos()) == ([], [])


def test_an_sms_that_may_have_arrived_is_shown_among_the_dead_letters(post: Post) -> None:
    delivery = an_sms(post.with_errors(Channel.SMS, LOST))

    post.send(delivery)

    assert post.given_up() == [delivery.id]


def test_an_sms_that_may_have_arrived_keeps_its_place_in_the_gate(phone: Post) -> None:
    phone.send(an_sms(phone.with_errors(Channel.SMS, LOST)))

    assert phone.send(an_sms(phone, "2")) == 0
    assert [send.attempt for send in phone.gate(Channel.SMS).sends] == [0]


def test_what_an_sms_that_may_have_arrived_would_have_carried_goes_by_itself(phone: Post) -> None:
    carrier, other = phone.with_errors(Channel.SMS, LOST).plan_many(2, channel=Channel.SMS)
    phone.send(carrier)
    phone.send(other)

    phone.clock.set(AN_HOUR_LATER)

    assert phone.send(other) == 1
    assert [told.mentions for told in phone.notifiers[Channel.SMS].told] == [(other.subject,)]
    assert (phone.now(other).state, phone.now(other).told_by, phone.todos()) == (State.SENT, "", [])


def test_an_sms_whose_worker_died_is_not_sent_twice_and_shown(post: Post) -> None:
    delivery = an_sms(post)
    post.change(taken(delivery, NOW))
    post.clock.set(NOW + SEND_LEASE)

    assert post.send(delivery) == 0
    assert (post.now(delivery).state, post.given_up()) == (State.UNCERTAIN, [delivery.id])
    assert (post.todos(), post.notifiers[Channel.SMS].told) == ([], [])


def test_an_sms_of_a_process_that_starts_again_is_not_sent_twice(post: Post) -> None:
    delivery = an_sms(post)
    post.change(taken(delivery, NOW))

    Planner(post.table, RecordingBus()).recover(NOW)
    post.send(delivery)

    assert (post.now(delivery).state, post.todos()) == (State.UNCERTAIN, [])
    assert post.notifiers[Channel.SMS].told == []


def test_an_sms_that_the_channel_could_not_take_yet_goes_a_minute_later(post: Post) -> None:
    delivery = an_sms(post.with_errors(Channel.SMS, Deferred("sms", "throttled")))

    told = [post.send(delivery)]
    shut = post.gate(Channel.SMS).sends
    post.clock.advance(minutes=1)
    told.append(post.send(delivery))

    assert (told, shut) == ([0, 1], ())
