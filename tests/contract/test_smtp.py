"""Mail by SMTP against real servers: what was taken counts as sent, once, and every refusal means what it says."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from earshot.adapters.smtp import TOTAL_S, Smtp, SmtpServer
from earshot.domain.delivery import SEND_LEASE
from earshot.domain.errors import Deferred, DeliveryError, Rejected
from earshot.ports.notifier import Letter
from loopback import Noon, Server, serving

LETTER = Letter(delivery_id="d_1", to="anna@acme.example", subject="Kritik", text="Grüße\n.\n", html="<p>Grüße</p>")
FOREIGN = Letter(delivery_id="d_1", to="grüße@acme.example", subject="Kritik", text="Hallo", html="<p>Hallo</p>")


def an_smtp(port: int, *, host: str = "127.0.0.1", user: str = "", password: str = "", total_s: float = 5) -> Smtp:
    server = SmtpServer(host=host, port=port, user=user, password=password)
    return Smtp(server, sender="Earshot <earshot@acme.example>", clock=Noon(), total_s=total_s)


class Script:
    """A mail server that answers each command as told, by its verb; "." answers the mail, "" hangs up."""

    USUAL: ClassVar = {
        "HELLO": "220 hello",
        "EHLO": "250 hello",
        "DATA": "354 go on",
        ".": "250 taken",
        "QUIT": "221 bye",
    }

    def __init__(self, **answers: str) -> None:
        self._answers = self.USUAL | answers
        self.commands: list[str] = []

    def __call__(self, _: Server, __: bytes, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            self._say(connection, "HELLO")
            while line := lines.readline():
                verb = line.split()[0].decode().upper()
                self.commands.append(verb)
                self._say(connection, verb)
                if verb == "DATA" and self._answers[verb].startswith("354"):
                    while lines.readline() not in {b".\r\n", b""}:
                        pass
                    self.commands.append(".")
                    self._say(connection, ".")

    def _say(self, connection: socket.socket, verb: str) -> None:
        answer = self._answers.get(verb, "250 fine")
        if not answer:
            raise ConnectionAbortedError
        connection.sendall(answer.encode() + b"\r\n")


def error_of(script: Script, letter: Letter = LETTER, *, user: str = "") -> DeliveryError:
    with serving(script, is_silent=True) as server, pytest.raises(DeliveryError) as caught:
        an_smtp(server.port, user=user, password="secret").send(letter)
    return caught.value


@pytest.mark.parametrize("farewell", ["250 bye", "421 going down", "500 what?", "bye", "x" * 9000, ""])
def test_a_mail_that_was_taken_is_sent_whatever_the_farewell(farewell: str) -> None:
    script = Script(QUIT=farewell)

    with serving(script, is_silent=True) as server:
        an_smtp(server.port).send(LETTER)

    assert script.commands == ["EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"]


def test_a_server_that_never_says_farewell_holds_nobody_up() -> None:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        Script(QUIT="221-bye")(server, request, connection)

    started = time.monotonic()
    with serving(answer, is_silent=True) as server:
        an_smtp(server.port, total_s=20).send(LETTER)

    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"HELLO": "HTTP/1.1 400 Bad Request"}, "does not greet as a mail server does"),
        ({"HELLO": "250 hello"}, "does not greet as a mail server does"),
        ({"HELLO": "554 no service for you"}, "does not greet as a mail server does"),
        ({"HELLO": ""}, "cannot be reached"),
        ({"EHLO": "550 go away", "HELO": "550 go away"}, "the mail server answered 550"),
        ({"EHLO": "250-hello\r\n250 STARTTLS", "STARTTLS": "501 no"}, "the mail server answered 501"),
        ({"MAIL": "553 not your address"}, "refuses the sender .553.; look at mail_from"),
        ({"MAIL": "530 authentication required"}, "refuses the login .530."),
        ({"RCPT": "450 mailbox busy"}, "the mail server answered 450"),
        ({"RCPT": "421 going down"}, "the mail server answered 421"),
        ({"RCPT": "530 authentication required"}, "refuses the login .530."),
        ({"RCPT": "what?"}, "the mail server answered -1"),
        ({"DATA": "451 later"}, "the mail server answered 451"),
        ({"DATA": "250 fine"}, "the mail server answered 250"),
        ({".": "452 full"}, "the mail server answered 452"),
        ({".": "gibberish"}, "the mail server answered -1"),
        ({".": "250 " + "x" * 9000}, "broke off"),
        ({".": ""}, "broke off"),
    ],
    ids=str,
)
def test_what_may_be_mended_is_deferred(answers: dict[str, str], reason: str) -> None:
    error = error_of(Script(**answers))

    assert isinstance(error, Deferred)
    assert re.search(reason, error.reason)


@pytest.mark.parametrize(
    "answers", [{"RCPT": "550 nobody here"}, {"DATA": "554 no"}, {".": "550 spam"}, {".": "550 spam", "QUIT": "bye"}]
)
def test_what_the_server_will_never_take_is_rejected(answers: dict[str, str]) -> None:
    error = error_of(Script(**answers))

    assert isinstance(error, Rejected)
    assert re.fullmatch("the mail server answered 55[04]", error.reason)


def test_without_tls_the_password_stays_here_and_the_mail_waits() -> None:
    script = Script(EHLO="250-hello\r\n250 AUTH PLAIN LOGIN")

    error = error_of(script, user="earshot")

    assert isinstance(error, Deferred)
    assert error.reason == "the mail server offers no TLS, so the password stays here; look at smtp and smtp_user"
    assert "AUTH" not in script.commands


def test_an_address_with_other_letters_is_rejected_where_the_server_cannot_take_it() -> None:
    error = error_of(Script(), FOREIGN)

    assert isinstance(error, Rejected)
    assert error.reason == "the address has letters outside ASCII, which the mail server does not take"


def test_nobody_there_is_deferred() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    with pytest.raises(Deferred, match="cannot be reached"):
        an_smtp(port).send(LETTER)


def test_a_name_that_can_be_no_host_is_deferred() -> None:
    with pytest.raises(Deferred, match="cannot be reached"):
        an_smtp(25, host="mail..example").send(LETTER)


def _drip(server: Server, connection: socket.socket, drop: bytes) -> None:
    connection.settimeout(0.5)
    while not server.closing.wait(0.02):
        connection.sendall(drop)


def _endless_greeting(server: Server, _: bytes, connection: socket.socket) -> None:
    _drip(server, connection, b"2")


def _endless_lines(server: Server, _: bytes, connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    _drip(server, connection, b"250-and\r\n")


def _silence(server: Server, _: bytes, connection: socket.socket) -> None:
    server.closing.wait(5)


def _endless_handshake(server: Server, _: bytes, connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(1000)
    connection.sendall(b"250-hello\r\n250 STARTTLS\r\n")
    connection.recv(1000)
    connection.sendall(b"220 go on\r\n")
    connection.recv(1000)
    connection.sendall(b"\x16\x03\x03\x3f\x00")
    _drip(server, connection, b"\0")


def _endless_last_answer(server: Server, _: bytes, connection: socket.socket) -> None:
    Script(**{".": "250-taken"})(server, b"", connection)


@pytest.mark.parametrize(
    "answer", [_endless_greeting, _endless_lines, _silence, _endless_handshake, _endless_last_answer]
)
def test_a_send_ends_when_its_time_is_over(answer: Any) -> None:
    started = time.monotonic()

    with serving(answer, is_silent=True) as server, pytest.raises(Deferred):
        an_smtp(server.port, total_s=0.4).send(LETTER)

    assert time.monotonic() - started < 3


def test_a_send_ends_well_before_somebody_else_may_try() -> None:
    assert SEND_LEASE.total_seconds() / 2 >= TOTAL_S


class Post:
    """Takes mail, and logs in whoever knows the password."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"

    def __call__(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=login.password == b"secret", handled=False)


