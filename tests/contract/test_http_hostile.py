"""Servers that break the rules: every answer ends in a domain error, soon and with little memory."""

import os
import random
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from earshot.domain.errors import EarshotError, Refused, Unanswered, Unreachable
from earshot.ports.http import Request
from loopback import Server, Switchboard, an_http, as_if_public, reply, serving

SHARED = Path(os.environ.get("EARSHOT_SHARED", Path(__file__).parents[3] / "shared"))
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@contextmanager
def memory() -> Iterator[list[int]]:
    """Notes the most memory used inside, in bytes."""
    peak: list[int] = []
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        yield peak
        peak.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"\x00\xff\x00\xff" * 500,
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 \r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 -200 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 " + b"A" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshort",
        CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nabc",
        CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
        CHUNKED + b"\r\n",
        CHUNKED + b"5" * 70_000,
        CHUNKED + b"fffffffffffffffff\r\nabc",
        CHUNKED + b"3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nabc",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
        b"HTTP/1.1 302 Found\r\n\r\n",
    ],
)
def test_a_malformed_answer_is_no_usable_answer(answer: bytes) -> None:
    with serving(answer) as server, pytest.raises(Unreachable) as raised:
        an_http(server.place, read_s=2.0).send(Request(url=server.url))

    assert str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nX: \xff\xfe\x80\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\n\xe4\xf6: x\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: ;;;=\x80\r\nContent-Type: text/html; charset=\xff\r\n\r\nbody",
        b"HTTP/1.0 200 OK\n\nbody",
        b"HTTP/1.1 200\r\nLocation: file:///etc/passwd\r\n\r\nbody",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody",
        CHUNKED + b"4;ext=1\r\nbody\r\n0\r\nTrailer: x\r\n\r\n",
    ],
)
def test_an_odd_but_readable_answer_is_read(answer: bytes) -> None:
    with serving(answer) as server:
        assert an_http(server.place).send(Request(url=server.url)).body == b"body"


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_ends_in_a_body_or_a_domain_error(seed: int) -> None:
    dice = random.Random(seed)
    answer = bytearray(
        CHUNKED + b"4\r\nbody\r\n0\r\n\r\n" if seed % 2 else reply(302, Location="/x", Set_Cookie="a=b; Path=/")
    )
    for _ in range(dice.randint(1, 6)):
        answer[dice.randrange(len(answer))] = dice.randrange(256)
    with serving(bytes(answer)) as server:
        try:
            an_http(server.place).send(Request(url=server.url))
        except EarshotError as exc:
            assert str(exc)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://localhost/",
        "//127.0.0.1/",
        "http://user:pw@example.com/",
        "http://example.com:22/",
        "http://exa\x01mple.com/",
        "/a\tb",
        "http://[",
        "gopher://127.0.0.1:25/_x",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_to_what_may_not_be_opened_looks_like_an_unreachable_place(location: str) -> None:
    with serving(reply(302, Location=location)) as server:
        calls = Switchboard(server.port)
        http = an_http(resolver=as_if_public(), connect=calls)
        with pytest.raises(Unreachable, match=r"^could not be reached$"):
            http.send(Request(url="http://example.com/"))

    assert len(calls.calls) == 1


def test_an_allowed_place_cannot_be_reached_through_a_public_one() -> None:
    with serving(reply(body=b"secret")) as inner, serving(reply(302, Location=inner.url)) as outer:
        public = an_http(inner.place, resolver=as_if_public(), connect=Switchboard(outer.port))
        with pytest.raises(Unreachable, match=r"^could not be reached$"):
            public.send(Request(url="http://example.com/"))
        with pytest.raises(Unreachable, match=r"^could not be reached$"):
            an_http(inner.place, outer.place).send(Request(url=outer.url))

    assert inner.requests == []


def test_the_body_of_a_redirect_is_not_read() -> None:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        if b"GET /end" in request:
            connection.sendall(reply(body=b"end"))
        else:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /end\r\n\r\n")
            pour(b"x" * 65_536)(server, request, connection)

    with serving(answer) as server:
        assert an_http(server.place).send(Request(url=server.url)).body == b"end"


def pour(piece: bytes, head: bytes = b"") -> Callable[[Server, bytes, socket.socket], None]:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(head)
        while not server.closing.is_set():
            connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        pour(b"x" * 65_536, b"HTTP/1.1 200 OK\r\n\r\n"),
        pour(b"x" * 65_536, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        pour(b"ffff\r\n" + b"x" * 65_535 + b"\r\n", CHUNKED),
        pour(b"x" * 65_536, CHUNKED + b"-1\r\n"),
        pour(b"x" * 65_536, CHUNKED + b"fffffffffff\r\n"),
        pour(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 1000),
        pour(b"X: y\r\n" * 1000, CHUNKED + b"0\r\n"),
    ],
)
def test_an_endless_answer_is_refused_with_little_memory(answer: Callable[..., None]) -> None:
    with (
        serving(answer) as server,
        memory() as peak,
        pytest.raises(Refused, match=r"^the answer is larger than 500 KB$"),
    ):
        an_http(server.place).send(Request(url=server.url, max_bytes=500_000))

    assert peak[0] < 8_000_000


