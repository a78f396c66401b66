"""Hostile text in every field of a mail: same structure, same headers, one recipient."""

import json
import os
import random
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from unicodedata import category

import pytest

from builders import a_contact, a_mention, a_tenant, a_verdict
from earshot.adapters.mime import as_message
from earshot.ports.notifier import Letter, Notice
from earshot.web.mails import MailComposer
from fakes import NOW
from web_builders import Outline, a_marked_match, everywhere

SAMPLE = 500
IS_ALL = "EARSHOT_ALL_ATTACKS" in os.environ


def attacks(shared: Path, name: str) -> list[str]:
    file = shared / "attacks" / name
    if not file.is_file():
        pytest.skip(f"{name} is not here")
    texts = [json.loads(line)["s"] for line in file.read_text(encoding="utf-8").splitlines()]
    return texts if IS_ALL or len(texts) <= SAMPLE else random.Random(0).sample(texts, SAMPLE)


def composed(text: str, *, more: int = 0) -> Letter:
    """A mail about a mention that says `text` everywhere."""
    matches = (a_marked_match(0, 1), a_marked_match(0, 1, "title"))
    mention = replace(a_mention(item=everywhere(text)), matches=matches, verdict=a_verdict(reasons=(f"{text} +1",)))
    notice = Notice(
        delivery_id="d_1",
        tenant=a_tenant(name=text),
        contact=a_contact(language="de"),
        mentions=[mention],
        links={mention.id: "https://listen.example/a/aaaaaaaaaaaaaaaaaaaaaa"},
        watch_names={"w_acme": text},
        more=more,
    )
    return MailComposer("https://listen.example").compose(notice)


def readable(text: str) -> str:
    return " ".join("".join(c for c in text.replace("\r", "\n") if c.isspace() or category(c) != "Cc").split())


def test_hostile_text_never_changes_the_structure_of_a_mail(shared: Path) -> None:
    harmless = Outline(composed("x").html)

    for text in attacks(shared, "xss.jsonl"):
        outline = Outline(composed(text).html)
        assert outline.tags == harmless.tags, text
        assert all(link.startswith(("http://", "https://")) for link in outline.links), text


def test_hostile_text_stays_readable_in_both_parts(shared: Path) -> None:
    for text in attacks(shared, "xss.jsonl"):
        letter = composed(text)
        assert readable(text) in readable(Outline(letter.html).text), text
        assert readable(text) in readable(letter.text), text


@pytest.mark.parametrize("more", [0, 5])
def test_no_text_adds_a_header_or_a_recipient(shared: Path, more: int) -> None:
    expected = as_message(composed("x", more=more), sender="earshot@acme.example", now=NOW)

    for text in [*attacks(shared, "email_header.jsonl"), *attacks(shared, "xss.jsonl")[:100]]:
        letter = composed(text, more=more)
        raw = as_message(letter, sender="earshot@acme.example", now=NOW).as_bytes(policy=SMTP)
        message = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)

        assert message.keys() == expected.keys(), text
        assert message["To"] == "anna@acme.example"
        assert [part.get_content_type() for part in message.walk()] == [
            part.get_content_type() for part in expected.walk()
        ]
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_no_control_character_reaches_a_subject(shared: Path) -> None:
    for text in [*attacks(shared, "email_header.jsonl"), "\u202eabc", "a\u2028b", "a\x00b", "\ud800"]:
        subject = composed(text).subject
        assert subject.isprintable(), text
        assert len(subject) <= 150
