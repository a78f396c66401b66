"""The JSON API for mentions, driven with events as API Gateway sends them."""

from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_match, a_mention, a_watch, an_acknowledgement, an_item
from earshot.domain.item import Author
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind
from earshot.domain.watch import Role
from earshot.store.mentions import author_key
from fakes import NOW
from web_builders import OTHER_TENANT, Server, a_marked_match


@pytest.fixture
def server() -> Server:
    return Server()


def acknowledge(server: Server, key: str, mention: Mention, **payload: Any) -> Any:
    given = {"outcome": "answered", "version": mention.version, **payload}
    return server.call("PUT", f"/v1/mentions/{mention.id}/acknowledgement", key=key, payload=given)


def test_a_mention_is_shown_with_everything_a_program_needs(server: Server) -> None:
    item = an_item("1", title="Acme!", author=Author(name="Lina", handle="@lina", url="https://l.example", followers=7))
    mention = a_mention("1", item=item, place="Forum", matches=(a_marked_match(0, 4),))
    server.put(mention)
    server.company.watches.become(a_watch("acme"))

    reply = server.call("GET", f"/v1/mentions/{mention.id}", key=server.key("read"))

    assert reply.status == 200
    shown = reply.json
    assert shown["author"] == {
        "id": author_key(mention),
        "name": "Lina",
        "handle": "@lina",
        "url": "https://l.example",
        "followers": 7,
    }
    assert shown["source"] == {"id": "s_feed", "kind": "feed", "place": "Forum"}
    assert shown["posted_at"] == "2026-11-24T12:00:00Z"
    assert shown["matches"] == [
        {
            "watch": "w_acme",
            "watch_name": "acme",
            "role": "own",
            "rule": "",
            "spans": [{"field": "text", "start": 0, "end": 4, "term": "Acme"}],
        }
    ]
    assert shown["acknowledgement"] is None
    assert (shown["status"], shown["kind"], shown["is_history"], shown["version"]) == ("open", "criticism", False, 1)
    assert shown["verdict"]["probabilities"] == {"positive": 0.05, "neutral": 0.15, "negative": 0.8}


def test_a_match_whose_watch_is_gone_has_no_name(server: Server) -> None:
    mention = a_mention()
    server.put(mention)

    reply = server.call("GET", f"/v1/mentions/{mention.id}", key=server.key())

    assert "watch_name" not in reply.json["matches"][0]


def test_paging_shows_each_of_120_mentions_exactly_once(server: Server) -> None:
    kinds = list(Kind)
    mentions = [a_mention(str(i), kind=kinds[i % 5], seen_at=NOW - timedelta(minutes=i)) for i in range(120)]
    server.put(*mentions)
    key = server.key("read")

    seen: list[str] = []
    query = "limit=13"
    while True:
        reply = server.call("GET", "/v1/mentions", key=key, query=query)
        seen += [mention["id"] for mention in reply.json["mentions"]]
        if reply.json["next"] is None:
            break
        query = f"limit=13&cursor={reply.json['next']}"

    assert sorted(seen) == sorted(mention.id for mention in mentions)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=done", {"neutral", "history"}),
        ("status=open&kind=praise", {"praise"}),
        ("sentiment=negative", {"criticism", "history", "rival"}),
        ("role=competitor", {"rival"}),
        ("watch=w_rival", {"rival"}),
        ("author=Lina", {"praise"}),
        ("author=%40lina", {"praise"}),
        ("source=s_other", {"question"}),
        ("q=zimtschnecken%20besten", {"praise"}),
        ("since=2026-11-24T11:00:00Z", {"criticism", "praise", "rival"}),
        ("since=2026-11-24T12:00:00+01:00", {"criticism", "praise", "rival"}),
        ("until=2026-11-24T11:00:00", {"question", "neutral", "history"}),
        ("kind=question&status=done", set()),
    ],
)
def test_filters_narrow_the_list(server: Server, query: str, expected: set[str]) -> None:
    early = NOW - timedelta(hours=2)
    best = an_item("praise", text="Die besten Zimtschnecken", author=Author(name="Lina", handle="@lina"))
    server.put(
        a_mention("criticism"),
        a_mention("praise", kind=Kind.PRAISE, item=best),
        a_mention("question", kind=Kind.QUESTION, source_id="s_other", seen_at=early),
        a_mention("neutral", kind=Kind.NEUTRAL, seen_at=early),
        a_mention("history", is_history=True, seen_at=early),
        a_mention("rival", matches=(a_match(Role.COMPETITOR, "w_rival"),)),
    )

    reply = server.call("GET", "/v1/mentions", key=server.key("read"), query=query)

    assert {mention["url"].rpartition("/")[2] for mention in reply.json["mentions"]} == expected


