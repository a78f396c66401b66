"""The default classifier: a linear model in a file beside this one, run with the standard library."""

from pathlib import Path

from earshot.classify.language import JUDGED, LanguageDetector
from earshot.classify.linear import judge, reasons
from earshot.classify.signals import signals
from earshot.classify.stars import from_stars
from earshot.classify.tokens import Token, tokenize
from earshot.classify.urgency import urgency
from earshot.classify.weights import Weights, unpack
from earshot.domain.errors import ClassifyError
from earshot.domain.verdict import Probabilities, Verdict

WEIGHTS_FILE = Path(__file__).with_name("weights.bin")

_NO_TEXT = Verdict(supported=False, reasons=("no text",))
"""Not `supported`, so that nothing said is neither "perhaps criticism" nor a third sure of anything."""


class EmbeddedClassifier:
    """Judges German and English texts without network, numpy or state; weights are read on first use (about 20 ms)."""

    def __init__(self, weights_file: Path = WEIGHTS_FILE, detector: LanguageDetector | None = None) -> None:
        self._weights_file = weights_file
        self._detector = detector or LanguageDetector()
        self._weights: Weights | None = None

    def classify(self, text: str, *, language: str = "", rating: float | None = None) -> Verdict:
        """A verdict on the first 4,000 characters; `language` is the source's hint, `rating` 1 to 5 stars.

        Stars decide where there are any, in every language; the text then only explains. Without stars, a text in
        another language is not judged (`supported` is false), and neither is one without a word or sign.

        Raises:
            ClassifyError: the weights file is missing or damaged.
        """
        tokens = tokenize(text)
        stars = from_stars(rating)
        if not tokens and not stars:
            return _NO_TEXT
        found = self._detector.of_tokens(tokens, language)
        if found in (*JUDGED, ""):
            return self._judged(text, tokens, found, stars)
        if stars:
            return Verdict(probabilities=stars[0], language=found, reasons=(stars[1],))
        return Verdict(supported=False, language=found, reasons=(f"language {found}",))

    def _judged(self, text: str, tokens: list[Token], found: str, stars: tuple[Probabilities, str] | None) -> Verdict:
        judgement = judge(tokens, self._loaded(), found)
        probabilities = stars[0] if stars else judgement.probabilities
        words = reasons(judgement, probabilities)
        heard = signals(text)
        points, urgency_reasons = urgency(text, probabilities.negative, is_question=heard.question)
        return Verdict(
            probabilities=probabilities,
            question=heard.question,
            wish=heard.wish,
            recommendation_wanted=heard.recommendation_wanted,
            language=found,
            urgency=points,
            reasons=(stars[1], *words) if stars else words,
            urgency_reasons=urgency_reasons,
        )

    def _loaded(self) -> Weights:
        if self._weights is None:
            try:
                packed = self._weights_file.read_bytes()
            except OSError as exc:
                raise ClassifyError(
                    f"the weights file {self._weights_file.name} cannot be read; install the package again"
                ) from exc
            self._weights = unpack(packed)
        return self._weights
