"""Envelopes carry ids; readers accept this version and the one before."""

from dataclasses import replace
from typing import Any

import pytest

from earshot.domain.errors import Invalid
from earshot.domain.messages import VERSION, MessageType, body_of, message


def test_a_reader_gets_the_ids_it_asks_for_in_order() -> None:
    envelope = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", tenant="t", mention="m")

    assert body_of(envelope, "mention", "tenant") == ("m", "t")


def test_the_version_before_is_still_read() -> None:
    envelope = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", mention="m")

    assert body_of(replace(envelope, v=VERSION - 1), "mention") == ("m",)


@pytest.mark.parametrize("version", [VERSION + 1, VERSION - 2])
def test_a_version_from_the_future_or_too_old_is_refused(version: int) -> None:
    envelope = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", mention="m")

    with pytest.raises(Invalid, match="v: this code reads versions 0 and 1"):
        body_of(replace(envelope, v=version), "mention")


@pytest.mark.parametrize("body", [{}, {"mention": ""}, {"mention": 7}, {"mention": None}])
def test_a_body_without_an_id_is_refused_by_its_name(body: dict[str, Any]) -> None:
    envelope = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", **body)

    with pytest.raises(Invalid) as caught:
        body_of(envelope, "mention")

    assert caught.value.field == "body.mention"
