"""Threads by the API and on the page of their mention."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from test_api_contract import fits, schema_of

from builders import TENANT, a_mention, a_source, an_item
from earshot.domain.job import Answer, unread
from earshot.domain.kept_thread import KeptThread, Said
from earshot.domain.mention import HistoryEntry, Mention
from earshot.store.jobs import Jobs
from earshot.store.threads import KeptThreads
from fakes import NOW
from web_builders import OTHER_TENANT, Outline, Reply, Server

HOSTILE = "<script>alert(1)</script>\"'\u202e"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def mention(server: Server) -> Mention:
    item = an_item("2", identity="hackernews:2", native_id="2", source_kind="hackernews", root_id="1", parent_id="1")
    found = replace(a_mention(item=item), source_id="s_hn", place="Hacker News")
    server.listening.sources.add(a_source(id="s_hn", kind="hackernews", locator="all"))
    server.put(found)
    return found


def a_row(mention: Mention, **changes: Any) -> KeptThread:
    row = KeptThread(
        tenant=TENANT,
        mention_id=mention.id,
        read_at=NOW - timedelta(hours=1),
        above=(Said(author="Ada", text="Was taugt Acme?", published_at=NOW, url="https://n.example/1"),),
        below=(
            Said(author="Acme Support", text="Danke!", is_ours=True, depth=1),
            Said(author=HOSTILE, text=HOSTILE, url="javascript:alert(1)", depth=2),
        ),
        is_cut=True,
        left_out=3,
        ours=("Acme Support",),
        expires_at=NOW + timedelta(days=30),
    )
    return replace(row, **changes)


def keep(server: Server, row: KeptThread) -> None:
    KeptThreads(server.table).put(row)


def answer(server: Server, mention: Mention, problem: str = "") -> None:
    """Lets collect have answered the job that was started."""
    (job,) = [row.key.sk.partition("#")[2] for row in server.table.query(f"TENANT#{TENANT}", prefix="job#").rows]
    said = unread(problem, NOW, code="refused") if problem else Answer(at=NOW)
    Jobs(server.table).answer(TENANT, job, mention.id, said)


def asked(server: Server, mention: Mention, query: str = "", scope: str = "read") -> Reply:
    reply = server.call("GET", f"/v1/mentions/{mention.id}/thread", key=server.key(scope), query=query)
    contract = server.call("GET", "/openapi.json").json
    if reply.status < 400:
        assert fits(reply.json, schema_of(contract, "get", "/v1/mentions/{id}/thread", reply.status), contract)
    return reply


def page(server: Server, mention: Mention, query: str = "lang=de") -> Reply:
    return server.call("GET", f"/mentions/{mention.id}?{query}", session=server.signed_in())


def press(server: Server, mention: Mention) -> Reply:
    return server.submit(f"/mentions/{mention.id}/thread", server.signed_in())


def test_what_is_kept_is_answered_at_once(server: Server, mention: Mention) -> None:
    keep(server, a_row(mention))

    reply = asked(server, mention)

    assert (reply.status, reply.json["state"], reply.json["job"]) == (200, "read", None)
    assert reply.json["ours"] == ["Acme Support"]
    assert [each["is_ours"] for each in reply.json["below"]] == [True, False]
    assert (reply.json["is_cut"], reply.json["left_out"]) == (True, 3)
    assert server.bus.fetches == []


def test_what_is_not_is_read_by_a_job_whose_answer_is_the_thread(server: Server, mention: Mention) -> None:
    started = asked(server, mention)
    again = asked(server, mention)
    keep(server, a_row(mention))
    answer(server, mention)

    done = asked(server, mention)

    assert (started.status, started.json["state"]) == (202, "looking")
    assert started.headers["Location"] == again.headers["Location"] == f"/v1/jobs/{started.json['job']['id']}"
    assert [host for host, _ in server.bus.fetches] == ["hn.algolia.com:443"]
    assert (done.status, done.json["state"]) == (200, "read")
    job = server.call("GET", started.headers["Location"], key=server.key("read")).json
    assert (job["kind"], job["asked"], job["says"]) == ("thread", {"mention": mention.id}, [])


def test_it_is_read_again_where_somebody_wants_that(server: Server, mention: Mention) -> None:
    keep(server, a_row(mention))

    reply = asked(server, mention, "anew=true")

    assert (reply.status, reply.json["state"], reply.json["ours"]) == (202, "looking", ["Acme Support"])


def test_why_it_could_not_be_read_is_told(server: Server, mention: Mention) -> None:
    asked(server, mention)
    answer(server, mention, "not for you")

    reply = asked(server, mention)

    assert (reply.status, reply.json["state"], reply.json["problem"]) == (200, "not_read", "not for you")


def test_a_place_without_threads_says_so(server: Server) -> None:
    mention = a_mention()
    server.put(mention)

    reply = asked(server, mention)

    assert (reply.status, reply.json["state"], server.bus.fetches) == (200, "unreadable", [])
    assert "Gesprächsverlauf" not in page(server, mention).text


def test_bad_questions_are_refused(server: Server, mention: Mention) -> None:
    path = f"/v1/mentions/{mention.id}/thread"

    assert asked(server, mention, "anew=perhaps").status == 422
    assert asked(server, mention, "x=1").status == 422
    assert server.call("GET", path, key=server.key(tenant=OTHER_TENANT)).status == 404
    assert server.call("GET", path).status == 401
    assert server.call("GET", "/v1/mentions/x/thread", key=server.key()).status == 404


@pytest.mark.parametrize(("language", "ask"), [("de", "Gesprächsverlauf lesen"), ("en", "Read the thread")])
def test_the_page_offers_to_read_it(server: Server, mention: Mention, language: str, ask: str) -> None:
    reply = page(server, mention, f"lang={language}")

    assert ask in Outline(reply.text).text
    assert f"/mentions/{mention.id}/thread" in Outline(reply.text).links
    assert "Refresh" not in reply.headers


def test_the_button_has_it_read_and_the_page_waits_without_a_script(server: Server, mention: Mention) -> None:
    pressed = press(server, mention)
    waiting = page(server, mention)
    answer(server, mention, HOSTILE)
    failed = Outline(page(server, mention).text)

    assert (pressed.status, pressed.headers["Location"]) == (303, f"/mentions/{mention.id}#thread")
    assert waiting.headers["Refresh"] == "4"
    assert "Wird gerade gelesen" in waiting.text
    assert f"/mentions/{mention.id}/thread" not in Outline(waiting.text).links
    assert "Beim letzten Mal ging es nicht" in failed.text
    assert "script" not in {tag for tag, _ in failed.tags}


def test_the_page_shows_who_said_what_and_marks_ours_and_what_is_cut(server: Server, mention: Mention) -> None:
    keep(server, a_row(mention))

    shown = Outline(page(server, mention).text)

    for said in ("Gelesen vor 1 h", "Acme Support", "von uns", "Was taugt Acme?", "Gekürzt", "3 weitere Antworten"):
        assert said in shown.text
    assert "Noch einmal lesen" in shown.text
    assert "https://n.example/1" in shown.links
    assert not any(link.startswith("javascript:") for link in shown.links)
    assert "script" not in {tag for tag, _ in shown.tags}


def test_a_thread_without_replies_says_that(server: Server, mention: Mention) -> None:
    keep(server, a_row(mention, above=(), below=(), ours=(), is_cut=False, left_out=0))

    shown = Outline(page(server, mention).text).text

    assert "Bisher keine Antworten." in shown
    assert "noch niemand geantwortet" in shown


def test_a_form_of_somebody_else_reads_nothing(server: Server, mention: Mention) -> None:
    session = server.signed_in()
    path = f"/mentions/{mention.id}/thread"

    assert server.call("POST", path, session=session, form={"form_token": "x"}).status in (403, 422)
    assert server.submit("/mentions/x/thread", session).status == 404
    assert server.bus.fetches == []


def test_where_much_is_being_read_the_page_says_so(server: Server, mention: Mention) -> None:
    for number in range(5):
        item = an_item(f"9{number}", native_id=f"9{number}", source_kind="hackernews")
        other = replace(a_mention(item=item), source_id="s_hn")
        server.put(other)
        asked(server, other)

    pressed = press(server, mention)

    assert pressed.headers["Location"] == f"/mentions/{mention.id}?busy=1#thread"
    assert "Es wird schon viel gelesen" in page(server, mention, "busy=1&lang=de").text


def test_a_reply_that_opened_it_stands_in_the_history_in_words(server: Server, mention: Mention) -> None:
    entry = HistoryEntry(at=NOW, by="earshot", what="reply", detail="Bea, https://n.example/3")
    server.put(replace(mention, id=f"{mention.id[:-1]}a", history=(entry,)))

    shown = page(server, replace(mention, id=f"{mention.id[:-1]}a"))

    assert "Wieder offen, weil jemand geantwortet hat" in Outline(shown.text).text
