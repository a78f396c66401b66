"""The words of a watch are read from lists or a query, and have an end."""

from dataclasses import replace

import pytest

from builders import a_watch
from earshot.domain.errors import Invalid
from earshot.domain.watch import Noise, Terms
from earshot.services import wording
from earshot.services.inputs import NoiseInput, TermsInput, WatchInput
from earshot.services.wording import (
    MAX_NOISE_BYTES,
    as_query,
    as_spoken,
    check_noise_room,
    check_room,
    read_noise,
    read_terms,
    size_of,
)


def given(query: str = "", **lists: list[str]) -> WatchInput:
    return WatchInput(name="Acme", query=query, terms=TermsInput(**lists) if lists else None)


def test_every_list_of_terms_is_read() -> None:
    lists = {"any": ["Apple~case"], "all": ["Kauf"], "none": ["Saft"], "near": ["iPhone"]}
    narrowing = {"site": ["https://www.Heise.de/"], "lang": ["de"], "author": ["Anna Beispiel"], "type": ["review"]}

    terms = read_terms(given(**lists, **narrowing))

    assert terms == Terms(
        any=("Apple~case",),
        all=("Kauf",),
        none=("Saft",),
        near=("iPhone",),
        site=("heise.de",),
        lang=("de",),
        author=("Anna Beispiel",),
        type=("review",),
    )


def test_a_query_is_read_in_place_of_lists() -> None:
    assert read_terms(given(' "Acme GmbH"  OR @acme ')) == Terms(query='"Acme GmbH" OR @acme')
    assert read_terms(WatchInput(name="Acme", terms=TermsInput(), query="acme")) == Terms(query="acme")


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (given(), "terms"),
        (given("  "), "terms"),
        (given("acme", any=["Acme"]), "query"),
        (given("acme", site=["heise.de"]), "query"),
        (given("(acme"), "query"),
        (given("-acme"), "query"),
        (given(any=[]), "any"),
        (given(none=["Jobs"]), "any"),
        (given(any=["Acme"], near=["  "]), "near"),
        (given(any=["Acme~quiet"]), "any"),
        (given(any=["Acme"], site=["not a site"]), "site"),
        (given(any=["Acme"], lang=["German"]), "lang"),
        (given(any=["Acme"], type=["podcast"]), "type"),
        (given(any=["Acme"], author=[""]), "author"),
    ],
)
def test_words_that_cannot_be_used_are_refused_by_their_list(bad: WatchInput, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_terms(bad)

    assert caught.value.field == field


def test_every_list_of_noise_is_read() -> None:
    lists = {"accounts": ["@acme"], "voices": ["Anna"], "sites": ["jobs.example"], "authors": ["bot"]}

    noise = read_noise(NoiseInput(**lists, phrases=["we are hiring"]))

    assert noise == Noise(
        accounts=("@acme",), voices=("Anna",), sites=("jobs.example",), authors=("bot",), phrases=("we are hiring",)
    )


@pytest.mark.parametrize(("name", "entry"), [("sites", "no site"), ("authors", ""), ("phrases", "x~quiet")])
def test_noise_that_cannot_be_used_is_refused_by_its_list(name: str, entry: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_noise(NoiseInput(**{name: [entry]}))

    assert caught.value.field == f"noise.{name}"


def test_lists_are_shown_as_the_query_that_says_the_same() -> None:
    terms = Terms(any=("Apple~case", "Müller Küchen"), none=("Saft",), near=("iPhone",), site=("heise.de",))

    query = as_query(terms)

    assert query == '(Apple~case OR "Müller Küchen") NEAR iPhone -Saft site:heise.de'
    assert read_terms(given(query)) == Terms(query=query)
    assert as_query(Terms(query="acme OR bolt")) == "acme OR bolt"


def test_stored_words_that_can_no_longer_be_read_are_looked_for_and_spoken_as_they_are() -> None:
    stored, query = Terms(any=("C~x", "Acme")), Terms(query="(acme")

    assert (as_query(stored), as_spoken(stored)) == (r"C\~x OR Acme", stored)
    assert (as_query(query), as_spoken(query)) == ("(acme", query)


def test_words_are_measured_in_bytes_of_a_row() -> None:
    short, long = size_of(Terms(any=("a",)), Noise()), size_of(Terms(any=("Müller🦻", 'C\\"')), Noise())

    assert long - short == 7 + 4 + len(',"C') + 4 + len('"') - len("a")


def test_two_thousand_ordinary_terms_have_room() -> None:
    names = [f"Produktbezeichnung Nummer {number}" for number in range(2000)]

    check_room(a_watch(terms=read_terms(given(any=names))), 0)


def test_a_watch_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = a_watch(terms=Terms(any=("Acme",)), noise=Noise(phrases=("Stellen",)))
    size = size_of(watch.terms, watch.noise)
    monkeypatch.setattr(wording, "MAX_WATCH_BYTES", size)

    check_room(watch, 0)
    with pytest.raises(Invalid, match=f"terms: take {size + 1} bytes; a watch has room for {size}, so make several"):
        check_room(replace(watch, terms=Terms(any=("Acmes",))), 0)


def test_all_watches_together_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = a_watch(terms=Terms(any=("Acme",)))
    size = size_of(watch.terms, watch.noise)
    monkeypatch.setattr(wording, "MAX_BYTES", size + 6)

    check_room(watch, 6)
    with pytest.raises(Invalid, match=f"terms: take {size + 7} bytes with those of all other watches; the limit is"):
        check_room(watch, 7)


def test_the_noise_of_a_company_has_an_end() -> None:
    room = MAX_NOISE_BYTES - size_of(Noise(phrases=("",)))

    check_noise_room(Noise(phrases=("x" * room,)))
    with pytest.raises(Invalid, match="noise: takes 60,001 bytes; there is room for 60,000"):
        check_noise_room(Noise(phrases=("x" * (room + 1),)))
