"""Expressions: when they hold, and the sentence that says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.domain.watch import Terms
from earshot.matching.expression import (
    And,
    Filter,
    Near,
    Not,
    Or,
    either,
    every,
    from_terms,
    holds,
    is_too_wide,
    needs_a_term,
    negate,
    unwanted,
    wanted,
)
from earshot.matching.outcome import evaluate, quoted
from earshot.matching.term import Term

BAKERY = from_terms(Terms(any=("Café Morgenrot", "@morgenrot"), all=("Köln",), none=("Jobs", "Praktikum")))


def among(found):
    """The truth about a text in which exactly these terms stand, and these values of filters hold."""

    def is_true(leaf):
        match leaf:
            case Term(text):
                return text in found
            case Filter(_, value):
                return value in found
            case Near(these, those):
                return "near" in found and any(map(is_true, these)) and any(map(is_true, those))

    return is_true


@pytest.mark.parametrize(
    ("found", "matched", "rule"),
    [
        ({"Café Morgenrot", "Köln"}, True, 'any: "Café Morgenrot"; all: "Köln"'),
        ({"Café Morgenrot", "@morgenrot", "Köln"}, True, 'any: "Café Morgenrot", "@morgenrot"; all: "Köln"'),
        ({"Köln"}, False, 'none of the words "Café Morgenrot", "@morgenrot" is there'),
        ({"@morgenrot"}, False, '"Köln" is not there'),
        (set(), False, 'none of the words "Café Morgenrot", "@morgenrot" is there; "Köln" is not there'),
        ({"@morgenrot", "Köln", "Jobs"}, False, 'excluded by "Jobs"'),
        ({"@morgenrot", "Köln", "Jobs", "Praktikum"}, False, 'excluded by "Jobs", "Praktikum"'),
        ({"@morgenrot", "Jobs"}, False, '"Köln" is not there; excluded by "Jobs"'),
    ],
)
def test_the_rule_says_in_a_sentence_what_decided(found, matched, rule):
    outcome = evaluate(BAKERY, among(found))

    assert (outcome.matched, outcome.rule) == (matched, rule)


@pytest.mark.parametrize(
    ("expression", "found", "rule"),
    [
        (Term("Acme"), {"Acme"}, 'any: "Acme"'),
        (Term("Acme"), set(), '"Acme" is not there'),
        (from_terms(Terms(any=("Acme",))), {"Acme"}, 'any: "Acme"'),
        (from_terms(Terms(any=("Acme",))), set(), '"Acme" is not there'),
        (from_terms(Terms(all=("a", "b"))), {"a", "b"}, 'all: "a", "b"'),
        (from_terms(Terms(all=("a", "b"))), set(), '"a" is not there; "b" is not there'),
        (either([every([Term("a"), Term("b")]), Term("c")]), {"a", "b"}, 'any: "a", "b"'),
        (either([every([Term("a"), Term("b")]), Term("c")]), {"a"}, 'none of the words "b", "c" is there'),
        (either([every([Term("a"), negate(Term("b"))])]), {"a", "b"}, 'excluded by "b"'),
        (from_terms(Terms()), {"a"}, "the watch names no word to look for"),
        (
            from_terms(Terms(any=tuple("abcdefg"))),
            set(),
            'none of the words "a", "b", "c", "d", "e" and 2 more is there',
        ),
    ],
)
def test_the_rule_is_short_and_to_the_point(expression, found, rule):
    assert evaluate(expression, among(found)).rule == rule


APPLE = from_terms(
    Terms(any=("Apple",), near=("iPhone", "Mac"), site=("heise.de", "golem.de"), lang=("de",), type=("review",))
)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (
            {"Apple", "Mac", "near", "golem.de", "de", "review"},
            'any: "Apple"; near: "Mac"; site: "golem.de"; lang: "de"; type: "review"',
        ),
        ({"Mac", "near", "golem.de", "de", "review"}, '"Apple" is not there'),
        (
            {"Apple", "near", "golem.de", "de", "review"},
            'none of the context words "iPhone", "Mac" is there',
        ),
        ({"Apple", "Mac", "golem.de", "de", "review"}, '"Mac" does not stand near enough'),
        (
            {"Apple", "Mac", "near"},
            'it does not stand on "heise.de", "golem.de"; it is not written in "de"; it is no "review"',
        ),
    ],
)
def test_the_rule_tells_context_and_filters(found, rule):
    assert evaluate(APPLE, among(found)).rule == rule


def test_an_unwanted_author_is_named():
    expression = every([Term("Acme"), negate(Filter("author", "bot"))])

    assert evaluate(expression, among({"Acme", "bot"})).rule == 'excluded by "bot"'


@pytest.mark.parametrize(
    ("expression", "needs", "is_wide"),
    [
        (Term("a"), True, False),
        (every([Term("a"), Filter("lang", "de")]), True, False),
        (either([Term("a"), Filter("site", "x.de")]), False, False),
        (Filter("author", "anna"), False, False),
        (every([Filter("lang", "de"), Filter("type", "review")]), False, True),
        (negate(Term("a")), False, True),
        (either([Term("a"), negate(Term("b"))]), False, True),
        (Near((Term("a"),), (Term("b"),)), True, False),
    ],
)
def test_what_matches_nearly_everything_is_told_from_what_looks_for_something(expression, needs, is_wide):
    assert (needs_a_term(expression), is_too_wide(expression)) == (needs, is_wide)


def test_a_match_names_the_wanted_phrases_that_were_found():
    outcome = evaluate(BAKERY, among({"Café Morgenrot", "Köln", "Other"}))

    assert [each.text for each in outcome.terms] == ["Café Morgenrot", "Köln"]


def test_a_miss_names_the_unwanted_phrases_that_were_found():
    outcome = evaluate(BAKERY, among({"Café Morgenrot", "Köln", "Jobs"}))

    assert [each.text for each in outcome.terms] == ["Jobs"]


def test_an_alternative_that_does_not_hold_decides_nothing():
    expression = either([every([Term("a"), Term("b")]), Term("c")])

    assert [each.text for each in evaluate(expression, among({"a", "c"})).terms] == ["c"]


def test_terms_without_a_wanted_word_never_hold():
    assert not holds(from_terms(Terms()), among({"a"}))
    assert not holds(from_terms(Terms(none=("b",))), among({"a"}))


def test_wanted_and_unwanted_phrases_are_told_apart():
    assert [each.text for each in wanted(BAKERY)] == ["Café Morgenrot", "@morgenrot", "Köln"]
    assert [each.text for each in unwanted(BAKERY)] == ["Jobs", "Praktikum"]


def test_a_long_or_unprintable_term_is_shown_short_and_clean():
    assert quoted("x" * 61) == '"' + "x" * 59 + '…"'
    assert quoted("a\x00\ud800") == '"a\ufffd\ufffd"'


EXPRESSIONS = st.recursive(
    st.sampled_from("abc").map(Term),
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
    assert holds(negate(expression), among(keys)) is not holds(expression, among(keys))
    assert negate(negate(expression)) == expression


@given(EXPRESSIONS, KEYS)
def test_the_outcome_agrees_with_whether_the_expression_holds(expression, keys):
    outcome = evaluate(expression, among(keys))

    assert outcome.matched is holds(expression, among(keys))
    assert {each.text for each in outcome.terms} <= keys


@given(EXPRESSIONS, KEYS)
def test_nothing_matches_without_a_wanted_phrase_unless_nothing_is_wanted(expression, keys):
    if holds(expression, among(keys)) and not holds(expression, among(())):
        assert {each.text for each in wanted(expression)} & keys
        assert evaluate(expression, among(keys)).terms


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
            assert inner.text in "abc"
