"""A verdict says what a mention asks of us, and admits what it does not know."""

import pytest

from earshot.domain.verdict import Kind, Probabilities, Sentiment, Verdict


def judged(
    positive: float, neutral: float, negative: float, *, question: bool = False, supported: bool = True
) -> Verdict:
    probabilities = Probabilities(positive=positive, neutral=neutral, negative=negative)
    return Verdict(probabilities=probabilities, question=question, supported=supported)


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (judged(0.1, 0.1, 0.8), Kind.CRITICISM),
        (judged(0.1, 0.1, 0.8, question=True), Kind.CRITICISM),
        (judged(0.8, 0.1, 0.1, question=True), Kind.QUESTION),
        (judged(0.4, 0.2, 0.4, question=True), Kind.QUESTION),
        (judged(0.8, 0.1, 0.1), Kind.PRAISE),
        (judged(0.1, 0.8, 0.1), Kind.NEUTRAL),
        (judged(0.4, 0.2, 0.4), Kind.UNCLASSIFIED),
        (judged(0.0, 0.0, 1.0, supported=False), Kind.UNCLASSIFIED),
        (judged(0.0, 0.0, 1.0, question=True, supported=False), Kind.UNCLASSIFIED),
    ],
)
def test_the_first_that_holds_is_the_kind(verdict: Verdict, kind: Kind) -> None:
    assert verdict.kind is kind


def test_below_one_half_the_likeliest_is_unclassified_never_neutral() -> None:
    assert judged(0.2, 0.49, 0.31).sentiment is Sentiment.UNCLASSIFIED
    assert judged(0.2, 0.5, 0.3).sentiment is Sentiment.NEUTRAL


def test_of_two_equally_likely_the_negative_one_counts() -> None:
    assert judged(0.5, 0.0, 0.5).sentiment is Sentiment.NEGATIVE


@pytest.mark.parametrize(("negative", "is_so"), [(0.32, False), (0.33, True), (0.9, True)])
def test_a_third_of_a_chance_is_perhaps_criticism(negative: float, is_so: bool) -> None:
    assert judged(0.0, 1 - negative, negative).is_perhaps_criticism is is_so


def test_a_language_we_do_not_judge_has_no_confidence_and_is_no_criticism() -> None:
    verdict = judged(0.0, 0.1, 0.9, supported=False)

    assert (verdict.confidence, verdict.is_perhaps_criticism) == (0.0, False)
    assert verdict.sentiment is Sentiment.UNCLASSIFIED


def test_confidence_is_the_chance_of_the_likeliest() -> None:
    assert judged(0.2, 0.7, 0.1).confidence == 0.7
