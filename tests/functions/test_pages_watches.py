"""The page of watches: every field of the form, noise, and a watch of very many words."""

import re

import pytest

from builders import TENANT, a_watch
from earshot.domain.watch import Noise, Terms
from earshot.web.page_watches import MOST_TERMS
from web_builders import OTHER_TENANT, Outline, Server

FIELDS = {"name": "Apple", "role": "own"}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def session(server: Server) -> str:
    return server.signed_in()


def text_of(server: Server, session: str, language: str = "de") -> str:
    text = Outline(server.call("GET", "/watches", session=session, query=f"lang={language}").text).text
    return " ".join(text.split())


def test_every_list_of_the_form_is_kept(server: Server, session: str) -> None:
    lists = {
        "any": "Apple~case",
        "all": "Kauf\r\nPreis",
        "none": "Saft",
        "near": "iPhone\nMac",
        "site": "heise.de",
        "lang": "de",
        "author": "anna",
        "type": "review",
    }

    reply = server.submit("/watches", session, **FIELDS, **lists, **{"noise.sites": "jobs.example\nx.example"})

    watch = server.parts.watching.get(TENANT, "Apple")
    assert reply.status == 303
    assert watch.terms == Terms(**{name: tuple(lines.split()) for name, lines in lists.items()})  # type: ignore[arg-type]
    assert watch.noise == Noise(sites=("jobs.example", "x.example"))


def test_a_query_can_be_given_in_place_of_words(server: Server, session: str) -> None:
    reply = server.submit("/watches", session, **FIELDS, any="", query=' "Acme GmbH" OR\r\n@acme ')

    assert reply.status == 303
    assert server.parts.watching.get(TENANT, "Apple").terms == Terms(query='"Acme GmbH" OR @acme')
    assert 'Abfrage"Acme GmbH" OR @acme' in text_of(server, session)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"any": ""}, "Nötig ist mindestens ein Wort, das vorkommen soll"),
        ({"query": "(acme"}, "Diese Abfrage geht nicht: column 6"),
        ({"query": "acme", "any": "Acme"}, "Diese Abfrage geht nicht: says everything by itself"),
        ({"any": "\n".join(f"{number} " + "ß" * 100 for number in range(1500))}, "Das ist zu viel für Suchbegriffe"),
    ],
)
def test_words_that_cannot_be_used_are_refused_in_words(
    server: Server, session: str, fields: dict[str, str], said: str
) -> None:
    reply = server.submit("/watches", session, **FIELDS, **fields)

    assert reply.status == 422
    assert said in Outline(reply.text).text
    assert server.parts.watching.all(TENANT) == ()


def test_a_watch_shows_every_list_it_has_in_the_readers_language(server: Server, session: str) -> None:
    terms = Terms(any=("Apple",), near=("iPhone",), site=("heise.de",), lang=("de",), author=("anna",), type=("post",))
    server.company.watches.add(a_watch(terms=terms, noise=Noise(authors=("bot",), voices=("Tim",))))

    german, english = text_of(server, session), text_of(server, session, "en")

    for said in ("nahe bei iPhone", "nur auf heise.de", "nur in der Sprache de", "nur von anna", "nur als post"):
        assert said.replace(" ", "") in german.replace(" ", "")
    assert "störende Autorenbot" in german
    assert "authors who are noisebot" in english
    assert "voices of our ownTim" in english


def test_a_watch_of_two_thousand_words_shows_some_and_tells_of_the_rest(server: Server, session: str) -> None:
    names = "\n".join(f"Produkt{number}" for number in range(2000))
    server.submit("/watches", session, name="Range", role="product", any=names)

    html = server.call("GET", "/watches", session=session).text

    assert len(re.findall(r'<span class="term">', html)) == MOST_TERMS
    assert f"und {2000 - MOST_TERMS:,} weitere".replace(",", ".") in Outline(html).text
    assert len(html) < 60_000


def test_the_form_can_be_filled_in_without_script_and_names_each_field_once(server: Server, session: str) -> None:
    html = server.call("GET", "/watches", session=session).text

    labels, ids = re.findall(r'<label for="([^"]+)"', html), re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(labels) <= set(ids)
    assert {"any", "query", "near", "type", "noise.voices", "all.voices"} <= set(labels)
    assert "<script" not in html


def test_noise_is_saved_shown_in_its_form_and_holds_for_this_company_only(server: Server, session: str) -> None:
    reply = server.submit("/noise", session, sites="jobs.example\r\nx.example\r\n", phrases="we are hiring")

    stranger = server.signed_in("ben", OTHER_TENANT)
    html = server.call("GET", "/watches", session=session).text
    assert (reply.status, reply.headers["Location"]) == (303, "/watches#noise")
    assert server.parts.watching.noise(TENANT) == Noise(sites=("jobs.example", "x.example"), phrases=("we are hiring",))
    assert "jobs.example\nx.example</textarea>" in html
    assert "jobs.example" not in server.call("GET", "/watches", session=stranger).text


def test_saved_noise_is_emptied_by_an_empty_form(server: Server, session: str) -> None:
    server.submit("/noise", session, sites="jobs.example")

    server.submit("/noise", session, sites=" ")

    assert server.parts.watching.noise(TENANT) == Noise()


def test_noise_that_cannot_be_used_or_has_no_token_changes_nothing(server: Server, session: str) -> None:
    refused = server.submit("/noise", session, sites="no site at all")
    forged = server.call("POST", "/noise", session=session, form={"sites": "jobs.example"})
    unknown = server.call("POST", "/noise", form={"sites": "jobs.example"})

    assert (refused.status, forged.status, unknown.status) == (422, 403, 303)
    assert server.parts.watching.noise(TENANT) == Noise()


def test_hostile_noise_does_not_leave_its_field(server: Server, session: str) -> None:
    harmless = Outline(server.call("GET", "/watches", session=session).text).tags

    server.submit("/noise", session, phrases='</textarea><script>alert("x")</script>')

    html = server.call("GET", "/watches", session=session).text
    assert [tag for tag, _ in Outline(html).tags] == [tag for tag, _ in harmless]
    assert "<script" not in html
