"""Which watches an item matches, with the evidence, and why it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.domain.item import Author, Item
from earshot.domain.watch import Noise, Role, Span, Terms, Watch
from earshot.matching.matcher import Matcher, explain


def a_watch(id_="w_1", role=Role.OWN, noise=None, query="", **lists):
    terms = Terms(query=query, **{name: tuple(words) for name, words in lists.items()})
    created_at = datetime(2026, 1, 1, tzinfo=UTC)
    return Watch(
        id=id_, tenant="t_1", name="ours", role=role, terms=terms, noise=noise or Noise(), created_at=created_at
    )


def an_item(text="", title="", **more):
    return Item(identity="feed:1", native_id="1", source_kind="feed", title=title, text=text, **more)


def matches(watch, item, **options):
    return bool(Matcher([watch], **options).match(item))


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
        ({"any": ["Apple"], "near": ["iPhone"]}, "Apple zeigt das iPhone", True),
        ({"any": ["Apple"], "near": ["iPhone"]}, "Apple pie and cider", False),
        ({"all": ["Apple"], "near": ["iPhone", "Mac"]}, "Apple zeigt den Mac", True),
        ({"any": ["Bild~case"]}, "Ein bild sagt mehr", False),
        ({"any": ["Bild~case"]}, "Die Bild sagt mehr", True),
        ({"query": "apple NEAR/2 iphone OR @acme -jobs"}, "@acme", True),
        ({"query": "apple NEAR/2 iphone OR @acme -jobs"}, "@acme jobs", False),
        ({"query": "broken ("}, "broken", False),
        ({"any": ["odd~switch"]}, "odd~switch", True),
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
    assert explain(a_watch(**lists), an_item(text)).rule == reason


@pytest.mark.parametrize(
    ("lists", "fields", "matched"),
    [
        ({"any": ["a"], "site": ["heise.de"]}, {"url": "https://www.heise.de/x"}, True),
        ({"any": ["a"], "site": ["heise.de"]}, {"url": "https://notheise.de/x"}, False),
        ({"any": ["a"], "site": ["heise.de/forum"]}, {"url": "https://heise.de/forum/1"}, True),
        ({"any": ["a"], "site": ["heise.de/forum"]}, {"url": "https://heise.de/forums"}, False),
        ({"any": ["a"], "site": ["x.de", "y.de"]}, {"url": "https://a.y.de"}, True),
        ({"any": ["a"], "site": ["müller.de"]}, {"url": "https://xn--mller-kva.de/x"}, True),
        ({"any": ["a"], "site": ["xn--mller-kva.de"]}, {"url": "https://müller.de/x"}, True),
        ({"any": ["a"], "site": ["x.de"]}, {"url": "https://xn--\u20ac.de"}, False),
        ({"any": ["a"], "site": ["x.de"]}, {"url": ""}, False),
        ({"any": ["a"], "site": ["x.de"]}, {"url": "http://[x.de"}, False),
        ({"any": ["a"], "lang": ["de"]}, {"language": "de-AT"}, True),
        ({"any": ["a"], "lang": ["de"]}, {"language": "en"}, False),
        ({"any": ["a"], "lang": ["de"]}, {}, False),
        ({"any": ["a"], "author": ["@anna"]}, {"author": Author(handle="Anna")}, True),
        ({"any": ["a"], "author": ["Anna Beispiel"]}, {"author": Author(name="Dr. Anna Beispiel")}, True),
        ({"any": ["a"], "author": ["ann"]}, {"author": Author(name="Anna Beispiel")}, False),
        ({"any": ["a"], "type": ["review"]}, {"rating": 4.0}, True),
        ({"any": ["a"], "type": ["review"]}, {}, False),
        ({"any": ["a"], "type": ["comment"]}, {"parent_id": "7"}, True),
        ({"any": ["a"], "type": ["article", "post"]}, {}, True),
        ({"site": ["heise.de"]}, {"url": "https://heise.de/x"}, True),
    ],
)
def test_filters_ask_about_the_item_itself(lists, fields, matched):
    assert matches(a_watch(**lists), an_item("a", **fields)) is matched


def test_the_text_tells_its_language_better_than_its_source():
    watch = a_watch(any=["a"], lang=["de"])

    assert matches(watch, an_item("a", language="en"), tell_language=lambda text, hint: "de")
    assert not matches(watch, an_item("a", language="de"), tell_language=lambda text, hint: "en")
    assert matches(watch, an_item("a", language="de"), tell_language=lambda text, hint: "")
    assert matches(watch, an_item("a", language="de"), tell_language=lambda text, hint: hint)


def test_the_language_is_not_asked_for_without_need():
    def unexpected(text, hint):
        raise AssertionError

    assert matches(a_watch(any=["a"]), an_item("a"), tell_language=unexpected)


SAID = {"url": "https://blog.jobs.example/1", "author": Author(name="Anna Beispiel", handle="@anna", id="4711")}


@pytest.mark.parametrize(
    ("noise", "filtered"),
    [
        (Noise(accounts=("anna",)), 'accounts: "anna"'),
        (Noise(accounts=("4711",)), 'accounts: "4711"'),
        (Noise(accounts=("https://jobs.example",)), 'accounts: "jobs.example"'),
        (Noise(sites=("jobs.example",)), 'sites: "jobs.example"'),
        (Noise(authors=("Anna Beispiel",)), 'authors: "anna beispiel"'),
        (Noise(phrases=("wir stellen ein",)), 'phrases: "wir stellen ein"'),
        (Noise(accounts=("ann",), voices=("anna",), sites=("jobs.de",), authors=("Ann",), phrases=("stellt",)), ""),
    ],
)
def test_noise_is_no_mention_for_the_company_or_for_a_watch(noise, filtered):
    item = an_item("Acme: Wir stellen ein", **SAID)
    ours, its = a_watch(any=["acme"]), a_watch(any=["acme"], noise=noise)

    assert matches(ours, item, noise=noise) is not bool(filtered)
    assert matches(its, item) is not bool(filtered)
    assert explain(ours, item, noise).filtered == explain(its, item).filtered == filtered
    assert explain(its, item).matched is not bool(filtered)


def test_the_noise_of_one_watch_does_not_silence_another():
    watches = [a_watch("w_1", any=["acme"], noise=Noise(authors=("anna",))), a_watch("w_2", any=["acme"])]

    assert [match.watch_id for match in Matcher(watches).match(an_item("Acme", **SAID))] == ["w_2"]


def test_a_colleague_is_known_to_the_company_or_to_every_watch_that_matched():
    voices, item = Noise(voices=("@Anna",)), an_item("Acme", **SAID)
    theirs, other = a_watch("w_1", any=["acme"], noise=voices), a_watch("w_2", any=["acme"])

    def is_voice(watches, **options):
        matcher = Matcher(watches, **options)
        return matcher.is_voice(item, matcher.match(item))

    assert is_voice([other], noise=voices)
    assert is_voice([theirs])
    assert not is_voice([other])
    assert not is_voice([theirs, other])


def test_two_thousand_terms_work():
    watch = a_watch(any=[f"Produkt {n:04d}" for n in range(2000)])

    (match,) = Matcher([watch]).match(an_item("Das Produkt 1999 gefällt mir"))

    assert [span.term for span in match.spans] == ["Produkt 1999"]


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
