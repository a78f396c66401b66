"""A verdict as plain data, for the command line and for whoever reads JSON."""

from typing import Any

from earshot.domain.verdict import Verdict

_DIGITS = 4


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict with rounded numbers; the three probabilities still sum to 1."""
    p = verdict.probabilities
    positive, negative = round(p.positive, _DIGITS), round(p.negative, _DIGITS)
    return {
        "sentiment": verdict.sentiment.value,
        "probabilities": {
            "positive": positive,
            # What the other two leave, so that rounding each by itself cannot break the sum.
            "neutral": max(0.0, round(1 - positive - negative, _DIGITS)),
            "negative": negative,
        },
        "question": verdict.question,
        "kind": verdict.kind.value,
        "language": verdict.language,
        "urgency": verdict.urgency,
        "confidence": round(verdict.confidence, _DIGITS),
        "reasons": list(verdict.reasons),
    }
