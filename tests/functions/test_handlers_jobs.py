"""A question on AWS: api sends it through the queue of fetches, collect answers it among its other errands."""

import json
from dataclasses import replace
from typing import Any

from lambdas import LONG_AGO, TENANT, Account, an_event, fetches_of
from test_handlers_api import a_request

from earshot.domain.messages import MessageType, message
from loopback import by_path, reply, serving

HOST = "blog.example:80"
FEED_URL = "http://blog.example/feed.xml"
FEED = (
    b'<rss version="2.0"><channel><title>Blog</title><item><title>Acme</title>'
    b"<link>http://blog.example/1</link></item></channel></rss>"
)


def ask(account: Account, path: str, body: object) -> dict[str, Any]:
    account.put_secret()
    key = account.access().create_key(TENANT, "a program", "admin")[1]
    answer = account.load("api")(a_request("POST", path, key=key, body=body))
    assert answer["statusCode"] == 202, answer
    return {**json.loads(answer["body"]), "key": key}


def unhurried(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The event with these messages, to hosts that need no pause."""
    for each in messages:
        text = json.loads(each["Body"])
        each["Body"] = json.dumps({**text, "body": {**text["body"], "pace_s": 0}})
    return fetches_of(messages)


def job(account: Account, asked: dict[str, Any]) -> dict[str, Any]:
    answer = account.load("api")(a_request("GET", f"/v1/jobs/{asked['id']}", key=asked["key"]))
    found: dict[str, Any] = json.loads(answer["body"])
    return found


def test_a_preview_goes_through_the_queue_and_is_answered_by_collect(account: Account) -> None:
    account.listen_to("s_blog", FEED_URL, HOST)
    asked = ask(account, "/v1/sources/preview", {"url": FEED_URL})
    messages = account.received("fetch.fifo")

    rules, feed = reply(404), reply(body=FEED, Content_Type="application/rss+xml")
    with serving(by_path({"/robots.txt": rules, "/feed.xml": feed})) as server:
        account.setenv(loopback=f"{HOST}={server.place}")
        answer = account.load("collect")(unhurried(messages))

    done = job(account, asked)
    assert [each["Attributes"]["MessageGroupId"] for each in messages] == [HOST]
    assert answer == {"batchItemFailures": []}
    assert (done["state"], done["found"][0]["title"]) == ("done", "Acme")
    assert [(each["kind"], each["title"], each["shown"]) for each in done["offers"]] == [("feed", "Blog", True)]


def test_what_is_stored_is_looked_at_in_the_group_of_the_tenant(account: Account) -> None:
    account.mention()
    asked = ask(account, "/v1/watches/preview", {"name": "Acme", "terms": {"any": ["Acme"]}})
    messages = account.received("fetch.fifo")

    account.load("collect")(unhurried(messages))

    assert [each["Attributes"]["MessageGroupId"] for each in messages] == [TENANT]
    assert job(account, asked)["parts"][0]["caught"] == 1


def test_a_question_of_a_later_version_is_given_back_to_the_queue(account: Account) -> None:
    later = message(MessageType.JOB_PART, id_="1", correlation_id="j", tenant=TENANT, job="j", sources=["s"])
    text = json.dumps({"v": 99, "type": later.type, "id": "1", "correlation_id": "j", "body": dict(later.body)})
    event = an_event("sqs_fifo_two_groups")
    event["Records"] = [{**event["Records"][0], "body": text}]

    answer = account.load("collect")(event)

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [event["Records"][0]["messageId"]]


def test_a_type_that_this_code_does_not_know_is_given_back_as_well(account: Account) -> None:
    event = an_event("sqs_fifo_two_groups")
    text = json.dumps({"v": 1, "type": "from.the.future", "id": "1", "correlation_id": "c", "body": {}})
    event["Records"] = [{**event["Records"][0], "body": text}]

    assert len(account.load("collect")(event)["batchItemFailures"]) == 1


def test_a_why_is_answered_with_the_rule(account: Account) -> None:
    account.listen_to("s_blog", FEED_URL, HOST)
    subscription = account.listening.listeners("s_blog")[0]
    account.listening.want(subscription)
    source = account.listening.source("s_blog")
    assert source is not None
    account.listening.sources.save(replace(source, first_fetched_at=LONG_AGO, read_at=LONG_AGO))
    account.put_secret()
    key = account.access().create_key(TENANT, "a program", "read")[1]
    event = a_request("GET", "/v1/why", key=key) | {"rawQueryString": "url=http://blog.example/1"}
    api = account.load("api")
    looking = api(event)

    with serving(by_path({"/feed.xml": reply(body=FEED, Content_Type="application/rss+xml")})) as server:
        account.setenv(loopback=f"{HOST}={server.place}")
        account.load("collect")(unhurried(account.received("fetch.fifo")))
    found = api(event)

    assert (looking["statusCode"], found["statusCode"]) == (202, 200)
    assert json.loads(found["body"])["verdict"] == "comes_next"
