"""What only a deployment has: roles, batches of one group, and dead letters in the wrappings of the services."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from benches import (
    A,
    AwsBench,
    a_fetch,
    an_event,
    aws_bench,
    bury,
    clients,  # noqa: F401 - a fixture
    from_the_future,
    ids,
    send,
    take,
    until,
)

from earshot.adapters.aws.bus import AwsBus
from earshot.adapters.aws.dead_letters import AwsDeadLetters, Redriven
from earshot.adapters.aws.messages import to_text
from earshot.adapters.aws.parameters import Parameters
from earshot.domain.errors import BusError, Invalid
from earshot.domain.messages import MessageType
from emulator import REGION, Emulator, session_for

PLANNED = an_event("p", MessageType.DELIVERY_PLANNED)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[AwsBench]:
    with aws_bench(request.getfixturevalue("clients")) as made:
        yield made


def notification(text: str) -> dict[str, Any]:
    return {"Type": "Notification", "TopicArn": "arn", "Message": text, "Timestamp": "2026-11-24T12:00:00.000Z"}


def given_up(payload: object, **response: str) -> dict[str, Any]:
    """What Lambda sends to an OnFailure destination."""
    context = {"requestId": "r", "functionArn": "arn", "condition": "RetriesExhausted", "approximateInvokeCount": 3}
    return {"version": "1.0", "requestContext": context, "requestPayload": payload, "responsePayload": response}


def event_of(*texts: str) -> dict[str, Any]:
    """What a topic hands to a Lambda."""
    return {"Records": [{"EventSource": "aws:sns", "Sns": notification(text)} for text in texts]}


WRAPPINGS = {
    "by OnFailure": given_up(event_of(to_text(PLANNED))),
    "as the event of a Lambda": event_of(to_text(PLANNED)),
    "as a notification": notification(to_text(PLANNED)),
    "not at all": json.loads(to_text(PLANNED)),
}


def put_aside(bench: AwsBench, *bodies: object) -> None:
    for body in bodies:
        bench.sqs.send_message(
            QueueUrl=bench.addresses.dead_events_url, MessageBody=body if isinstance(body, str) else json.dumps(body)
        )


def letters_of(bench: AwsBench, *names: str, host: str = A) -> None:
    """Dead letters of one group, made as collect makes them."""
    for name in names:
        send(bench, name, host=host)
        bury(bench)


def test_one_call_may_bring_several_messages_of_a_group_in_their_order(bench: AwsBench) -> None:
    """A batch of Lambda too, so that collect skips the rest of a group after a failure."""
    send(bench, "1", "2", "3")

    answer = bench.sqs.receive_message(QueueUrl=bench.addresses.fetch_url, MaxNumberOfMessages=10)

    assert [json.loads(each["Body"])["id"] for each in answer["Messages"]] == ["1", "2", "3"]


def test_a_host_that_cannot_name_a_group_still_keeps_its_order(bench: AwsBench) -> None:
    send(bench, "1", "2", host="ü" * 200)

    assert ids(take(bench)) == ["1"]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_dead_event_is_shown_however_it_is_wrapped(bench: AwsBench, wrapping: str) -> None:
    put_aside(bench, WRAPPINGS[wrapping])

    (letter,) = bench.dead_letters()

    assert (letter["queue"], letter["group"]) == ("events", "")
    assert letter["envelope"] == json.loads(to_text(PLANNED))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_redriven_event_reaches_its_subscriber_however_it_was_wrapped(bench: AwsBench, wrapping: str) -> None:
    put_aside(bench, WRAPPINGS[wrapping])

    assert bench.letters.redrive() == Redriven(sent=1)

    assert [each.envelope for each in take(bench, "deliver")] == [PLANNED]
    assert take(bench, "alert") == ()
    assert bench.dead_letters() == []


def test_what_lambda_noted_is_shown(bench: AwsBench) -> None:
    put_aside(bench, given_up(event_of(to_text(PLANNED)), errorType="StoreError", errorMessage="the table is busy"))

    (letter,) = bench.dead_letters()

    assert letter["problem"] == "RetriesExhausted: StoreError: the table is busy"
    assert letter["received"] == 3


@pytest.mark.parametrize(
    "body",
    ["no JSON", "[" * 100_000, "null", given_up({"time": "now"}), event_of("1", "2"), event_of(), {"Records": 1}],
)
def test_what_cannot_be_read_is_shown_and_left(bench: AwsBench, body: object) -> None:
    put_aside(bench, body)

    assert bench.letters.redrive() == Redriven(unreadable=1)

    (letter,) = bench.dead_letters()
    shown = letter["envelope"] or letter["raw"]
    assert shown
    assert len(letter.get("raw", "")) <= 200


def test_a_dead_fetch_of_a_later_version_is_left_and_holds_up_no_other(bench: AwsBench) -> None:
    bench.bus.request_fetch(A, from_the_future(a_fetch("1")))
    send(bench, "2")
    until(bench, lambda: take(bench, visibility_s=0) == () and len(bench.dead_letters()) == 2)

    assert bench.letters.redrive() == Redriven(sent=1, unreadable=1)

    assert ids(take(bench)) == ["2"]
    assert [letter["envelope"]["id"] for letter in bench.dead_letters()] == ["1"]


def test_of_one_group_the_ten_oldest_are_shown(bench: AwsBench) -> None:
    letters_of(bench, *(str(number) for number in range(12)))

    assert [letter["envelope"]["id"] for letter in bench.dead_letters()] == [str(number) for number in range(10)]


def test_all_letters_of_a_group_are_redriven_in_their_order(bench: AwsBench) -> None:
    names = [str(number) for number in range(12)]
    letters_of(bench, *names)

    assert bench.letters.redrive() == Redriven(sent=12)

    came = []
    while received := take(bench):
        came += ids(received)
        bench.inbound.done(received[0])
    assert came == names


def test_a_list_shows_no_more_than_it_is_asked_for(bench: AwsBench) -> None:
    put_aside(bench, *(WRAPPINGS["not at all"] for _ in range(12)))

    assert len(bench.letters.list(limit=11)) == 11


def test_a_letter_that_was_looked_at_is_at_once_there_for_others(bench: AwsBench) -> None:
    letters_of(bench, "1")
    bench.dead_letters()

    answer = bench.sqs.receive_message(QueueUrl=bench.addresses.dead_fetches_url)

    assert len(answer["Messages"]) == 1


def test_what_could_not_be_sent_again_is_still_a_dead_letter(bench: AwsBench) -> None:
    put_aside(bench, WRAPPINGS["by OnFailure"])
    bench.sns.delete_topic(TopicArn=bench.topic_arn)

    with pytest.raises(BusError, match="could not be sent again"):
        bench.letters.redrive()

    assert len(bench.dead_letters()) == 1


@contextmanager
def allowed(emulator: Emulator, **actions: str) -> Iterator[Callable[[str], Any]]:
    """Makes clients of somebody who may do the named actions, each on one resource, and nothing else."""
    iam = emulator.client("iam")
    statements = [{"Effect": "Allow", "Action": each.replace("_", ":"), "Resource": on} for each, on in actions.items()]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements or [_NOTHING]})
    iam.create_user(UserName="somebody")
    iam.put_user_policy(UserName="somebody", PolicyName="some", PolicyDocument=policy)
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    session = session_for(key["AccessKeyId"], key["SecretAccessKey"])
    yield lambda service: emulator.client(service, session)
    iam.delete_access_key(UserName="somebody", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="somebody", PolicyName="some")
    iam.delete_user(UserName="somebody")


_NOTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def test_sending_needs_no_right_but_to_send(bench: AwsBench, emulator: Emulator) -> None:
    """The emulator asks for PublishBatch by name; on AWS the right to Publish covers it."""
    queue = bench.arn_of(bench.addresses.fetch_url)
    with allowed(emulator, sqs_SendMessage=queue, sns_PublishBatch=bench.topic_arn) as client:
        bus = AwsBus(client("sqs"), client("sns"), bench.addresses.fetch_url, bench.topic_arn)

        bus.request_fetch(A, a_fetch("1"))
        bus.publish([an_event("2")])

    assert ids(take(bench)) == ["1"]
    assert ids(take(bench, "alert")) == ["2"]


def test_whoever_may_not_send_a_fetch_gets_an_error_and_an_event_a_warning(
    bench: AwsBench, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    with allowed(emulator) as client:
        bus = AwsBus(client("sqs"), client("sns"), bench.addresses.fetch_url, bench.topic_arn)

        with pytest.raises(BusError, match="AccessDenied"):
            bus.request_fetch(A, a_fetch("1"))
        bus.publish([an_event("2")])

    assert [record.__dict__["message_ids"] for record in caplog.records] == [["2"]]


def test_dead_letters_out_of_reach_are_an_error_in_a_sentence(bench: AwsBench, emulator: Emulator) -> None:
    with allowed(emulator) as client:
        letters = AwsDeadLetters(client("sqs"), client("sns"), bench.addresses, wait_s=0)

        for ask in (letters.list, letters.redrive):
            with pytest.raises(BusError, match="AccessDenied"):
                ask()


def test_of_all_who_make_the_secret_at_once_everybody_gets_the_same(emulator: Emulator) -> None:
    name = "/earshot/race"
    parameters = Parameters(emulator.client("ssm"))

    with ThreadPoolExecutor(8) as threads:
        got = set(threads.map(lambda number: parameters.secret_or_new(name, f"secret {number}"), range(8)))

    assert got == {parameters.secret(name)}


def test_a_secret_is_read_with_the_right_to_its_own_name_only(emulator: Emulator) -> None:
    Parameters(emulator.client("ssm")).secret_or_new("/earshot/mine", "hidden")
    arn = f"arn:aws:ssm:{REGION}:000000000000:parameter/earshot/mine"

    with allowed(emulator, ssm_GetParameter=arn) as client:
        parameters = Parameters(client("ssm"))

        assert parameters.secret("/earshot/mine") == b"hidden"
        with pytest.raises(Invalid, match="ssm:GetParameter"):
            parameters.secret("/earshot/another")
