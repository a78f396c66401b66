"""The bus of a deployment names its groups, keeps the limits of the services, and knows which failure is whose."""

import logging
from collections.abc import Iterator
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.parsers import ResponseParserError

from earshot.adapters.aws.bus import BATCH_BYTES, AwsBus, Event, group_of
from earshot.adapters.aws.messages import to_text
from earshot.domain.errors import BusError
from earshot.domain.messages import Envelope, MessageType, message
from stubs import Stubbed

QUEUE = "https://sqs.eu-central-1.amazonaws.com/111122223333/fetch.fifo"
TOPIC = "arn:aws:sns:eu-central-1:111122223333:events"
FETCH = message(MessageType.FETCH, id_="f1", correlation_id="c", sources=["s_1"])


@pytest.fixture
def sqs() -> Iterator[Stubbed]:
    stubbed = Stubbed("sqs")
    yield stubbed
    stubbed.assert_all_was_asked()


@pytest.fixture
def sns() -> Iterator[Stubbed]:
    stubbed = Stubbed("sns")
    yield stubbed
    stubbed.assert_all_was_asked()


@pytest.fixture
def bus(sqs: Stubbed, sns: Stubbed) -> AwsBus:
    return AwsBus(sqs.client, sns.client, QUEUE, TOPIC)


class SilentTopic:
    """A topic behind a broken line; counts how often it was called."""

    def __init__(self, failure: Exception) -> None:
        self.calls = 0
        self._failure = failure

    def publish_batch(self, **_: object) -> dict[str, Any]:
        self.calls += 1
        raise self._failure


def an_event(id_: str, **body: str) -> Envelope:
    return message(MessageType.MENTION_STORED, id_=id_, correlation_id="c", **({"tenant": "t", "mention": "m"} | body))


def warned(caplog: pytest.LogCaptureFixture) -> list[tuple[list[str], str]]:
    """The ids and the reason of each warning about events."""
    records = [record for record in caplog.records if record.levelno == logging.WARNING]
    return [(record.__dict__["message_ids"], record.__dict__["reason"]) for record in records]


def test_a_fetch_is_queued_in_the_group_of_its_host(bus: AwsBus, sqs: Stubbed) -> None:
    asked = {
        "QueueUrl": QUEUE,
        "MessageBody": to_text(FETCH),
        "MessageGroupId": "a.example",
        "MessageDeduplicationId": "f1",
    }
    sqs.answers("send_message", {"MessageId": "1"}, asked)

    bus.request_fetch("a.example", FETCH)


@pytest.mark.parametrize("host", ["a" * 129, "bücher.example", "two words.example", "tab\t.example"])
def test_a_host_that_cannot_name_a_group_is_hashed_always_alike(host: str) -> None:
    group = group_of(host, FETCH)

    assert group.isascii() and len(group) < 128
    assert group == group_of(host, an_event("2"))
    assert group != group_of(host + "x", FETCH)


def test_a_host_that_can_name_a_group_does_so_with_its_port() -> None:
    assert [group_of(host, FETCH) for host in ("a.example:8080", "[::1]", "a" * 128)] == [
        "a.example:8080",
        "[::1]",
        "a" * 128,
    ]


def test_a_message_without_a_host_waits_for_nobody() -> None:
    assert group_of("", FETCH) != group_of("", an_event("e2"))


@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException", "AWS.SimpleQueueService.NonExistentQueue"])
def test_a_queue_that_refuses_is_an_error_with_the_host_and_the_code(bus: AwsBus, sqs: Stubbed, code: str) -> None:
    sqs.refuses("send_message", code)

    with pytest.raises(BusError) as caught:
        bus.request_fetch("a.example", FETCH)

    assert "a.example" in str(caught.value) and code in str(caught.value)
    assert "nobody's log" not in str(caught.value)
    assert caught.value.transient


def test_an_answer_that_never_comes_is_an_error_too(sns: Stubbed) -> None:
    class DeadLine:
        def send_message(self, **_: object) -> None:
            raise EndpointConnectionError(endpoint_url="https://sqs.invalid")

    with pytest.raises(BusError, match="EndpointConnectionError"):
        AwsBus(cast(Any, DeadLine()), sns.client, QUEUE, TOPIC).request_fetch("a.example", FETCH)


