"""A verdict as plain data."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.classify.describe import verdict_json
from earshot.classify.linear import softmax
from earshot.domain.verdict import Probabilities, Verdict


def test_a_verdict_is_told_in_words_and_rounded_numbers() -> None:
    verdict = Verdict(
        probabilities=Probabilities(positive=0.111111, neutral=0.222222, negative=0.666667),
        language="de",
        urgency=40,
        reasons=('"kaputt" +1.2',),
    )

    assert verdict_json(verdict) == {
        "sentiment": "negative",
        "probabilities": {"positive": 0.1111, "neutral": 0.2222, "negative": 0.6667},
        "question": False,
        "kind": "criticism",
        "language": "de",
        "urgency": 40,
        "confidence": 0.6667,
        "reasons": ['"kaputt" +1.2'],
    }


def test_what_was_not_judged_has_no_confidence() -> None:
    told = verdict_json(Verdict(supported=False, language="fr"))

    assert (told["kind"], told["sentiment"], told["confidence"]) == ("unclassified", "unclassified", 0.0)


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_rounded_probabilities_still_sum_to_one(negative: float, positive: float) -> None:
    told = verdict_json(Verdict(probabilities=softmax(negative, positive)))

    values = told["probabilities"].values()
    assert sum(values) == pytest.approx(1.0, abs=1e-6)
    assert all(0.0 <= value <= 1.0 for value in values)
    assert json.loads(json.dumps(told)) == told
