"""The sender of mails is made known to SES once, and its standing is told."""

from collections.abc import Iterator
from typing import Any

import moto
import pytest

from earshot.adapters.aws.identities import Standing, make_known
from emulator import session_for
from stubs import Stubbed

SENDER = "Earshot <listening@shop.example>"


@pytest.fixture
def ses() -> Iterator[Any]:
    with moto.mock_aws():
        yield session_for("AKIAMOTOMOTOMOTOMOTO", "no secret").create_client("sesv2")


def known(ses: Any) -> list[str]:
    return [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]


def test_a_sender_that_ses_does_not_know_is_added_by_its_address(ses: Any) -> None:
    assert make_known(ses, SENDER) is Standing.PENDING
    assert known(ses) == ["listening@shop.example"]


def test_a_sender_is_added_once(ses: Any) -> None:
    make_known(ses, SENDER)
    make_known(ses, SENDER)

    assert known(ses) == ["listening@shop.example"]


def test_a_domain_that_ses_knows_needs_no_address_beside_it(ses: Any) -> None:
    ses.create_email_identity(EmailIdentity="shop.example")

    make_known(ses, SENDER)

    assert known(ses) == ["shop.example"]


def test_a_verified_domain_is_enough() -> None:
    ses = Stubbed("sesv2")
    ses.refuses("get_email_identity", "NotFoundException", 404)
    ses.answers("get_email_identity", {"VerifiedForSendingStatus": True})

    assert make_known(ses.client, SENDER) is Standing.VERIFIED
    ses.assert_all_was_asked()


def test_without_the_right_to_ask_or_to_add_the_standing_is_unknown() -> None:
    ses = Stubbed("sesv2")
    for operation in ("get_email_identity", "get_email_identity", "create_email_identity"):
        ses.refuses(operation, "AccessDeniedException", 403)

    assert make_known(ses.client, SENDER) is Standing.UNKNOWN
