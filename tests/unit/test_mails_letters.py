"""Mails: subject, plain text and HTML for one mention and for a summary."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import a_contact, a_mention, a_tenant, a_verdict, an_item
from earshot.domain.item import Author
from earshot.domain.mention import Mention
from earshot.domain.verdict import Kind
from earshot.ports.notifier import Composer, Letter, Notice
from earshot.web.mails import MailComposer
from fakes import NOW
from web_builders import Outline, a_marked_match

BASE = "https://listen.example"
LINK = f"{BASE}/a/aaaaaaaaaaaaaaaaaaaaaa"


def a_notice(*mentions: Mention, language: str = "de", more: int = 0) -> Notice:
    return Notice(
        delivery_id="d_1",
        tenant=a_tenant(name="Café Morgenrot"),
        contact=a_contact(language=language, timezone="Europe/Berlin"),
        mentions=mentions,
        links={mention.id: LINK for mention in mentions},
        watch_names={"w_acme": "Acme"},
        more=more,
    )


def composed(*mentions: Mention, language: str = "de", more: int = 0) -> Letter:
    composer: Composer = MailComposer(f"{BASE}/")
    return composer.compose(a_notice(*mentions, language=language, more=more))


def a_told_mention(kind: Kind = Kind.CRITICISM) -> Mention:
    item = an_item(
        "1", title="Kalter Kuchen", text="Bei Acme war der Kuchen kalt", author=Author(name="Lina"), place="Forum"
    )
    reasons = ('"kalt" +2.1', "1 star")
    return a_mention(item=item, kind=kind, matches=(a_marked_match(4, 8),), verdict=a_verdict(kind, reasons=reasons))


@pytest.mark.parametrize(
    ("language", "subject"),
    [("de", "Kritik · Acme · Forum"), ("en", "Criticism · Acme · Forum"), ("fr", "Criticism · Acme · Forum")],
)
def test_the_subject_says_kind_watch_and_place(language: str, subject: str) -> None:
    assert composed(a_told_mention(), language=language).subject == subject


def test_the_subject_of_a_summary_counts_by_kind() -> None:
    mentions = [a_mention(kind.value, kind=kind) for kind in (Kind.PRAISE, Kind.CRITICISM, Kind.QUESTION)]
    mentions.append(a_mention("another", kind=Kind.PRAISE))

    subject = composed(*mentions).subject

    assert subject == "4 neue Erwähnungen · Café Morgenrot · 1-mal Kritik, 1 Frage, 2-mal Lob"


def test_a_long_subject_is_cut() -> None:
    mention = replace(a_told_mention(), place="x" * 500)

    subject = composed(mention).subject

    assert len(subject) <= 150
    assert subject.endswith("…")


def test_the_plain_text_stands_alone() -> None:
    text = composed(a_told_mention()).text

    assert text.splitlines() == [
        "▼ Kritik · Forum",
        "Kalter Kuchen",
        "",
        "Bei Acme war der Kuchen kalt",
        "",
        "Von Lina, Dienstag, 24. November 2026, 13:00 Uhr",
        "Warum? „kalt“ +2,1 · 1 Stern",
        "",
        "Lesen und antworten: https://forum.example/1",
        f"Erledigt vermerken: {LINK}",
        "",
        "",
        "-- ",
        "Sie bekommen diese Mail, weil Earshot für Café Morgenrot zuhört und anna@acme.example dort Kontakt ist. "
        "Wer Earshot bei Ihnen betreibt, kann das ändern.",
    ]


def test_the_html_part_has_the_same_card_with_the_match_marked() -> None:
    outline = Outline(composed(a_told_mention()).html)

    assert outline.marked == ["Acme"]
    assert outline.links == ["https://forum.example/1", LINK]
    for said in (
        "▼ Kritik",
        "Kalter Kuchen",
        "Lina",
        "„kalt“ +2,1 · 1 Stern",
        "Lesen und antworten",
        "Erledigt vermerken",
    ):
        assert said in outline.text


def test_a_mail_loads_nothing_and_runs_nothing() -> None:
    tags = {tag for tag, _ in Outline(composed(a_told_mention()).html).tags}

    assert tags.isdisjoint({"img", "script", "link", "iframe", "object", "form", "input", "svg"})


@pytest.mark.parametrize(
    ("kind", "button"),
    [
        (Kind.PRAISE, "Lesen und danken"),
        (Kind.QUESTION, "Lesen und antworten"),
        (Kind.UNCLASSIFIED, "Lesen und entscheiden"),
    ],
)
def test_the_main_button_is_the_next_human_step(kind: Kind, button: str) -> None:
    letter = composed(a_told_mention(kind))

    assert button in letter.html
    assert button in letter.text


def test_a_summary_tells_how_many_more_there_are_and_where() -> None:
    letter = composed(a_mention("1"), a_mention("2"), more=37)

    assert letter.subject == "39 neue Erwähnungen · Café Morgenrot"
    assert f"und 37 weitere im Posteingang: {BASE}/" in letter.text
    assert "und 37 weitere im Posteingang" in letter.html
    assert f"{BASE}/" in Outline(letter.html).links


def test_one_mention_and_one_more_is_a_summary() -> None:
    assert composed(a_mention("1"), more=1, language="en").subject == "2 new mentions · Café Morgenrot"


def test_a_mention_without_an_address_opens_in_the_inbox() -> None:
    mention = a_mention(item=an_item("1", url=""))

    letter = composed(mention)

    assert f"{BASE}/mentions/{mention.id}" in Outline(letter.html).links
    assert f"{BASE}/mentions/{mention.id}" in letter.text


def test_a_mention_without_a_link_has_no_button_for_it() -> None:
    mention = a_told_mention()
    notice = replace(a_notice(mention), links={})

    letter = MailComposer(BASE).compose(notice)

    assert Outline(letter.html).links == ["https://forum.example/1"]
    assert "Erledigt vermerken" not in letter.text


def test_a_mail_says_that_a_machine_sent_it_and_nothing_about_the_content() -> None:
    letter = composed(a_told_mention())

    assert dict(letter.headers) == {"Auto-Submitted": "auto-generated"}
    assert (letter.to, letter.delivery_id) == ("anna@acme.example", "d_1")


def test_times_carry_the_year_only_where_it_helps() -> None:
    mention = a_mention(item=an_item("1", published_at=NOW - timedelta(days=400)))

    assert "20. Oktober 2025" in composed(mention).text
