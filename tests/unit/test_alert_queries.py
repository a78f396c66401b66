"""Searches for Google Alerts: within its limits, with every word of a watch, and nothing that breaks its syntax."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_watch
from earshot.domain.watch import Role, Terms
from earshot.matching.terms import MAX_TERMS
from earshot.services.alert_queries import MAX_LINK, MAX_WORDS, PLACES, AlertOffer, alert_offers, own_sites, word_count

SITES = {about: " OR ".join(f"site:{site}" for site in sites) for about, sites in PLACES.items()}


def offers(
    *any_: str, all_: tuple[str, ...] = (), none: tuple[str, ...] = (), role: Role = Role.OWN
) -> tuple[AlertOffer, ...]:
    return alert_offers(a_watch(role=role, terms=Terms(any=any_, all=all_, none=none)))


def anywhere(*any_: str, all_: tuple[str, ...] = (), none: tuple[str, ...] = (), role: Role = Role.OWN) -> list[str]:
    """The searches of the whole web."""
    return [each.query for each in offers(*any_, all_=all_, none=none, role=role) if each.about == "everywhere"]


@pytest.mark.parametrize(
    ("terms", "query"),
    [
        (Terms(any=("Bild~case", "Deutsche Bahn~-endings~compounds", "C\\*")), '("Bild" OR "Deutsche Bahn" OR "C*")'),
        (Terms(any=("Apple~case",), none=("Saft~exact",), near=("iPhone",), lang=("de",)), '"Apple" -"Saft"'),
        (Terms(query='("Acme GmbH"~case OR @acme) Kaffee -jobs lang:de'), '("Acme GmbH" OR @acme) "Kaffee" -"jobs"'),
        (Terms(query='"Acme GmbH"~case NEAR/5 (iPhone OR Mac)'), '"Acme GmbH"'),
    ],
)
def test_words_are_searched_for_as_they_are_spoken(terms: Terms, query: str) -> None:
    assert [each.query for each in alert_offers(a_watch(terms=terms)) if each.about == "everywhere"] == [query]


def test_a_watch_of_sites_only_has_nothing_to_search_for() -> None:
    assert alert_offers(a_watch(terms=Terms(query="site:heise.de"))) == ()


def test_there_is_one_search_of_the_web_and_one_for_each_group_of_places() -> None:
    found = {each.about: each.query for each in offers("Acme GmbH")}

    assert list(found) == ["everywhere", "employers", "reviews", "communities"]
    assert found["everywhere"] == '"Acme GmbH"'
    assert found["employers"] == f'"Acme GmbH" ({SITES["employers"]})'
    for site in (
        "kununu.com",
        "xing.com",
        "linkedin.com",
        "glassdoor.de",
        "gutefrage.net",
        "trustpilot.com",
        "amazon.de",
    ):
        assert any(f"site:{site}" in query for query in found.values())


@pytest.mark.parametrize(
    ("any_", "all_", "none", "query"),
    [
        (("Acme",), (), (), '"Acme"'),
        (("Acme", "ACME", "Acme GmbH"), (), (), '("Acme" OR "Acme GmbH")'),
        (("Acme", "Beta"), ("Kaffee", "Bremen"), ("Job",), '("Acme" OR "Beta") "Kaffee" "Bremen" -"Job"'),
        ((), ("Kaffee", "Bremen"), (), '"Kaffee" "Bremen"'),
        (("@acme", "#acme", "@acme@social.example"), (), (), '(@acme OR #acme OR "@acme@social.example")'),
        (('die "Acme" AG', "„Acme“ AG", "27″-Acme"), (), (), '("die Acme AG" OR "Acme AG" OR "27 -Acme")'),
        (("Acme OR Beta", "-Acme", "(Acme)"), (), (), '("Acme OR Beta" OR "-Acme" OR "(Acme)")'),
        (("Acme\x1b[31m\u202e rot",), (), (), '"Acme [31m rot"'),
        (("Acme", "♥", '"'), ("!",), ("…",), '"Acme"'),
    ],
)
def test_words_are_put_in_googles_syntax(
    any_: tuple[str, ...], all_: tuple[str, ...], none: tuple[str, ...], query: str
) -> None:
    assert anywhere(*any_, all_=all_, none=none) == [query]


def test_our_own_site_is_left_out_of_the_web_but_nothing_is_taken_from_the_places() -> None:
    found = {each.about: each.query for each in offers("Acme", "https://www.Acme.example/", none=("Job",))}

    assert found["everywhere"] == '("Acme" OR "Acme.example") -site:acme.example -"Job"'
    assert not any("-site:" in query for about, query in found.items() if about != "everywhere")


def test_a_competitors_own_site_is_heard() -> None:
    assert anywhere("rival.example", role=Role.COMPETITOR) == ['"rival.example"']


@pytest.mark.parametrize(
    ("term", "sites"),
    [
        ("acme.example", ("acme.example",)),
        ("www.acme.example", ("acme.example",)),
        ("http://müller.example/", ("müller.example",)),
        ("facebook.com/acme", ()),
        ("Acme", ()),
        ("z.B.", ()),
        ("e.V.", ()),
        ("1.2.3.4", ()),
        ("Acme acme.example", ()),
    ],
)
def test_only_a_bare_site_among_the_words_is_our_own(term: str, sites: tuple[str, ...]) -> None:
    assert own_sites(Terms(any=("Acme",), all=(term,))) == sites


def test_an_excluded_phrase_or_handle_is_never_excluded_in_a_wider_sense() -> None:
    long = " ".join(f"w{number}" for number in range(12))

    assert anywhere("Acme", none=(long, "#acme", "@acme", "Acme Jobs")) == ['"Acme" -"Acme Jobs"']


def test_a_phrase_that_is_too_long_is_asked_for_by_its_beginning() -> None:
    words = [f"w{number}" for number in range(40)]

    assert anywhere(" ".join(words)) == [f'"{" ".join(words[:10])}"']


def test_a_word_without_end_is_not_asked_for() -> None:
    assert offers("ß" * 200) == ()


def test_a_watch_without_anything_to_search_for_gets_no_offer() -> None:
    assert offers("♥", "!") == ()


def test_exclusions_and_required_words_give_way_to_the_names() -> None:
    required = tuple(f"muss{number}" for number in range(9))
    unwanted = tuple(f"kein{number}" for number in range(99))

    (query,) = anywhere("Acme", all_=required, none=unwanted)

    assert query.startswith('"Acme" "muss0" "muss1" "muss2" "muss3" "muss4" -"kein0"')
    assert word_count(query) == MAX_WORDS


def test_many_names_are_shared_out_among_few_searches() -> None:
    names = tuple(f"Produkt{number}" for number in range(40))

    assert [word_count(query) for query in anywhere(*names)] == [31, 31, 15]


def test_the_largest_watch_there_can_be_is_offered_every_word() -> None:
    names = tuple(f"Produkt{number}" for number in range(MAX_TERMS))

    text = " ".join(anywhere(*names))

    assert all(f'"{name}"' in text for name in names)


def test_the_same_watch_gets_the_same_offers() -> None:
    assert offers("Acme", "Beta", none=("Job",)) == offers("Acme", "Beta", none=("Job",))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"Acme GmbH" OR @acme', 4),
        ('("a.example" OR "b-c") (site:x.example OR site:y.example/a) -site:z.example -"d"', 10),
        ('"site:a.example site:b.example"', 6),
        ("", 0),
    ],
)
def test_words_are_counted_on_the_safe_side(query: str, words: int) -> None:
    assert word_count(query) == words


TERM = st.one_of(
    st.text(max_size=200),
    st.text(alphabet='ab "-@#.:()*„“«ß', max_size=60),
    st.lists(st.sampled_from(["Acme", "OR", "site:a.example", "-x", '"', "müller"]), max_size=30).map(" ".join),
)
TERMS = st.lists(TERM, max_size=12).map(tuple)


@settings(max_examples=150)
@given(any_=TERMS, all_=TERMS, none=TERMS, role=st.sampled_from(Role))
def test_no_words_break_a_search(
    any_: tuple[str, ...], all_: tuple[str, ...], none: tuple[str, ...], role: Role
) -> None:
    for each in offers(*any_, all_=all_, none=none, role=role):
        outside = re.sub(r'"[^"]*"', "", each.query)
        assert each.query.count('"') % 2 == 0
        assert outside.count("(") == outside.count(")")
        assert word_count(each.query) <= MAX_WORDS
        assert len(each.link) <= MAX_LINK
        assert each.query.isprintable()
        assert parse_qs(urlsplit(each.link).query, strict_parsing=True) == {"q": [each.query]}
        assert each.link.isascii()
        assert SITES[each.about] in each.query


NAME = st.lists(st.text(alphabet="abcäöü0189", min_size=1, max_size=12), min_size=1, max_size=4).map(" ".join)


@given(any_=st.lists(NAME, min_size=1, max_size=60), none=st.lists(NAME, max_size=9).map(tuple))
def test_every_name_stands_in_a_search_of_each_kind(any_: list[str], none: tuple[str, ...]) -> None:
    found = offers(*any_, all_=("Kaffee",), none=none)

    for about in PLACES:
        text = " ".join(each.query for each in found if each.about == about).casefold()
        assert all(f'"{name.casefold()}"' in text for name in any_)
