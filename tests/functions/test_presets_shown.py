"""Ready-made sources, for programs and on the page of sources."""

import pytest

from builders import TENANT
from earshot.sources.presets import presets
from web_builders import Outline, Server

HEISE = "https://www.heise.de/rss/heise-atom.xml"


@pytest.fixture
def server() -> Server:
    return Server()


def test_programs_read_presets_of_all_groups_or_of_one(server: Server) -> None:
    key = server.key("read")

    found = server.call("GET", "/v1/presets", key=key).json["presets"]
    some = server.call("GET", "/v1/presets", key=key, query="group=employers").json["presets"]

    assert [each["id"] for each in found] == [each.id for each in presets()]
    assert "kununu" in {each["id"] for each in some}
    heise = next(each for each in found if each["id"] == "heise")
    assert (heise["url"], heise["source"], heise["kind"]) == (HEISE, None, "feed")
    assert "not tried live" in heise["confirmed"]


@pytest.mark.parametrize("query", ["group=sports", "colour=red"])
def test_what_cannot_be_asked_for_is_refused(server: Server, query: str) -> None:
    assert server.call("GET", "/v1/presets", key=server.key(), query=query).status == 422


def test_presets_want_a_key(server: Server) -> None:
    assert server.call("GET", "/v1/presets").status == 401


def test_one_click_adds_a_preset_and_a_second_one_changes_nothing(server: Server) -> None:
    session = server.signed_in()

    first, second = (server.submit("/sources", session, preset="heise") for _ in range(2))

    assert (first.status, second.status) == (303, 303)
    (listened,) = server.parts.sourcing.all(TENANT)
    assert (listened.source.locator, listened.source.name) == (HEISE, "heise online")
    found = server.call("GET", "/v1/presets", key=server.key()).json["presets"]
    assert next(each for each in found if each["id"] == "heise")["source"] == listened.source.id


@pytest.mark.parametrize("name", ["nowhere", "kununu", ""])
def test_a_preset_that_cannot_be_added_is_refused_in_words(server: Server, name: str) -> None:
    reply = server.submit("/sources", server.signed_in(), preset=name)

    assert reply.status == 422
    assert "Diese fertige Quelle gibt es nicht" in reply.text
    assert server.parts.sourcing.all(TENANT) == ()


def test_the_page_offers_a_button_or_says_what_to_do_instead(server: Server) -> None:
    session = server.signed_in()
    server.submit("/sources", session, preset="golem")

    text = server.call("GET", "/sources", session=session).text
    page = Outline(text).text

    assert 'name="preset" value="heise"' in text
    assert 'name="preset" value="golem"' not in text
    assert 'name="preset" value="kununu"' not in text
    assert "läuft schon" in page
    assert "über einen Google Alert" in page
    assert "earshot credential set trustpilot" in page
    assert "nicht live ausprobiert" in page