def test_the_list_sorts_by_rank_and_on_request_by_time(server: Server) -> None:
    server.put(a_mention("old", seen_at=NOW - timedelta(hours=1)), a_mention("new", kind=Kind.PRAISE))
    key = server.key("read")

    by_rank = server.call("GET", "/v1/mentions", key=key).json["mentions"]
    by_time = server.call("GET", "/v1/mentions", key=key, query="sort=newest").json["mentions"]

    assert [mention["kind"] for mention in by_rank] == ["criticism", "praise"]
    assert [mention["kind"] for mention in by_time] == ["praise", "criticism"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("status=finished", "status"),
        ("status=open&status=done", "status"),
        ("kind=", "kind"),
        ("sort=oldest", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=%D9%A3", "limit"),
        ("since=yesterday", "since"),
        ("since=0001-01-01T00:00:00%2B23:00", "since"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%FF", "cursor"),
        ("q=" + "x" * 301, "q"),
        ("story=1", "story"),
        ("assignee=anna", "assignee"),
        ("tag=x", "tag"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(server: Server, query: str, field: str) -> None:
    reply = server.call("GET", "/v1/mentions", key=server.key("read"), query=query)

    assert reply.status == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json["field"] == field


def test_a_cursor_of_another_list_is_refused(server: Server) -> None:
    server.put(a_mention("1"), a_mention("2"))
    key = server.key("read")
    cursor = server.call("GET", "/v1/mentions", key=key, query="limit=1").json["next"]

    reply = server.call("GET", "/v1/mentions", key=key, query=f"limit=1&kind=criticism&cursor={cursor}")

    assert (reply.status, reply.json["field"]) == (422, "cursor")


def test_an_acknowledgement_closes_the_mention_and_says_by_whom(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    key = server.key("respond")

    reply = acknowledge(server, key, mention, note="called", answer_url="https://forum.example/1#a")

    assert reply.status == 200
    done = reply.json["acknowledgement"]
    assert (done["outcome"], done["note"], done["answer_url"]) == ("answered", "called", "https://forum.example/1#a")
    assert done["by"] == f"key:{server.access.keys(TENANT)[0].id}"
    assert (reply.json["status"], reply.json["version"]) == ("done", 2)
    assert reply.json["log"][-1]["what"] == "answered"


def test_the_same_acknowledgement_again_changes_nothing(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    key = server.key("respond")
    first = acknowledge(server, key, mention)

    again = acknowledge(server, key, mention)

    assert again.status == 200
    assert again.json == first.json


def test_a_stale_version_is_a_conflict_that_shows_the_current_mention(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    acknowledge(server, server.key("respond"), mention)

    reply = acknowledge(server, server.key("respond"), mention, outcome="thanked")

    assert reply.status == 409
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json["current"]["acknowledgement"]["outcome"] == "answered"
    assert reply.json["current"]["version"] == 2


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"outcome": "shrugged"}, "outcome"),
        ({"outcome": "ignored"}, "note"),
        ({"version": "1"}, "version"),
        ({"version": None}, "version"),
        ({"answer_url": "javascript:alert(1)"}, "answer_url"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_an_acknowledgement_that_cannot_be_used_is_refused_by_field(
    server: Server, payload: dict[str, object], field: str
) -> None:
    mention = a_mention()
    server.put(mention)

    reply = acknowledge(server, server.key("respond"), mention, **payload)

    assert (reply.status, reply.json["field"]) == (422, field)
    assert server.mention(mention.id).status is Status.OPEN


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "\x00", "{}" * 2, "[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(server: Server, body: str) -> None:
    mention = a_mention()
    server.put(mention)

    reply = server.call("PUT", f"/v1/mentions/{mention.id}/acknowledgement", key=server.key(), body=body)

    assert reply.status == 422


def test_reopening_opens_the_mention_and_a_second_time_changes_nothing(server: Server) -> None:
    mention = a_mention(status=Status.DONE, acknowledgement=an_acknowledgement(), version=2)
    server.put(mention)
    key = server.key("respond")

    first = server.call("DELETE", f"/v1/mentions/{mention.id}/acknowledgement", key=key)
    second = server.call("DELETE", f"/v1/mentions/{mention.id}/acknowledgement", key=key, query="version=2")

    assert (first.status, first.json["status"], first.json["acknowledgement"]) == (200, "open", None)
    assert second.json == first.json


def test_reopening_a_stale_version_is_a_conflict(server: Server) -> None:
    mention = a_mention(status=Status.DONE, acknowledgement=an_acknowledgement(), version=2)
    server.put(mention)

    reply = server.call("DELETE", f"/v1/mentions/{mention.id}/acknowledgement?version=1", key=server.key())

    assert reply.status == 409
    assert reply.json["current"]["version"] == 2


def test_another_tenants_mention_is_not_there(server: Server) -> None:
    mention = a_mention()
    server.put(mention)
    stranger = server.key("admin", OTHER_TENANT)

    replies = [
        server.call("GET", f"/v1/mentions/{mention.id}", key=stranger),
        acknowledge(server, stranger, mention),
        server.call("DELETE", f"/v1/mentions/{mention.id}/acknowledgement", key=stranger),
    ]

    assert [reply.status for reply in replies] == [404, 404, 404]
    assert server.call("GET", "/v1/mentions", key=stranger).json == {"mentions": [], "next": None}
    assert server.mention(mention.id) == server.mention(mention.id)


@pytest.mark.parametrize("id_", ["1", "m_", "w_" + "a" * 26, "m_" + "A" * 26, "..%2F..", "%00", "m_" + "a" * 26, "%E2"])
def test_an_id_of_another_shape_is_not_found(server: Server, id_: str) -> None:
    reply = server.call("GET", f"/v1/mentions/{id_}", key=server.key("read"))

    assert reply.status == 404
    assert reply.json["status"] == 404


def test_a_percent_encoded_id_is_the_same_id(server: Server) -> None:
    mention = a_mention()
    server.put(mention)

    reply = server.call("GET", f"/v1/mentions/{mention.id.replace('_', '%5F')}", key=server.key("read"))

    assert reply.json["id"] == mention.id


def test_the_id_of_an_author_finds_everything_by_them(server: Server) -> None:
    lina = Author(name="Lina", id="7")
    server.put(*(a_mention(str(i), item=an_item(str(i), author=lina)) for i in range(2)), a_mention("other"))
    key = server.key("read")
    shown = server.call("GET", "/v1/mentions?author=Lina", key=key).json["mentions"]

    found = server.call("GET", f"/v1/mentions?author={shown[0]['author']['id']}", key=key).json["mentions"]

    assert {each["url"] for each in found} == {"https://forum.example/0", "https://forum.example/1"}


def test_an_author_nobody_names_has_no_id(server: Server) -> None:
    server.put(a_mention())

    shown = server.call("GET", "/v1/mentions", key=server.key()).json["mentions"]

    assert shown[0]["author"]["id"] == ""


def test_a_link_to_the_answer_can_be_added_later(server: Server) -> None:
    key, mention = server.key(), a_mention()
    server.put(mention)
    acknowledge(server, key, mention, note="Called her")
    link = {"version": 2, "answer_url": "https://forum.example/1#2"}

    replies = [acknowledge(server, key, mention, **link) for _ in range(2)]

    assert [(reply.status, reply.json["version"]) for reply in replies] == [(200, 3), (200, 3)]
    done = replies[0].json["acknowledgement"]
    assert (done["note"], done["answer_url"]) == ("Called her", "https://forum.example/1#2")
    assert [entry["detail"] for entry in replies[0].json["log"]] == ["Called her", "https://forum.example/1#2"]
