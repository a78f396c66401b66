"""Which watches an item matches, with the evidence, and why it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.item import Item
from earshot.domain.watch import Role, Span, Terms, Watch
from earshot.matching.fold import fold_phrase
from earshot.matching.matcher import Matcher, explain


def a_watch(id_="w_1", role=Role.OWN, **lists):
    terms = Terms(**{name: tuple(words) for name, words in lists.items()})
    return Watch(id=id_, tenant="t_1", name="ours", role=role, terms=terms, created_at=datetime(2026, 1, 1, tzinfo=UTC))


def an_item(text="", title=""):
    return Item(identity="feed:1", native_id="1", source_kind="feed", title=title, text=text)


def test_a_match_shows_field_place_and_term():
    matcher = Matcher([a_watch(any=["Café Morgenrot"], all=["Köln"])])

    (match,) = matcher.match(an_item(title="Neues aus Koeln", text="Im CAFE\u0301  MORGENROT gibt es Kuchen"))

    assert match.watch_id == "w_1"
    assert match.role is Role.OWN
    assert match.rule == 'any: "Café Morgenrot"; all: "Köln"'
    assert match.spans == (
        Span(field="title", start=10, end=15, term="Köln"),
        Span(field="text", start=3, end=19, term="Café Morgenrot"),
    )


@pytest.mark.parametrize(
    ("lists", "text", "matched"),
    [
        ({"any": ["a", "b"]}, "x b", True),
        ({"any": ["a", "b"]}, "x", False),
        ({"all": ["a", "b"]}, "b a", True),
        ({"all": ["a", "b"]}, "a", False),
        ({"any": ["a"], "none": ["b"]}, "a", True),
        ({"any": ["a"], "none": ["b"]}, "a b", False),
        ({"any": ["a", "b"], "all": ["c"], "none": ["d"]}, "a c", True),
        ({"any": ["a", "b"], "all": ["c"], "none": ["d"]}, "a d", False),
        ({"any": ["die Bahn"]}, "die Autobahn", False),
        ({"any": ["die Bahn"], "none": ["Bahn AG"]}, "Die Bahn AG", False),
        ({}, "a", False),
        ({"none": ["b"]}, "a", False),
        ({"any": ["\u200b"]}, "a \u200b", False),
        ({"any": ["\u200b", "a"]}, "a", True),
    ],
)
def test_any_all_and_none_decide_together(lists, text, matched):
    assert bool(Matcher([a_watch(**lists)]).match(an_item(text))) is matched


def test_an_unwanted_word_in_the_title_excludes_too():
    assert Matcher([a_watch(any=["a"], none=["b"])]).match(an_item(title="b", text="a")) == ()


def test_every_watch_answers_strongest_role_first_then_in_order():
    roles = [Role.INDUSTRY, Role.PERSON, Role.OWN, Role.COMPETITOR, Role.OWN, Role.PRODUCT]
    matcher = Matcher([a_watch(f"w_{n}", role, any=["acme"]) for n, role in enumerate(roles)])

    assert [match.watch_id for match in matcher.match(an_item("Acme"))] == ["w_2", "w_4", "w_5", "w_1", "w_3", "w_0"]


def test_watches_do_not_see_each_other_s_words():
    matcher = Matcher([a_watch("w_1", any=["a"]), a_watch("w_2", any=["b"]), a_watch("w_3", any=["c"], none=["a"])])

    matches = matcher.match(an_item("a b c"))

    assert [(match.watch_id, [span.term for span in match.spans]) for match in matches] == [
        ("w_1", ["a"]),
        ("w_2", ["b"]),
    ]


def test_each_watch_sees_its_own_spelling():
    matcher = Matcher([a_watch("w_1", any=["Müller"]), a_watch("w_2", any=["MUELLER"])])

    assert [match.rule for match in matcher.match(an_item("müller"))] == ['any: "Müller"', 'any: "MUELLER"']


def test_a_match_shows_at_most_twenty_spans_and_every_word_among_them():
    (match,) = Matcher([a_watch(any=["a"], all=["b"])]).match(an_item("a " * 50 + "b"))

    assert len(match.spans) == 20
    assert match.spans[-1] == Span(field="text", start=100, end=101, term="b")
    assert [span.start for span in match.spans[:-1]] == list(range(0, 38, 2))


def test_overlapping_words_have_overlapping_spans():
    (match,) = Matcher([a_watch(any=["die Bahn", "Bahn AG"])]).match(an_item("die Bahn AG"))

    assert [(span.start, span.end) for span in match.spans] == [(0, 8), (4, 11)]


def test_no_watches_match_nothing():
    assert Matcher([]).match(an_item("a")) == ()


@pytest.mark.parametrize(
    ("lists", "text", "reason"),
    [
        ({"any": ["Acme", "Emca"]}, "nothing", 'none of the words "Acme", "Emca" is there'),
        ({"any": ["Acme"], "none": ["Jobs"]}, "Acme jobs", 'excluded by "Jobs"'),
        ({"any": ["Acme"], "all": ["Köln"]}, "acme", '"Köln" is not there'),
        ({"any": ["Acme"]}, "acme", 'any: "Acme"'),
        ({}, "acme", "the watch names no word to look for"),
    ],
)
def test_an_item_and_a_watch_tell_why(lists, text, reason):
    assert explain(a_watch(**lists), an_item(text)) == reason


WORD = st.sampled_from(["Müller", "mueller", "die Bahn", "Bahn", "ß", "@acme", "acme", "C++", "Ä", "e", "x\u0308"])
WORDS = st.lists(WORD, max_size=3)
TEXT = st.lists(
    st.one_of(
        WORD, st.sampled_from([" ", ", ", "\u200b", "\u00a0\n", "-", "MÜLLER", "Mu\u0308ller", "AE", "STRASSE", "…"])
    ),
    max_size=12,
).map("".join)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4), TEXT, TEXT)
@settings(deadline=None)
def test_all_watches_at_once_match_as_each_would_alone(lists, title, text):
    watches = [a_watch(f"w_{n}", any=a, all=b, none=c) for n, (a, b, c) in enumerate(lists)]
    item = an_item(text, title)

    together = Matcher(watches).match(item)

    assert together == tuple(match for watch in watches for match in Matcher([watch]).match(item))
    assert {match.watch_id for match in together} == {watch.id for watch in watches if obvious(watch.terms, item)}


@given(st.lists(WORD, min_size=1, max_size=3), TEXT, TEXT)
@settings(deadline=None)
def test_spans_point_at_text_that_folds_like_the_term(words, title, text):
    fields = {"title": title, "text": text}

    for match in Matcher([a_watch(any=words)]).match(an_item(text, title)):
        assert 1 <= len(match.spans) <= 20
        for span in match.spans:
            assert fold_phrase(fields[span.field][span.start : span.end]) == fold_phrase(span.term)


def obvious(terms, item):
    def stands(word):
        return bool(Matcher([a_watch(any=[word])]).match(item))

    is_asked = bool(terms.any or terms.all)
    return (
        is_asked
        and (not terms.any or any(map(stands, terms.any)))
        and all(map(stands, terms.all))
        and not any(map(stands, terms.none))
    )
