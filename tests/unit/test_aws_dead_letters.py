"""Dead letters of a deployment stay safe when the queues misbehave as their documentation lets them."""

from collections.abc import Iterator
from typing import Any

import pytest

from earshot.adapters.aws.dead_letters import Addresses, AwsDeadLetters
from earshot.adapters.aws.messages import to_text
from earshot.domain.errors import BusError
from earshot.domain.messages import MessageType, message
from stubs import Stubbed

QUEUE = "https://sqs.eu-central-1.amazonaws.com/111122223333/"
ADDRESSES = Addresses(
    dead_fetches_url=QUEUE + "dead.fifo",
    dead_events_url=QUEUE + "dead",
    fetch_url=QUEUE + "fetch.fifo",
    topic_arn="arn",
)
RELEASED: dict[str, Any] = {"Successful": [], "Failed": []}
FETCH = to_text(message(MessageType.FETCH, id_="f1", correlation_id="c", sources=["s_1"]))


@pytest.fixture
def sqs() -> Iterator[Stubbed]:
    stubbed = Stubbed("sqs")
    yield stubbed
    stubbed.assert_all_was_asked()


@pytest.fixture
def letters(sqs: Stubbed) -> AwsDeadLetters:
    return AwsDeadLetters(sqs.client, Stubbed("sns").client, ADDRESSES)


def received(*receipts: str, body: str = FETCH) -> dict[str, Any]:
    """One dead letter, handed out as often as there are receipts."""
    attributes = {"MessageGroupId": "a.example", "ApproximateReceiveCount": "6"}
    one = {"MessageId": "m1", "Body": body, "Attributes": attributes}
    return {"Messages": [one | {"ReceiptHandle": receipt} for receipt in receipts]}


def released(queue: str, receipt: str) -> dict[str, Any]:
    return {"QueueUrl": queue, "Entries": [{"Id": "0", "ReceiptHandle": receipt, "VisibilityTimeout": 0}]}


def test_a_letter_handed_out_twice_is_shown_once_and_released_by_its_last_receipt(
    letters: AwsDeadLetters, sqs: Stubbed
) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.answers("receive_message", received("r2"))
    sqs.answers("change_message_visibility_batch", RELEASED, released(ADDRESSES.dead_fetches_url, "r2"))
    sqs.answers("receive_message", {})

    assert [letter["id"] for letter in letters.list()] == ["m1"]


def test_a_redriven_fetch_has_a_number_that_its_queue_cannot_know(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    again = {"QueueUrl": ADDRESSES.fetch_url, "MessageBody": FETCH, "MessageGroupId": "a.example"}
    sqs.answers("receive_message", received("r1"))
    sqs.answers("send_message", {"MessageId": "m2"}, again | {"MessageDeduplicationId": "redrive-m1"})
    sqs.answers("delete_message", {}, {"QueueUrl": ADDRESSES.dead_fetches_url, "ReceiptHandle": "r1"})
    sqs.answers("receive_message", {})
    sqs.answers("change_message_visibility_batch", RELEASED)
    sqs.answers("receive_message", {})

    assert letters.redrive(["m1"]).sent == 1


def test_a_fetch_that_its_queue_does_not_take_is_not_deleted(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.refuses("send_message", "ThrottlingException")
    sqs.answers("change_message_visibility_batch", RELEASED, released(ADDRESSES.dead_fetches_url, "r1"))

    with pytest.raises(BusError, match=r"m1 could not be sent again \(ThrottlingException\)"):
        letters.redrive()


def test_a_release_that_fails_does_not_hide_what_was_seen(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.answers("receive_message", {})
    sqs.refuses("change_message_visibility_batch", "InternalFailure", 500)
    sqs.answers("receive_message", {})

    assert len(letters.list()) == 1


def test_a_letter_tells_how_often_it_was_received_before_this_look(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.answers("receive_message", {})
    sqs.answers("change_message_visibility_batch", RELEASED)
    sqs.answers("receive_message", {})

    assert [letter["received"] for letter in letters.list()] == [5]


def test_only_the_letter_that_is_named_is_forgotten(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.answers("delete_message", {}, {"QueueUrl": ADDRESSES.dead_fetches_url, "ReceiptHandle": "r1"})
    sqs.answers("receive_message", {})
    sqs.answers("change_message_visibility_batch", RELEASED, released(ADDRESSES.dead_fetches_url, "r1"))
    sqs.answers("receive_message", {})

    assert letters.remove(["m1", "unknown"]) == 1


def test_a_letter_that_is_not_named_stays(letters: AwsDeadLetters, sqs: Stubbed) -> None:
    sqs.answers("receive_message", received("r1"))
    sqs.answers("receive_message", {})
    sqs.answers("change_message_visibility_batch", RELEASED, released(ADDRESSES.dead_fetches_url, "r1"))
    sqs.answers("receive_message", {})

    assert letters.remove(["unknown"]) == 0
