"""The HTTP adapter and TLS: the certificate is checked against the name, whatever address was connected to."""

import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from earshot.adapters.http import trusted_tls
from earshot.domain.errors import Unreachable
from earshot.ports.http import Request
from loopback import Server, Switchboard, an_http, as_if_public, reply, serving

TLS_FAILED = r"^the secure connection failed \(TLS or certificate\)$"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of shop.example in one file, signed by itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command")
    path = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example"]
    usage = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    files = ["-keyout", str(path / "key.pem"), "-out", str(path / "cert.pem"), "-days", "2", "-nodes"]
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", *files, *subject, *usage], check=True, capture_output=True
    )
    both = path / "both.pem"
    both.write_text((path / "cert.pem").read_text() + (path / "key.pem").read_text())
    return both


def trusting(certificate: Path) -> ssl.SSLContext:
    context = trusted_tls()
    context.load_verify_locations(certificate)
    return context


class TlsServer:
    """Wraps each connection, as `serving` hands over plain ones."""

    def __init__(self, certificate: Path, answer: bytes) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._answer = answer
        self.requests: list[bytes] = []

    def __call__(self, server: Server, _: bytes, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            self.requests.append(secure.recv(65_536))
            secure.sendall(self._answer)


def test_a_trusted_certificate_of_the_name_is_accepted(certificate: Path) -> None:
    answer = TlsServer(certificate, reply(body=b"safe"))
    with serving(answer, is_silent=True) as server:
        http = an_http(resolver=as_if_public(), connect=Switchboard(server.port), tls=trusting(certificate))
        response = http.send(Request(url="https://shop.example/feed"))

    assert (response.body, response.url) == (b"safe", "https://shop.example/feed")
    assert b"\r\nHost: shop.example\r\n" in answer.requests[0]


@pytest.mark.parametrize("url", ["https://other.example/", "https://93.184.215.14/"])
def test_a_certificate_of_another_name_is_refused(certificate: Path, url: str) -> None:
    answer = TlsServer(certificate, reply(body=b"safe"))
    with serving(answer, is_silent=True) as server, pytest.raises(Unreachable, match=TLS_FAILED):
        connect = Switchboard(server.port)
        an_http(resolver=as_if_public(), connect=connect, tls=trusting(certificate)).send(Request(url=url))

    assert b"".join(answer.requests) == b""


def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    answer = TlsServer(certificate, reply(body=b"safe"))
    with serving(answer, is_silent=True) as server, pytest.raises(Unreachable, match=TLS_FAILED):
        an_http(resolver=as_if_public(), connect=Switchboard(server.port)).send(Request(url="https://shop.example/"))

    assert b"".join(answer.requests) == b""


def test_a_server_without_tls_is_no_usable_answer() -> None:
    with (
        serving(b"HTTP/1.1 400 Bad Request\r\n\r\n", is_silent=True) as server,
        pytest.raises(Unreachable, match=TLS_FAILED),
    ):
        an_http(resolver=as_if_public(), connect=Switchboard(server.port)).send(Request(url="https://shop.example/"))


def test_the_handshake_names_the_host_and_does_not_wait_for_ever() -> None:
    hello: list[bytes] = []

    def answer(server: Server, _: bytes, connection: socket.socket) -> None:
        hello.append(connection.recv(65_536))
        server.closing.wait(5)

    with serving(answer, is_silent=True) as server, pytest.raises(Unreachable, match=r"^did not answer in time$"):
        http = an_http(resolver=as_if_public(), connect=Switchboard(server.port), total_s=0.3)
        http.send(Request(url="https://xn--mnchen-3ya.de/"))

    assert b"xn--mnchen-3ya.de" in hello[0]
