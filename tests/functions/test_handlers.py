"""The Lambdas that listen and tell, called as AWS calls them; where each shape is documented, the event files say.

Source:
    tests/fixtures/events/README.md
"""

import json
from typing import Any

import pytest
from lambdas import DELIVERY, FUNCTIONS, LONG_AGO, MENTION, TENANT, Account, an_event, with_messages

from builders import a_delivery, a_todo
from earshot.domain.contact import Channel
from earshot.domain.delivery import State
from earshot.domain.errors import Invalid
from earshot.domain.messages import MessageType, message
from earshot.domain.todo import Purpose
from earshot.store.todos import Todos
from loopback import Server, by_path, reply, serving

MISSING = {
    "plan": "EARSHOT_TABLE, EARSHOT_FETCH_QUEUE, EARSHOT_EVENTS_TOPIC",
    "collect": "EARSHOT_TABLE, EARSHOT_EVENTS_TOPIC, EARSHOT_CREDENTIALS",
    "alert": "EARSHOT_TABLE, EARSHOT_EVENTS_TOPIC",
    "deliver": "EARSHOT_TABLE, EARSHOT_SECRET_NAME, EARSHOT_BASE_URL, EARSHOT_MAIL_FROM",
    "api": "EARSHOT_TABLE, EARSHOT_SECRET_NAME, EARSHOT_CREDENTIALS, EARSHOT_BASE_URL, EARSHOT_FETCH_QUEUE, "
    "EARSHOT_FETCH_DEAD_LETTERS, EARSHOT_EVENT_DEAD_LETTERS",
}
FEED = b'<rss version="2.0"><channel><title>Blog</title></channel></rss>'


@pytest.mark.parametrize("name", FUNCTIONS)
def test_without_its_settings_a_function_does_not_start_and_names_them_all(account: Account, name: str) -> None:
    for setting in MISSING[name].split(", "):
        account.monkeypatch.delenv(setting)

    with pytest.raises(Invalid) as refused:
        account.load(name)

    assert str(refused.value) == "environment: " + "; ".join(f"{each} is missing" for each in MISSING[name].split(", "))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_cold_start_asks_nothing_of_the_secret(account: Account, name: str) -> None:
    account.load(name)


def test_plan_hands_out_a_due_source_as_one_message_in_the_group_of_its_host(account: Account) -> None:
    account.listen_to("s_blog", "https://blog.example/feed.xml", "blog.example:443")

    handed_out = account.load("plan")(an_event("scheduler"))

    fetch, _heartbeat = account.received("fetch.fifo")
    assert handed_out == {"sources": 1, "todos": 0}
    assert fetch["Attributes"]["MessageGroupId"] == "blog.example:443"
    body = json.loads(fetch["Body"])["body"]
    assert (body["sources"], body["pace_s"], body["more"]) == (["s_blog"], 2.0, False)


def test_plan_publishes_what_is_to_be_done_about_mentions_and_deliveries(account: Account) -> None:
    account.deliveries.all.add(a_delivery(tenant=TENANT, id=DELIVERY))
    for purpose, subject in ((Purpose.ALERT, MENTION), (Purpose.DELIVERY, DELIVERY)):
        Todos(account.table).add(a_todo(purpose, subject, tenant=TENANT, due_at=LONG_AGO))

    handed_out = account.load("plan")(an_event("scheduler"))

    told = {json.loads(each["Body"])["type"]: json.loads(each["Body"])["body"] for each in account.received("listener")}
    assert handed_out == {"sources": 0, "todos": 2}
    assert told == {
        "mention.stored": {"tenant": TENANT, "mention": MENTION},
        "delivery.planned": {"tenant": TENANT, "delivery": DELIVERY},
    }


def test_a_second_tick_in_the_same_minute_hands_out_nothing(account: Account) -> None:
    account.listen_to("s_blog", "https://blog.example/feed.xml", "blog.example:443")
    Todos(account.table).add(a_todo(Purpose.ALERT, MENTION, tenant=TENANT, due_at=LONG_AGO))
    plan = account.load("plan")
    plan(an_event("scheduler"))

    assert plan(an_event("scheduler")) == {"sources": 0, "todos": 0}


def collected(account: Account, event: dict[str, Any]) -> tuple[Any, list[bytes]]:
    """What collect answers to an event about sources a and c on one host and b on another; what it asked for."""
    feeds = by_path(dict.fromkeys(("/a.xml", "/b.xml", "/c.xml"), reply(body=FEED, Content_Type="application/rss+xml")))
    with serving(feeds) as server:
        places = ",".join(f"{host}.example:80={server.place}" for host in "ab")
        account.setenv(loopback=places)
        for letter, host in ("aa", "bb", "ca"):
            url = f"http://{host}.example/{letter}.xml"
            account.listen_to(f"s_{letter * 26}", url, f"{host}.example:80")
        answer = account.load("collect")(event)
    return answer, sorted(asked(server))


def asked(server: Server) -> list[bytes]:
    return [request.split(b" ")[1] for request in server.requests]


