"""Query strings: what they mean, how they fail, and that writing and reading agree."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.errors import Invalid
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
    negate,
)
from earshot.matching.query import format_query, parse_query
from earshot.matching.term import USUAL, Switch, Term

A, B, C, D = map(Term, "abcd")
ALONE = "every alternative must ask for a word, a site or an author; the rest alone matches nearly everything"


def among(words):
    return lambda leaf: leaf.text in words


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("a", A),
        ("  a\n", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a or b", And((A, Term("or"), B))),
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
        ('"Acme GmbH"', Term("Acme GmbH")),
        ("„Acme GmbH“", Term("Acme GmbH")),
        ("“Acme GmbH”", Term("Acme GmbH")),
        ("»Acme  GmbH«", Term("Acme GmbH")),
        ('"OR"', Term("OR")),
        ('"site:x" "acme\\*"', And((Term("site:x"), Term("acme*")))),
        ('acm* "Müller Küch*"', And((Term("acm", is_prefix=True), Term("Müller Küch", is_prefix=True)))),
        ("C\\*", Term("C*")),
        ("Apple~case", Term("Apple", USUAL | {Switch.CASE})),
        ('"Deutsche Bahn"~-endings~compounds', Term("Deutsche Bahn", USUAL - {Switch.ENDINGS} | {Switch.COMPOUNDS})),
        ("Apple~exact", Term("Apple", frozenset())),
        ('"Apple~exact"', Term("Apple~exact")),
        ('a title:b title:"c d"', And((A, Term("b", where="title"), Term("c d", where="title")))),
        ("a -site:www.Heise.de/forum/", And((A, Not(Filter("site", "heise.de/forum"))))),
        ("LANG:de-AT a", And((Filter("lang", "de"), A))),
        ('a author:"Anna B" type:Review', And((A, Filter("author", "Anna B"), Filter("type", "review")))),
        ("a NEAR b", Near((A,), (B,))),
        ("a NEAR/5 (b OR c) d", And((Near((A,), (B, C), 5), D))),
        ("c -a NEAR b", And((C, Not(Near((A,), (B,)))))),
        ("NEARBY near", And((Term("NEARBY"), Term("near")))),
        (r'"the \"best\" \\ pub"', Term(r'the "best" \ pub')),
        ('a"b c"', And((A, Term("b c")))),
        ('a -"b c"', And((A, Not(Term("b c"))))),
        ("@acme #acme acme.de", And((Term("@acme"), Term("#acme"), Term("acme.de")))),
        ("a C & A OR Müller + Söhne & Co", And((A, Or((Term("C & A"), Term("Müller + Söhne & Co")))))),
        ("a & -b", And((A, Term("&"), Not(B)))),
        ("C++ H&M .NET acme-shop", every(map(Term, ["C++", "H&M", ".NET", "acme-shop"]))),
        ("ORANGE ANDROID NOTE", every(map(Term, ["ORANGE", "ANDROID", "NOTE"]))),
        ("https://acme.de 12:30", And((Term("https://acme.de"), Term("12:30")))),
        (
            '"Acme GmbH" OR @acme -jobs acme.de',
            And((Or((Term("Acme GmbH"), Term("@acme"))), Not(Term("jobs")), Term("acme.de"))),
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
        ("a " * 25001, "is longer than 50,000 characters"),
        ("a" * 201, "column 1: a word or phrase has at most 200 characters"),
        ("a " + "title:" + "a" * 201, "column 3: a value has at most 200 characters"),
        ("a | b", 'column 3: expected a word, found "|"; here it is written OR'),
        ("a ODER b", 'column 3: expected a word, found "ODER"; here it is written OR'),
        ("intitle:a", "column 1: there is no intitle: here; it is written title:"),
        ("a NEAR/" + "9" * 5000 + " b", "column 3: a word or phrase has at most 200 characters"),
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
        ('acme " \u200b "', "column 6: holds nothing to look for"),
        ("acme \u200b", "column 6: holds nothing to look for"),
        ('"Acme" OR a site:', "column 13: expected a value right behind site:"),
        ("-Lang:german x", "column 2: a language is written in two or three letters, such as de or en"),
        ('title:"" x', "column 1: holds nothing to look for"),
        ("x type:rant", "column 3: a type is one of article, post, comment, review"),
        ("x site:!", "column 3: a site is written like heise.de or heise.de/forum"),
        ('x author:"@"', "column 3: an author needs a name or a handle"),
        ("a b*", "column 3: a star needs 2 letters before it"),
        (
            "a *cme",
            "column 3: a star can only stand behind the beginning of a word; a star that is meant needs a backslash",
        ),
        (
            "Acme~cas",
            'column 1: there is no switch "~cas"; there are ~umlauts, ~accents, ~hyphens, ~endings, ~compounds, ~case, '
            "~exact, and each with a minus",
        ),
        ("a NEAR lang:de", "column 3: expected words on both sides of NEAR, or groups of words joined by OR"),
        ("a NEAR (b c)", "column 3: expected words on both sides of NEAR, or groups of words joined by OR"),
        ("a NEAR title:b", "column 3: expected words on both sides of NEAR, or groups of words joined by OR"),
        ("a NEAR/0 b", "column 3: NEAR reaches from 1 to 100 words"),
        ("a NEAR/101 b", "column 3: NEAR reaches from 1 to 100 words"),
        ("a NEAR", "column 7: expected a word, found the end"),
        ("lang:de type:review", ALONE),
        ("-a", ALONE),
        ("NOT a -b", ALONE),
        ("a OR -b", ALONE),
        ("(a OR -b) (c OR -d)", ALONE),
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

    assert holds(parse_query(query), among({"a", "b"}))


@pytest.mark.parametrize(
    ("terms", "query"),
    [
        (Terms(any=("Acme GmbH", "@acme"), all=("Köln",), none=("Jobs",)), '("Acme GmbH" OR @acme) Köln -Jobs'),
        (Terms(any=("Acme",)), "Acme"),
        (Terms(all=("a", "b")), "a b"),
        (
            Terms(any=("OR", "site:x", "acme*", "-x", "x-", "—", '5"')),
            '"OR" OR "site:x" OR acme* OR "-x" OR x- OR "—" OR "5\\""',
        ),
    ],
)
def test_terms_can_be_written_as_a_query(terms, query):
    expression = from_terms(terms)

    assert format_query(expression) == query
    assert format_query(parse_query(query)) == query


WORDS = st.sampled_from(["a", "b", "c", "Acme GmbH", "OR", "-x", "H&M", 'say "x"', "site:y", "x*", "back\\slash", "—"])
EXPRESSIONS = st.recursive(
    WORDS.map(Term),
    lambda inner: st.one_of(
        inner.map(negate),
        st.lists(inner, min_size=1, max_size=3).map(every),
        st.lists(inner, min_size=1, max_size=3).map(either),
    ),
    max_leaves=8,
).filter(lambda expression: not is_too_wide(expression))


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
        assert holds(parse_query(query), among(words)) == obvious(tree, words)


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
