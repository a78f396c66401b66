"""Hostile text in every field: the page stays the page it is with harmless text, and the text stays readable."""

import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unicodedata import category
from urllib.parse import quote

import pytest

from builders import a_contact, a_mention, a_watch
from earshot.domain.mention import Outcome
from web_builders import Outline, Server, a_marked_match, everywhere

SAMPLE = 300
IS_ALL = "EARSHOT_ALL_ATTACKS" in os.environ
SAFE = ("http://", "https://", "mailto:", "#", "/", "?")


def attacks(shared: Path, name: str, seed: int = 0) -> list[str]:
    """The attack texts of a list: all with EARSHOT_ALL_ATTACKS, else a sample."""
    file = shared / "attacks" / name
    if not file.is_file():
        pytest.skip(f"{name} is not here")
    texts = [json.loads(line)["s"] for line in file.read_text(encoding="utf-8").splitlines()]
    if IS_ALL or len(texts) <= SAMPLE:
        return texts
    return random.Random(seed).sample(texts, SAMPLE)


def readable(text: str) -> str:
    """A text as a person would compare it: without control characters and with spaces as the browser joins them."""
    return " ".join("".join(c for c in text.replace("\r", "\n") if c.isspace() or category(c) != "Cc").split())


def inbox(text: str) -> str:
    server = Server()
    server.put(a_mention(item=everywhere(text), matches=(a_marked_match(0, 1), a_marked_match(0, 1, "title"))))
    server.company.watches.become(replace(a_watch("acme"), name=text))
    return server.call("GET", "/", session=server.signed_in()).text


def mention_page(text: str) -> str:
    server = Server()
    mention = a_mention(item=everywhere(text))
    server.put(mention)
    session = server.signed_in(text)
    server.submit(f"/mentions/{mention.id}", session, outcome="ignored", version=1, note=f"x {text}")
    return server.call("GET", f"/mentions/{mention.id}", session=session).text


def link_page(text: str) -> str:
    server = Server()
    mention = a_mention(item=everywhere(text))
    server.put(mention)
    return server.call("GET", f"/a/{server.link_to(mention, replace(a_contact(), name=text))}").text


def search_page(text: str) -> str:
    server = Server()
    return server.call("GET", f"/?q={quote(text[:300].strip() or 'x')}", session=server.signed_in()).text


PAGES = [inbox, mention_page, link_page, search_page]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_hostile_text_never_changes_the_structure_of_a_page(shared: Path, page: Callable[[str], str]) -> None:
    harmless = Outline(page("x"))

    for text in attacks(shared, "xss.jsonl"):
        outline = Outline(page(text))
        assert outline.tags == harmless.tags, text
        assert all(link.startswith(SAFE) for link in outline.links if link), text


def test_hostile_text_stays_readable(shared: Path) -> None:
    for text in attacks(shared, "xss.jsonl", seed=1):
        assert readable(text) in readable(Outline(inbox(text)).text), text


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00\x1b[31m", "\u202eevil", "﷽" * 50, "a" * 5000, "{{ 7*7 }}{% x %}", "%s%n{0}"]
)
def test_odd_characters_break_no_page(text: str) -> None:
    for page in (inbox, link_page):
        assert "</html>" in page(text)


def test_a_link_to_an_answer_is_shown_only_if_it_is_one() -> None:
    server = Server()
    mention = a_mention()
    server.put(mention)
    session = server.signed_in()

    reply = server.submit(
        f"/mentions/{mention.id}", session, outcome=Outcome.ANSWERED, version=1, answer_url="javascript:alert(1)"
    )

    assert reply.status == 422
    assert server.mention(mention.id).acknowledgement is None
