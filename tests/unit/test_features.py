"""Tokens and hashed features: what the model sees of a text."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.classify.features import BUCKETS, EMPHASIS, MOOD_EMPHASIS, extract
from earshot.classify.lexicon import BLAMING, PRAISING, judged
from earshot.classify.tokens import GLAD, HANDLE, MAX_CHARS, NUMBER, SAD, URL, clean, mood, squeeze, tokenize


def folded(text: str) -> list[str]:
    return [token.folded for token in tokenize(text)]


def test_links_handles_and_numbers_become_placeholders() -> None:
    assert folded("@acme siehe https://example.com/?a=1 und 3,50") == [HANDLE, "siehe", URL, "und", NUMBER]


def test_case_and_composition_make_no_difference() -> None:
    assert folded("GRÖSSE") == folded("größe") == folded("Gro\u0308ße")


def test_elongated_words_are_squeezed() -> None:
    assert squeeze("soooooo") == "soo"
    assert folded("suuuuuper!!!!!") == ["suuper", "!!"]


def test_the_word_is_shown_as_it_was_written() -> None:
    assert [token.shown for token in tokenize("Soooo Schön")] == ["Soooo", "Schön"]


def test_contractions_stay_one_word_with_either_apostrophe() -> None:
    assert folded("don't") == folded("don’t") == ["don't"]


@pytest.mark.parametrize("sign", ["👍", "❤️", "👍🏽", ":)", ":-)", ";)", ":D", "<3", "^^", "xD"])
def test_glad_signs_are_felt_as_glad(sign: str) -> None:
    assert [mood(token) for token in folded(sign)] == [GLAD]


@pytest.mark.parametrize("sign", ["😡", "🙄", ":(", ":-(", ":/", "-.-"])
def test_sad_signs_are_felt_as_sad(sign: str) -> None:
    assert [mood(token) for token in folded(sign)] == [SAD]


@pytest.mark.parametrize("sign", ["word", "?", "🚗", ":O"])
def test_other_signs_have_no_mood(sign: str) -> None:
    assert [mood(token) for token in folded(sign)] == [""]


def test_a_sign_never_seen_shares_the_bucket_of_its_mood() -> None:
    thumb, heart = (extract(tokenize(sign)).of_tokens[0] for sign in ("👍", "💜"))

    assert thumb[0] == heart[0]
    assert thumb[1] != heart[1]


def test_invisible_characters_do_not_hide_a_word() -> None:
    assert folded("Be\u200btr\u00adug") == ["betrug"]


def test_only_the_first_characters_are_read() -> None:
    assert len(clean("a" * 1_000_000)) == MAX_CHARS


def test_a_word_has_itself_and_its_runs_within_its_boundaries() -> None:
    features = extract(tokenize("hut"))

    # " hut " has three runs of three, two of four and one of five characters, and itself.
    assert len(features.of_tokens[0]) == 7
    assert features.of_pairs == []


def test_whole_words_weigh_more_than_their_runs() -> None:
    features = extract(tokenize("hut"))

    whole, *runs = features.of_tokens[0]
    assert features.values[whole] == EMPHASIS
    assert {features.values[run] for run in runs} == {1.0}


@pytest.mark.parametrize("sign", ["👍", ":("])
def test_the_mood_of_a_sign_weighs_more_than_a_word_and_the_sign_itself_less(sign: str) -> None:
    features = extract(tokenize(sign))

    felt, itself = features.of_tokens[0]
    assert features.values[felt] == MOOD_EMPHASIS
    assert features.values[itself] < EMPHASIS < MOOD_EMPHASIS


def test_a_sign_without_a_mood_weighs_like_a_word() -> None:
    features = extract(tokenize("?"))

    assert features.values == {features.of_tokens[0][0]: EMPHASIS}


def test_repeating_a_word_raises_its_weight_by_the_logarithm_only() -> None:
    once, often = (extract(tokenize("gut " * times)) for times in (1, 50))

    bucket = once.of_tokens[0][0]
    assert once.values[bucket] < often.values[bucket] < 5 * once.values[bucket]


def test_the_order_of_words_is_seen() -> None:
    assert extract(tokenize("nicht gut")).of_pairs != extract(tokenize("gut nicht")).of_pairs


def test_a_known_text_keeps_its_buckets_for_ever() -> None:
    assert extract(tokenize("gut")).of_tokens == [[30916, 79467, 14631, 53807, 20759, 111760, 43227, 112614]]


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_buckets_do_not_depend_on_the_hash_seed_of_the_process(seed: str) -> None:
    code = (
        "from earshot.classify.features import extract; from earshot.classify.tokens import tokenize;"
        "print(extract(tokenize('Sehr gute Beratung! 👍 @acme')).values)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.strip() == str(extract(tokenize("Sehr gute Beratung! 👍 @acme")).values)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_has_features_within_the_table(text: str) -> None:
    features = extract(tokenize(text))

    assert all(0 <= bucket < BUCKETS for bucket in features.values)
    assert features.values.keys() == features.counts.keys()
    assert len(features.of_pairs) == max(0, len(features.of_tokens) - 1)


def test_words_of_one_mood_share_a_bucket_and_a_denied_one_has_another() -> None:
    good, nice, _, bad = (extract(tokenize(text)).of_tokens for text in ("gut", "nett", "hut", "mies"))
    denied = extract(tokenize("gar nicht gut")).of_tokens

    assert good[0][-1] == nice[0][-1]
    assert good[0][-1] != bad[0][-1]
    assert denied[2][-1] not in (good[0][-1], bad[0][-1])


@pytest.mark.parametrize(
    ("word", "mood"),
    [("enttäuschend", BLAMING), ("unfreundliche", BLAMING), ("freundliche", PRAISING), ("hut", ""), ("gutschein", "")],
)
def test_a_word_has_the_mood_of_its_beginning_or_none(word: str, mood: str) -> None:
    assert judged(word) == mood
