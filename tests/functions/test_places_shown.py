"""What becomes of places and of the posts there is shown in words, in both languages."""

from dataclasses import replace

import pytest

from builders import a_mention, an_item
from earshot.domain.mention import Mention
from earshot.domain.source import source_id
from earshot.domain.vanishing import vanished
from earshot.domain.why import Place, Verdict, Why
from earshot.web.viewer import Viewer, zone_named
from earshot.web.why_words import said
from earshot.web.words import Words
from fakes import NOW
from web_builders import Outline, Server

FEED = "https://blog.example/feed"


@pytest.fixture
def server() -> Server:
    return Server()


def a_gone_mention() -> Mention:
    return vanished(a_mention(item=an_item(title="Acme!")), NOW)


def test_a_deleted_post_says_so_in_place_of_its_text(server: Server) -> None:
    gone = a_gone_mention()
    server.put(gone)

    page = Outline(server.call("GET", f"/mentions/{gone.id}", session=server.signed_in()).text).text

    assert "Der Beitrag wurde gelöscht." in page
    assert "An der Quelle gelöscht" in page
    assert "schlecht" not in page


def test_programs_see_when_a_post_was_deleted(server: Server) -> None:
    gone = a_gone_mention()
    server.put(gone)

    shown = server.call("GET", f"/v1/mentions/{gone.id}", key=server.key()).json

    assert (shown["gone_at"], shown["title"], shown["excerpt"]) == ("2026-11-24T12:00:00Z", "", "")
    assert shown["author"]["name"] == ""


def listen(server: Server, **state: object) -> tuple[str, str]:
    session = server.signed_in()
    server.submit("/sources", session, url=FEED)
    id_ = source_id("feed", FEED)
    source = server.listening.source(id_)
    assert source is not None
    server.listening.sources.save(replace(source, **state))  # type: ignore[arg-type]
    return id_, session


def test_a_source_that_was_given_up_can_be_taken_up_again(server: Server) -> None:
    id_, session = listen(server, off_at=NOW, problem="gone", problem_at=NOW)
    page = server.call("GET", "/sources", session=session).text

    server.submit(f"/sources/{id_}", session, do="resume")

    assert "Abgeschaltet" in page
    assert 'value="resume"' in page
    assert "Hört zu" in server.call("GET", "/sources", session=session).text


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("credential", "Braucht erst Zugangsdaten: earshot credential set feed"), ("robots", "Wir halten uns daran.")],
)
def test_a_source_says_what_it_waits_for(server: Server, code: str, wanted: str) -> None:
    _, session = listen(server, problem=code)

    assert wanted in Outline(server.call("GET", "/sources", session=session).text).text


def test_programs_see_the_real_gap_and_what_was_given_up(server: Server) -> None:
    id_, _ = listen(server, off_at=NOW, problem="gone", problem_at=NOW)
    schedule = server.listening.schedule(id_)
    assert schedule is not None
    server.listening.schedules.save(replace(schedule, real_s=1000))

    (source,) = server.call("GET", "/v1/sources", key=server.key()).json["sources"]

    assert (source["off_at"], source["interval_s"], source["real_interval_s"]) == ("2026-11-24T12:00:00Z", 900, 1000)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("de", "Braucht erst Zugangsdaten: earshot credential set tube"),
        ("en", "Needs a credential first: earshot credential set tube"),
    ],
)
def test_why_names_the_credential_that_a_place_lacks(language: str, wanted: str) -> None:
    place = Place(id="s_1", name="Tube", kind="tube", problem="key must be there first", code="credential")
    why = Why(url=FEED, site="tube.example", verdict=Verdict.FAILING, places=(place,))

    assert wanted in said(why, Viewer(words=Words(language), zone=zone_named("UTC"), now=NOW))
