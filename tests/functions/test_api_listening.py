"""The JSON API for watches and sources."""

from dataclasses import replace

import pytest

from builders import TENANT
from fakes import NOW
from web_builders import OTHER_TENANT, Server

WATCH = {"name": "Acme", "terms": {"any": ["Acme", "ACME AG"], "none": ["Jobs"]}}


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_watch_is_added_read_changed_and_removed(server: Server) -> None:
    key = server.key()

    added = server.call("POST", "/v1/watches", key=key, payload=WATCH)
    where = added.headers["Location"]
    changed = server.call("PUT", where, key=key, payload={**WATCH, "role": "product", "since": "2026-01-01T00:00:00Z"})
    read = server.call("GET", where, key=key)
    listed = server.call("GET", "/v1/watches", key=key)
    removed = server.call("DELETE", where, key=key)

    assert (added.status, added.json["role"], added.json["since"]) == (201, "own", None)
    assert {name: each for name, each in added.json["terms"].items() if each} == WATCH["terms"]
    assert added.json["query"] == '(Acme OR "ACME AG") -Jobs'
    assert (changed.status, changed.json["role"], changed.json["since"]) == (200, "product", "2026-01-01T00:00:00Z")
    assert read.json == {**changed.json, "alert_offers": read.json["alert_offers"]}
    assert listed.json == {"watches": [changed.json]}
    assert (removed.status, removed.text) == (204, "")
    assert server.call("GET", where, key=key).status == 404


def test_a_second_watch_of_one_name_is_a_conflict(server: Server) -> None:
    key = server.key()
    server.call("POST", "/v1/watches", key=key, payload=WATCH)

    reply = server.call("POST", "/v1/watches", key=key, payload=WATCH)

    assert reply.status == 409


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"name": "Acme"}, "terms"),
        ({**WATCH, "colour": "red"}, "colour"),
        ({**WATCH, "terms": {"some": []}}, "terms.some"),
        ({**WATCH, "query": "acme"}, "query"),
        ({"name": "Acme", "query": "acme OR"}, "query"),
        ({**WATCH, "noise": {"some": []}}, "noise.some"),
        ({**WATCH, "noise": {"sites": ["no site"]}}, "noise.sites"),
        ({**WATCH, "role": "enemy"}, "role"),
        ({**WATCH, "name": "a\nb" * 60}, "name"),
        ({**WATCH, "since": "soon"}, "since"),
        ({**WATCH, "since": "0001-01-01T00:00:00+23:00"}, "since"),
    ],
)
def test_a_watch_that_cannot_be_used_is_refused_by_field(
    server: Server, payload: dict[str, object], field: str
) -> None:
    reply = server.call("POST", "/v1/watches", key=server.key(), payload=payload)

    assert (reply.status, reply.json["field"]) == (422, field)


def test_a_source_is_added_once_paused_and_removed(server: Server) -> None:
    key = server.key()
    given = {"url": "https://blog.example/feed", "name": "The blog"}

    added = server.call("POST", "/v1/sources", key=key, payload=given)
    again = server.call("POST", "/v1/sources", key=key, payload=given)
    where = added.headers["Location"]
    paused = server.call("PUT", where, key=key, payload={"paused": True})
    listed = server.call("GET", "/v1/sources", key=key)
    removed = server.call("DELETE", where, key=key)

    assert (added.status, again.status) == (201, 200)
    assert added.json["url"] == "https://blog.example/feed"
    assert (added.json["problem"], added.json["next_due_at"]) == (None, "2026-11-24T12:00:00Z")
    assert (paused.json["paused"], paused.json["next_due_at"]) == (True, None)
    assert listed.json == {"sources": [paused.json]}
    assert removed.status == 204
    assert server.call("GET", where, key=key).status == 404


def test_a_problem_of_a_source_is_told_with_its_time(server: Server) -> None:
    key = server.key()
    added = server.call("POST", "/v1/sources", key=key, payload={"url": "https://blog.example/feed"})
    source = server.listening.source(added.json["id"])
    assert source is not None
    server.listening.sources.save(replace(source, problem="gone", problem_detail="410", problem_at=NOW))

    reply = server.call("GET", added.headers["Location"], key=key)

    assert reply.json["problem"] == {"code": "gone", "detail": "410", "since": "2026-11-24T12:00:00Z"}


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"url": "http://127.0.0.1:8787/feed"}, "url"),
        ({"url": "https://localhost/"}, "url"),
        ({"url": "https://blog.example/", "kind": "telepathy"}, "kind"),
        ({"url": "https://blog.example/", "watches": ["nobody"]}, "watches"),
        ({"url": 7}, "url"),
        ({"feed": "https://blog.example/"}, "feed"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_by_field(
    server: Server, payload: dict[str, object], field: str
) -> None:
    reply = server.call("POST", "/v1/sources", key=server.key(), payload=payload)

    assert (reply.status, reply.json["field"]) == (422, field)


def test_watches_and_sources_of_another_tenant_are_not_there(server: Server) -> None:
    key, stranger = server.key(), server.key("admin", OTHER_TENANT)
    watch = server.call("POST", "/v1/watches", key=key, payload=WATCH).headers["Location"]
    source = server.call("POST", "/v1/sources", key=key, payload={"url": "https://a.example/"}).headers["Location"]

    replies = [
        server.call("GET", watch, key=stranger),
        server.call("PUT", watch, key=stranger, payload=WATCH),
        server.call("DELETE", watch, key=stranger),
        server.call("GET", source, key=stranger),
        server.call("PUT", source, key=stranger, payload={"paused": True}),
        server.call("DELETE", source, key=stranger),
    ]

    assert {reply.status for reply in replies} == {404}
    assert len(server.parts.watching.all(TENANT)) == len(server.parts.sourcing.all(TENANT)) == 1


@pytest.mark.parametrize("path", ["/v1/watches/Acme", "/v1/sources/blog", "/v1/watches/w_%2E%2E"])
def test_an_id_of_another_shape_is_not_found(server: Server, path: str) -> None:
    assert server.call("GET", path, key=server.key()).status == 404


@pytest.mark.parametrize("path", ["/v1/watches", "/v1/sources", "/v1/watches/w_" + "a" * 26])
def test_unknown_parameters_are_refused_where_none_are_known(server: Server, path: str) -> None:
    reply = server.call("GET", path, key=server.key(), query="limit=5")

    assert (reply.status, reply.json["field"]) == (422, "limit")
