"""Checking the words of a watch."""

import pytest

from earshot.domain.errors import Invalid
from earshot.domain.watch import Noise, Terms
from earshot.matching.terms import spoken, validate_noise, validate_terms


def test_terms_are_trimmed_and_kept_in_their_first_spelling():
    terms = validate_terms(
        Terms(any=(" Café  Morgenrot ", "CAFE MORGENROT", "Müller", "Mueller"), all=("Köln\n",), none=("Jobs",))
    )

    assert terms == Terms(any=("Café Morgenrot", "Müller"), all=("Köln",), none=("Jobs",))


def test_words_that_must_all_be_there_are_enough():
    assert validate_terms(Terms(all=("a", "b"))) == Terms(all=("a", "b"))


def test_the_same_word_may_stand_in_two_lists():
    assert validate_terms(Terms(any=("a",), all=("a",))) == Terms(any=("a",), all=("a",))


def test_terms_at_the_bounds_are_accepted():
    assert len(validate_terms(Terms(any=tuple(f"word {n}" for n in range(1999)), none=("x" * 200,))).any) == 1999


@pytest.mark.parametrize(
    ("lists", "field", "reason"),
    [
        ({}, "any", "a watch needs at least one word that must be there"),
        ({"any": [], "all": []}, "any", "a watch needs at least one word that must be there"),
        (
            {"none": ["Jobs"]},
            "any",
            "a watch needs at least one word that must be there, not only words that must not",
        ),
        ({"any": [" "]}, "any", '" ": holds nothing to look for'),
        ({"any": ["a"], "none": ["\u200b"]}, "none", '"\u200b": holds nothing to look for'),
        ({"all": ["x" * 201]}, "all", '"' + "x" * 59 + '…" is longer than 200 characters'),
        (
            {"any": ["a*b"]},
            "any",
            '"a*b": a star can only stand behind the beginning of a word; a star that is meant needs a backslash',
        ),
        ({"any": ["a*"]}, "any", '"a*": a star needs 2 letters before it'),
        (
            {"any": ["Acme~cas"]},
            "any",
            '"Acme~cas": there is no switch "~cas"; there are ~umlauts, ~accents, ~hyphens, ~endings, ~compounds, '
            "~case, ~exact, and each with a minus",
        ),
        ({"near": ["x"], "site": ["heise.de"]}, "near", "needs a word in any or all that it should stand near to"),
        ({"any": ["a"], "site": ["no site"]}, "site", '"no site": a site is written like heise.de or heise.de/forum'),
        (
            {"any": ["a"], "lang": ["german"]},
            "lang",
            '"german": a language is written in two or three letters, such as de or en',
        ),
        ({"any": ["a"], "author": ["@"]}, "author", '"@": an author needs a name or a handle'),
        ({"any": ["a"], "type": ["rant"]}, "type", '"rant": a type is one of article, post, comment, review'),
        ({"lang": ["de"]}, "any", "a watch needs at least one word that must be there"),
        ({"any": ["a"], "query": "b"}, "query", "cannot stand beside lists of words; give one or the other"),
        ({"query": "a OR"}, "query", "column 5: expected a word, found the end"),
        ({"any": "Acme"}, "any", "must be a list of words and phrases"),
        ({"all": None}, "all", "must be a list of words and phrases"),
        ({"none": ["a", 5]}, "none", "every word must be a string"),
        (
            {"any": [f"word {n}" for n in range(2000)], "none": ["x"]},
            "any",
            "a watch has at most 2,000 words and phrases; these are 2,001",
        ),
    ],
)
def test_unusable_terms_are_refused_with_the_field_to_change(lists, field, reason):
    with pytest.raises(Invalid) as caught:
        validate_terms(Terms(**lists))

    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_a_switch_makes_another_term_of_the_same_word():
    assert validate_terms(Terms(any=("Apple", "Apple~case", "apple ~case", "App*"))).any == (
        "Apple",
        "Apple~case",
        "App*",
    )


def test_filters_are_kept_in_one_form():
    terms = validate_terms(
        Terms(
            any=("a",),
            site=("https://www.Heise.de/", "heise.de", "heise.de/forum"),
            lang=("DE", "de-AT"),
            author=("@anna", 'Anna "B" Beispiel'),
            type=("Review",),
        )
    )

    assert (terms.site, terms.lang, terms.type) == (("heise.de", "heise.de/forum"), ("de",), ("review",))
    assert terms.author == ("@anna", "Anna B Beispiel")


def test_a_site_or_an_author_may_be_all_that_is_listened_for():
    assert validate_terms(Terms(site=("forum.acme.de",))).site == ("forum.acme.de",)


def test_a_query_is_kept_as_it_was_written():
    assert validate_terms(Terms(query=' "Acme  GmbH" OR\n@acme ')).query == '"Acme GmbH" OR @acme'


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (
            Terms(any=("Apple~case", "Must*"), all=("Köln",), none=("Jobs~exact",)),
            (("Apple", "Must"), ("Köln",), ("Jobs",)),
        ),
        (Terms(query='("Acme GmbH" OR @acme) Köln -jobs lang:de'), (("Acme GmbH", "@acme"), ("Köln",), ("jobs",))),
        (Terms(query="apple NEAR (iphone OR mac)"), (("apple",), (), ())),
        (Terms(query="acme köln"), (("acme",), ("köln",), ())),
        (Terms(query="site:forum.acme.de"), ((), (), ())),
    ],
)
def test_the_spoken_words_have_no_switches(terms, words):
    found = spoken(terms)

    assert (found.any, found.all, found.none) == words


def test_a_noise_list_is_trimmed_and_each_entry_kept_once():
    noise = validate_noise(
        Noise(
            accounts=(" @acme ", "@acme"),
            voices=("Anna  Beispiel",),
            sites=("https://jobs.example/",),
            authors=("bot",),
            phrases=("wir stellen ein", "Wir stellen ein"),
        )
    )

    assert noise == Noise(
        accounts=("@acme",),
        voices=("Anna Beispiel",),
        sites=("jobs.example",),
        authors=("bot",),
        phrases=("wir stellen ein",),
    )


@pytest.mark.parametrize(
    ("lists", "field", "reason"),
    [
        ({"accounts": ("",)}, "noise.accounts", "a name has 1 to 200 characters"),
        ({"sites": ("x y",)}, "noise.sites", '"x y": a site is written like heise.de or heise.de/forum'),
        ({"phrases": ("*",)}, "noise.phrases", '"*": holds nothing to look for'),
        ({"authors": tuple(f"a{n}" for n in range(501))}, "noise.authors", "has at most 500 entries; these are 501"),
        ({"voices": "Anna"}, "noise.voices", "must be a list of words and phrases"),
    ],
)
def test_an_unusable_noise_list_is_refused_with_the_field_to_change(lists, field, reason):
    with pytest.raises(Invalid) as caught:
        validate_noise(Noise(**lists))

    assert (caught.value.field, caught.value.reason) == (field, reason)
