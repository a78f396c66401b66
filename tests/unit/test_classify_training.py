"""Training: what every source says counts more than what one writes about; what is packed is what was fitted."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="training needs the extra `train`")
sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import numpy as np
from scipy.special import softmax
from training.corpus import LABELS, SOURCES, Example
from training.fit import balance, fit, matrix
from training.quantise import quantised
from training.scores import Scored, quality
from training.steadiness import trust

from earshot.classify.features import extract
from earshot.classify.linear import judge
from earshot.classify.tokens import tokenize

NEGATIVE, NEUTRAL, POSITIVE = range(len(LABELS))


def an_example(text: str, label: int, source: str = "inn", language: str = "de") -> Example:
    return Example(text=text, label=label, language=language, source=source, held_out=False)


def some_examples() -> list[Example]:
    """Two sources: "mies" and "prima" lean alike in both, "Suppe" to praise in one and to criticism in the other."""
    return [
        an_example(f"{word} {topic} {filler}", label, source)
        for source, liked in (("inn", POSITIVE), ("forum", NEGATIVE))
        for filler in "abcdefgh"
        for word, label in (("mies", NEGATIVE), ("heute", NEUTRAL), ("prima", POSITIVE))
        for topic in (("Suppe", "Suppe") if label == liked else ("Tisch", "Suppe"))
    ]


def bucket_of(word: str) -> int:
    return extract(tokenize(word)).of_tokens[0][0]


def test_what_leans_alike_in_every_source_is_trusted_more_than_what_does_not() -> None:
    examples = some_examples()

    factors = trust(matrix(examples), examples)

    assert factors[bucket_of("mies")] > factors[bucket_of("Suppe")]
    assert factors[bucket_of("prima")] > factors[bucket_of("Suppe")]


def test_what_was_never_seen_is_trusted_least() -> None:
    examples = some_examples()

    factors = trust(matrix(examples), examples)

    assert factors[bucket_of("Zahnbürste")] == factors.min() > 0


def test_the_classes_of_a_language_weigh_the_same_however_many_texts_they_have() -> None:
    pleased = [an_example(f"gut {i}", POSITIVE) for i in range(9)]
    examples = [*pleased, an_example("schlecht", NEGATIVE), an_example("offen", NEUTRAL)]

    weights = balance(examples)

    assert weights.mean() == pytest.approx(1.0)
    assert weights[:9].sum() == pytest.approx(weights[9]) == pytest.approx(weights[10])


def test_languages_weigh_the_same() -> None:
    english = [an_example(f"good {i}", i % 3, "shop", "en") for i in range(30)]
    examples = [*english, *(an_example(f"gut {i}", i % 3) for i in range(3))]

    weights = balance(examples)

    assert weights[:30].sum() == pytest.approx(weights[30:].sum())


def test_the_packed_model_says_what_the_fitted_one_says() -> None:
    examples = some_examples()
    model = fit(matrix(examples), examples, seed=7)
    text = "Die Suppe war mies, der Tisch prima"

    fitted = softmax(model.logits(matrix([an_example(text, NEUTRAL)]))[0])
    packed = judge(tokenize(text), quantised(model, {"": 1.0}, "test"), "").probabilities

    assert (packed.negative, packed.neutral, packed.positive) == pytest.approx(fitted, abs=1e-3)


def test_settings_are_chosen_on_other_sources_than_they_are_reported_on() -> None:
    for language in ("de", "en"):
        chosen = {source.chosen_on for source in SOURCES if source.language == language}
        assert chosen == {True, False}
    assert not any(source.chosen_on for source in SOURCES if not source.commercial)


def test_quality_counts_what_a_threshold_catches() -> None:
    logits = np.array([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    labels = np.array([NEGATIVE, NEGATIVE, NEUTRAL, POSITIVE])
    scored = Scored(source="inn", language="de", chosen_on=False, logits=logits, labels=labels)

    found = quality([scored], "de", "one", heat=1.0)

    assert [(each.recall, each.precision) for each in found.caught] == [(0.5, 0.5), (0.5, 0.5)]
    assert found.unsure == 0
