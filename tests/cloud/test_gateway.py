"""Rubbish at the gateway: refused, one request after the other, by a worker that stays what it was."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from cloud.deployment import Company, Deployment
from cloud.troubles import NEEDS_PROC, workers

MEGABYTE = 1_000_001


@dataclass(frozen=True)
class Rubbish:
    """A request that nobody should answer with anything but a refusal."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


PATHS = (
    "/v1/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/v1/mentions/%00",
    "/v1/mentions/%FF%FE",
    "/v1/mentions/" + "m" * 3000,
    "/v1/mentions/m_%F0%9F%92%A9",
    "/v1/mentions/'%20OR%201=1--",
    "/v1/mentions/{{7*7}}",
    "/static/../routes.py",
    "/static/%2e%2e%2froutes.py",
    "/wp-login.php",
    "/.env",
    "/v1/mentions?cursor=%00",
    "/v1/mentions?cursor=" + "A" * 3000,
    "/v1/mentions?limit=-1",
    "/v1/mentions?limit=1e9",
    "/v1/mentions?since=yesterday",
    "/v1/mentions?kind=%FF",
    "/v1/mentions?status=open&status=%00",
    "/v1/mentions?" + "&".join(f"a{number}=1" for number in range(200)),
)
BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"a text"',
    b"\xff\xfe\x00",
    b'{"name": "\xff"}',
    b'{"name": "\\ud800", "terms": {"any": ["\\ud800"]}}',
    b"[" * 100_000,
    b'{"name": ' + b"9" * 5000 + b"}",
    b'{"name": "a", "terms": {"any": []}}',
    b'{"name": "a", "terms": {"any": ["a"]}, "unknown": 1}',
    b'{"name": NaN, "terms": {}}',
    b"x" * MEGABYTE,
)
PLACES = (("POST", "/v1/watches"), ("PUT", "/v1/watches/w_x"), ("POST", "/v1/contacts"), ("POST", "/v1/sources"))
HEADERS: tuple[dict[str, str], ...] = (
    {"Content-Type": "text/plain; charset=nothing"},
    {"Content-Type": "multipart/form-data"},
    {"Cookie": "earshot_session=" + "x" * 4000},
    {"Cookie": ";;;=;\x7f=1; earshot_session"},
    {"Accept-Language": "*;q=nan," * 200},
    {"Accept": "\xff/\xff"},
    {"X-Forwarded-For": "'; DROP TABLE mentions; --"},
    {"Authorization": "Bearer \xff\xfe"},
    {"Authorization": "Basic " + "A" * 4000},
    {"Host": "evil.example\t"},
)


def rubbish(key: str) -> Iterator[Rubbish]:
    """More than a hundred of them, most with a valid key, since without one everything is refused at the door."""
    known = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for path in PATHS:
        yield Rubbish("GET", path, None, known)
    for method, path in PLACES:
        for body in BODIES:
            yield Rubbish(method, path, body, known)
    for headers in HEADERS:
        yield Rubbish("GET", "/v1/mentions/m_gone", None, known | headers)
        yield Rubbish("PUT", "/v1/mentions/m_gone/acknowledgement", b"{}", known | headers)
    for method in ("TRACE", "PATCH", "PROPFIND", "DELETE", "POST"):
        yield Rubbish(method, "/v1/health", None, known)


@pytest.fixture(scope="module")
def company(deployment: Deployment) -> Company:
    return deployment.company("besieged")


@NEEDS_PROC
def test_rubbish_is_refused_and_the_worker_stays_alive(deployment: Deployment, company: Company) -> None:
    company.api("GET", "/v1/health")
    before = workers(deployment, "api")
    sent = list(rubbish(company.key))

    answers = [(each, deployment.ask(each.method, each.path, each.body, each.headers)) for each in sent]

    assert len(sent) >= 100
    assert [(told(each), reply.status) for each, reply in answers if not 400 <= reply.status < 500] == []
    assert before
    assert workers(deployment, "api") >= before


def told(each: Rubbish) -> str:
    return f"{each.method} {each.path[:40]} {(each.body or b'')[:40]!r} {json.dumps(dict(each.headers))[80:160]}"


def test_after_the_rubbish_nothing_is_stored_and_everything_works(deployment: Deployment, company: Company) -> None:
    assert company.api("GET", "/v1/watches").value["watches"] == []
    assert company.api("GET", "/v1/mentions").status == 200
