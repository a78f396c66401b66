"""Stories as programs and people see them: one card, all places, and a button for what does not belong to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_contact, a_mention, a_tenant
from earshot.domain.item import Author
from earshot.domain.joining import following, joined
from earshot.domain.mention import Mention, from_colleague
from earshot.domain.story import Copy
from earshot.ports.notifier import Notice
from earshot.web.mails import MailComposer
from earshot.web.texts_de import GERMAN
from fakes import NOW
from web_builders import Server


@pytest.fixture
def server() -> Server:
    return Server()


def a_place(name: str, minutes: int = 0, followers: int | None = None, **changes: Any) -> Mention:
    author = Author(name=f"Autor {name}", followers=followers)
    mention = a_mention(name, place=f"Blatt {name}", author=author, seen_at=NOW + timedelta(minutes=minutes))
    return replace(mention, **changes)


HEAD, EARLY, LOUD = a_place("A"), a_place("B", -30), a_place("C", -10, followers=1200)


def told(*others: Mention, head: Mention = HEAD) -> Mention:
    for other in others:
        head = joined(head, other)
    return head


def put_story(server: Server, *others: Mention) -> Mention:
    head = told(*others)
    server.put(head, *(following(other, head.id) for other in others))
    return server.mention(head.id)


def card_text(server: Server, head: Mention, language: str = "de") -> str:
    return server.call("GET", "/", session=server.signed_in(), query=f"lang={language}").text


def test_a_program_sees_the_story_with_its_places(server: Server) -> None:
    head = put_story(server, EARLY, LOUD)

    (shown,) = server.call("GET", "/v1/mentions", key=server.key("read")).json["mentions"]

    assert shown["story"]["id"] == head.id
    assert shown["story"]["count"] == 3
    assert [place["mention"] for place in shown["story"]["places"]] == [head.id, EARLY.id, LOUD.id]
    assert (shown["story"]["first"], shown["story"]["loudest"]) == (EARLY.id, LOUD.id)
    assert shown["story"]["places"][2] == {
        "mention": LOUD.id,
        "place": "Blatt C",
        "url": "https://forum.example/C",
        "at": "2026-11-24T11:50:00Z",
        "reach": 1200,
    }


def test_a_place_names_its_story_and_a_lone_mention_has_none(server: Server) -> None:
    head = put_story(server, EARLY)
    server.put(a_place("D"))
    key = server.key("read")

    place = server.call("GET", f"/v1/mentions/{EARLY.id}", key=key).json
    lone = server.call("GET", f"/v1/mentions/{a_place('D').id}", key=key).json

    assert place["story"] == {"id": head.id, "places": [], "count": 0, "first": None, "loudest": None}
    assert lone["story"] is None


def test_the_places_of_a_story_are_found_by_its_id(server: Server) -> None:
    head = put_story(server, EARLY, LOUD)

    reply = server.call("GET", "/v1/mentions", key=server.key("read"), query=f"story={head.id}")

    assert [each["id"] for each in reply.json["mentions"]] == [head.id, EARLY.id, LOUD.id]


def split(server: Server, story: str, mention: object, scope: str = "respond") -> Any:
    return server.call("POST", f"/v1/stories/{story}/split", key=server.key(scope), payload={"mention": mention})


def test_a_program_splits_a_place_off_and_may_do_it_twice(server: Server) -> None:
    head = put_story(server, EARLY, LOUD)

    first, second = split(server, head.id, EARLY.id), split(server, head.id, EARLY.id)

    assert (first.status, first.json["id"], first.json["status"], first.json["story"]) == (200, EARLY.id, "open", None)
    assert second.json == first.json
    assert [copy.mention_id for copy in server.mention(head.id).copies] == [LOUD.id]


@pytest.mark.parametrize(
    ("mention", "status", "field"),
    [(HEAD.id, 422, "mention"), ("x", 422, "mention"), (7, 422, None), (a_place("Z").id, 404, None)],
)
def test_what_cannot_be_split_off_is_named(server: Server, mention: object, status: int, field: str | None) -> None:
    put_story(server, EARLY)

    reply = split(server, HEAD.id, mention)

    assert reply.status == status
    assert field is None or reply.json["field"] == field


def test_splitting_needs_a_story_and_the_right_to_respond(server: Server) -> None:
    head = put_story(server, EARLY)

    assert split(server, "m_" + "a" * 26, EARLY.id).status == 404
    assert split(server, "nonsense", EARLY.id).status == 404
    assert split(server, head.id, EARLY.id, scope="read").status == 403


def test_acknowledging_a_place_answers_with_the_story_that_stands_for_it(server: Server) -> None:
    head = put_story(server, EARLY)
    given = {"outcome": "answered", "version": 1}

    reply = server.call("PUT", f"/v1/mentions/{EARLY.id}/acknowledgement", key=server.key(), payload=given)

    assert reply.status == 409
    assert head.id in reply.json["detail"]
    assert reply.json["current"]["story"]["id"] == head.id


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Auch bei Blatt B und Blatt C · zuerst bei Blatt B · größte Reichweite bei Blatt C (1.200)"),
        ("en", "Also at Blatt B and Blatt C · first at Blatt B · widest reach at Blatt C (1,200)"),
    ],
)
def test_the_card_says_where_else_where_first_and_where_loudest(server: Server, language: str, said: str) -> None:
    head = put_story(server, EARLY, LOUD)

    assert said in card_text(server, head, language)


@pytest.mark.parametrize(
    ("others", "more", "said"),
    [
        ((EARLY,), 0, "Auch bei Blatt B · zuerst bei Blatt B<"),
        ((EARLY, a_place("D"), a_place("E")), 0, "Auch bei Blatt B, Blatt D und an einer weiteren Stelle · zuerst"),
        ((EARLY, a_place("D")), 7, "Auch bei Blatt B, Blatt D und an 7 weiteren Stellen · zuerst"),
        ((a_place("A2", place="Blatt A"),), 0, "Steht hier noch einmal · zuerst bei Blatt A"),
        ((replace(EARLY, place=""),), 0, "Auch bei forum.example · zuerst"),
        ((replace(EARLY, place="", url=""),), 0, f"Auch bei {GERMAN['source.feed']} · zuerst"),
        ((replace(EARLY, place="", url="", source_kind="usenet"),), 0, "Auch bei usenet · zuerst"),
    ],
)
def test_the_card_names_two_places_and_counts_the_others(
    server: Server, others: tuple[Mention, ...], more: int, said: str
) -> None:
    server.put(replace(told(*others), more_copies=more))

    assert said in card_text(server, HEAD)


def test_the_page_lists_every_place_with_its_link_and_a_button(server: Server) -> None:
    unsafe = a_place("F", url="javascript:alert(1)")
    server.put(replace(told(EARLY, LOUD, unsafe), more_copies=3))

    text = server.call("GET", f"/mentions/{HEAD.id}", session=server.signed_in()).text

    assert 'href="https://forum.example/B"' in text
    assert f'href="/mentions/{unsafe.id}"' in text
    assert "javascript:" not in text
    assert text.count(f'action="/stories/{HEAD.id}/split"') == 3
    assert "und an 3 weiteren Stellen" in text
    assert "Reichweite 1.200" in text


def test_the_button_gives_a_place_a_card_of_its_own(server: Server) -> None:
    head = put_story(server, EARLY, LOUD)

    reply = server.submit(f"/stories/{head.id}/split", server.signed_in(), mention=EARLY.id)

    assert (reply.status, reply.headers["Location"]) == (303, f"/mentions/{EARLY.id}")
    assert not server.mention(EARLY.id).story_id
    assert "Getrennt" in server.call("GET", f"/mentions/{EARLY.id}", session=server.signed_in()).text


def test_the_button_without_its_token_changes_nothing(server: Server) -> None:
    head = put_story(server, EARLY)
    form = {"form_token": "x", "mention": EARLY.id}

    reply = server.call("POST", f"/stories/{head.id}/split", session=server.signed_in(), form=form)

    assert reply.status == 403
    assert server.mention(EARLY.id).story_id == head.id


def test_the_page_of_a_place_leads_to_the_card_that_closes_it(server: Server) -> None:
    head = put_story(server, EARLY)

    text = server.call("GET", f"/mentions/{EARLY.id}", session=server.signed_in()).text

    assert f'href="/mentions/{head.id}"' in text
    assert 'name="outcome"' not in text


def test_a_link_in_a_mail_about_a_place_leads_there_too(server: Server) -> None:
    head = put_story(server, EARLY)
    token = server.link_to(server.mention(EARLY.id))

    text = server.call("GET", f"/a/{token}").text

    assert f"/mentions/{head.id}" in text


def test_foreign_names_of_places_are_shown_as_text(server: Server) -> None:
    server.put(told(a_place("B", place="<script>alert(1)</script>\n\u202eX")))

    text = card_text(server, HEAD)

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_card_says_that_a_colleague_said_it(server: Server) -> None:
    server.put(from_colleague(a_place("K")))

    text = server.call("GET", f"/mentions/{a_place('K').id}", session=server.signed_in()).text

    assert "aus dem eigenen Haus" in text


@pytest.mark.parametrize(("language", "said"), [("de", "Auch bei Blatt B und Blatt C"), ("en", "Also at Blatt B and")])
def test_a_mail_says_where_else_it_stands(language: str, said: str) -> None:
    notice = Notice(
        delivery_id="d_1",
        tenant=a_tenant(),
        contact=a_contact(language=language),
        mentions=(told(EARLY, LOUD),),
        links={},
        watch_names={},
        more=0,
    )

    letter = MailComposer("https://listen.example").compose(notice)

    assert said in letter.text
    assert said in letter.html


def test_a_place_without_an_author_shows_none(server: Server) -> None:
    copy = Copy(mention_id="m_x", place="Blatt X", at=NOW)
    server.put(replace(HEAD, copies=(copy,)))

    text = server.call("GET", f"/mentions/{HEAD.id}", session=server.signed_in()).text

    assert 'href="/mentions/m_x"' in text
    assert TENANT not in text
