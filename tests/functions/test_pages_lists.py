"""The pages of watches and sources."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import TENANT, a_watch
from earshot.domain.source import source_id
from fakes import NOW
from web_builders import Outline, Server

FEED = "https://blog.example/feed"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def session(server: Server) -> str:
    return server.signed_in()


def listen(server: Server, session: str, **state: object) -> str:
    server.submit("/sources", session, url=FEED, name="The blog")
    id_ = source_id("feed", FEED)
    source = server.listening.source(id_)
    assert source is not None
    server.listening.sources.save(replace(source, **state))  # type: ignore[arg-type]
    return id_


def test_a_watch_is_added_with_its_words_one_a_line(server: Server, session: str) -> None:
    fields = {"name": "Acme", "role": "own", "any": "Acme\r\n\r\n ACME AG \n", "none": "Jobs"}

    reply = server.submit("/watches", session, **fields)

    assert (reply.status, reply.headers["Location"]) == (303, "/watches")
    terms = server.parts.watching.get(TENANT, "Acme").terms
    assert (terms.any, terms.all, terms.none) == (("Acme", "ACME AG"), (), ("Jobs",))
    text = Outline(server.call("GET", "/watches", session=session).text).text
    assert "Wir hören auf 1 Begriff" in text
    assert "ACME AG" in text


def test_a_watch_is_removed_after_being_named(server: Server, session: str) -> None:
    server.submit("/watches", session, name="Acme", role="own", any="Acme")
    watch = server.parts.watching.get(TENANT, "Acme")
    page = server.call("GET", "/watches", session=session).text

    reply = server.submit(f"/watches/{watch.id}", session, do="remove")

    assert "„Acme“ entfernen?" in page
    assert reply.status == 303
    assert "Wir hören noch auf keinen Begriff" in server.call("GET", "/watches", session=session).text


def test_a_watch_that_cannot_be_used_is_refused_in_words(server: Server, session: str) -> None:
    reply = server.submit("/watches", session, name=" ", role="own", any="Acme")

    assert reply.status == 422
    assert "Ein Name braucht" in reply.text


def test_a_source_is_paused_resumed_and_removed(server: Server, session: str) -> None:
    id_ = listen(server, session)

    for wanted, said in (("pause", "Pausiert"), ("resume", "Hört zu"), ("remove", "Wir hören noch nirgends zu")):
        assert server.submit(f"/sources/{id_}", session, do=wanted).status == 303
        assert said in server.call("GET", "/sources", session=session).text


def test_an_address_that_is_not_public_is_refused_in_words(server: Server, session: str) -> None:
    reply = server.submit("/sources", session, url="http://127.0.0.1:8787/feed")

    assert reply.status == 422
    assert "Sie muss öffentlich sein" in reply.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, "Hört zu · noch nicht gelesen · nächster Blick in Kürze"),
        ({"first_fetched_at": NOW}, "noch nichts Neues"),
        ({"last_news_at": NOW - timedelta(hours=3)}, "zuletzt etwas Neues vor 3 h"),
        ({"problem": "gone", "problem_at": NOW - timedelta(hours=5)}, "Diese Adresse gibt es nicht mehr"),
        ({"problem": "gone", "problem_at": NOW - timedelta(hours=5)}, "(vor 5 h)"),
        ({"problem": "unreachable"}, "Wir versuchen es weiter."),
        ({"problem": "strange"}, "Bereitet ein Problem."),
        ({"problem": "gone", "moved_to": "https://new.example/"}, "Ist umgezogen nach https://new.example/."),
    ],
)
def test_a_source_tells_in_words_how_it_is(server: Server, session: str, state: dict[str, object], said: str) -> None:
    listen(server, session, **state)

    assert said in Outline(server.call("GET", "/sources", session=session).text).text


@pytest.mark.parametrize("path", ["/watches", "/sources", "/watches/w_" + "a" * 26, "/sources/s_" + "a" * 26])
def test_forms_without_their_token_change_nothing(server: Server, session: str, path: str) -> None:
    fields = {"name": "Acme", "role": "own", "any": "Acme", "url": FEED, "do": "remove"}

    assert server.call("POST", path, session=session, form=fields).status == 403
    assert server.parts.watching.all(TENANT) == ()
    assert server.parts.sourcing.all(TENANT) == ()


@pytest.mark.parametrize("path", ["/watches/x", "/watches/w_" + "a" * 26, "/sources/x", "/sources/s_" + "a" * 26])
def test_what_is_not_there_cannot_be_removed(server: Server, session: str, path: str) -> None:
    assert server.submit(path, session, do="remove").status == 404


@pytest.mark.parametrize("path", ["/watches/w_" + "a" * 26, "/sources/s_" + "a" * 26])
def test_an_unknown_wish_is_refused(server: Server, session: str, path: str) -> None:
    assert server.submit(path, session, do="dance").status == 422


def test_a_watch_from_the_end_of_time_is_refused_and_one_that_is_there_does_no_harm(
    server: Server, session: str
) -> None:
    end = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    server.company.watches.become(a_watch("acme", since=end))
    payload = {"name": "Late", "terms": {"any": ["Acme"]}, "since": end.isoformat()}

    refused = server.call("POST", "/v1/watches", key=server.key(), payload=payload)

    assert (refused.status, refused.json["field"]) == (422, "since")
    assert server.call("GET", "/watches", session=session).status == 200
