"""The arithmetic of the linear model: probabilities, and the exact share each word has in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from earshot.classify.features import Features, extract
from earshot.classify.tokens import Token
from earshot.classify.weights import Weights
from earshot.domain.verdict import Probabilities

REASONS: Final = 3
"""How many words are shown; more explain less."""

_LEAST = 0.05  # a share that rounds to nothing is no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A text's scores taken apart: what each bucket adds to negative and to positive, both against neutral."""

    tokens: Sequence[Token]
    features: Features
    shares: dict[int, tuple[float, float]]
    probabilities: Probabilities


def judge(tokens: Sequence[Token], weights: Weights, language: str) -> Judgement:
    """The probabilities of a text in `language` ("" when unknown) and the shares they are made of."""
    features = extract(tokens)
    shares = _shares(features, weights)
    negative = weights.biases[0] + sum(share[0] for share in shares.values())
    positive = weights.biases[1] + sum(share[1] for share in shares.values())
    heat = weights.temperatures.get(language, weights.temperatures[""])
    return Judgement(
        tokens=tokens, features=features, shares=shares, probabilities=softmax(negative / heat, positive / heat)
    )


def softmax(negative: float, positive: float) -> Probabilities:
    """The probabilities of two scores against a neutral score of 0."""
    highest = max(negative, positive, 0.0)
    n, p, o = exp(negative - highest), exp(positive - highest), exp(-highest)
    total = n + p + o
    return Probabilities(positive=p / total, neutral=o / total, negative=n / total)


def reasons(judgement: Judgement, verdict: Probabilities) -> tuple[str, ...]:
    """The words that speak most for the likeliest class of `verdict`, strongest first, as `"gewartet" +2.1`.

    A word's number is what it and its parts add to the score of that class against the mean of all three.
    """
    by_word: dict[str, tuple[str, float]] = {}
    for token, value in zip(judgement.tokens, _per_token(judgement, *_direction(verdict)), strict=True):
        shown, before = by_word.get(token.folded, (token.shown, 0.0))
        by_word[token.folded] = (shown, before + value)
    strongest = sorted(by_word.values(), key=lambda pair: -pair[1])[:REASONS]
    return tuple(f'"{shown}" {value:+.1f}' for shown, value in strongest if value >= _LEAST)


def _shares(features: Features, weights: Weights) -> dict[int, tuple[float, float]]:
    idf = weights.idf
    scaled = [(bucket, value * idf[bucket]) for bucket, value in features.values.items()]
    # The scale of the idf cancels out here, as it does in every normalised vector.
    length = sqrt(sum(value * value for _, value in scaled)) or 1.0
    to_negative, to_positive = weights.scales[0] / length, weights.scales[1] / length
    negative, positive = weights.negative, weights.positive
    return {b: (v * negative[b] * to_negative, v * positive[b] * to_positive) for b, v in scaled}


def _per_token(judgement: Judgement, to_negative: float, to_positive: float) -> list[float]:
    features = judgement.features
    # A bucket's share belongs to its occurrences in equal parts, a pair's to its two words.
    per_use = {
        bucket: (negative * to_negative + positive * to_positive) / features.counts[bucket]
        for bucket, (negative, positive) in judgement.shares.items()
    }
    sums = [sum(per_use[bucket] for bucket in buckets) for buckets in features.of_tokens]
    for i, bucket in enumerate(features.of_pairs):
        sums[i] += per_use[bucket] / 2
        sums[i + 1] += per_use[bucket] / 2
    return sums


def _direction(p: Probabilities) -> tuple[float, float]:
    """What turns the two scores against neutral into the score of the likeliest class against the mean of all."""
    if p.negative >= max(p.positive, p.neutral):
        return 2 / 3, -1 / 3
    return (-1 / 3, 2 / 3) if p.positive >= p.neutral else (-1 / 3, -1 / 3)
