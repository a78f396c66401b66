"""Who may pass the API's door, and how it answers what it cannot serve."""

import base64
import json
from dataclasses import replace

import pytest

from builders import TENANT, a_mention
from earshot.adapters.memory import DictTable
from earshot.ports.table import Key, Row
from earshot.store.company import Company
from earshot.web.route_table import ROUTES
from earshot.web.routes import build_app
from web_builders import OTHER_TENANT, Server, an_event

READING = ["/v1/mentions", "/v1/watches", "/v1/sources"]
WRITING = [
    ("POST", "/v1/watches"),
    ("PUT", "/v1/watches/w_" + "a" * 26),
    ("DELETE", "/v1/watches/w_" + "a" * 26),
    ("POST", "/v1/sources"),
    ("PUT", "/v1/sources/s_" + "a" * 26),
    ("DELETE", "/v1/sources/s_" + "a" * 26),
]
RESPONDING = [
    ("PUT", "/v1/mentions/m_" + "a" * 26 + "/acknowledgement"),
    ("DELETE", "/v1/mentions/m_" + "a" * 26 + "/acknowledgement"),
]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize(("method", "path"), [*(("GET", path) for path in READING), *WRITING, *RESPONDING])
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ear_wrong", "Basic YTpi", "ear_wrong", "Bearer " + "x" * 5000])
def test_without_a_valid_key_nothing_is_served(server: Server, method: str, path: str, shown: str) -> None:
    headers = {"authorization": shown} if shown else {}

    reply = server.call(method, path, headers=headers, payload={})

    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_a_revoked_key_opens_nothing_any_more(server: Server) -> None:
    key = server.key()
    server.access.revoke_key(TENANT, server.access.keys(TENANT)[0].id)

    assert server.call("GET", "/v1/mentions", key=key).status == 401


@pytest.mark.parametrize(("method", "path"), [*WRITING, *RESPONDING])
def test_a_reading_key_may_not_change_anything(server: Server, method: str, path: str) -> None:
    assert server.call(method, path, key=server.key("read"), payload={}).status == 403


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_a_responding_key_may_not_change_what_is_listened_for(server: Server, method: str, path: str) -> None:
    reply = server.call(method, path, key=server.key("respond"), payload={})

    assert (reply.status, reply.json["title"]) == (403, "Forbidden")


@pytest.mark.parametrize("path", READING)
def test_a_browsers_session_may_read_the_api(server: Server, path: str) -> None:
    assert server.call("GET", path, session=server.signed_in()).status == 200


@pytest.mark.parametrize(("method", "path"), [*WRITING, *RESPONDING])
def test_a_browsers_session_may_not_write_through_the_api(server: Server, method: str, path: str) -> None:
    assert server.call(method, path, session=server.signed_in(), payload={}).status == 401


def test_a_session_that_has_expired_is_no_session(server: Server) -> None:
    session = server.signed_in()
    server.clock.advance(days=31)

    assert server.call("GET", "/v1/mentions", session=session).status == 401


@pytest.mark.parametrize("header", ["authorization", "Authorization", "AUTHORIZATION"])
def test_the_case_of_a_headers_name_does_not_matter(server: Server, header: str) -> None:
    assert server.call("GET", "/v1/mentions", headers={header: f"bearer {server.key()}"}).status == 200


def test_an_event_with_the_least_a_gateway_sends_is_answered(server: Server) -> None:
    event = {"rawPath": "/v1/mentions", "requestContext": {"http": {"method": "GET"}, "stage": "$default"}}

    assert server.handle(event, None)["statusCode"] == 401


def test_a_named_stage_is_no_part_of_the_path(server: Server) -> None:
    event = an_event("GET", "/live/v1/health")
    event["requestContext"]["stage"] = "live"

    assert server.handle(event, None)["statusCode"] == 200


