"""The JSON API for noise, queries and watches of many words."""

from typing import Any

import pytest

from builders import TENANT
from earshot.domain.watch import Noise
from web_builders import OTHER_TENANT, Server

EMPTY: dict[str, list[str]] = {"accounts": [], "voices": [], "sites": [], "authors": [], "phrases": []}


@pytest.fixture
def server() -> Server:
    return Server()


def test_noise_is_empty_first_and_then_what_was_put_there(server: Server) -> None:
    key = server.key()
    payload = {"sites": ["https://www.Jobs.example/"], "phrases": ["we are hiring"]}

    first = server.call("GET", "/v1/noise", key=key)
    put = server.call("PUT", "/v1/noise", key=key, payload=payload)
    again = server.call("PUT", "/v1/noise", key=key, payload=payload)
    read = server.call("GET", "/v1/noise", key=server.key("read"))

    assert (first.status, first.json) == (200, EMPTY)
    assert (put.status, put.json) == (200, {**EMPTY, "sites": ["jobs.example"], "phrases": ["we are hiring"]})
    assert again.json == read.json == put.json
    assert server.parts.watching.noise(TENANT) == Noise(sites=("jobs.example",), phrases=("we are hiring",))


def test_noise_of_another_company_is_its_own(server: Server) -> None:
    server.call("PUT", "/v1/noise", key=server.key(), payload={"authors": ["bot"]})

    assert server.call("GET", "/v1/noise", key=server.key("read", OTHER_TENANT)).json == EMPTY


@pytest.mark.parametrize("scope", ["read", "respond"])
def test_only_an_admin_changes_noise(server: Server, scope: str) -> None:
    reply = server.call("PUT", "/v1/noise", key=server.key(scope), payload=EMPTY)

    assert reply.status == 403


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"colours": []}, "colours"),
        ({"sites": "jobs.example"}, "sites"),
        ({"sites": [7]}, "sites[0]"),
        ({"sites": ["no site"]}, "noise.sites"),
        ({"phrases": [" "]}, "noise.phrases"),
        ({"authors": [f"author{number}" for number in range(501)]}, "noise.authors"),
        ({"authors": [f"{number:04}" + "ü" * 90 for number in range(400)]}, "noise"),
        ([], "body"),
    ],
)
def test_noise_that_cannot_be_used_is_refused_by_field(server: Server, payload: object, field: str) -> None:
    reply = server.call("PUT", "/v1/noise", key=server.key(), payload=payload)

    assert (reply.status, reply.json["field"]) == (422, field)
    assert server.parts.watching.noise(TENANT) == Noise()


def test_unknown_parameters_of_noise_are_refused(server: Server) -> None:
    assert server.call("GET", "/v1/noise", key=server.key(), query="limit=5").json["field"] == "limit"


def test_a_watch_may_be_a_query(server: Server) -> None:
    key, query = server.key(), '"Acme GmbH" OR @acme -jobs lang:de'

    added = server.call("POST", "/v1/watches", key=key, payload={"name": "Acme", "query": query})
    where = added.headers["Location"]
    as_lists = server.call("PUT", where, key=key, payload={"name": "Acme", "terms": {"any": ["Acme"]}})
    back = server.call("PUT", where, key=key, payload={"name": "Acme", "query": query, "terms": added.json["terms"]})

    assert (added.status, added.json["query"]) == (201, query)
    assert not any(added.json["terms"].values())
    assert (as_lists.json["query"], as_lists.json["terms"]["any"]) == ("Acme", ["Acme"])
    assert back.json == added.json


def test_a_watch_shows_all_its_lists_its_noise_and_the_query_that_says_the_same(server: Server) -> None:
    key = server.key()
    terms = {
        "any": ["Apple~case"],
        "all": ["Kauf"],
        "none": ["Saft"],
        "near": ["iPhone"],
        "site": ["heise.de"],
        "lang": ["de"],
        "author": ["anna"],
        "type": ["review"],
    }
    noise = {**EMPTY, "accounts": ["@apple"], "voices": ["Tim"]}

    added = server.call("POST", "/v1/watches", key=key, payload={"name": "Apple", "terms": terms, "noise": noise})
    read = server.call("GET", added.headers["Location"], key=key)

    assert (read.json["terms"], read.json["noise"]) == (terms, noise)
    assert read.json["query"] == "Apple~case NEAR iPhone Kauf -Saft site:heise.de lang:de author:anna type:review"
    assert server.call("GET", "/v1/watches", key=key).json["watches"] == [added.json]


def test_a_watch_of_two_thousand_words_is_kept_whole(server: Server) -> None:
    key, names = server.key(), [f"Produktbezeichnung Nummer {number}" for number in range(2000)]

    added = server.call("POST", "/v1/watches", key=key, payload={"name": "Range", "terms": {"any": names}})

    assert added.status == 201
    assert added.json["terms"]["any"] == names
    assert added.json["query"].count(" OR ") == 1999


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"any": [f"Produkt{number}" for number in range(2001)]}, "any"),
        ({"any": [f"{number} " + "ß" * 100 for number in range(1500)]}, "terms"),
    ],
)
def test_a_watch_without_end_is_refused(server: Server, terms: dict[str, Any], field: str) -> None:
    reply = server.call("POST", "/v1/watches", key=server.key(), payload={"name": "Range", "terms": terms})

    assert (reply.status, reply.json["field"]) == (422, field)
