"""What Lambda hands over is read as the envelope that was sent, or refused in a sentence."""

import json
from typing import Any

import pytest

from earshot.adapters.aws.messages import from_sns, from_sqs, to_text
from earshot.domain.errors import Invalid
from earshot.domain.messages import MessageType, message

ENVELOPE = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", tenant="t", mention="m_ä")


def test_an_envelope_comes_back_from_a_record_of_a_queue() -> None:
    assert from_sqs({"messageId": "x", "body": to_text(ENVELOPE), "messageAttributes": {}}) == ENVELOPE


@pytest.mark.parametrize("attributes", [{}, {"MessageAttributes": {}}, {"MessageAttributes": {"type": {"Type": "S"}}}])
def test_an_envelope_comes_back_from_a_record_of_a_topic_with_or_without_attributes(attributes: dict[str, Any]) -> None:
    assert from_sns({"EventSource": "aws:sns", "Sns": {"Message": to_text(ENVELOPE)} | attributes}) == ENVELOPE


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "not JSON",
        "[]",
        "{}",
        "\ud800",
        to_text(ENVELOPE).replace('"m_ä"', "[" * 100_000 + "]" * 100_000),
        to_text(ENVELOPE).replace("mention.stored", "mention.sung"),
        json.dumps({"v": "one", "type": "source.fetch", "id": "1", "correlation_id": "c", "body": {}}),
    ],
)
def test_what_is_no_envelope_is_refused(text: str | None) -> None:
    with pytest.raises(Invalid, match="message"):
        from_sqs({"body": text})
    with pytest.raises(Invalid, match="message"):
        from_sns({"Sns": {"Message": text}})


@pytest.mark.parametrize("record", [{}, {"Sns": None}, {"Sns": "text"}, {"Sns": {}}, {"body": to_text(ENVELOPE)}])
def test_a_record_from_elsewhere_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="message"):
        from_sns(record)


def test_fields_that_a_later_version_adds_are_left_aside() -> None:
    later = json.loads(to_text(ENVELOPE)) | {"priority": 1}

    assert from_sqs({"body": json.dumps(later)}) == ENVELOPE