def test_endless_headers_end() -> None:
    headers = pour(b"X-Filler: " + b"y" * 1000 + b"\r\n", b"HTTP/1.1 200 OK\r\n")
    with serving(headers) as server, pytest.raises(Unreachable, match=r"^the connection broke off"):
        an_http(server.place).send(Request(url=server.url))


def drip(head: bytes, drop: bytes) -> Callable[[Server, bytes, socket.socket], None]:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(head)
        while not server.closing.wait(0.02):
            connection.sendall(drop)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"z"),
        drip(CHUNKED, b"1\r\nz\r\n"),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3", b"\0\0\0\xff\xff"),
    ],
)
def test_a_server_that_drips_is_left_when_the_time_is_over(answer: Callable[..., None]) -> None:
    began = time.monotonic()
    with serving(answer) as server, pytest.raises(Unreachable, match=r"^did not answer in time$"):
        an_http(server.place, total_s=0.4).send(Request(url=server.url))

    assert time.monotonic() - began < 2.0


def test_who_answers_with_an_error_is_not_taken_for_one_who_does_not_answer() -> None:
    with serving(reply(500)) as server, pytest.raises(Unreachable) as answered:
        an_http(server.place).send(Request(url=server.url))
    with serving(drip(b"HTTP/1.1 200 OK\r\nX: ", b"y")) as server, pytest.raises(Unreachable) as silent:
        an_http(server.place, total_s=0.2).send(Request(url=server.url))
    with pytest.raises(Unreachable) as away:
        an_http(server.place, total_s=0.2).send(Request(url=server.url))

    assert [isinstance(each.value, Unanswered) for each in (answered, silent, away)] == [False, True, True]


def test_the_time_counts_over_all_redirects() -> None:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        server.closing.wait(0.15)
        connection.sendall(reply(302, Location="/"))

    with serving(answer) as server, pytest.raises(Unreachable):
        an_http(server.place, total_s=0.4).send(Request(url=server.url))

    assert len(server.requests) <= 3


def test_a_silent_server_is_left_after_the_time_for_one_read() -> None:
    def answer(server: Server, request: bytes, connection: socket.socket) -> None:
        server.closing.wait(5)

    with serving(answer) as server, pytest.raises(Unreachable, match=r"^did not answer in time$"):
        an_http(server.place, read_s=0.2).send(Request(url=server.url))


def test_a_slow_name_server_is_left_too() -> None:
    over = threading.Event()

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, object, object, str, object]]:
        over.wait(5)
        return []

    try:
        with pytest.raises(Unreachable, match=r"^could not be reached$"):
            an_http(resolver=resolve, total_s=0.2).send(Request(url="http://example.com/"))
    finally:
        over.set()


def test_a_closed_port_an_unknown_name_and_a_private_address_look_alike() -> None:
    def unknown(*_: object, **__: object) -> list[tuple[object, object, object, str, object]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def closed(*_: object) -> socket.socket:
        raise ConnectionRefusedError

    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"127.0.0.1:{listener.getsockname()[1]}"
    sentences = set()
    for http in (
        an_http(f"example.com:80={nobody}"),
        an_http(resolver=as_if_public("1.1.1.1", "8.8.8.8"), connect=closed, total_s=0.0),
        an_http(resolver=unknown),
        an_http(resolver=as_if_public(), connect=closed),
        an_http(resolver=as_if_public("10.0.0.1")),
        an_http(resolver=as_if_public("8.8.8.8", "127.0.0.1")),
        an_http(resolver=as_if_public("fe80::1%1")),
        an_http(resolver=lambda *_, **__: []),
    ):
        with pytest.raises(Unreachable) as raised:
            http.send(Request(url="http://example.com/"))
        sentences.add(str(raised.value))

    assert sentences == {"could not be reached"}


def test_a_gzip_bomb_is_refused_soon_and_with_little_memory() -> None:
    bomb = SHARED / "attacks" / "bomb_100MB.gz"
    if not bomb.exists():
        pytest.skip("the shared attack corpora are not here")
    began = time.monotonic()
    with (
        serving(reply(body=bomb.read_bytes(), Content_Encoding="gzip")) as server,
        memory() as peak,
        pytest.raises(Refused),
    ):
        an_http(server.place).send(Request(url=server.url))

    assert peak[0] < 5_000_000
    assert time.monotonic() - began < 2.0
