"""Query strings: what they mean, how they fail, and that writing and reading agree."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.errors import Invalid
from earshot.domain.watch import Terms
from earshot.matching.expression import And, Not, Or, either, every, from_terms, holds, negate, phrase
from earshot.matching.query import format_query, parse_query

A, B, C, D = map(phrase, "abcd")


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("a", A),
        ("  a\n", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a or b", And((A, phrase("or"), B))),
        ("a b OR c", And((A, Or((B, C))))),
        ("a OR b c", And((Or((A, B)), C))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a OR b OR c", Or((A, B, C))),
        ("a -b", And((A, Not(B)))),
        ("a –b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("NOT a b", And((Not(A), B))),
        ("a -(b OR c)", And((A, Not(B), Not(C)))),
        ("a -(b c)", And((A, Or((Not(B), Not(C)))))),
        ("a -(-b)", And((A, B))),
        ("(a)", A),
        ("(a b)(c OR d)", And((A, B, Or((C, D))))),
        ("a OR(b)", Or((A, B))),
        ('"Acme GmbH"', phrase("Acme GmbH")),
        ("„Acme GmbH“", phrase("Acme GmbH")),
        ("“Acme GmbH”", phrase("Acme GmbH")),
        ("»Acme  GmbH«", phrase("Acme GmbH")),
        ('"OR"', phrase("OR")),
        ('"site:x" "acme*"', And((phrase("site:x"), phrase("acme*")))),
        (r'"the \"best\" \\ pub"', phrase(r'the "best" \ pub')),
        ('a"b c"', And((A, phrase("b c")))),
        ('a -"b c"', And((A, Not(phrase("b c"))))),
        ("@acme #acme acme.de", And((phrase("@acme"), phrase("#acme"), phrase("acme.de")))),
        ("C++ H&M .NET acme-shop", every(map(phrase, ["C++", "H&M", ".NET", "acme-shop"]))),
        ("ORANGE ANDROID NOTE", every(map(phrase, ["ORANGE", "ANDROID", "NOTE"]))),
        ("https://acme.de 12:30", And((phrase("https://acme.de"), phrase("12:30")))),
        (
            '"Acme GmbH" OR @acme -jobs acme.de',
            And((Or((phrase("Acme GmbH"), phrase("@acme"))), Not(phrase("jobs")), phrase("acme.de"))),
        ),
    ],
)
def test_a_query_means_this(query, expression):
    assert parse_query(query) == expression


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "is empty; it needs at least one word"),
        (" \n", "is empty; it needs at least one word"),
        ("a" * 2001, "is longer than 2,000 characters"),
        ("(a", 'column 3: expected ")", found the end'),
        ("a)", 'column 2: expected the end, found ")"'),
        ("()", 'column 2: expected a word, found ")"'),
        ("a OR", "column 5: expected a word, found the end"),
        ("OR a", 'column 1: expected a word, found "OR"'),
        ("a OR OR b", 'column 6: expected a word, found "OR"'),
        ("a\nAND AND b", 'column 7: expected a word, found "AND"'),
        ("NOT", "column 4: expected a word, found the end"),
        ("a --b", 'column 4: expected a word, found "-"'),
        ("a - b", "column 3: expected a word, found a lone dash"),
        ("a -", "column 3: expected a word, found a lone dash"),
        ('acme "GmbH', "column 6: expected a closing quotation mark, found the end"),
        ('acme ""', "column 6: expected a word, found an empty phrase"),
        ('acme " \u200b "', "column 6: expected a word, found an empty phrase"),
        ("acme \u200b", "column 6: expected a word, found nothing visible"),
        ('"Acme" OR a site:heise.de', "column 13: field filters such as site: are not supported yet"),
        ("-Lang:de", "column 2: field filters such as lang: are not supported yet"),
        ('title:"rückruf"', "column 1: field filters such as title: are not supported yet"),
        ("a acm*", 'column 3: prefixes such as "acm*" are not supported yet'),
        ("-a", "every alternative must ask for a word; exclusions alone match nearly everything"),
        ("NOT a -b", "every alternative must ask for a word; exclusions alone match nearly everything"),
        ("a OR -b", "every alternative must ask for a word; exclusions alone match nearly everything"),
        ("(a OR -b) (c OR -d)", "every alternative must ask for a word; exclusions alone match nearly everything"),
        ("(" * 21 + "a" + ")" * 21, "column 21: groups may be nested 20 deep"),
        ("(" * 1000, "column 21: groups may be nested 20 deep"),
        ("-(" * 1000, "column 42: groups may be nested 20 deep"),
    ],
)
def test_a_faulty_query_says_where_and_why(query, reason):
    with pytest.raises(Invalid) as caught:
        parse_query(query)

    assert caught.value.field == "query"
    assert caught.value.reason == reason


@given(st.one_of(st.text(max_size=40), st.text('ab ()-–"„“\\*:ORANDT\n\u200b\x00\ud800', max_size=40)))
@settings(deadline=None, max_examples=300)
def test_hostile_text_is_either_read_or_refused(text):
    try:
        expression = parse_query(text)
    except Invalid as refused:
        assert str(refused).encode()
    else:
        assert parse_query(format_query(expression)) == expression


@pytest.mark.parametrize("query", ["a " * 1000, "a OR " * 399 + "a", "-a " * 600 + "b", "(" * 20 + "a -b" + ")" * 20])
def test_queries_up_to_the_bounds_are_read_and_written(query):
    expression = parse_query(query)

    assert parse_query(format_query(expression)) == expression


def test_alternating_groups_of_the_greatest_depth_are_read():
    query = "b"
    for _ in range(10):
        query = f"a -(c OR -({query}))"

    assert holds(parse_query(query), {"a", "b"})


@pytest.mark.parametrize(
    ("terms", "query"),
    [
        (Terms(any=("Acme GmbH", "@acme"), all=("Köln",), none=("Jobs",)), '("Acme GmbH" OR @acme) Köln -Jobs'),
        (Terms(any=("Acme",)), "Acme"),
        (Terms(all=("a", "b")), "a b"),
        (
            Terms(any=("OR", "site:x", "acme*", "-x", "x-", "—", '5"')),
            '"OR" OR "site:x" OR "acme*" OR "-x" OR x- OR "—" OR "5\\""',
        ),
    ],
)
def test_terms_can_be_written_as_a_query(terms, query):
    expression = from_terms(terms)

    assert format_query(expression) == query
    assert format_query(parse_query(query)) == query


WORDS = st.sampled_from(["a", "b", "c", "Acme GmbH", "OR", "-x", "H&M", 'say "x"', "site:y", "x*", "back\\slash", "—"])
EXPRESSIONS = st.recursive(
    WORDS.map(phrase),
    lambda inner: st.one_of(
        inner.map(negate),
        st.lists(inner, min_size=1, max_size=3).map(every),
        st.lists(inner, min_size=1, max_size=3).map(either),
    ),
    max_leaves=8,
).filter(lambda expression: not holds(expression, ()))


@given(EXPRESSIONS)
@settings(deadline=None)
def test_writing_and_reading_a_query_changes_nothing(expression):
    assert parse_query(format_query(expression)) == expression


TREES = st.recursive(
    st.sampled_from("abcd"),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or", "beside"]), inner, inner),
    ),
    max_leaves=8,
)


@given(TREES, st.sets(st.sampled_from("abcd")))
@settings(deadline=None)
def test_reading_agrees_with_a_slow_and_obvious_evaluation(tree, words):
    query = written(tree)

    if obvious(tree, set()):
        with pytest.raises(Invalid):
            parse_query(query)
    else:
        assert holds(parse_query(query), words) == obvious(tree, words)


def written(tree):
    if isinstance(tree, str):
        return tree
    joint = {"and": " AND ", "or": " OR ", "beside": " "}.get(tree[0])
    return f"({joint.join(map(written, tree[1:]))})" if joint else f"(-{written(tree[1])})"


def obvious(tree, words):
    if isinstance(tree, str):
        return tree in words
    parts = [obvious(part, words) for part in tree[1:]]
    return {"not": not parts[0], "or": any(parts)}.get(tree[0], all(parts))


def test_lark_is_loaded_by_the_first_query_only():
    code = "import sys, earshot.matching.query, earshot.matching.records; print('lark' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed == "False\n"