@contextmanager
def receiving(**options: Any) -> Iterator[tuple[Post, int]]:
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, authenticator=post, **options)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()


def test_a_mail_arrives_as_it_was_written() -> None:
    with receiving() as (post, port):
        an_smtp(port).send(LETTER)

    assert len(post.mails) == 1
    assert b"To: anna@acme.example\r\n" in post.mails[0]


def test_an_address_with_other_letters_arrives_where_the_server_can_take_it() -> None:
    with receiving(enable_SMTPUTF8=True) as (post, port):
        an_smtp(port).send(FOREIGN)

    assert "To: grüße@acme.example\r\n".encode() in post.mails[0]


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A context for a server on 127.0.0.1 whose certificate this machine trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-nodes"]
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", *files, *subject], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_the_right_password_opens_the_server(secure: ssl.SSLContext) -> None:
    with receiving(tls_context=secure, require_starttls=True, auth_required=True) as (post, port):
        an_smtp(port, user="earshot", password="secret").send(LETTER)

    assert len(post.mails) == 1


@pytest.mark.parametrize("password", ["wrong", "pässword"])
def test_a_wrong_password_is_mended_by_the_operator_and_the_mail_waits(secure: ssl.SSLContext, password: str) -> None:
    with (
        receiving(tls_context=secure, require_starttls=True, auth_required=True) as (_, port),
        pytest.raises(Deferred) as caught,
    ):
        an_smtp(port, user="earshot", password=password).send(LETTER)

    assert "look at smtp_user and smtp_password_file" in caught.value.reason
    assert password not in str(caught.value)


def test_a_login_that_the_server_does_not_offer_is_mended_by_the_operator_too(secure: ssl.SSLContext) -> None:
    with (
        receiving(tls_context=secure, auth_exclude_mechanism=["LOGIN", "PLAIN"]) as (_, port),
        pytest.raises(Deferred, match="refuses the login; look at smtp_user and smtp_password_file"),
    ):
        an_smtp(port, user="earshot", password="secret").send(LETTER)


def test_a_certificate_that_nobody_trusts_is_deferred(secure: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    with (
        receiving(tls_context=secure) as (post, port),
        pytest.raises(Deferred, match=r"the secure connection failed \(TLS or certificate\)"),
    ):
        an_smtp(port).send(LETTER)

    assert post.mails == []
