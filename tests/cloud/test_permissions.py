"""Each function needs its permissions: without one its step fails as it should, and heals when it is back."""

import json
from datetime import UTC, datetime

import pytest

from cloud.deployment import Company, Deployment
from cloud.stories import CRITICISM, Entry, a_complaint_reaches, a_feed
from cloud.troubles import NEEDS_PROC, kill_worker, time_passes, without
from earshot.domain.delivery import Delivery
from earshot.store.listening import Listening

HOST = "rights.example"


@pytest.fixture(scope="module")
def company(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with a webhook, because one may call that as often as there is something to tell."""
    company = deployment.company("rights")
    folder = tmp_path_factory.mktemp("rights")
    a_complaint_reaches(company, folder, HOST, 'webhook = "http://hook.example/rights"')
    deployment.tick_and_settle()
    return company


def complain(company: Company, name: str) -> str:
    """Puts one more criticism up and makes its feed due; tells its address."""
    url = f"http://{HOST}/{name}"
    company.stack.places.put(HOST, "/feed.xml", a_feed(Entry(url, f"{CRITICISM} Und {name}.", f"Besuch {name}")))
    for each in Listening(company.stack.table).subscriptions(company.tenant):
        Listening(company.stack.table).make_due(each.source_id, datetime.now(UTC))
    return url


def is_planned(company: Company, url: str) -> bool:
    return bool(planned(company, url))


def planned(company: Company, url: str) -> list[Delivery]:
    """The deliveries about what stands at an address."""
    ids = {each["id"] for each in company.mentions() if each["url"] == url}
    return [each for each in company.deliveries().values() if each.subject in ids]


def calls(company: Company, url: str) -> int:
    return sum(f'"{url}"'.encode() in call.body for call in company.stack.places.called)


def test_plan_that_may_not_send_to_the_queue_fails_and_leaves_sources_due(
    deployment: Deployment, company: Company
) -> None:
    url = complain(company, "plan")

    with without(deployment, "plan", "Fetches"), pytest.raises(AssertionError, match="could be handed out"):
        deployment.tick()
    complain(company, "plan")
    deployment.tick_and_settle()

    assert calls(company, url) == 1


def test_plan_that_may_not_ask_what_is_due_fails_and_says_which_permission_it_lacks(deployment: Deployment) -> None:
    with without(deployment, "plan", "WhatIsDue"), pytest.raises(AssertionError, match="permission dynamodb:Query"):
        deployment.tick()


def test_collect_that_may_not_publish_stores_the_mention_and_its_todo_tells_of_it(
    deployment: Deployment, company: Company
) -> None:
    with without(deployment, "collect", "Events"):
        url = complain(company, "collect")
        deployment.tick()
        deployment.wait_until(lambda: not deployment.fetches_waiting(), "the feed is read")
        told_meanwhile = calls(company, url)
        time_passes(deployment)
        deployment.tick_and_settle()

    assert (told_meanwhile, calls(company, url)) == (0, 1)


def test_alert_that_may_not_publish_plans_the_delivery_and_its_todo_sends_it(
    deployment: Deployment, company: Company
) -> None:
    with without(deployment, "alert", "Events"):
        url = complain(company, "alert")
        deployment.tick()
        deployment.wait_until(lambda: is_planned(company, url), "the delivery is planned")
        told_meanwhile = calls(company, url)
        time_passes(deployment)
        deployment.tick_and_settle()

    assert (told_meanwhile, calls(company, url)) == (0, 1)


@NEEDS_PROC
def test_deliver_that_may_not_read_the_secret_sends_nothing_until_it_may(
    deployment: Deployment, company: Company
) -> None:
    kill_worker(deployment, "deliver")  # a warm one has read it
    with without(deployment, "deliver", "Secret"):
        url = complain(company, "deliver")
        deployment.tick()
        deployment.wait_until(lambda: is_planned(company, url), "the delivery is planned")
        (delivery,) = planned(company, url)
        failed = invoked(deployment, delivery)
        told_meanwhile = calls(company, url)
    time_passes(deployment)
    deployment.tick_and_settle()

    assert "give it ssm:GetParameter" in failed
    assert (told_meanwhile, calls(company, url)) == (0, 1)


def invoked(deployment: Deployment, delivery: Delivery) -> str:
    """What comes of telling deliver of a delivery, as the topic does, but waiting for the answer."""
    body = {"tenant": delivery.tenant, "delivery": delivery.id}
    text = json.dumps({"type": "delivery.planned", "id": "1", "correlation_id": "2", "body": body})
    event = {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]}
    answer = deployment.client("lambda").invoke(FunctionName=deployment.function("deliver"), Payload=json.dumps(event))
    return str(answer["Payload"].read().decode())


def test_api_that_may_not_ask_the_queues_leaves_out_how_much_waits_and_tells_the_rest(
    deployment: Deployment, company: Company
) -> None:
    with without(deployment, "api", "HowLongTheQueuesAre"):
        without_queues = company.api("GET", "/v1/health")
    whole = company.api("GET", "/v1/health")

    assert (without_queues.status, whole.status) == (200, 200)
    assert whole.value.keys() - without_queues.value.keys() == {"waiting_messages"}


def test_api_that_may_not_read_the_table_says_so_without_saying_why(deployment: Deployment, company: Company) -> None:
    with without(deployment, "api", "Table"):
        alive = company.api("GET", "/v1/health", key="")
        mentions = company.api("GET", "/v1/mentions")

    assert (alive.status, alive.value) == (503, {"ok": False})
    assert mentions.status >= 500
    assert "dynamodb" not in str(mentions.value)
