"""A worker that dies while it tells somebody: the message comes again, or is known to be uncertain."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cloud.deployment import Company, Deployment
from cloud.places import Called
from cloud.stories import a_complaint_reaches
from cloud.troubles import NEEDS_PROC, kill_worker, time_passes
from earshot.domain.contact import Channel
from earshot.domain.delivery import Delivery, State, delivery_todo
from earshot.store.deliveries import Deliveries
from earshot.store.todos import Todos

MAIL, PHONE = "held@morgenrot.example", "+4915199999999"


def only(company: Company, channel: Channel) -> Delivery:
    (delivery,) = [each for each in company.deliveries().values() if each.channel is channel]
    return delivery


def left_behind(company: Company, delivery: Delivery) -> None:
    """Leaves a delivery as a worker does that died inside the send, longer ago than its lease."""
    now = datetime.now(UTC)
    lost = replace(delivery, state=State.SENDING, sent_at=None, lease_until=now, attempt=1)
    Deliveries(company.stack.table).all.save(lost)
    Todos(company.stack.table).add(replace(delivery_todo(lost, now), due_at=now))


@NEEDS_PROC
def test_a_webhook_whose_worker_was_killed_inside_the_call_is_called_again_with_the_same_id(
    deployment: Deployment, tmp_path: Path
) -> None:
    company, places = deployment.company("held"), deployment.places
    reached, go_on = threading.Event(), threading.Event()
    places.hooks["/held"] = held(reached, go_on)
    a_complaint_reaches(company, tmp_path, "held.example", f'email = "{MAIL}"', 'webhook = "http://hook.example/held"')

    deployment.tick()
    assert reached.wait(30), "the webhook was not called"
    deployment.wait_until(lambda: only(company, Channel.MAIL).state is State.SENT, "the mail is confirmed")
    kill_worker(deployment, "deliver")
    go_on.set()
    left_behind(company, only(company, Channel.WEBHOOK))
    time_passes(deployment)
    deployment.tick_and_settle()

    calls = calls_for(company)
    assert len(calls) == 2
    assert len({call.headers["webhook-id"] for call in calls}) == 1
    assert only(company, Channel.WEBHOOK).state is State.SENT
    assert len(deployment.mails(MAIL)) == 1


def held(reached: threading.Event, go_on: threading.Event) -> Callable[[], None]:
    def hold() -> None:
        reached.set()
        go_on.wait(60)

    return hold


def calls_for(company: Company) -> list[Called]:
    return [call for call in company.stack.places.called if f'"tenant":"{company.tenant}"'.encode() in call.body]


def test_an_sms_whose_worker_died_before_it_was_confirmed_is_uncertain_and_does_not_go_again(
    deployment: Deployment, tmp_path: Path
) -> None:
    """The moment itself cannot be held, since SNS answers at once; this is the state that it leaves in the table."""
    company = deployment.company("sms")
    a_complaint_reaches(company, tmp_path, "sms.example", f'phone = "{PHONE}"')
    deployment.tick_and_settle()
    left_behind(company, only(company, Channel.SMS))

    deployment.tick_and_settle()

    delivery = only(company, Channel.SMS)
    letters = company.earshot("dead-letters", "list", "--json")["dead_letters"]
    assert delivery.state is State.UNCERTAIN
    assert len(deployment.short_messages(PHONE)) == 1
    assert delivery.id in {each["id"] for each in letters}
