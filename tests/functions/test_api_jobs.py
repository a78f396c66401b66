"""The JSON API for previews, jobs and whys."""

import json
from dataclasses import replace
from typing import Any

import pytest
from test_api_contract import fits, schema_of

from builders import TENANT, a_mention, a_page, a_response
from earshot.domain.errors import BusError
from earshot.domain.messages import Envelope
from earshot.services.answering import Answering
from earshot.services.reading import Errand, Reading, read_all
from fakes import NOW, CannedConnector, CannedHttp
from question_desk import an_entry
from web_builders import OTHER_TENANT, Reply, Server

WATCH = {"name": "Acme", "terms": {"any": ["Acme"]}}
FEED = "https://blog.example/feed"
URL = "https://blog.example/1"


class Asked(Server):
    """A server, and collect behind its queue."""

    def work(self, *texts: str) -> None:
        connector = CannedConnector(
            kind="feed", pages={"page": a_page(*(an_entry(f"https://blog.example/{t}", t) for t in texts))}
        )
        http = CannedHttp({FEED: a_response("page")})
        answering = Answering(self.table, http, {"feed": connector}, self.clock)
        errands = [
            Errand(receipt=envelope.id, host="", envelope=_without_pace(envelope)) for _, envelope in self.bus.fetches
        ]
        reader = answering.of(errands[0].envelope)
        assert read_all(Reading(reader, jobs=answering.of), errands) == set()

    def listen(self) -> None:
        key = self.key()
        assert self.call("POST", "/v1/sources", key=key, payload={"url": FEED, "name": "Blog"}).status == 201
        (source,) = self.parts.sourcing.all(TENANT)
        self.listening.sources.become(replace(source.source, first_fetched_at=NOW, read_at=NOW))


def _without_pace(envelope: Envelope) -> Envelope:
    return replace(envelope, body={**envelope.body, "pace_s": 0.0})


@pytest.fixture
def server() -> Asked:
    return Asked()


def contract(server: Server) -> dict[str, Any]:
    return server.call("GET", "/openapi.json").json  # type: ignore[no-any-return]


def holds(server: Server, method: str, template: str, reply: Reply) -> bool:
    """Whether an answer is as the contract says."""
    known = contract(server)
    return fits(reply.json, schema_of(known, method, template, reply.status), known)


def test_a_watch_is_previewed_as_a_job_that_is_answered_a_little_later(server: Asked) -> None:
    server.listen()
    server.put(a_mention("1"))
    key = server.key()

    started = server.call("POST", "/v1/watches/preview", key=key, payload=WATCH)
    where = started.headers["Location"]
    waiting = server.call("GET", where, key=server.key("read"))
    server.work("Acme ist da", "nichts")
    done = server.call("GET", where, key=key)

    assert (started.status, started.json["state"], where) == (202, "waiting", f"/v1/jobs/{started.json['id']}")
    assert waiting.json == started.json
    assert done.json["state"] == "done"
    assert [each["caught"] for each in done.json["parts"]] == [1, 1]
    assert [each["source"] and each["source"]["name"] for each in done.json["found"]] == [None, "Blog"]
    assert done.json["missed"][0]["watches"][0]["rule"] == '"Acme" is not there'
    assert done.json["says"] == [
        "Of the newest 1 stored mentions it would have caught 1; stored is what some watch heard.",
        "Of 2 items in its sources now it would have caught 1.",
    ]
    assert holds(server, "post", "/v1/watches/preview", started)
    assert holds(server, "get", "/v1/jobs/{id}", done)


def test_what_is_stored_and_stands_in_its_source_as_well_is_shown_once(server: Asked) -> None:
    server.listen()
    server.put(a_mention(item=an_entry("https://blog.example/Acme", "Acme")))

    started = server.call("POST", "/v1/watches/preview", key=server.key(), payload=WATCH)
    server.work("Acme")
    done = server.call("GET", started.headers["Location"], key=server.key())

    assert len(done.json["found"]) == 1


def test_a_stored_watch_is_previewed_by_its_name(server: Asked) -> None:
    key = server.key()
    server.call("POST", "/v1/watches", key=key, payload=WATCH)

    started = server.call("POST", "/v1/watches/preview", key=key, payload={"watch": "Acme"})

    assert (started.status, started.json["asked"]) == (202, {"watch": "Acme"})


@pytest.mark.parametrize(
    ("payload", "status", "field"),
    [
        ({"name": "Acme"}, 422, "terms"),
        ({**WATCH, "colour": "red"}, 422, "colour"),
        ({"watch": "Acme", "colour": "red"}, 422, "colour"),
        ({"watch": 3}, 422, "watch"),
        ({"watch": "Nobody"}, 404, None),
        ([], 422, "body"),
        ("Acme", 422, "body"),
    ],
)
def test_a_watch_that_cannot_be_previewed_is_refused_by_field(
    server: Asked, payload: object, status: int, field: str | None
) -> None:
    reply = server.call("POST", "/v1/watches/preview", key=server.key(), payload=payload)

    assert (reply.status, reply.json.get("field")) == (status, field)


def test_a_body_that_is_no_json_is_refused(server: Asked) -> None:
    reply = server.call("POST", "/v1/watches/preview", key=server.key(), body="{")

    assert (reply.status, reply.json["field"]) == (422, "body")


