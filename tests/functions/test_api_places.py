"""Kinds of places through the API: switched on and off, credentials set and never told again."""

from typing import Any

import pytest

from earshot.sources.registry import CONNECTORS
from web_builders import Server


@pytest.fixture
def server() -> Server:
    return Server()


def place(server: Server, key: str, kind: str) -> dict[str, Any]:
    reply = server.call("GET", "/v1/places", key=key)
    assert reply.status == 200
    found: dict[str, Any] = next(each for each in reply.json["places"] if each["kind"] == kind)
    return found


def test_every_kind_says_how_it_is_heard_and_on_what_ground(server: Server) -> None:
    key = server.key("read")

    listed = server.call("GET", "/v1/places", key=key).json["places"]

    assert [each["kind"] for each in listed] == list(CONNECTORS)
    hackernews = place(server, key, "hackernews")
    assert "Algolia" in hackernews["method"]
    assert hackernews["evidence"] == "recorded bodies"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/v1/places/telepathy", {"on": True}, 404),
        ("PUT", "/v1/places/feed", {"on": True}, 422),
        ("PUT", "/v1/places/feed", {"on": "yes"}, 422),
        ("PUT", "/v1/places/telepathy/credential", {"fields": {}}, 404),
        ("PUT", "/v1/places/feed/credential", {"fields": {"key": "hush"}}, 422),
        ("PUT", "/v1/places/feed/credential", {"fields": {"key": 7}}, 422),
        ("DELETE", "/v1/places/feed/credential", None, 404),
    ],
)
def test_what_cannot_be_is_refused_without_telling_what_was_sent(
    server: Server, method: str, path: str, body: object, status: int
) -> None:
    reply = server.call(method, path, key=server.key(), payload=body)

    assert reply.status == status
    assert "hush" not in reply.text


@pytest.mark.parametrize("scope", ["read", "respond"])
def test_only_an_admin_sets_and_switches(server: Server, scope: str) -> None:
    key = server.key(scope)

    assert server.call("PUT", "/v1/places/feed", key=key, payload={"on": True}).status == 403
    assert server.call("PUT", "/v1/places/feed/credential", key=key, payload={"fields": {}}).status == 403
    assert server.call("DELETE", "/v1/places/feed/credential", key=key).status == 403


def test_a_credential_is_set_named_and_removed_and_never_told(server: Server) -> None:
    key = server.key()
    kind = next(kind for kind, it in CONNECTORS.items() if it.place.needs)
    fields = dict.fromkeys(CONNECTORS[kind].place.needs, "hush")
    before = place(server, key, kind)

    put = server.call("PUT", f"/v1/places/{kind}/credential", key=key, payload={"fields": fields})
    removed = server.call("DELETE", f"/v1/places/{kind}/credential", key=key)

    open_fields = CONNECTORS[kind].place.open_fields
    assert (before["present"], before["missing"]) == ([], list(fields))
    assert (put.json["present"], put.json["missing"]) == (list(fields), [])
    assert put.text.count("hush") == len(open_fields)
    assert removed.status == 204
    assert place(server, key, kind)["present"] == []
