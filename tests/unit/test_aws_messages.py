"""What Lambda hands over is read as the envelope that was sent, or refused in a sentence."""

import json

import pytest

from earshot.adapters.aws.messages import from_text, to_text
from earshot.domain.errors import Invalid
from earshot.domain.messages import MessageType, message

ENVELOPE = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", tenant="t", mention="m_ä")


def test_an_envelope_comes_back_as_it_was_written() -> None:
    assert from_text(to_text(ENVELOPE)) == ENVELOPE


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
        from_text(text)


def test_fields_that_a_later_version_adds_are_left_aside() -> None:
    later = json.loads(to_text(ENVELOPE)) | {"priority": 1}

    assert from_text(json.dumps(later)) == ENVELOPE
