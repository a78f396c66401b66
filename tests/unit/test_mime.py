"""Letters become messages that every mail program reads the same."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from earshot.adapters.mime import as_message
from earshot.ports.notifier import Letter

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_letter(subject: str) -> Letter:
    return Letter(
        delivery_id="d_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        to="chefin@morgenrot.example",
        subject=subject,
        text="Grüße\n" + "lang " * 400,
        html="<p>Grüße</p>" + "<b>lang</b>" * 400,
    )


@pytest.mark.parametrize("length", range(1, 100, 7))
def test_a_subject_arrives_letter_by_letter(length: int) -> None:
    subject = f"Kritik · Café Morgenrot · {'x' * length} · Frühstück im Norden"

    data = as_message(a_letter(subject), sender="Earshot <e@a.example>", now=NOW).as_bytes()

    assert email.message_from_bytes(data, policy=email.policy.default)["Subject"] == subject


def test_no_line_is_longer_than_mail_allows() -> None:
    data = as_message(a_letter("🥨" * 150), sender="Earshot <e@a.example>", now=NOW).as_bytes()

    assert max(len(line) for line in data.split(b"\r\n")) <= 998
