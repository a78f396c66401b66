"""The page that tells what cannot be heard."""

from dataclasses import replace

import pytest

from builders import TENANT
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.services.searching import Searching
from earshot.services.sourcing import Sourcing
from earshot.sources.registry import CONNECTORS
from earshot.sources.unheard import UNHEARD
from earshot.web.routes import build_app
from web_builders import Outline, Server, refuse_loopback


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def everywhere(server: Server) -> Server:
    """A server that knows every kind of place."""
    sourcing = Sourcing(server.table, CONNECTORS, refuse_loopback, server.clock)
    searching = Searching(server.table, CONNECTORS, sourcing, server.parts.credentials)
    server.parts = replace(server.parts, sourcing=sourcing, searching=searching)
    server.handle = build_app(server.parts)
    return server


def page(server: Server, language: str = "de") -> str:
    return server.call("GET", f"/unheard?lang={language}", session=server.signed_in()).text


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sort_of_places_says_why_and_what_helps(server: Server, language: str) -> None:
    text = Outline(page(server, language)).text

    for name in ("LinkedIn", "Xing", "kununu", "Glassdoor", "TikTok", "WhatsApp", "Telegram", "Discord", "Amazon"):
        assert name in text
    assert text.count("Warum" if language == "de" else "Why") == len(UNHEARD)


def test_ready_searches_of_own_watches_lead_on(server: Server) -> None:
    for number in range(5):
        server.parts.watching.add(TENANT, a_wish(f"Acme {number}", "own"))
    server.parts.watching.add(TENANT, a_wish("Rival", "competitor"))

    text = page(server)

    assert "kununu.com" in text
    assert ">Acme 2</bdi>" in text
    assert ">Acme 3</bdi>" not in text
    assert "weitere bei den Suchbegriffen" in text
    assert "Rival" not in text


def test_without_watches_there_is_nothing_to_search_for(server: Server) -> None:
    assert "google.com/alerts" not in page(server)


def test_what_is_off_or_lacks_a_credential_here_is_named_with_its_command(everywhere: Server) -> None:
    text = Outline(page(everywhere, "en")).text

    assert "Reddit is off. Switch it on: earshot source on reddit" in text
    assert "earshot credential set trustpilot" in text


def test_what_is_on_waits_for_its_credential_and_is_silent_with_it(everywhere: Server) -> None:
    before = Outline(page(everywhere, "en")).text

    everywhere.parts.credentials.set(TENANT, CONNECTORS["youtube"], {"key": "hush"})
    after = Outline(page(everywhere, "en")).text

    assert "YouTube waits for a credential (key)" in before
    assert "YouTube" not in after.partition("What cannot be heard, or only by detours")[0]
    assert "hush" not in after


def test_sources_in_trouble_are_counted(server: Server) -> None:
    before = Outline(page(server)).text
    listened, _ = server.parts.sourcing.add(TENANT, SourceInput(kind="feed", url="https://blog.example/feed"))
    server.listening.sources.save(replace(listened.source, name="", problem="gone"))

    after = Outline(page(server)).text

    assert "1 Quelle antwortet nicht" not in before
    assert "1 Quelle antwortet nicht" in after


def test_it_is_linked_from_every_page_and_wants_a_sign_in(server: Server) -> None:
    assert 'href="/unheard"' in server.call("GET", "/", session=server.signed_in()).text
    assert server.call("GET", "/unheard").status == 303
    assert 'href="/unheard"' not in server.call("GET", "/login").text


def a_wish(name: str, role: str) -> WatchInput:
    return WatchInput(name=name, terms=TermsInput(any=[name]), role=role)
