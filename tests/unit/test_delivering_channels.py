"""Every channel tells what it has to, and one that fails is seen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import a_mention, an_acknowledgement
from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import MAX_ATTEMPTS, State
from earshot.domain.errors import Deferred, Halted, Rejected, Unconfirmed
from earshot.domain.gate import WINDOW
from earshot.ports.notifier import Courier, Notice
from earshot.services.delivering import Attempt, Deliverer
from earshot.services.links import link_secret, opened
from earshot.store.company import Company
from fakes import NOW, by_mail
from post_office import EVERYWHERE, HOOK, PHONE, SECRET, Post

AN_HOUR_LATER = NOW + WINDOW


@pytest.fixture
def post() -> Post:
    """For a contact with mail, telephone and webhook."""
    return Post(contact=EVERYWHERE)


@pytest.mark.parametrize(
    ("channel", "to"), [(Channel.MAIL, "anna@acme.example"), (Channel.SMS, PHONE), (Channel.WEBHOOK, HOOK)]
)
def test_every_channel_tells_the_contact_at_its_address(post: Post, channel: Channel, to: str) -> None:
    delivery = post.plan(a_mention(), channel=channel)

    assert post.send(delivery) == 1

    assert [(told.to, told.delivery_id) for told in post.notifiers[channel].told] == [(to, delivery.id)]
    assert (post.now(delivery).state, post.todos()) == (State.SENT, [])


@pytest.mark.parametrize("channel", Channel)
def test_the_link_in_every_message_opens_its_mention(post: Post, channel: Channel) -> None:
    delivery = post.plan(a_mention(), channel=channel)
    post.send(delivery)

    token = opened(link_secret(SECRET, delivery.id), post.deliveries, Company(post.table), NOW)

    assert (token.mention_id, token.contact_id) == (delivery.subject, "c_anna")


def test_webhooks_have_no_gate(post: Post) -> None:
    deliveries = post.plan_many(12, channel=Channel.WEBHOOK)

    assert [post.send(each) for each in deliveries] == [1] * 12
    assert {told.mentions for told in post.notifiers[Channel.WEBHOOK].told} == {(each.subject,) for each in deliveries}
    assert post.gate(Channel.WEBHOOK).sends == ()


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.WEBHOOK])
def test_a_mail_or_call_that_may_have_arrived_goes_again_under_the_same_id(post: Post, channel: Channel) -> None:
    delivery = post.plan(a_mention(), channel=channel)
    post.with_errors(channel, Unconfirmed(channel, "no answer"))

    told = [post.send(delivery)]
    waiting = (post.now(delivery).state, post.now(delivery).due_at, [todo.due_at for todo in post.todos()])
    post.clock.advance(minutes=1)
    told.append(post.send(delivery))

    in_a_minute = NOW + timedelta(minutes=1)
    assert (told, waiting) == ([0, 1], (State.PLANNED, in_a_minute, [in_a_minute]))
    assert [each.delivery_id for each in post.notifiers[channel].told] == [delivery.id]


def test_a_mail_that_may_have_arrived_keeps_its_place_in_the_gate(post: Post) -> None:
    delivery = post.plan(a_mention())
    post.with_errors(Channel.MAIL, Unconfirmed("mail", "no answer"))

    post.send(delivery)

    assert [send.delivery_id for send in post.gate().sends] == [delivery.id]


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.WEBHOOK])
def test_a_channel_that_never_confirms_is_given_up_after_eight_attempts_and_shown(post: Post, channel: Channel) -> None:
    delivery = post.plan(a_mention(), channel=channel)
    post.with_errors(channel, *[Unconfirmed(channel, "no answer")] * MAX_ATTEMPTS)

    while post.now(delivery).state is State.PLANNED:
        post.clock.set(post.now(delivery).due_at)
        post.send(delivery)

    assert (post.now(delivery).attempt, post.todos(), post.given_up()) == (MAX_ATTEMPTS, [], [delivery.id])


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WEBHOOK])
def test_a_channel_that_this_run_does_not_have_is_given_up_at_once_and_shown(post: Post, channel: Channel) -> None:
    couriers = by_mail(post.notifier)
    post.deliverer = Deliverer(
        post.table, post.clock, couriers, secret=SECRET, base_url="https://e.example", attempted=post.attempts.append
    )
    delivery = post.plan(a_mention(), channel=channel)

    assert post.send(delivery) == 0

    assert post.now(delivery).problem == "this run cannot tell anybody that way"
    assert (post.given_up(), post.todos(), post.attempts) == ([delivery.id], [], [])
    assert post.gate(channel).sends == ()


@pytest.mark.parametrize(
    ("channel", "left"),
    [
        (Channel.MAIL, replace(EVERYWHERE, email="")),
        (Channel.SMS, replace(EVERYWHERE, phone="")),
        (Channel.WEBHOOK, replace(EVERYWHERE, webhook="")),
    ],
)
def test_a_contact_that_lost_its_address_is_not_told_there(post: Post, channel: Channel, left: Contact) -> None:
    delivery = post.plan(a_mention(), channel=channel)
    Company(post.table).contacts.become(left)

    assert post.send(delivery) == 0
    assert (post.now(delivery).state, post.todos()) == (State.DROPPED, [])
    assert all(not notifier.told for notifier in post.notifiers.values())


@pytest.mark.parametrize("channel", Channel)
def test_an_acknowledged_mention_is_told_by_no_channel(post: Post, channel: Channel) -> None:
    delivery = post.plan(a_mention(acknowledgement=an_acknowledgement()), channel=channel)

    assert post.send(delivery) == 0
    assert post.now(delivery).state is State.DROPPED


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("error", [None, Deferred, Unconfirmed, Rejected])
def test_every_attempt_is_counted_with_its_channel_and_end(
    post: Post, channel: Channel, error: type[Deferred | Unconfirmed | Rejected] | None
) -> None:
    delivery = post.plan(a_mention(), channel=channel)
    post.with_errors(channel, error(channel, "busy") if error else None)
    post.clock.advance(seconds=40)

    post.send(delivery)

    assert post.attempts == [Attempt(channel=channel, is_sent=error is None, waited=timedelta(seconds=40))]


def test_what_is_not_tried_is_not_counted(post: Post) -> None:
    held = post.plan(a_mention(), channel=Channel.SMS, due_at=AN_HOUR_LATER)
    done = post.plan(a_mention("2", acknowledgement=an_acknowledgement()))

    post.send(held)
    post.send(done)

    assert post.attempts == []


class BrokenComposer:
    """Cannot write anything."""

    def compose(self, notice: Notice) -> Any:
        raise ZeroDivisionError


@pytest.mark.parametrize("channel", Channel)
def test_a_message_that_cannot_be_written_was_never_sent_and_is_shown(channel: Channel) -> None:
    post = Post(contact=EVERYWHERE)
    post.deliverer._couriers = {each: Courier(BrokenComposer(), post.notifiers[each]) for each in Channel}
    delivery = post.plan(a_mention(), channel=channel)

    post.send(delivery)

    assert post.now(delivery).state is State.FAILED
    assert post.given_up() == [delivery.id]
    assert post.copies(delivery) == 0


def test_a_mail_whose_sender_is_not_verified_waits_longer_than_eight_attempts(post: Post) -> None:
    delivery = post.plan(a_mention(), channel=Channel.MAIL)
    post.with_errors(Channel.MAIL, *[Halted("mail", "not verified")] * 12)

    for _ in range(12):
        post.clock.advance(hours=1)
        post.send(delivery)
    post.clock.advance(hours=1)
    post.send(delivery)

    assert post.now(delivery).state is State.SENT
