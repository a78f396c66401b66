"""Checking the words of a watch."""

import pytest

from earshot.domain.errors import Invalid
from earshot.domain.watch import Terms
from earshot.matching.terms import validate_terms


def test_terms_are_trimmed_and_kept_in_their_first_spelling():
    terms = validate_terms(
        any=[" Café  Morgenrot ", "CAFÉ MORGENROT", "Müller", "Mueller"], all=("Köln\n",), none=iter(["Jobs"])
    )

    assert terms == Terms(any=("Café Morgenrot", "Müller"), all=("Köln",), none=("Jobs",))


def test_words_that_must_all_be_there_are_enough():
    assert validate_terms(all=["a", "b"]) == Terms(all=("a", "b"))


def test_the_same_word_may_stand_in_two_lists():
    assert validate_terms(any=["a"], all=["a"]) == Terms(any=("a",), all=("a",))


def test_terms_at_the_bounds_are_accepted():
    assert len(validate_terms(any=[f"word {n}" for n in range(1999)], none=["x" * 200]).any) == 1999


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
        ({"any": [" "]}, "any", '"" holds nothing to look for'),
        ({"any": ["a"], "none": ["\u200b"]}, "none", '"\u200b" holds nothing to look for'),
        ({"all": ["x" * 201]}, "all", '"' + "x" * 59 + '…" is longer than 200 characters'),
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
        validate_terms(**lists)

    assert (caught.value.field, caught.value.reason) == (field, reason)