def test_a_source_is_previewed_before_it_is_saved(server: Asked) -> None:
    key = server.key()
    server.call("POST", "/v1/watches", key=key, payload=WATCH)

    started = server.call("POST", "/v1/sources/preview", key=key, payload={"kind": "feed", "url": FEED})
    server.work("Acme", "nichts")
    done = server.call("GET", started.headers["Location"], key=key)

    assert [each["title"] or each["excerpt"] for each in done.json["found"]] == ["nichts", "Acme"]
    assert done.json["says"] == ["2 items now; the watches there are would hear 1 of them."]
    assert server.call("GET", "/v1/sources", key=key).json == {"sources": []}
    assert holds(server, "post", "/v1/sources/preview", started)


def test_an_address_that_is_not_public_is_not_previewed(server: Asked) -> None:
    reply = server.call("POST", "/v1/sources/preview", key=server.key(), payload={"url": "https://127.0.0.1/feed"})

    assert (reply.status, reply.json["field"], server.bus.fetches) == (422, "url", [])


@pytest.mark.parametrize("path", ["/v1/watches/preview", "/v1/sources/preview"])
def test_previews_need_the_right_to_have_places_read(server: Asked, path: str) -> None:
    assert server.call("POST", path, key=server.key("respond"), payload=WATCH).status == 403


def test_too_many_jobs_at_once_are_refused_with_a_clear_word(server: Asked) -> None:
    key = server.key()
    for i in range(5):
        server.call("POST", "/v1/watches/preview", key=key, payload={**WATCH, "name": f"{i}"})

    reply = server.call("POST", "/v1/watches/preview", key=key, payload=WATCH)

    assert reply.status == 409
    assert "4 others are under way; wait for one of them" in reply.json["detail"]


def test_a_queue_that_does_not_answer_is_told_as_something_to_try_again(server: Asked) -> None:
    def refuse(host: str, envelope: Envelope) -> None:
        raise BusError("nobody answers")

    server.bus.request_fetch = refuse  # type: ignore[method-assign]

    assert server.call("POST", "/v1/watches/preview", key=server.key(), payload=WATCH).status == 503


@pytest.mark.parametrize("id_", ["j_" + "a" * 26, "w_" + "a" * 26, "x", "..%2Fwatches"])
def test_a_job_that_is_not_there_is_not_found(server: Asked, id_: str) -> None:
    assert server.call("GET", f"/v1/jobs/{id_}", key=server.key()).status == 404


def test_a_job_of_another_company_is_not_there(server: Asked) -> None:
    started = server.call("POST", "/v1/watches/preview", key=server.key(), payload=WATCH)

    assert server.call("GET", started.headers["Location"], key=server.key(tenant=OTHER_TENANT)).status == 404


def test_why_tells_of_a_stored_page_at_once(server: Asked) -> None:
    mention = a_mention(item=an_entry(URL, "Acme"))
    server.put(mention)

    reply = server.call("GET", "/v1/why", key=server.key("read"), query=f"url={URL}%3Futm_source%3Dx")

    assert (reply.status, reply.json["verdict"], reply.json["url"]) == (200, "stored", URL)
    assert reply.json["mention"]["id"] == mention.id
    assert reply.json["says"] == ["It was heard and is stored."]
    assert holds(server, "get", "/v1/why", reply)


def test_why_looks_at_the_sources_and_tells_the_rule(server: Asked) -> None:
    server.listen()
    key = server.key()
    server.call("POST", "/v1/watches", key=key, payload={"name": "Rival", "terms": {"any": ["Rival"]}})
    asked = f"url={URL}"

    looking = server.call("GET", "/v1/why", key=key, query=asked)
    server.work("1")
    found = server.call("GET", "/v1/why", key=key, query=asked)

    assert (looking.status, looking.json["verdict"]) == (202, "looking")
    assert looking.headers["Location"] == f"/v1/jobs/{looking.json['job']['id']}"
    assert (found.status, found.json["verdict"]) == (200, "not_matched")
    assert found.json["item"]["watches"][0]["rule"] == '"Rival" is not there'
    assert holds(server, "get", "/v1/why", looking)
    assert holds(server, "get", "/v1/why", found)


def test_why_says_what_to_add_where_nobody_listens(server: Asked) -> None:
    reply = server.call("GET", "/v1/why", key=server.key(), query=f"url={URL}")

    assert reply.json["verdict"] == "uncovered"
    assert "Add a feed of blog.example" in reply.json["advice"][0]
    assert holds(server, "get", "/v1/why", reply)


@pytest.mark.parametrize("query", ["", "url=", "url=javascript:alert(1)", "url=x&url=y", f"url={URL}&colour=red"])
def test_why_refuses_what_it_cannot_use(server: Asked, query: str) -> None:
    assert server.call("GET", "/v1/why", key=server.key(), query=query).status == 422


def test_why_needs_a_key(server: Asked) -> None:
    assert server.call("GET", "/v1/why", query=f"url={URL}").status == 401


def test_texts_of_a_hostile_source_arrive_as_texts(server: Asked) -> None:
    server.listen()
    server.call("POST", "/v1/watches", key=server.key(), payload=WATCH)
    server.call("GET", "/v1/why", key=server.key(), query="url=https://blog.example/%3Cscript%3E")
    server.work("<script>")

    reply = server.call("GET", "/v1/why", key=server.key(), query="url=https://blog.example/%3Cscript%3E")

    assert reply.status == 200
    assert json.loads(reply.text)["verdict"] in ("not_matched", "absent")