def test_an_event_carries_its_type_and_its_tenant_for_those_who_filter(bus: AwsBus, sns: Stubbed) -> None:
    entry = {
        "Id": "0",
        "Message": to_text(an_event("e1")),
        "MessageAttributes": {
            "type": {"DataType": "String", "StringValue": "mention.stored"},
            "tenant": {"DataType": "String", "StringValue": "t"},
        },
    }
    sns.answers("publish_batch", {}, {"TopicArn": TOPIC, "PublishBatchRequestEntries": [entry]})

    bus.publish([an_event("e1")])


def test_an_event_of_no_tenant_has_no_such_attribute() -> None:
    assert set(Event(FETCH).attributes) == {"type"}


def test_nothing_to_tell_asks_nobody(bus: AwsBus) -> None:
    bus.publish([])


def test_one_refused_event_is_logged_with_its_id_and_the_others_are_out(
    bus: AwsBus, sns: Stubbed, caplog: pytest.LogCaptureFixture
) -> None:
    failed = {"Id": "1", "Code": "InternalError", "Message": "words", "SenderFault": False}
    sns.answers("publish_batch", {"Successful": [{"Id": "0", "MessageId": "x"}], "Failed": [failed]})

    bus.publish([an_event("e1"), an_event("e2")])

    assert warned(caplog) == [(["e2"], "InternalError")]


def test_a_refused_call_is_logged_and_the_next_ones_are_made(
    bus: AwsBus, sns: Stubbed, caplog: pytest.LogCaptureFixture
) -> None:
    sns.refuses("publish_batch", "Throttling")
    sns.answers("publish_batch", {})

    bus.publish([an_event(f"e{number}") for number in range(11)])

    assert warned(caplog) == [([f"e{number}" for number in range(10)], "Throttling")]
    assert "nobody's log" not in caplog.text


@pytest.mark.parametrize(
    "failure", [EndpointConnectionError(endpoint_url="https://sns.invalid"), ResponseParserError("no XML")]
)
def test_a_topic_that_does_not_answer_is_asked_once(
    sqs: Stubbed, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    topic = SilentTopic(failure)

    AwsBus(sqs.client, cast(Any, topic), QUEUE, TOPIC).publish([an_event(f"e{number}") for number in range(25)])

    assert topic.calls == 1
    assert warned(caplog) == [([f"e{number}" for number in range(25)], type(failure).__name__)]


def test_a_call_never_holds_more_bytes_than_the_topic_takes(bus: AwsBus, sns: Stubbed) -> None:
    big = [an_event(f"e{number}", mention="m" * 100_000) for number in range(5)]
    for _ in range(3):
        sns.answers("publish_batch", {})

    bus.publish(big)

    assert 2 * Event(big[0]).size < BATCH_BYTES < 3 * Event(big[0]).size


def test_an_event_too_large_for_any_call_is_logged_and_holds_up_no_other(
    bus: AwsBus, sns: Stubbed, caplog: pytest.LogCaptureFixture
) -> None:
    sns.answers("publish_batch", {})

    bus.publish([an_event("giant", mention="m" * BATCH_BYTES), an_event("e2")])

    assert warned(caplog) == [(["giant"], "TooLarge")]


def test_how_many_events_were_taken_is_told(sns: Stubbed, bus: AwsBus) -> None:
    failed = {"Id": "1", "Code": "InternalError", "SenderFault": False}
    sns.answers("publish_batch", {"Successful": [{"Id": "0", "MessageId": "m"}], "Failed": [failed]})

    assert bus.publish([an_event("e1"), an_event("e2")]) == 1


def test_of_events_behind_a_broken_line_none_was_taken() -> None:
    topic = SilentTopic(EndpointConnectionError(endpoint_url="https://sns.example"))

    assert AwsBus(cast(Any, None), cast(Any, topic), QUEUE, TOPIC).publish([an_event("e1")]) == 0
