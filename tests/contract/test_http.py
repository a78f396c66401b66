"""The HTTP adapter against real servers: what it sends, what it gives back, what each status means."""

import gzip
import logging
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest

from earshot.adapters.http import user_agent
from earshot.domain.errors import EarshotError, Gone, Refused, Throttled, Unreachable
from earshot.ports.http import Request
from loopback import NOON, PUBLIC, Server, Switchboard, an_http, as_if_public, by_path, reply, serving


def test_an_answer_comes_back_unpacked_with_lower_case_header_names() -> None:
    with serving(
        reply(body=gzip.compress(b"<rss/>"), Content_Encoding="gzip", ETag='W/"1"', Set_Cookie="a=b")
    ) as server:
        response = an_http(server.place).send(Request(url=f"{server.url}feed#top"))

    assert (response.status, response.body, response.received_at) == (200, b"<rss/>", NOON)
    assert (response.url, response.moved_to) == (f"{server.url}feed", "")
    assert response.headers["etag"] == 'W/"1"'
    assert "set-cookie" not in response.headers


def test_a_request_says_who_asks_and_what_for() -> None:
    request = Request(
        url="http://practice.localhost/a?b=%20c", accept="application/atom+xml", etag='W/"1"', headers={"X-A": "b"}
    )
    with serving(reply()) as server:
        an_http(f"practice.localhost:80={server.place}").send(request)

    head = server.requests[0].decode().splitlines()
    assert head[0] == "GET /a?b=%20c HTTP/1.1"
    assert set(head[1:-1]) == {
        "Host: practice.localhost",
        "User-Agent: Earshot/test (+https://earshot.example; ops@acme.example)",
        "Accept-Encoding: gzip",
        "Accept: application/atom+xml",
        'If-None-Match: W/"1"',
        "X-A: b",
    }


def test_a_post_carries_its_body() -> None:
    body = b"x" * 100_000
    with serving(reply(204)) as server:
        response = an_http(server.place).send(Request(url=server.url, method="POST", body=body))

    assert (response.status, response.body) == (204, b"")
    assert server.requests[0].endswith(b"\r\n\r\n" + body)


def test_nothing_in_the_environment_diverts_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(reply(body=b"straight")) as server:
        assert an_http(server.place).send(Request(url=server.url)).body == b"straight"


def test_no_cookie_is_kept() -> None:
    answers = {"/": reply(302, Location="/b", Set_Cookie="a=b"), "/b": reply(Set_Cookie="c=d")}
    with serving(by_path(answers)) as server:
        http = an_http(server.place)
        http.send(Request(url=server.url))
        http.send(Request(url=server.url))

    assert len(server.requests) == 4
    assert b"cookie" not in b"".join(server.requests).lower()


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (reply(400), Refused, "answered with 400 (bad request)"),
        (reply(401), Refused, "answered with 401 (unauthorized)"),
        (reply(403), Refused, "answered with 403 (forbidden)"),
        (reply(404), Refused, "answered with 404 (not found)"),
        (reply(499), Refused, "answered with 499"),
        (reply(410), Gone, "answered with 410 (gone)"),
        (reply(429), Throttled, "answered with 429 (too many requests)"),
        (reply(500), Unreachable, "answered with 500 (internal server error)"),
        (reply(502), Unreachable, "answered with 502 (bad gateway)"),
        (reply(503), Unreachable, "answered with 503 (service unavailable)"),
        (reply(503, Retry_After="soon"), Unreachable, "answered with 503 (service unavailable)"),
        (reply(503, Retry_After="9"), Throttled, "answered with 503 (service unavailable)"),
        (reply(304), Unreachable, "answered with 304 (not modified)"),
        (reply(300), Unreachable, "answered with 300 (multiple choices)"),
        (reply(101), Unreachable, "answered with 101 (switching protocols)"),
        (reply(999), Unreachable, "answered with 999"),
    ],
)
def test_every_other_status_is_a_domain_error(answer: bytes, error: type[EarshotError], sentence: str) -> None:
    with serving(answer) as server, pytest.raises(EarshotError) as raised:
        an_http(server.place).send(Request(url=server.url))

    assert type(raised.value) is error
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999999", 86_400),
        ("Tue, 24 Nov 2026 12:05:00 GMT", 300),
        ("Tue, 24 Nov 2026 13:05:00 +0100", 300),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Wed, 24 Nov 2027 12:00:00 GMT", 86_400),
        ("Tue, 99 Nov 2026 12:05:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 200, None),
        ("", None),
    ],
)
def test_the_time_to_come_back_is_read_from_seconds_or_a_date(retry_after: str, seconds: int | None) -> None:
    with serving(reply(429, Retry_After=retry_after)) as server, pytest.raises(Throttled) as raised:
        an_http(server.place).send(Request(url=server.url))

    assert raised.value.retry_after_s == seconds


@pytest.mark.parametrize("status", [400, 401, 403, 404, 499])
def test_a_refusal_tells_its_status(status: int) -> None:
    with serving(reply(status)) as server, pytest.raises(Refused) as told:
        an_http(server.place).send(Request(url=server.url))

    assert told.value.status == status


