"""Finding phrases as whole words, with their place in the original."""

import re
import time

import pytest

from earshot.matching.places import Finder
from earshot.matching.term import Term, parse_term

# The brackets ⟦ ⟧ mark what must be found; they are taken out before the search. A text without them holds nothing.
GERMAN = [
    ("Müller", "Die Bäckerei ⟦Müller⟧ in Köln"),
    ("Müller", "Die Bäckerei ⟦Mueller⟧ in Köln"),
    ("Müller", "BÄCKEREI ⟦MÜLLER⟧!"),
    ("Müller", "Bei ⟦Mu\u0308ller⟧ war es schön"),
    ("Müller", "Bei ⟦MU\u0308LLER⟧ war es schön"),
    ("Mueller", "Bei ⟦Müller⟧, wo sonst?"),
    ("Müller", "Herr Muller ist jemand anders"),
    ("Müller", "⟦Müllers⟧ Lust, Müllerei, Obermüller"),
    ("Straße", "In der ⟦STRASSE⟧ und der ⟦Strasse⟧, STRA\u1e9eENFEST nicht"),
    ("STRASSE", "In dieser ⟦Straße⟧, ⟦STRAẞE⟧"),
    ("Weißbräu", "⟦Weissbraeu⟧ oder ⟦WEISSBRÄU⟧"),
    ("Ölmühle", "Die ⟦Oelmuehle⟧ und die ⟦ÖLMÜHLE⟧"),
    ("die Bahn", "Heute fährt ⟦die Bahn⟧ nicht"),
    ("die Bahn", "⟦Die  Bahn⟧ streikt, ⟦DIE\nBAHN⟧ streikt, ⟦die\u00a0Bahn⟧ streikt"),
    ("die Bahn", "Die Autobahn ist leer"),
    ("die Bahn", "die Bahnhöfe und Studie Bahn"),
    ("Bahn", "Autobahn, Bahnhof, ⟦Bahn⟧-Card, S-Bahn, ⟦Bahn⟧."),
    ("Café Morgenrot", "Im ⟦Café Morgenrot⟧ gibt es Kuchen"),
    ("Café Morgenrot", "Im ⟦CAFE\u0301 MORGENROT⟧ gibt es Kuchen"),
    ("Café Morgenrot", "Im ⟦Café Mor\u00adgen\u00adrot⟧ gibt es Kuchen"),
    ("Café Morgenrot", "„⟦Café Morgenrot⟧“"),
    ("Café Morgenrot", "Café, Morgenrot"),
    ("E.ON", "⟦E.ON⟧ hebt die Preise, ⟦e.on⟧ auch"),
    ("1&1", "Mein Anschluss bei ⟦1&1⟧ ist tot, 11&1 und 1&10 nicht"),
    ("C&A", "Jacke von ⟦C&A⟧, ⟦c＆a⟧"),
    ("O2", "⟦O2⟧-Netz, ⟦O₂⟧, CO2, O2X"),
    ("Land's End", "⟦Land’s End⟧ und ⟦Land´s End⟧ und ⟦Land`s End⟧"),
    ("Baden-Württemberg", "⟦Baden–Württemberg⟧, ⟦BADEN‑WUERTTEMBERG⟧"),
    ("ver.di", "Streik: ⟦ver.di⟧ ruft auf. ⟦Ver.di⟧!"),
    ("Ä", "⟦ä⟧, ⟦AE⟧, ⟦Ae⟧"),
    ("e", "ä ist kein ⟦e⟧"),
    ("Rückruf 2026", "Rückruf 2026er-Modelle, ⟦Rückruf 2026⟧: Modelle"),
]