def test_collect_gives_back_the_message_it_cannot_read_and_the_rest_of_its_group(account: Account) -> None:
    event = an_event("sqs_fifo_two_groups")
    ids = [record["messageId"] for record in event["Records"]]

    answer, _ = collected(account, event)

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [ids[1], ids[3]]


def test_collect_reads_what_comes_before_an_unreadable_message_and_nothing_of_what_comes_after(
    account: Account,
) -> None:
    _, read = collected(account, an_event("sqs_fifo_two_groups"))

    assert read == [b"/a.xml", b"/b.xml"]


def test_collect_gives_nothing_back_of_a_batch_that_went_well(account: Account) -> None:
    event = an_event("sqs_fifo_two_groups")
    del event["Records"][1]

    answer, read = collected(account, event)

    assert answer == {"batchItemFailures": []}
    assert read == [b"/a.xml", b"/b.xml", b"/c.xml"]


def test_a_batch_of_which_nothing_can_be_read_is_reported_and_no_fault_of_the_lambda(account: Account) -> None:
    record = an_event("sqs_fifo_two_groups")["Records"][1]

    answer = account.load("collect")({"Records": [record]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_alert_plans_a_mail_an_sms_and_a_webhook_call(account: Account) -> None:
    account.mention()
    account.tell(email="anna@acme.example", phone="+4915112345678", webhook="https://hook.example/in")

    planned = account.load("alert")(an_event("sns_mention_stored"))

    deliveries = [account.deliveries.get(TENANT, json.loads(each)["body"]["delivery"]) for each in told(account)]
    assert planned == {"deliveries": 3}
    assert {each.channel for each in deliveries if each} == set(Channel)


def told(account: Account) -> list[str]:
    return account.events("delivery.planned")


def test_alert_handles_every_record_of_an_event(account: Account) -> None:
    account.tell()
    ids = [account.mention(f"m_{name}").id for name in ("one", "two")]
    texts = [json.dumps(stored(id_)) for id_ in ids]

    planned = account.load("alert")(with_messages("sns_mention_stored", *texts))

    assert planned == {"deliveries": 2}
    assert len(told(account)) == 2


def stored(mention: str, **changes: Any) -> dict[str, Any]:
    """The message that tells of a stored mention."""
    (record,) = an_event("sns_mention_stored")["Records"]
    text: dict[str, Any] = json.loads(record["Sns"]["Message"])
    return text | {"body": {"tenant": TENANT, "mention": mention}} | changes


@pytest.mark.parametrize("name", ["alert", "deliver"])
def test_an_event_without_attributes_is_handled_like_any_other(account: Account, name: str) -> None:
    account.put_secret()
    event = an_event("sns_mention_stored" if name == "alert" else "sns_delivery_planned")
    del event["Records"][0]["Sns"]["MessageAttributes"]

    assert list(account.load(name)(event).values()) == [0]


@pytest.mark.parametrize("name", ["alert", "deliver"])
def test_a_message_of_a_later_version_is_not_taken_for_done(account: Account, name: str) -> None:
    account.put_secret()
    event = with_messages("sns_mention_stored", json.dumps(stored(MENTION, v=99)))

    with pytest.raises(Invalid, match="this code reads versions"):
        account.load(name)(event)


def a_planned_mail(account: Account) -> None:
    """The mail that the event file names, planned for just now."""
    account.mention()
    account.tell()
    account.deliveries.all.add(a_delivery(MENTION, tenant=TENANT, id=DELIVERY, due_at=LONG_AGO))


def test_deliver_sends_the_mail_and_confirms_it(account: Account) -> None:
    account.put_secret()
    a_planned_mail(account)

    told_of = account.load("deliver")(an_event("sns_delivery_planned"))

    assert told_of == {"mentions": 1}
    assert len(account.mails()) == 1
    assert delivery(account).state is State.SENT


def delivery(account: Account) -> Any:
    found = account.deliveries.get(TENANT, DELIVERY)
    assert found
    return found


def test_deliver_sends_nothing_twice_when_its_event_comes_twice(account: Account) -> None:
    account.put_secret()
    a_planned_mail(account)
    deliver = account.load("deliver")
    deliver(an_event("sns_delivery_planned"))

    again = deliver(an_event("sns_delivery_planned"))

    assert again == {"mentions": 0}
    assert len(account.mails()) == 1


def test_without_the_secret_a_delivery_fails_so_that_it_comes_again_and_works_once_it_is_there(
    account: Account,
) -> None:
    a_planned_mail(account)
    deliver = account.load("deliver")

    with pytest.raises(Invalid, match="there is no such parameter; run earshot setup"):
        deliver(an_event("sns_delivery_planned"))
    account.put_secret()

    assert deliver(an_event("sns_delivery_planned")) == {"mentions": 1}


def test_a_message_may_name_what_is_not_there_any_more(account: Account) -> None:
    account.put_secret()
    gone = message(MessageType.DELIVERY_PLANNED, id_="1", correlation_id="2", tenant=TENANT, delivery="d_gone")
    text = json.dumps({"type": gone.type, "id": gone.id, "correlation_id": "2", "body": gone.body})

    assert account.load("deliver")(with_messages("sns_delivery_planned", text)) == {"mentions": 0}
