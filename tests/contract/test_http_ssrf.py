"""The shared corpus of addresses that must not be opened, offered as a source and as the target of a redirect."""

import contextlib
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from earshot.adapters.http_hop import first_hop
from earshot.adapters.http_line import pools
from earshot.domain.errors import Unreachable
from earshot.ports.http import Request
from loopback import PUBLIC, Server, Switchboard, an_http, as_if_public, reply, serving

ATTACKS = Path(os.environ.get("EARSHOT_SHARED", Path(__file__).parents[3] / "shared")) / "attacks"
NEVER_OPENED = {"scheme", "malformed", "userinfo"}
NAMES_LOOPBACK = re.compile(r"(^|\.)(localtest\.me|lvh\.me|localhost)$|^metadata|\.internal$")
NAMES_AN_ADDRESS = re.compile(r"(\d+\.\d+\.\d+\.\d+)\.(nip|sslip|xip)\.io$")


def corpus(name: str) -> list[dict[str, str]]:
    path = ATTACKS / name
    if not path.exists():
        pytest.skip("the shared attack corpora are not here")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[tuple[Any, Any, Any, str, Any]]:
    """Answers as the README of the corpora asks; a numeric host as the system's own resolver does."""
    if named := NAMES_AN_ADDRESS.search(host):
        return as_if_public(named[1])(host, port)
    if NAMES_LOOPBACK.search(host):
        return as_if_public("127.0.0.1")(host, port)
    with contextlib.suppress(OSError):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return as_if_public(PUBLIC)(host, port)


@contextlib.contextmanager
def redirecting() -> Iterator[tuple[Server, list[str]]]:
    """A server that sends everybody on to whatever stands in the list."""
    target = [""]

    def answer(_: Server, __: bytes, connection: socket.socket) -> None:
        connection.sendall(reply(302, Location=target[0]))

    with serving(answer) as server:
        yield server, target


def test_an_address_of_one_interface_only_is_not_opened() -> None:
    def resolve_scoped(*_: Any, **__: Any) -> list[tuple[Any, Any, Any, str, Any]]:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1", 80, 0, 3))]

    switchboard = Switchboard(0, times=0)
    with pytest.raises(Unreachable, match=r"^could not be reached$"):
        an_http(resolver=resolve_scoped, connect=switchboard).send(Request(url="http://example.com/"))

    assert switchboard.calls == []


def test_a_connection_to_another_host_than_the_vetted_one_is_not_opened() -> None:
    switchboard = Switchboard(0, times=0)
    http = an_http(resolver=resolve, connect=switchboard)
    line = http._line(first_hop(Request(url="http://example.com/"), {}), 1000, time.monotonic() + 5)
    with pools(line)["http"]("other.example", 80) as pool, pytest.raises(Unreachable):
        pool.urlopen("GET", "/")

    assert switchboard.calls == []


def opened_by(url: str, why: str, calls: list[Any]) -> Iterator[str]:
    for address in calls:
        if address[0] != PUBLIC or why in NEVER_OPENED:
            yield f"{why} {url!r} opened {address}"


def test_no_address_of_the_corpus_is_opened_as_a_source() -> None:
    wrong: list[str] = []
    switchboard = Switchboard(0, times=0)
    http = an_http(resolver=resolve, connect=switchboard)
    for attack in corpus("ssrf.jsonl"):
        switchboard.calls.clear()
        with pytest.raises(Unreachable, match=r"^could not be reached$"):
            http.send(Request(url=attack["url"]))
        wrong += opened_by(attack["url"], attack["why"], switchboard.calls)

    assert wrong == []


def test_no_address_of_the_corpus_is_opened_by_a_redirect() -> None:
    wrong: list[str] = []
    attacks = corpus("ssrf.jsonl")
    with redirecting() as (server, target):
        switchboard = Switchboard(server.port, times=1)
        http = an_http(resolver=resolve, connect=switchboard)
        for attack in attacks:
            target[0] = attack["url"]
            switchboard.calls.clear()
            with pytest.raises(Unreachable):
                http.send(Request(url="http://example.com/"))
            wrong += opened_by(attack["url"], attack["why"], switchboard.calls[1:])

    assert len(server.requests) == len(attacks)
    assert wrong == []


@pytest.mark.parametrize("by_redirect", [False, True])
def test_the_public_addresses_of_the_corpus_are_opened(by_redirect: bool) -> None:
    missed: list[str] = []
    with redirecting() as (server, target):
        switchboard = Switchboard(server.port, times=int(by_redirect))
        http = an_http(resolver=resolve, connect=switchboard)
        for allowed in corpus("ssrf_allow.jsonl"):
            target[0] = allowed["url"]
            switchboard.calls.clear()
            with pytest.raises(Unreachable, match=r"^could not be reached$"):
                http.send(Request(url="http://example.com/" if by_redirect else allowed["url"]))
            missed += [] if len(switchboard.calls) == 1 + by_redirect else [allowed["url"]]

    assert missed == []
