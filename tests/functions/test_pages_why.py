"""The page that tells why something was not heard."""

from dataclasses import replace

import pytest

from builders import TENANT, a_mention
from earshot.domain.job import Answer, Finding, Heard, Lack, Part
from earshot.domain.why import Place, Verdict, Why
from earshot.matching.outcome import _SENTENCES as SENTENCES
from earshot.services.inputs import SourceInput
from earshot.store.jobs import Jobs
from earshot.web.job_words import said_of_job
from earshot.web.rule_words import list_in, rule_in
from earshot.web.viewer import Viewer, zone_named
from earshot.web.why_words import advice, said
from earshot.web.words import Words
from fakes import NOW
from question_desk import an_entry
from web_builders import Outline, Server

URL = "https://blog.example/1"
FEED = "https://blog.example/feed"
OVERRIDE = chr(0x202E)
HOSTILE = f'<script>alert("x")</script>{OVERRIDE}'


@pytest.fixture
def server() -> Server:
    return Server()


def why_page(server: Server, url: str = URL, language: str = "de") -> Outline:
    reply = server.call("GET", f"/why?url={url}&lang={language}", session=server.signed_in())
    assert reply.status == 200
    return Outline(reply.text)


def a_miss(lack: Lack) -> Heard:
    rule = "as matching says"
    return Heard(watch_id="w", watch_name="Rival", role="own", matched=False, rule=rule, lacks=(lack,))


def listen(server: Server) -> str:
    key = server.key()
    server.call("POST", "/v1/sources", key=key, payload={"url": FEED, "name": "Das Blog"})
    (listened,) = server.parts.sourcing.all(TENANT)
    server.listening.sources.become(replace(listened.source, first_fetched_at=NOW, read_at=NOW))
    return listened.source.id


def test_the_form_stands_alone_until_somebody_asks(server: Server) -> None:
    reply = server.call("GET", "/why?lang=de", session=server.signed_in())

    page = Outline(reply.text)
    assert "Warum wurde das nicht gehört?" in page.text
    assert "/why" in page.links
    assert "script" not in {tag for tag, _ in page.tags}


def test_a_stored_page_leads_to_its_mention(server: Server) -> None:
    mention = a_mention(item=an_entry(URL, "Acme"))
    server.put(mention)

    assert f"/mentions/{mention.id}" in why_page(server).links


def test_a_merged_page_leads_to_the_mention_that_tells_the_story(server: Server) -> None:
    server.put(a_mention(item=an_entry(URL, "Acme"), story_id="m_head"))

    assert "/mentions/m_head" in why_page(server).links


def test_while_sources_are_read_the_page_loads_itself_again_without_a_script(server: Server) -> None:
    listen(server)

    reply = server.call("GET", f"/why?url={URL}", session=server.signed_in())

    assert reply.headers["Refresh"] == "4"
    assert "neu nachgesehen" in Outline(reply.text).text


def test_the_rule_of_each_watch_is_told_in_the_language_of_the_page(server: Server) -> None:
    source = listen(server)
    why_page(server)
    heard = a_miss(Lack(why="absent", what=("Rival",)))
    finding = Finding(url=URL, title="Titel", excerpt="Text", heard=(heard,))
    (job,) = [row.key.sk.partition("#")[2] for row in server.table.query(f"TENANT#{TENANT}", prefix="job#").rows]
    Jobs(server.table).answer(TENANT, job, source, Answer(at=NOW, found=(finding,), verdict=Verdict.NOT_MATCHED))

    page = why_page(server)

    assert "kein Suchbegriff hört es" in page.text
    assert "„Rival“ kommt nicht vor" in page.text
    assert URL in page.links


@pytest.mark.parametrize("url", ["javascript:alert(1)", "%3Cscript%3Ealert(1)%3C/script%3E", "https://", "a" * 3000])
def test_a_hostile_address_is_answered_with_a_word_and_built_into_nothing(server: Server, url: str) -> None:
    page = why_page(server, url)

    assert "Diese Adresse geht nicht" in page.text
    assert not any(link.startswith("javascript:") for link in page.links)
    assert "script" not in {tag for tag, _ in page.tags}


