"""The page that shows what there is to listen to at an address."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from builders import TENANT
from earshot.domain.job import Answer, Finding, Heard
from earshot.domain.offer import Offer, What
from earshot.store.jobs import Jobs
from earshot.web.words import TABLES
from fakes import NOW
from web_builders import Outline, Reply, Server

BLOG = "https://blog.example/"
FEED = Offer(kind="feed", url="https://blog.example/feed", title="Das Blog")
COMMENTS = replace(FEED, url="https://blog.example/comments/feed/", title="Kommentare", what=What.COMMENTS)
LOCKED = Offer(kind="youtube", url="channel/@acme", what=What.CHANNEL, missing=("api_key",))
HOSTILE = f'<script>alert("x")</script>{chr(0x202E)}'


@pytest.fixture
def server() -> Server:
    return Server()


def look(server: Server, url: str = BLOG, **query: str) -> Reply:
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in {"url": url, "lang": "de", **query}.items())
    return server.call("GET", f"/sources/new?{asked}", session=server.signed_in())


def answer(server: Server, *offers: Offer, **changes: object) -> None:
    """Answers what was asked, as collect would."""
    (id_,) = [row.key.sk.partition("#")[2] for row in server.table.query(f"TENANT#{TENANT}", prefix="job#").rows]
    job = Jobs(server.table).get(TENANT, id_, server.clock.now())
    said = replace(Answer(at=NOW, offers=offers, kind="feed", url=FEED.url), **changes)  # type: ignore[arg-type]
    Jobs(server.table).answer(TENANT, id_, job.parts[0].id, said)


def test_the_form_stands_alone_until_somebody_asks(server: Server) -> None:
    reply = server.call("GET", "/sources/new?lang=de", session=server.signed_in())

    page = Outline(reply.text)
    assert (reply.status, "Wo soll zugehört werden?" in page.text) == (200, True)
    assert "script" not in {tag for tag, _ in page.tags}
    assert server.bus.fetches == []


def test_the_page_of_sources_leads_there(server: Server) -> None:
    assert "/sources/new" in Outline(server.call("GET", "/sources", session=server.signed_in()).text).links


def test_while_the_address_is_read_the_page_loads_itself_again_without_a_script(server: Server) -> None:
    reply = look(server, name="Unser Blog")

    assert reply.headers["Refresh"] == "4"
    page = Outline(reply.text)
    assert "Dort wird gerade nachgesehen" in page.text
    assert f"/sources/new?url={quote(BLOG, safe='/')}&name=Unser%20Blog" in page.links
    assert len(server.bus.fetches) == 1


def test_what_was_found_is_offered_with_its_last_entries_and_nothing_is_saved_before_a_click(server: Server) -> None:
    look(server)
    heard = (Heard(watch_id="w", watch_name="Acme", role="own", matched=True),)
    found = (
        Finding(title="Acme ist toll", url="https://blog.example/1", posted_at=NOW, heard=heard),
        Finding(excerpt="Ohne Titel", url="javascript:alert(1)"),
    )
    answer(server, FEED, COMMENTS, found=found)

    reply = look(server, name="Unser Blog")

    page = Outline(reply.text)
    assert "Refresh" not in reply.headers
    for text in (
        "2 Möglichkeiten",
        "Das Blog",
        "Kommentare",
        "Acme ist toll",
        "Würde hören: Acme",
        "Ohne Titel",
        "ohne Datum",
    ):
        assert text in page.text
    assert "https://blog.example/1" in page.links
    assert not any(link.startswith("javascript:") for link in page.links)
    assert reply.text.count('value="Unser Blog"') == 2
    assert server.parts.sourcing.all(TENANT) == ()


def test_a_click_listens_to_what_was_chosen(server: Server) -> None:
    session = server.signed_in()

    reply = server.submit("/sources", session, kind="feed", url=COMMENTS.url, name="")

    (listened,) = server.parts.sourcing.all(TENANT)
    assert (reply.status, listened.source.locator) == (303, COMMENTS.url)


def test_a_kind_that_does_not_exist_is_refused(server: Server) -> None:
    assert server.submit("/sources", server.signed_in(), kind="telepathy", url=FEED.url).status == 422


def test_what_is_heard_already_cannot_be_chosen_again(server: Server) -> None:
    server.submit("/sources", server.signed_in(), kind="feed", url=FEED.url)
    look(server)
    answer(server, FEED)

    page = look(server)

    assert "Hier wird schon zugehört." in page.text
    assert 'action="/sources"' not in page.text


def test_what_lacks_a_credential_says_what_to_do(server: Server) -> None:
    look(server)
    answer(server, LOCKED, problem="api_key must be there first", code="credential")

    page = Outline(look(server).text)

    assert page.text.count("earshot credential set youtube") == 2
    assert "(api_key)" in page.text


@pytest.mark.parametrize(
    ("code", "problem", "said"),
    [
        ("robots", "robots.txt says no", "Möchte nicht von Programmen gelesen werden"),
        ("malformed", "there is no feed", "zugehört werden kann: there is no feed"),
        ("strange", "an odd thing", "zugehört werden kann: an odd thing"),
    ],
)
def test_what_stood_in_the_way_is_told(server: Server, code: str, problem: str, said: str) -> None:
    look(server)
    answer(server, problem=problem, code=code)

    assert said in Outline(look(server).text).text


def test_a_place_without_entries_says_so(server: Server) -> None:
    look(server)
    answer(server, FEED)

    assert "Dort steht zurzeit kein Eintrag." in Outline(look(server).text).text


def test_a_question_that_nobody_answered_can_be_asked_again(server: Server) -> None:
    look(server)
    server.clock.advance(hours=2)

    reply = look(server)

    assert "Refresh" in reply.headers


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://", "a" * 3000, "http://127.0.0.1/feed"])
def test_a_hostile_address_is_answered_with_a_word_and_built_into_nothing(server: Server, url: str) -> None:
    page = Outline(look(server, url).text)

    assert "Diese Adresse geht nicht" in page.text
    assert not any(link.startswith("javascript:") for link in page.links)
    assert server.bus.fetches == []


def test_the_page_of_google_alerts_is_told_apart_from_the_feed_of_one(server: Server) -> None:
    assert "RSS-Feed" in Outline(look(server, "https://www.google.com/alerts").text).text


def test_too_many_questions_at_once_are_told_on_the_page(server: Server) -> None:
    for number in range(5):
        look(server, f"{BLOG}{number}")

    assert "schon mehrere Fragen" in look(server, f"{BLOG}6").text


def test_what_a_place_says_of_itself_is_text(server: Server) -> None:
    look(server)
    heard = (Heard(watch_id="w", watch_name=HOSTILE, role="own", matched=True),)
    found = (Finding(title=HOSTILE, excerpt=HOSTILE, url="https://blog.example/1", heard=heard),)
    answer(server, replace(FEED, title=HOSTILE), found=found, problem=HOSTILE, code="malformed")

    text = look(server, name=HOSTILE).text

    assert "<script" not in text
    assert chr(0x202E) not in text


def test_the_page_needs_somebody_who_has_signed_in(server: Server) -> None:
    assert server.call("GET", f"/sources/new?url={BLOG}").status in (303, 401)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("what", list(What))
def test_everything_there_is_has_its_word(language: str, what: What) -> None:
    assert TABLES[language][f"what.{what}"]