@pytest.mark.parametrize("validator", [{"etag": '"1"'}, {"last_modified": "Tue, 24 Nov 2026 10:00:00 GMT"}])
def test_not_modified_is_an_answer_to_a_conditional_request(validator: dict[str, Any]) -> None:
    with serving(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 9\r\n\r\n') as server:
        response = an_http(server.place).send(Request(url=server.url, **validator))

    assert (response.status, response.body, response.headers["etag"]) == (304, b"", '"1"')


@pytest.mark.parametrize(
    ("status", "is_permanent"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
)
def test_a_permanent_move_is_reported(status: int, is_permanent: bool) -> None:
    with serving(by_path({"/": reply(status, Location="/new/"), "/new/": reply(body=b"here")})) as server:
        response = an_http(server.place).send(Request(url=server.url))

    assert (response.url, response.body) == (f"{server.url}new/", b"here")
    assert response.moved_to == (f"{server.url}new/" if is_permanent else "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_that_is_not_to_be_followed_is_refused(status: int, method: Literal["GET", "POST"]) -> None:
    with (
        serving(by_path({"/": reply(status, Location="/b"), "/b": reply(200)})) as server,
        pytest.raises(Refused, match=rf"answered with {status} \(.+\), and redirects are not followed"),
    ):
        an_http(server.place).send(Request(url=server.url, method=method, follows=False))

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer", [reply(200, b"x" * 3_000_000), reply(200, b"rubbish", Content_Encoding="gzip"), reply(204)]
)
def test_a_body_that_nobody_wants_is_left_unread(answer: bytes) -> None:
    with serving(answer) as server:
        response = an_http(server.place).send(Request(url=server.url, max_bytes=0))

    assert 200 <= response.status <= 204
    assert response.body == b""


def test_five_redirects_are_followed_and_not_a_sixth() -> None:
    answers = {f"/{n}": reply(301, Location=f"/{n + 1}") for n in range(9)} | {"/5": reply(body=b"end")}
    with serving(by_path(answers)) as server:
        assert an_http(server.place).send(Request(url=f"{server.url}0")).moved_to == f"{server.url}5"
        answers["/5"] = reply(301, Location="/6")
        with pytest.raises(Unreachable, match="more than 5 times"):
            an_http(server.place).send(Request(url=f"{server.url}0"))

    assert len(server.requests) == 12


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://1.1.1.1/", ("1.1.1.1", 80)), ("http://[2606:4700::1111]:8080/", ("2606:4700::1111", 8080, 0, 0))],
)
def test_a_public_address_needs_no_name(url: str, address: tuple[str, int]) -> None:
    with serving(reply(body=b"ok")) as server:
        calls = Switchboard(server.port)
        assert an_http(connect=calls).send(Request(url=url)).body == b"ok"

    assert calls.calls == [address]


def test_a_name_is_looked_up_once_for_each_connection_and_connected_to_as_it_was_answered() -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, object, object, str, object]]:
        asked.append((host, port))
        return as_if_public()(host, port)

    with serving(reply(body=b"ok")) as server:
        calls = Switchboard(server.port)
        an_http(resolver=resolve, connect=calls).send(Request(url="http://münchen.de:8080/"))

    assert asked == [("xn--mnchen-3ya.de", 8080)]
    assert calls.calls == [(PUBLIC, 8080)]
    assert b"\r\nHost: xn--mnchen-3ya.de:8080\r\n" in server.requests[0]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    def connect(address: tuple[str, int], timeout_s: float) -> socket.socket:
        if address[0] == "1.1.1.1":
            raise TimeoutError
        return socket.create_connection(("127.0.0.1", server.port), timeout_s)

    with serving(reply(body=b"second")) as server:
        http = an_http(resolver=as_if_public("1.1.1.1", "8.8.8.8"), connect=connect)
        assert http.send(Request(url="http://example.com/")).body == b"second"


def test_ipv6_is_spoken() -> None:
    try:
        with serving(reply(body=b"six"), host="::1") as server:
            response = an_http(f"[::1]:{server.port}").send(Request(url=f"http://[::1]:{server.port}/"))
    except OSError as exc:
        pytest.skip(f"no IPv6 here: {exc}")

    assert response.body == b"six"
    assert f"\r\nHost: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_offline_asks_allowances_only_and_looks_nothing_up() -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, object, object, str, object]]:
        raise AssertionError("looked up")

    with serving(by_path({"/": reply(body=b"here"), "/out": reply(302, Location="http://example.com/")})) as server:
        http = an_http(server.place, offline=True, resolver=resolve)
        assert http.send(Request(url=server.url)).body == b"here"
        for url in ("http://example.com/", f"{server.url}out"):
            with pytest.raises(Unreachable, match=re.escape("public addresses are left alone (EARSHOT_OFFLINE)")):
                http.send(Request(url=url))


def test_threads_share_one_adapter() -> None:
    def echo(server: Server, request: bytes, connection: socket.socket) -> None:
        connection.sendall(reply(body=request.split(b" ")[1]))

    with serving(echo) as server, ThreadPoolExecutor(16) as threads:
        http = an_http(server.place)
        paths = [f"/{number}" for number in range(160)]
        bodies = list(
            threads.map(lambda path: http.send(Request(url=f"http://{server.place}{path}")).body.decode(), paths)
        )

    assert bodies == paths


def test_logs_hold_no_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(
        by_path({"/a?key=secret": b"rubbish\r\n\r\n", "/b?key=secret": reply(302, Location="/a?key=secret")})
    ) as server:
        http = an_http(server.place, resolver=as_if_public("10.0.0.1"))
        for url in (f"{server.url}a?key=secret", f"{server.url}b?key=secret", "http://example.com/?key=secret"):
            with pytest.raises(Unreachable) as raised:
                http.send(Request(url=url, headers={"Authorization": "Bearer secret"}))
            assert raised.value.__cause__ is None

    assert caplog.records
    assert not [record for record in caplog.records if "secret" in str(vars(record))]


def test_the_user_agent_names_version_project_and_contact() -> None:
    assert re.fullmatch(
        r"Earshot/[0-9.]+ \(\+https://earshot\.example; ops@acme\.example\)",
        user_agent("https://earshot.example", "ops@acme.example"),
    )
    assert user_agent("https://earshot.example", "Jörg (x)\r\nHost: y").endswith("; J rg x Host: y)")
