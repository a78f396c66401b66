"""A delivery's life: planned, sending, and one of four ends."""

from datetime import timedelta

import pytest

from builders import TENANT, a_delivery
from earshot.domain.contact import Channel
from earshot.domain.delivery import (
    MAX_ATTEMPTS,
    PATIENCE,
    SEND_LEASE,
    State,
    delivery_id,
    dropped,
    failed,
    held,
    put_off,
    recovered,
    sent,
    taken,
    told,
)
from fakes import NOW


def test_planning_the_same_message_twice_gives_the_same_id() -> None:
    first = delivery_id(TENANT, "m_1", "default", "c_anna", Channel.MAIL)

    assert first == delivery_id(TENANT, "m_1", "default", "c_anna", Channel.MAIL)
    assert first != delivery_id(TENANT, "m_1", "default", "c_anna", Channel.SMS)
    assert first != delivery_id(TENANT, "m_1", "default", "c_anna", Channel.MAIL, step=1)


def test_a_worker_takes_a_delivery_for_two_minutes_and_counts_the_attempt() -> None:
    delivery = taken(a_delivery(), NOW, covers=("d_2",))

    assert (delivery.state, delivery.attempt, delivery.covers) == (State.SENDING, 1, ("d_2",))
    assert delivery.lease_until == NOW + SEND_LEASE


def test_a_sent_delivery_says_when() -> None:
    delivery = sent(taken(a_delivery(problem="busy"), NOW), NOW)

    assert (delivery.state, delivery.sent_at, delivery.lease_until, delivery.problem) == (State.SENT, NOW, None, "")


def test_a_covered_delivery_names_the_summary_that_told_it() -> None:
    carrier = sent(a_delivery("m_2"), NOW)

    delivery = told(a_delivery("m_1"), carrier)

    assert (delivery.state, delivery.told_by, delivery.sent_at) == (State.SENT, carrier.id, NOW)


def test_a_put_off_delivery_waits_twice_as_long_each_time() -> None:
    waits = []
    delivery = a_delivery()
    for _ in range(MAX_ATTEMPTS - 1):
        delivery = put_off(taken(delivery, NOW, covers=("d_2",)), NOW, "busy")
        waits.append((delivery.due_at - NOW) / timedelta(minutes=1))

    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert (delivery.state, delivery.covers, delivery.problem) == (State.PLANNED, (), "busy")


def test_the_eighth_attempt_is_the_last() -> None:
    delivery = put_off(a_delivery(state=State.SENDING, attempt=MAX_ATTEMPTS), NOW, "busy")

    assert (delivery.state, delivery.problem) == (State.FAILED, "busy")


def test_a_given_up_summary_lets_go_of_what_it_would_have_told() -> None:
    assert failed(taken(a_delivery(), NOW, covers=("d_2",)), "no such mailbox").covers == ()


def test_a_held_delivery_stays_planned_for_later() -> None:
    delivery = held(a_delivery(), NOW + timedelta(hours=1))

    assert (delivery.state, delivery.due_at) == (State.PLANNED, NOW + timedelta(hours=1))


def test_a_dropped_delivery_says_why() -> None:
    assert (dropped(a_delivery(), "gone").state, dropped(a_delivery(), "gone").problem) == (State.DROPPED, "gone")


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.WEBHOOK])
def test_a_mail_whose_worker_died_goes_again(channel: Channel) -> None:
    delivery = recovered(taken(a_delivery(channel=channel), NOW, covers=("d_2",)), NOW)

    assert (delivery.state, delivery.due_at, delivery.covers) == (State.PLANNED, NOW, ())


def test_an_sms_whose_worker_died_stays_uncertain() -> None:
    assert recovered(taken(a_delivery(channel=Channel.SMS), NOW), NOW).state is State.UNCERTAIN


def test_a_mail_whose_workers_keep_dying_is_given_up() -> None:
    delivery = recovered(a_delivery(state=State.SENDING, attempt=MAX_ATTEMPTS, covers=("d_2",)), NOW)

    assert (delivery.state, delivery.covers) == (State.FAILED, ())


def test_a_message_whose_channel_waits_for_somebody_is_tried_every_hour_for_a_week() -> None:
    delivery = a_delivery(created_at=NOW, attempt=30)

    tried = put_off(delivery, NOW + PATIENCE - timedelta(hours=1), "not verified", is_halted=True)
    given_up = put_off(delivery, NOW + PATIENCE, "not verified", is_halted=True)

    assert (tried.state, tried.due_at) == (State.PLANNED, NOW + PATIENCE)
    assert given_up.state is State.FAILED