def test_too_many_questions_at_once_are_told_on_the_page(server: Server) -> None:
    listen(server)
    for i in range(5):
        server.call("GET", "/v1/why", key=server.key(), query=f"url=https://blog.example/{i + 10}")

    assert "schon mehrere Fragen" in why_page(server).text


def test_the_page_needs_somebody_who_has_signed_in(server: Server) -> None:
    assert server.call("GET", f"/why?url={URL}").status in (303, 401)


def test_the_page_of_sources_leads_here(server: Server) -> None:
    assert "/why" in Outline(server.call("GET", "/sources", session=server.signed_in()).text).links


def a_why(verdict: Verdict, **changes: object) -> Why:
    place = Place(id="s", name=HOSTILE, kind="feed", at=NOW, problem=HOSTILE, oldest_at=NOW)
    why = Why(url=URL, site="blog.example", verdict=verdict, places=(place,) * 5, finding=Finding(is_history=True))
    return replace(why, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_its_sentences_in_both_languages(verdict: Verdict, language: str) -> None:
    viewer = Viewer(words=Words(language), zone=zone_named("UTC"), now=NOW)

    sentences = [*said(a_why(verdict), viewer), *advice(a_why(verdict), viewer)]

    assert all("{" not in each and OVERRIDE not in each for each in sentences)
    assert sentences


def test_a_platform_is_called_by_its_name() -> None:
    viewer = Viewer(words=Words("en"), zone=zone_named("UTC"), now=NOW)
    why = Why(url=URL, site="news.ycombinator.com", kind="hackernews", verdict=Verdict.UNCOVERED)

    assert [*said(why, viewer), *advice(why, viewer)] == [
        "No source listens to Hacker News.",
        "Add Hacker News as a source.",
    ]


def test_where_google_alerts_were_read_they_are_not_recommended() -> None:
    viewer = Viewer(words=Words("en"), zone=zone_named("UTC"), now=NOW)
    asked = Server()
    listen(asked)
    job = asked.parts.questions().whys.of(TENANT, URL).job

    why = Why(url=URL, site="blog.example", verdict=Verdict.UNCOVERED, job=job)

    assert "The Google Alerts were read anew and do not name it." in said(why, viewer)
    assert len([*advice(why, viewer)]) == 1
    assert job is not None
    assert list(said_of_job(job, Words("en"))) == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("why", sorted(SENTENCES))
def test_every_reason_of_matching_has_its_words(why: str, language: str) -> None:
    assert rule_in(Words(language), a_miss(Lack(why=why, what=("A",)))) != "as matching says"


def test_a_reason_without_words_of_ours_stays_as_matching_says_it() -> None:
    heard = a_miss(Lack(why="odd"))

    assert rule_in(Words("de"), heard) == "as matching says"
    assert rule_in(Words("de"), replace(heard, matched=True)) == "hört es"
    assert rule_in(Words("de"), replace(heard, filtered='sites: "x.example"')) == (
        "ausgeschlossen: unerwünschte Seiten („x.example“)"
    )
    assert list_in(Words("en"), "odd") == "odd"


def test_what_a_preview_came_to_is_said_in_sentences() -> None:
    server = Server()
    listen(server)
    job = server.parts.questions().previews.of_source(TENANT, SourceInput(url=FEED))
    failed = replace(job.parts[0], name="Blog", answer=Answer(at=NOW, problem="answered with 404"))

    sentences = list(said_of_job(replace(job, parts=(failed, Part(id="s", name="Other")), left_out=3), Words("en")))

    assert sentences == [
        "Blog could not be read: answered with 404.",
        "1 place is still being read.",
        "3 more sources were not asked: a preview reads the 2 that had news last.",
    ]
