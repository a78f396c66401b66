"""Folding: what looks the same, what stays apart, and the way back to the original."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.matching.fold import FOLD_VERSION, Keep, fold, fold_phrase

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)
TRICKY_TEXT = st.text("aAäÖü ß\u0308\u0301\u200b\u00ad\u00a0\n`'’„“–™®İıﬁ…½ｱﾞㅎㅏ\ud800😀\ufe0f", max_size=30)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("Acme GmbH", "acme gmbh"),
        ("Müller", "mueller"),
        ("MÜLLER", "mueller"),
        ("Mueller", "mueller"),
        ("Mu\u0308ller", "mueller"),
        ("MU\u0308LLER", "mueller"),
        ("Mu\u200b\u0308ller", "mueller"),
        ("Äpfel, Öl, Übung", "aepfel, oel, uebung"),
        ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
        ("Café Cafe\u0301", "cafe cafe"),
        ("L’Oréal Škoda Łódź Ørsted Þór Œuvre", "l'oreal skoda lodz orsted thor oeuvre"),
        ("ё й Й", "ё й й"),
        ("M&uuml;ller H&amp;M &amp;uuml; &#252;&#xFC; &nbsp;x", "mueller h&m ue ueue x"),
        ("R&D; &unknown; AT&T &copy", "r&d; &unknown; at&t &copy"),
        ("ﬁx Ａｃｍｅ 𝐀𝐜𝐦𝐞 Ⓐ", "fix acme acme a"),
        ("CO₂ m²", "co2 m2"),
        ("İstanbul", "istanbul"),
        ("i\u0307stanbul", "istanbul"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
        ("Mor\u00adgen\u200brot\ufeff", "morgenrot"),
        ("Acme™ Acme® Acme℠", "acme acme acme"),
        ("’n ‘n ´n `n ʼn ＇n ŉ", "'n 'n 'n 'n 'n 'n 'n"),
        ("„a“ “b” «c» »d« ‟e‟", '"a" "b" "c" "d" "e"'),
        ("‚a‘ ‹b›", "'a' 'b'"),
        ("a–b a—b a‑b a−b a－b a‐b", "a-b a-b a-b a-b a-b a-b"),
        ("a \t\r\n b\u00a0\u2009\u3000c\u2028d", "a b c d"),
        ("a \u200b \u00ad b", "a b"),
        ("  a  ", " a "),
        ("a\r\u200bb\n\u0308", "a b \u0308"),
        ("Wow…", "wow..."),
        ("a¨b", "a¨b"),
        ("ﾊﾞｰ ㅎㅏ", "バー 하"),
        ("❤️ ❤", "❤ ❤"),
        ("\ud800x\udfff", "\ufffdx\ufffd"),
        ("Москва", "москва"),
    ],
)
def test_spellings_of_one_word_fold_alike(text, folded):
    assert fold(text).text == folded


def test_marks_on_a_latin_letter_are_dropped_and_on_others_stay():
    assert fold("Google\u0322 x\u0336 हिन्दी").text == "google x हिन्दी"


@pytest.mark.parametrize(
    ("keep", "folded"),
    [
        (Keep.CASE, "Mueller STRASSE Cafe"),
        (Keep.UMLAUTS, "müller straße cafe"),
        (Keep.ACCENTS, "mueller strasse café"),
        (Keep.CASE | Keep.UMLAUTS | Keep.ACCENTS, "Müller STRAẞE Café"),
    ],
)
def test_what_is_to_be_kept_stays_apart(keep, folded):
    assert fold("Mu\u0308ller STRAẞE Cafe\u0301", keep).text == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "Muller"), ("й", "и"), ("Maße", "Mase"), ("Acme", "Acne"), ("O2", "02"), ("a b", "ab")],
)
def test_different_words_stay_apart(one, other):
    assert fold(one).text != fold(other).text


@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        ("abc", [0, 1, 2, 3]),
        ("äb", [0, 0, 1, 2]),
        ("a\u0308b", [0, 0, 2, 3]),
        ("a\u00adb", [0, 2, 3]),
        ("a \n b", [0, 1, 4, 5]),
        ("ﬁn", [0, 0, 1, 2]),
        ("ab  c", [0, 1, 2, 4, 5]),
        ("\u200bab", [1, 2, 3]),
        ("", [0]),
        ("a&uuml;b", [0, 1, 1, 7, 8]),
        ("&amp;amp;", [0, 9]),
    ],
)
def test_every_folded_character_knows_where_it_comes_from(text, offsets):
    assert list(fold(text).offsets) == offsets


@pytest.mark.parametrize(
    ("start", "end", "original"),
    [(0, 5, (0, 4)), (1, 3, (1, 2)), (0, 2, None), (2, 5, None), (2, 3, None), (3, 5, (2, 4))],
)
def test_half_an_umlaut_has_no_place_in_the_original(start, end, original):
    assert fold("mühl").original(start, end) == original


def test_every_white_space_of_unicode_folds_to_a_blank():
    blanks = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]

    assert {fold(f"a{blank}b").text for blank in blanks} == {"a b"}


def test_a_phrase_has_no_white_space_at_its_edges():
    assert fold_phrase(" \u00a0Café\u200b  Morgenrot\n") == "cafe morgenrot"


@pytest.mark.parametrize("text", ["", " ", "\u200b\u00ad\ufeff", "™", "\u2028"])
def test_a_phrase_of_nothing_visible_folds_to_nothing(text):
    assert fold_phrase(text) == ""


def test_each_unicode_character_folds_by_itself_as_between_letters():
    characters = [chr(code) for code in range(0, sys.maxunicode + 1, 31)]
    alone = [c for c in characters if unicodedata.category(c)[0] != "M"]

    apart = [c for c in alone if fold(f"x{c}y").text != f"x{fold(c).text}y"]

    assert apart == []


@given(st.one_of(ANY_TEXT, TRICKY_TEXT))
@settings(deadline=None)
def test_offsets_rise_and_cover_every_folded_character(text):
    folded = fold(text)

    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.offsets[-1] == len(text)


@given(st.one_of(ANY_TEXT, TRICKY_TEXT), st.data())
@settings(deadline=None)
def test_the_original_of_a_passage_folds_to_that_passage(text, data):
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    bounds = folded.original(start, end) if start < end else None

    if bounds is not None:
        passage = fold(text[slice(*bounds)]).text
        assert passage.strip(" ") == folded.text[start:end].strip(" ")


@given(st.one_of(ANY_TEXT, TRICKY_TEXT))
@settings(deadline=None)
def test_folding_ignores_case_and_composition(text):
    composed = unicodedata.normalize("NFC", text)

    assert fold(unicodedata.normalize("NFD", composed)).text == fold(composed).text


@given(TRICKY_TEXT)
@settings(deadline=None)
def test_white_space_folds_to_single_blanks(text):
    folded = fold(text).text

    assert not re.search(r"[^\S ]|  ", folded)


def test_a_letter_under_endless_marks_is_folded_in_linear_time():
    text = "a" + "\u0308\u0331" * 200_000

    assert fold(text).offsets[-1] == len(text)


def test_the_version_is_part_of_what_callers_store():
    assert FOLD_VERSION == 2
