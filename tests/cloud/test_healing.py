"""What gets lost or dies on the way comes again: nothing is missing, nothing is doubled."""

import json
import threading
from pathlib import Path

from cloud.deployment import VISIBILITY_S, Company, Deployment
from cloud.stories import CRITICISM, PRAISE, Entry, a_configuration, a_feed
from cloud.troubles import NEEDS_PROC, kill_worker, time_passes


def test_an_event_that_nobody_heard_is_healed_by_its_todo(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("lost")
    url = deployment.places.put("lost.example", "/feed.xml", a_feed(Entry("http://lost.example/1", CRITICISM)))
    company.apply(tmp_path, a_configuration([url], 'email = "lost@morgenrot.example"'))
    sns, topic = deployment.client("sns"), deployment.outputs["EventsTopicArn"]
    heard = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (alert,) = [each for each in heard if "Alert" in each["Endpoint"]]
    policy = sns.get_subscription_attributes(SubscriptionArn=alert["SubscriptionArn"])["Attributes"]["FilterPolicy"]
    sns.unsubscribe(SubscriptionArn=alert["SubscriptionArn"])

    deployment.tick()
    deployment.wait_until(lambda: bool(company.mentions()), "the mention is stored")
    told_meanwhile = deployment.mails("lost@morgenrot.example")
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=alert["Endpoint"], Attributes={"FilterPolicy": policy})
    time_passes(deployment)
    deployment.tick_and_settle()

    assert told_meanwhile == []
    assert len(deployment.mails("lost@morgenrot.example")) == 1


@NEEDS_PROC
def test_a_worker_killed_in_the_middle_of_collect_loses_nothing_and_doubles_nothing(
    deployment: Deployment, tmp_path: Path
) -> None:
    company, places = deployment.company("killed"), deployment.places
    reached, go_on = threading.Event(), threading.Event()
    page = a_feed(Entry("http://slow.example/2", PRAISE)).encode()

    def slow() -> bytes:
        reached.set()
        go_on.wait(60)
        return page

    first = places.put("slow.example", "/1.xml", a_feed(Entry("http://slow.example/1", CRITICISM)))
    places.pages["slow.example", "/2.xml"] = slow
    company.apply(tmp_path, a_configuration([first, "http://slow.example/2.xml"], 'email = "killed@morgenrot.example"'))

    deployment.tick()
    assert reached.wait(30)
    kill_worker(deployment, "collect")
    go_on.set()
    deployment.wait_until(deployment.is_settled, "the fetch came again", 3 * VISIBILITY_S)

    assert sorted(each["url"] for each in company.mentions()) == ["http://slow.example/1", "http://slow.example/2"]
    assert len(deployment.mails("killed@morgenrot.example")) == 2


def test_an_event_that_cannot_be_handled_is_a_dead_letter_that_a_command_shows(deployment: Deployment) -> None:
    company = deployment.company("buried")
    message = json.dumps(
        {"v": 99, "type": "mention.stored", "id": "e1", "correlation_id": "c1", "body": {"tenant": "x"}}
    )
    event = {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": message, "MessageAttributes": {}}}]}

    name = deployment.function("alert")
    deployment.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())

    deployment.wait_until(lambda: "e1" in letters(company), "the dead letter is listed")
    assert letters(company)["e1"]["queue"] == "events"


def letters(company: Company) -> dict[str, dict[str, object]]:
    """The dead letters by the id of their envelope."""
    listed = company.earshot("dead-letters", "list", "--json")["dead_letters"]
    return {each["envelope"]["id"]: each for each in listed if each.get("envelope")}
