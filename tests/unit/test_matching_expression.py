"""Expressions: when they hold, and the sentence that says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.domain.watch import Terms
from earshot.matching.expression import And, Not, Or, either, every, from_terms, holds, negate, phrase, unwanted, wanted
from earshot.matching.outcome import evaluate, quoted

BAKERY = from_terms(Terms(any=("Café Morgenrot", "@morgenrot"), all=("Köln",), none=("Jobs", "Praktikum")))


@pytest.mark.parametrize(
    ("found", "matched", "rule"),
    [
        ({"café morgenrot", "koeln"}, True, 'any: "Café Morgenrot"; all: "Köln"'),
        ({"café morgenrot", "@morgenrot", "koeln"}, True, 'any: "Café Morgenrot", "@morgenrot"; all: "Köln"'),
        ({"koeln"}, False, 'none of the words "Café Morgenrot", "@morgenrot" is there'),
        ({"@morgenrot"}, False, '"Köln" is not there'),
        (set(), False, 'none of the words "Café Morgenrot", "@morgenrot" is there; "Köln" is not there'),
        ({"@morgenrot", "koeln", "jobs"}, False, 'excluded by "Jobs"'),
        ({"@morgenrot", "koeln", "jobs", "praktikum"}, False, 'excluded by "Jobs", "Praktikum"'),
        ({"@morgenrot", "jobs"}, False, '"Köln" is not there; excluded by "Jobs"'),
    ],
)
def test_the_rule_says_in_a_sentence_what_decided(found, matched, rule):
    outcome = evaluate(BAKERY, found)

    assert (outcome.matched, outcome.rule) == (matched, rule)


@pytest.mark.parametrize(
    ("expression", "found", "rule"),
    [
        (phrase("Acme"), {"acme"}, 'any: "Acme"'),
        (phrase("Acme"), set(), '"Acme" is not there'),
        (from_terms(Terms(any=("Acme",))), {"acme"}, 'any: "Acme"'),
        (from_terms(Terms(any=("Acme",))), set(), '"Acme" is not there'),
        (from_terms(Terms(all=("a", "b"))), {"a", "b"}, 'all: "a", "b"'),
        (from_terms(Terms(all=("a", "b"))), set(), '"a" is not there; "b" is not there'),
        (either([every([phrase("a"), phrase("b")]), phrase("c")]), {"a", "b"}, 'any: "a", "b"'),
        (either([every([phrase("a"), phrase("b")]), phrase("c")]), {"a"}, 'none of the words "b", "c" is there'),
        (either([every([phrase("a"), negate(phrase("b"))])]), {"a", "b"}, 'excluded by "b"'),
        (from_terms(Terms()), {"a"}, "the watch names no word to look for"),
        (
            from_terms(Terms(any=tuple("abcdefg"))),
            set(),
            'none of the words "a", "b", "c", "d", "e" and 2 more is there',
        ),
    ],
)
def test_the_rule_is_short_and_to_the_point(expression, found, rule):
    assert evaluate(expression, found).rule == rule


def test_a_match_names_the_wanted_phrases_that_were_found():
    outcome = evaluate(BAKERY, {"café morgenrot", "koeln", "other"})

    assert [each.term for each in outcome.phrases] == ["Café Morgenrot", "Köln"]


def test_a_miss_names_the_unwanted_phrases_that_were_found():
    outcome = evaluate(BAKERY, {"café morgenrot", "koeln", "jobs"})

    assert [each.term for each in outcome.phrases] == ["Jobs"]


def test_two_spellings_of_one_phrase_are_named_once():
    expression = either([phrase("Müller"), phrase("MUELLER")])

    assert [each.term for each in evaluate(expression, {"mueller"}).phrases] == ["Müller"]


def test_an_alternative_that_does_not_hold_decides_nothing():
    expression = either([every([phrase("a"), phrase("b")]), phrase("c")])

    assert [each.term for each in evaluate(expression, {"a", "c"}).phrases] == ["c"]


def test_terms_without_a_wanted_word_never_hold():
    assert not holds(from_terms(Terms()), {"a"})
    assert not holds(from_terms(Terms(none=("b",))), {"a"})


def test_wanted_and_unwanted_phrases_are_told_apart():
    assert [each.term for each in wanted(BAKERY)] == ["Café Morgenrot", "@morgenrot", "Köln"]
    assert [each.term for each in unwanted(BAKERY)] == ["Jobs", "Praktikum"]


def test_a_phrase_is_written_with_single_blanks_and_storable_characters():
    written = phrase("  Acme \n GmbH\ud800 ")

    assert (written.term, written.key) == ("Acme GmbH\ufffd", "acme gmbh\ufffd")


def test_a_long_or_unprintable_term_is_shown_short_and_clean():
    assert quoted("x" * 61) == '"' + "x" * 59 + '…"'
    assert quoted("a\x00\ud800") == '"a\ufffd\ufffd"'


EXPRESSIONS = st.recursive(
    st.sampled_from("abc").map(phrase),
    lambda inner: st.one_of(
        inner.map(negate),
        st.lists(inner, min_size=1, max_size=3).map(every),
        st.lists(inner, min_size=1, max_size=3).map(either),
    ),
    max_leaves=10,
)
KEYS = st.sets(st.sampled_from("abc"))


@given(EXPRESSIONS, KEYS)
def test_a_negation_holds_exactly_when_the_expression_does_not(expression, keys):
    assert holds(negate(expression), keys) is not holds(expression, keys)
    assert negate(negate(expression)) == expression


@given(EXPRESSIONS, KEYS)
def test_the_outcome_agrees_with_whether_the_expression_holds(expression, keys):
    outcome = evaluate(expression, keys)

    assert outcome.matched is holds(expression, keys)
    assert {each.key for each in outcome.phrases} <= keys


@given(EXPRESSIONS, KEYS)
def test_nothing_matches_without_a_wanted_phrase_unless_nothing_is_wanted(expression, keys):
    if holds(expression, keys) and not holds(expression, ()):
        assert {each.key for each in wanted(expression)} & keys
        assert evaluate(expression, keys).phrases


@given(EXPRESSIONS)
def test_negations_stand_in_front_of_phrases_and_groups_are_flat(expression):
    match expression:
        case And(parts):
            assert len(parts) > 1
            assert not any(isinstance(part, And) for part in parts)
        case Or(parts):
            assert len(parts) > 1
            assert not any(isinstance(part, Or) for part in parts)
        case Not(inner):
            assert inner.key in "abc"
