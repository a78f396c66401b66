"""Mail by SES: what goes out over the wire, and what each refusal means."""

import email
import email.policy
import re
import socket
import traceback
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import RawMessage, ses_backends

from earshot.adapters.aws.ses import Ses
from earshot.domain.errors import Deferred, DeliveryError, Rejected, Unconfirmed
from earshot.ports.notifier import Letter, Notifier
from loopback import Answer, Noon, Server, reply, serving
from sending import REGION, a_mailing_client, an_impatient_client

SENDER = "Earshot für Acme <earshot@acme.example>"
WRITTEN = "=?utf-8?q?Earshot_f=C3=BCr_Acme?= <earshot@acme.example>"
LETTER = Letter(
    delivery_id="d_1",
    to="anna@acme.example",
    subject="Kritik · Café Morgenrot",
    text="Grüße\n",
    html="<p>Grüße</p>" + "<b>lang</b>" * 400,
    headers={"Auto-Submitted": "auto-generated", "X-Earshot-Tenant": "t_acme"},
)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def taken() -> list[RawMessage]:
    return [each for each in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages if isinstance(each, RawMessage)]


def read(message: RawMessage) -> EmailMessage:
    return email.message_from_string(message.raw_data, policy=email.policy.default)


@pytest.mark.usefixtures("aws")
def test_a_mail_goes_to_one_recipient_as_it_was_written() -> None:
    client = a_mailing_client()
    client.create_email_identity(EmailIdentity="acme.example")
    notifier: Notifier[Letter] = Ses(client, SENDER, Noon())

    notifier.send(LETTER)

    (message,) = taken()
    mail = read(message)
    assert message.source == WRITTEN
    assert set(message.destinations) == {"anna@acme.example"}
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "anna@acme.example", "Kritik · Café Morgenrot")
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == "Grüße\n"
    assert html.get_content().startswith("<p>Grüße</p><b>lang</b>")


