"""Short messages by SNS: what goes out, what each refusal means, and that nothing ever goes twice."""

import socket
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from earshot.adapters.aws.sms import SnsSms
from earshot.domain.errors import Deferred, DeliveryError, Rejected, Unconfirmed
from earshot.ports.notifier import Notifier, ShortMessage
from loopback import Answer, Server, reply, serving
from sending import REGION, a_texting_client, an_impatient_client

MESSAGE = ShortMessage(delivery_id="d_1", to="+4915112345678", text="Kritik bei Tellerrand: https://listen.example/a/x")
TAKEN = b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
TRANSACTIONAL = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
NAMED = TRANSACTIONAL | {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Earshot"}}


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.mark.usefixtures("aws")
def test_a_short_message_goes_to_its_number_as_it_was_written() -> None:
    notifier: Notifier[ShortMessage] = SnsSms(a_texting_client())

    notifier.send(MESSAGE)

    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    assert list(sent) == [(MESSAGE.to, MESSAGE.text)]


@pytest.mark.usefixtures("aws")
def test_what_is_no_number_is_rejected() -> None:
    with pytest.raises(Rejected, match="SNS refuses the number or the message"):
        SnsSms(a_texting_client()).send(ShortMessage(delivery_id="d_1", to="0151 1234", text="Kritik"))


@pytest.mark.parametrize(("sender_id", "attributes"), [("", TRANSACTIONAL), ("Earshot", NAMED)])
def test_a_short_message_is_transactional_and_names_its_sender_if_there_is_one(
    sender_id: str, attributes: dict[str, object]
) -> None:
    client = a_texting_client()
    with Stubber(client) as stub:
        expected = {"PhoneNumber": MESSAGE.to, "Message": MESSAGE.text, "MessageAttributes": attributes}
        stub.add_response("publish", {"MessageId": "1"}, expected)

        SnsSms(client, sender_id).send(MESSAGE)

    stub.assert_no_pending_responses()


def answered(code: str, sentence: str = "", status: int = 400) -> DeliveryError:
    """The error for a refusal by SNS."""
    client = a_texting_client()
    with Stubber(client) as stub, pytest.raises(DeliveryError) as caught:
        stub.add_client_error("publish", code, sentence, status)
        SnsSms(client, "Earshot").send(MESSAGE)
    return caught.value


@pytest.mark.parametrize(
    ("code", "sentence", "reason"),
    [
        ("OptedOut", "", "the number has opted out of short messages"),
        ("OptedOutException", "", "the number has opted out of short messages"),
        (
            "InvalidParameter",
            "Invalid parameter: PhoneNumber Reason: +4915112345678 is not valid to publish to",
            "SNS refuses the number or the message (InvalidParameter)",
        ),
        ("InvalidParameterValue", "", "SNS refuses the number or the message (InvalidParameterValue)"),
        ("ParameterValueInvalid", "", "SNS refuses the number or the message (ParameterValueInvalid)"),
        ("ValidationException", "", "SNS refuses the number or the message (ValidationException)"),
    ],
)
def test_a_number_that_can_never_be_reached_is_rejected(code: str, sentence: str, reason: str) -> None:
    error = answered(code, sentence)

    assert isinstance(error, Rejected)
    assert (error.channel, error.reason) == ("sms", reason)


@pytest.mark.parametrize(
    ("code", "sentence", "status", "reason"),
    [
        ("Throttled", "Rate exceeded", 429, "SNS takes no more for now (Throttled)"),
        ("ThrottlingException", "Rate exceeded", 400, "SNS takes no more for now (ThrottlingException)"),
        ("ServiceUnavailable", "", 503, "SNS takes no more for now (ServiceUnavailable)"),
        ("AuthorizationError", "", 403, "the role of this function may not use SNS (AuthorizationError)"),
        ("AccessDenied", "", 403, "the role of this function may not use SNS (AccessDenied)"),
        ("InvalidClientTokenId", "", 403, "SNS answered InvalidClientTokenId"),
        ("UserError", "spending limit", 400, "SNS answered UserError"),
        (
            "InvalidParameterValue",
            "The message attribute 'AWS.SNS.SMS.SenderID' has an invalid value",
            400,
            "SNS refuses the sender id (InvalidParameterValue); it has 1 to 11 letters and digits",
        ),
    ],
)
def test_what_time_or_the_operator_mends_is_deferred(code: str, sentence: str, status: int, reason: str) -> None:
    error = answered(code, sentence, status)

    assert isinstance(error, Deferred)
    assert error.reason == reason


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_inside_sns_says_nothing_about_the_message(status: int) -> None:
    assert isinstance(answered("InternalError", status=status), Unconfirmed)


@pytest.mark.parametrize("code", ["InvalidParameter", "OptedOut", "AuthorizationError", "SomethingNew"])
def test_no_error_tells_the_number(code: str) -> None:
    error = answered(code, "Invalid parameter: +4915112345678")

    assert "4915112345678" not in str(error)
    assert error.__suppress_context__


def _silence(server: Server, request: bytes, connection: socket.socket) -> None:
    server.closing.wait(5)


def _hang_up(server: Server, request: bytes, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def _break_in_the_answer(server: Server, request: bytes, connection: socket.socket) -> None:
    connection.sendall(reply(200, TAKEN)[:-10])
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "answer", [_silence, _hang_up, _break_in_the_answer, b"what?\r\n\r\n", reply(500, b"<html>"), reply(200, b"{")]
)
def test_a_break_after_the_message_went_out_is_neither_sent_nor_failed(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Unconfirmed, match="may have gone out"):
        SnsSms(an_impatient_client("sns", server.url)).send(MESSAGE)

    assert len(server.requests) == 1


def test_nobody_there_is_deferred() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"

    with pytest.raises(Deferred, match=r"SNS could not be asked \(EndpointConnectionError\)"):
        SnsSms(an_impatient_client("sns", url)).send(MESSAGE)


def test_a_connection_that_may_have_died_in_its_sleep_is_not_used_again() -> None:
    # The server promises to keep the connection and then reads nothing more from it, as a frozen Lambda would find it.
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(reply(200, TAKEN, Connection="keep-alive"))
        server.closing.wait(5)

    with serving(answer) as server:
        notifier = SnsSms(an_impatient_client("sns", server.url))
        notifier.send(MESSAGE)
        notifier.send(MESSAGE)

    assert len(server.requests) == 2


def test_number_and_text_travel_unchanged() -> None:
    text = 'Größe für 5 €, "gut" +1 & ~[x]'
    with serving(reply(200, TAKEN)) as server:
        SnsSms(an_impatient_client("sns", server.url)).send(ShortMessage(delivery_id="d_1", to="+491", text=text))

    asked = parse_qs(server.requests[0].partition(b"\r\n\r\n")[2].decode())
    assert (asked["PhoneNumber"], asked["Message"]) == (["+491"], [text])