ENGLISH = [
    ("acme", "⟦Acme⟧ is great. I love ⟦ACME⟧!"),
    ("acme", "⟦acmes⟧, macme, acme_shop, acme2"),
    ("acme", "⟦acme's⟧ shop, (⟦acme⟧), ⟦acme⟧/⟦acme⟧, #⟦acme⟧, info@⟦acme⟧.com"),
    ("Acme", "⟦Acme™⟧ and ⟦Acme®⟧"),
    ("Acme™ Coffee", "⟦Acme Coffee⟧, ⟦Acme® Coffee⟧"),
    ("H&M", "Bought at ⟦H&M⟧; H&MX"),
    ("AT&T", "⟦AT&T⟧ is down, at ⟦at&t⟧"),
    ("C++", "⟦C++⟧ is hard, ⟦c++⟧17 too, not C+"),
    ("C#", "⟦C#⟧ or F#"),
    (".NET", "I like ⟦.NET⟧ and ⟦.net⟧ 8"),
    (".NET", "asp.net and example.net are addresses"),
    ("net", "asp.⟦net⟧"),
    ("@acme", "Thanks ⟦@acme⟧! Hey ⟦@ACME⟧: (⟦@acme⟧)"),
    ("@acme", "info@acme.com, @acme_de, @acmeco"),
    ("#acme", "⟦#Acme⟧ ⟦#acme⟧, #acmefail, page#acme"),
    ("acme.com", "See www.⟦acme.com⟧/jobs, https://⟦Acme.com⟧ and info@⟦acme.com⟧"),
    ("acme.com", "notacme.com, acme.community, acme com"),
    ("Yahoo!", "⟦Yahoo!⟧ and ⟦yahoo!⟧news, not Yahoo"),
    ("&Co", "Smith⟦&Co⟧"),
    ("10,000 miles", "I walked ⟦10,000 miles⟧"),
    ("10", "110, 10x, ⟦10⟧%"),
    ("new york", "⟦New York⟧ ⟦New\tYork⟧ New Yorker"),
    ("a a", "⟦a a⟧ b ⟦a  a⟧"),
    ("co-op", "The ⟦Co-op⟧, the ⟦co‐op⟧, the ⟦coop⟧"),
    ("rock 'n' roll", "⟦Rock ‘n’ Roll⟧"),
    ('the "best"', "⟦The “best”⟧ of them"),
    ("naïve", "How ⟦nai\u0308ve⟧, how ⟦naive⟧"),
    ("...", "Well⟦...⟧ well⟦…⟧"),
    (".", "Well…"),
    ("1", "½, ⟦1⟧/2"),
    ("fi", "ﬁne, ⟦ﬁ⟧"),
    ("acme", "⟦𝐀𝐜𝐦𝐞⟧ ⟦ａｃｍｅ⟧"),
    ("x", "⟦x\u0302⟧, ⟦x⟧"),
    ("❤", "I ⟦❤️⟧ NY"),
    ("москва", "⟦Москва⟧, Москвабад"),
    ("acme", ""),
]


@pytest.mark.parametrize(("term", "marked"), GERMAN + ENGLISH)
def test_a_phrase_is_found_as_a_whole_word_and_nowhere_else(term, marked):
    text = re.sub("[⟦⟧]", "", marked)
    expected = [m[1] for m in re.finditer("⟦(.*?)⟧", marked, re.DOTALL)]
    starts = [m.start() - 2 * i for i, m in enumerate(re.finditer("⟦", marked))]

    found = [place for places in Finder([Term(term)]).find([("text", text)]).values() for place in places]

    assert [text[start:end] for _, start, end in found] == expected
    assert [start for _, start, _ in found] == starts


def test_the_tables_hold_enough_cases():
    assert len(GERMAN) >= 30
    assert len(ENGLISH) >= 30


def test_overlapping_phrases_are_all_found():
    terms = [Term("die Bahn"), Term("Bahn"), Term("Bahn AG"), Term("Bahn AG Berlin")]

    found = Finder(terms).find([("text", "die Bahn AG Berlin")])

    assert {term.text: places for term, places in found.items()} == {
        "Bahn": [("text", 4, 8)],
        "Bahn AG": [("text", 4, 11)],
        "Bahn AG Berlin": [("text", 4, 18)],
        "die Bahn": [("text", 0, 8)],
    }


def test_no_terms_find_nothing():
    assert Finder([]).find([("text", "anything")]) == {}


def test_a_term_that_is_wanted_in_the_title_is_not_found_in_the_text():
    term = Term("Rückruf", where="title")

    assert Finder([term]).find([("title", "Kein Thema"), ("text", "Rückruf")]) == {}
    assert Finder([term]).find([("title", "Rückruf"), ("text", "Rückruf")]) == {term: [("title", 0, 7)]}


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (" ".join(["ss"] * 30), "ss" * 50 + "x"),
        (" ".join(["ss"] * 6), "s" * 4000),
        ("x" + "&" * 60 + "y", "x" + " &" * 60 + " z y"),
        ("Küchen " * 28, "Küchens " * 600),
        ("中A*~case", "中a" * 2000),
        ("s's s's s's s's", "s's" * 1300),
        ("-".join(["ss"] * 7), "s" * 4000),
    ],
)
def test_no_term_makes_a_text_take_long(term, text):
    finder = Finder([parse_term(term)])
    began = time.process_time()

    finder.find([("text", text)])

    assert time.process_time() - began < 2


def test_a_domain_with_umlauts_is_found_as_addresses_write_it():
    text = "https://xn--mllerkchen-9dbf.de/shop"

    assert list(Finder([Term("müllerküchen.de")]).find([("text", text)]).values()) == [[("text", 8, 30)]]
