"""Verdicts: what was meant, how sure we are and why, and the kind that follows from it."""

from dataclasses import dataclass
from enum import StrEnum

MAYBE_NEGATIVE = 0.33
"""From this P(negative) on a mention waits for a person, whatever its kind."""

SURE = 0.50
"""Below this probability the likeliest class is called unclassified."""


class Sentiment(StrEnum):
    """The likeliest of three, or unclassified: "could not tell" is never shown as neutral."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNCLASSIFIED = "unclassified"


class Kind(StrEnum):
    """What a mention asks of us; the word people see."""

    CRITICISM = "criticism"
    QUESTION = "question"
    UNCLASSIFIED = "unclassified"
    PRAISE = "praise"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """Calibrated, 0.0 to 1.0 each, together 1."""

    positive: float
    neutral: float
    negative: float


UNKNOWN = Probabilities(positive=1 / 3, neutral=1 / 3, negative=1 / 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One classification of one text.

    `language` is an ISO 639 code, "" when unknown; `supported` is false for languages we do not judge.
    `urgency` is 0 to 100; `confidence` is the highest probability; `reasons` are words or rules, strongest first.
    """

    probabilities: Probabilities = UNKNOWN
    question: bool = False
    wish: bool = False
    recommendation_wanted: bool = False
    language: str = ""
    supported: bool = True
    urgency: int = 0
    reasons: tuple[str, ...] = ()
    urgency_reasons: tuple[str, ...] = ()
    backend: str = "embedded"

    @property
    def confidence(self) -> float:
        """The probability of the likeliest class, 0.0 where none was computed."""
        p = self.probabilities
        return max(p.positive, p.neutral, p.negative) if self.supported else 0.0

    @property
    def sentiment(self) -> Sentiment:
        """The likeliest class when it is likely enough, else unclassified."""
        p = self.probabilities
        best, value = max(
            ((Sentiment.NEGATIVE, p.negative), (Sentiment.POSITIVE, p.positive), (Sentiment.NEUTRAL, p.neutral)),
            key=lambda pair: pair[1],
        )
        return best if self.supported and value >= SURE else Sentiment.UNCLASSIFIED

    @property
    def kind(self) -> Kind:
        """The first that holds: other language, criticism, question, praise, neutral, else unclassified."""
        if not self.supported:
            return Kind.UNCLASSIFIED
        if self.sentiment is Sentiment.NEGATIVE:
            return Kind.CRITICISM
        if self.question:
            return Kind.QUESTION
        by_sentiment = {Sentiment.POSITIVE: Kind.PRAISE, Sentiment.NEUTRAL: Kind.NEUTRAL}
        return by_sentiment.get(self.sentiment, Kind.UNCLASSIFIED)

    @property
    def is_perhaps_criticism(self) -> bool:
        """Whether criticism is likely enough that a person should look."""
        return self.supported and self.probabilities.negative >= MAYBE_NEGATIVE