def test_a_base64_body_is_read(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    body = base64.b64encode(json.dumps({"outcome": "thanked", "version": 1}).encode()).decode()

    path = f"/v1/mentions/{mention.id}/acknowledgement"
    reply = server.call("PUT", path, key=server.key(), body=body, isBase64Encoded=True)

    assert reply.json["acknowledgement"]["outcome"] == "thanked"


def test_a_body_that_is_not_the_base64_it_claims_to_be_is_refused(server: Server) -> None:
    reply = server.call("POST", "/v1/watches", key=server.key(), body="%%%", isBase64Encoded=True)

    assert (reply.status, reply.json["field"]) == (422, "body")


@pytest.mark.parametrize("length", [1, 3])
@pytest.mark.parametrize("is_base64", [False, True])
def test_a_body_of_more_than_a_megabyte_is_refused(server: Server, is_base64: bool, length: int) -> None:
    text = "x" * 1_000_001 * length
    body = base64.b64encode(text.encode()).decode() if is_base64 else text

    reply = server.call("POST", "/v1/watches", key=server.key(), body=body, isBase64Encoded=is_base64)

    assert (reply.status, reply.json["status"]) == (413, 413)


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/people", "/v1/mentions/", "/v1/mentions/a/b", "/v1/x/../mentions"]
)
def test_an_unknown_address_is_a_problem(server: Server, path: str) -> None:
    reply = server.call("GET", path, key=server.key())

    assert reply.status == 404
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/mentions", "GET, HEAD"),
        ("PATCH", "/v1/watches/w_1", "DELETE, GET, HEAD, PUT"),
        ("OPTIONS", "/v1/sources", "GET, HEAD, POST"),
        ("GET", "/v1/mentions/m_1/acknowledgement", "DELETE, PUT"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(server: Server, method: str, path: str, allowed: str) -> None:
    reply = server.call(method, path, key=server.key())

    assert reply.status == 405
    assert reply.headers["Allow"] == allowed


def test_too_many_parameters_are_refused(server: Server) -> None:
    query = "&".join(f"a{i}=1" for i in range(200))

    reply = server.call("GET", "/v1/mentions", key=server.key(), query=query)

    assert (reply.status, reply.json["field"]) == (422, "query")


def test_our_own_mistake_is_a_problem_with_an_id_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(facts={"queue": object()})

    reply = server.call("GET", "/v1/health", key=server.key())

    assert reply.status == 500
    assert reply.json["error_id"] in reply.json["detail"]
    assert "Traceback" not in reply.text
    assert "object" not in reply.text
    assert caplog.records[-1].error_id == reply.json["error_id"]  # type: ignore[attr-defined]
    assert caplog.records[-1].exc_info


def test_health_tells_strangers_only_whether_all_is_well(server: Server) -> None:
    assert server.call("GET", "/v1/health").json == {"ok": True}
    assert server.call("GET", "/v1/health", key=server.key("read")).json == {"ok": True, "queue": 3, "of": TENANT}


def test_health_tells_each_company_its_own_figures(server: Server) -> None:
    reply = server.call("GET", "/v1/health", key=server.key("read", OTHER_TENANT))

    assert reply.json["of"] == OTHER_TENANT


def test_health_counts_nothing_for_strangers_and_bad_keys() -> None:
    server = Server()
    asked: list[str] = []
    server.handle = build_app(replace(server.parts, health=lambda tenant: asked.append(tenant) or {}))

    replies = [server.call("GET", "/v1/health"), server.call("GET", "/v1/health", key="ear_wrong")]

    assert ([reply.status for reply in replies], asked) == ([200, 401], [])


@pytest.mark.parametrize("key", ["", "ear_any"])
def test_health_is_bad_when_the_store_does_not_answer(key: str, caplog: pytest.LogCaptureFixture) -> None:
    class Silent(DictTable):
        def get(self, key: Key) -> Row | None:
            raise OSError("disk on fire")

    server = Server()
    server.handle = build_app(replace(server.parts, company=Company(Silent())))

    reply = server.call("GET", "/v1/health", key=key)

    assert (reply.status, reply.json) == (503, {"ok": False})
    assert caplog.records[-1].message == "store does not answer"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
def test_no_route_fails_on_an_empty_request(server: Server, route: object) -> None:
    method, rule, _ = route  # type: ignore[misc]
    path = rule.replace("<id>", "x").replace("<token>", "x").replace("<name>", "x")

    reply = server.call(method, path)

    assert reply.status < 500
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/v1/mentions", "/v1/health", "/openapi.json", "/login", "/static/earshot.css"])
def test_head_answers_like_get_without_a_body(server: Server, path: str) -> None:
    key = server.key()

    get, head = server.call("GET", path, key=key), server.call("HEAD", path, key=key)

    assert (head.status, head.headers) == (get.status, get.headers)
    assert (bool(get.text), head.text) == (True, "")


def test_answers_of_the_api_are_not_kept_by_anybody(server: Server) -> None:
    assert server.call("GET", "/v1/mentions", key=server.key()).headers["Cache-Control"] == "no-store"


def test_over_tls_browsers_are_told_to_stay_there() -> None:
    assert "Strict-Transport-Security" in Server(secure_cookies=True).call("GET", "/v1/health").headers
    assert "Strict-Transport-Security" not in Server(secure_cookies=False).call("GET", "/v1/health").headers