@pytest.mark.usefixtures("aws")
def test_headers_travel_with_the_mail() -> None:
    client = a_mailing_client()
    client.create_email_identity(EmailIdentity="acme.example")

    Ses(client, SENDER, Noon()).send(LETTER)

    mail = read(taken()[0])
    assert mail["X-Earshot-Tenant"] == "t_acme"
    assert mail.get_all("Auto-Submitted") == ["auto-generated"]
    assert mail["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"


@pytest.mark.usefixtures("aws")
def test_a_mail_has_seven_bits_and_short_lines_as_ses_asks() -> None:
    client = a_mailing_client()
    client.create_email_identity(EmailIdentity="acme.example")

    Ses(client, SENDER, Noon()).send(LETTER)

    raw = taken()[0].raw_data
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998


@pytest.mark.usefixtures("aws")
def test_a_sender_that_is_not_verified_is_mended_by_the_operator() -> None:
    with pytest.raises(Deferred, match="SES has not verified the sender"):
        Ses(a_mailing_client(), SENDER, Noon()).send(LETTER)

    assert taken() == []


def answered(code: str, sentence: str = "", status: int = 400) -> DeliveryError:
    """The error for a refusal by SES."""
    client = a_mailing_client()
    with Stubber(client) as stub, pytest.raises(DeliveryError) as caught:
        expected = {
            "FromEmailAddress": WRITTEN,
            "Destination": {"ToAddresses": ["anna@acme.example"]},
            "Content": {"Raw": {"Data": ANY}},
        }
        stub.add_client_error("send_email", code, sentence, status, expected_params=expected)
        Ses(client, SENDER, Noon()).send(LETTER)
    stub.assert_no_pending_responses()
    return caught.value


@pytest.mark.parametrize(
    ("code", "sentence", "reason"),
    [
        ("TooManyRequestsException", "", "SES takes no more for now"),
        ("ThrottlingException", "Maximum sending rate exceeded.", "SES takes no more for now"),
        ("LimitExceededException", "", "the sending quota of SES is used up"),
        ("SendingPausedException", "", "look at the account's sending status"),
        ("AccountSuspendedException", "", "look at the account's sending status"),
        ("MessageRejected", "Sending suspended for this account. Contact us.", "look at the account's sending status"),
        ("MailFromDomainNotVerifiedException", "", "look at its DNS records"),
        (
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region EU: anna@acme.example",
            "SES has not verified the sender, or in the sandbox the recipient",
        ),
        ("AccessDeniedException", "User: arn:aws:sts::1:assumed-role/x", "the role of this function may not use SES"),
        ("AccessDenied", "", "the role of this function may not use SES"),
        ("NotFoundException", "", "SES answered NotFoundException"),
        ("ExpiredTokenException", "", "SES answered ExpiredTokenException"),
        ("SomethingNew", "", "SES answered SomethingNew"),
    ],
)
def test_what_time_or_the_operator_mends_is_deferred(code: str, sentence: str, reason: str) -> None:
    error = answered(code, sentence)

    assert isinstance(error, Deferred)
    assert error.channel == "mail"
    assert re.search(reason, error.reason)


def test_a_service_that_is_overloaded_is_deferred() -> None:
    assert isinstance(answered("ServiceUnavailable", status=503), Deferred)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("BadRequestException", "Illegal address"), ("MessageRejected", "Email contains a virus.")],
)
def test_what_concerns_this_very_mail_is_rejected(code: str, sentence: str) -> None:
    error = answered(code, sentence)

    assert isinstance(error, Rejected)
    assert error.reason == f"SES refuses this mail or its recipient ({code})"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_inside_ses_says_nothing_about_the_mail(status: int) -> None:
    assert isinstance(answered("InternalFailure", status=status), Unconfirmed)


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException", "AccessDeniedException", "InternalFailure"])
def test_no_error_tells_what_ses_said_about_addresses(code: str) -> None:
    error = answered(code, "not verified: anna@acme.example", status=500 if code == "InternalFailure" else 400)

    assert "anna" not in "".join(traceback.format_exception(error)[-1:])
    assert error.__suppress_context__


@pytest.mark.parametrize("sender", ["Earshot", "", "earshot@", "Earshot <grüße@acme.example>"])
def test_a_sender_that_is_no_address_rejects_no_mail(sender: str) -> None:
    with pytest.raises(Deferred, match="look at mail_from"):
        Ses(a_mailing_client(), sender, Noon()).send(LETTER)


def test_an_address_with_other_letters_goes_out_in_ascii_for_ses_to_judge() -> None:
    client = a_mailing_client()
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "1"})

        Ses(client, SENDER, Noon()).send(replace(LETTER, to="grüße@acme.example"))

    stub.assert_no_pending_responses()


def _silence(server: Server, request: bytes, connection: socket.socket) -> None:
    server.closing.wait(5)


def _hang_up(server: Server, request: bytes, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("answer", [_silence, _hang_up, b"what?\r\n\r\n", reply(500, b"<html>")])
def test_a_break_after_the_mail_went_out_is_not_known_to_have_failed(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Unconfirmed, match="may have gone out"):
        Ses(an_impatient_client("sesv2", server.url), SENDER, Noon()).send(LETTER)

    assert len(server.requests) == 1


def test_nobody_there_is_deferred() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"

    with pytest.raises(Deferred, match=r"SES could not be asked \(EndpointConnectionError\)"):
        Ses(an_impatient_client("sesv2", url), SENDER, Noon()).send(LETTER)


def test_ses_is_asked_once_only() -> None:
    with serving(reply(429, b"{}", X_Amzn_ErrorType="TooManyRequestsException")) as server, pytest.raises(Deferred):
        Ses(an_impatient_client("sesv2", server.url), SENDER, Noon()).send(LETTER)

    assert len(server.requests) == 1
