"""Webhooks against real servers: signed to the specification, never redirected, and every answer means what it says."""

import base64
import json
import socket
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.adapters.webhook import TOLERANCE, Webhook, is_genuine, signature
from earshot.domain.errors import Deferred, DeliveryError, Rejected
from earshot.ports.notifier import Call
from loopback import NOON, Answer, Noon, Server, an_http, by_path, reply, serving

SHOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = base64.b64decode(SHOWN.removeprefix("whsec_"))
BODY = '{"type":"mentions.alert","mentions":[{"excerpt":"Grüße\\n"}]}'.encode()


def a_call(url: str) -> Call:
    return Call(delivery_id="d_1", url=url, body=BODY, secret=KEY)


def sent(answer: Answer) -> Server:
    with serving(answer) as server:
        Webhook(an_http(server.place), Noon()).send(a_call(server.url))
    return server


def refused(answer: Answer, **settings: float) -> tuple[DeliveryError, Server]:
    with serving(answer) as server, pytest.raises(DeliveryError) as caught:
        Webhook(an_http(server.place, **settings), Noon()).send(a_call(server.url))
    return caught.value, server


def parts(request: bytes) -> tuple[str, dict[str, str], bytes]:
    """The request line, the headers with lower-case names, and the body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    return first, {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


def test_a_signature_is_that_of_the_published_example() -> None:
    # The Python library of github.com/standard-webhooks/standard-webhooks, tests/test_webhooks.py; read 2026-11-24.
    signed = signature(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_arrives_to_the_byte_with_id_time_and_signature() -> None:
    server = sent(reply(200))

    (request,) = server.requests
    first, headers, body = parts(request)
    assert first == "POST / HTTP/1.1"
    assert body == BODY
    assert json.loads(body)["mentions"][0]["excerpt"] == "Grüße\n"
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "d_1"
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert is_genuine(SHOWN, headers, body, NOON)


@pytest.mark.parametrize("answer", [reply(200), reply(202), reply(204), reply(200, b"x" * 3_000_000)])
def test_any_answer_of_200_to_299_is_success(answer: bytes) -> None:
    assert len(sent(answer).requests) == 1


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        server.closing.wait(5)

    started = time.monotonic()
    sent(answer)

    assert time.monotonic() - started < 2


def test_a_receiver_that_is_gone_for_good_is_rejected() -> None:
    error, _ = refused(reply(410))

    assert isinstance(error, Rejected)
    assert error.reason == "the receiver wants no more calls (410); remove the webhook"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "answered with 400 (bad request)"),
        (401, "answered with 401 (unauthorized)"),
        (404, "answered with 404 (not found)"),
        (429, "answered with 429 (too many requests)"),
        (500, "answered with 500 (internal server error)"),
        (502, "answered with 502 (bad gateway)"),
        (503, "answered with 503 (service unavailable)"),
        (304, "answered with 304 (not modified)"),
    ],
)
def test_every_other_answer_is_deferred(status: int, reason: str) -> None:
    error, server = refused(reply(status, Retry_After="10"))

    assert isinstance(error, Deferred)
    assert error.reason == f"the call came to nothing: {reason}"
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/elsewhere", "https://elsewhere.example/"])
def test_no_redirect_is_followed(status: int, location: str) -> None:
    answers = by_path({"/": reply(status, Location=location), "/elsewhere": reply(200)})

    error, server = refused(answers)

    assert isinstance(error, Deferred)
    assert "redirects are not followed" in error.reason
    assert len(server.requests) == 1


def _silence(server: Server, request: bytes, connection: socket.socket) -> None:
    server.closing.wait(5)


def _hang_up(server: Server, request: bytes, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("answer", [_silence, _hang_up, b"what?\r\n\r\n"])
def test_a_receiver_that_does_not_answer_is_deferred(answer: Answer) -> None:
    started = time.monotonic()

    error, server = refused(answer, total_s=0.5, read_s=0.5)

    assert isinstance(error, Deferred)
    assert len(server.requests) == 1
    assert time.monotonic() - started < 3


def test_nobody_there_is_deferred() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        place = f"127.0.0.1:{probe.getsockname()[1]}"

    with pytest.raises(Deferred, match="could not be reached"):
        Webhook(an_http(place), Noon()).send(a_call(f"http://{place}/"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"]
)
def test_an_address_that_is_not_public_is_never_called(url: str) -> None:
    with pytest.raises(Deferred, match="could not be reached"):
        Webhook(an_http(), Noon()).send(a_call(url))


def test_no_error_tells_address_or_key() -> None:
    with serving(reply(500)) as server, pytest.raises(Deferred) as caught:
        call = replace(a_call(f"{server.url}?token=hidden"), secret=b"also hidden")
        Webhook(an_http(server.place), Noon()).send(call)

    assert "hidden" not in f"{caught.value} {caught.value.__cause__}"
    assert server.place not in str(caught.value)


HEADERS = {
    "webhook-id": "d_1",
    "webhook-timestamp": str(int(NOON.timestamp())),
    "webhook-signature": signature(KEY, "d_1", str(int(NOON.timestamp())), BODY),
}


def test_what_was_sent_just_now_is_genuine() -> None:
    assert is_genuine(SHOWN, HEADERS, BODY, NOON)
    assert is_genuine(SHOWN.removeprefix("whsec_"), HEADERS, BODY, NOON + TOLERANCE)
    assert is_genuine(SHOWN, HEADERS, BODY, NOON - TOLERANCE)


def test_one_good_signature_among_several_is_enough() -> None:
    several = HEADERS | {"webhook-signature": f"v1,AAAA v1a,BBBB {HEADERS['webhook-signature']} v2,ü"}

    assert is_genuine(SHOWN, several, BODY, NOON)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "d_2"},
        {"webhook-timestamp": str(int(NOON.timestamp()) + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")},
    ],
)
def test_what_was_changed_on_the_way_is_not_genuine(changed: dict[str, str]) -> None:
    assert not is_genuine(SHOWN, HEADERS | changed, BODY, NOON)


def test_another_body_another_key_or_no_headers_are_not_genuine() -> None:
    assert not is_genuine(SHOWN, HEADERS, BODY + b" ", NOON)
    assert not is_genuine("whsec_AAAA", HEADERS, BODY, NOON)
    assert not is_genuine(SHOWN, {}, BODY, NOON)


@pytest.mark.parametrize("passed", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_an_old_call_sent_again_by_somebody_else_is_not_genuine(passed: timedelta) -> None:
    assert not is_genuine(SHOWN, HEADERS, BODY, NOON + passed)
