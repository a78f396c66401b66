"""What a verdict costs, beside matching the same texts, and what the first one waits for."""

from benchmarks.phrases import some_phrases, watches
from benchmarks.scale import Scale
from benchmarks.texts import some_texts
from benchmarks.timing import Row, digits, in_turn, shown
from builders import an_item
from earshot.classify.embedded import EmbeddedClassifier
from earshot.matching.matcher import Matcher

AREA = "classifying"
VERDICT = "a verdict"
FIRST = "the first verdict: reading the weights"
_MATCHED = "matching it against 1,000 phrases"


def measure(scale: Scale) -> list[Row]:
    """A line for a verdict on a text, and one for the load that the first verdict of a process waits for."""
    texts = some_texts(scale.texts).texts
    items = [an_item(str(i), text=text) for i, text in enumerate(texts)]
    matcher, classifier = Matcher(watches(some_phrases(1_000, texts))), EmbeddedClassifier()
    turns = in_turn(
        {
            _MATCHED: lambda: [matcher.match(item) for item in items],
            VERDICT: lambda: [classifier.classify(text) for text in texts],
        },
        tries=scale.tries,
    )
    each_s = turns.median_s(VERDICT) / len(texts)
    rate = f"{shown(each_s)} ({digits(1 / each_s)} texts/s)"
    return [turns.row(AREA, VERDICT, _MATCHED, median=rate), _load(texts[0], classifier, scale)]


def _load(text: str, warm: EmbeddedClassifier, scale: Scale) -> Row:
    turns = in_turn(
        {FIRST: lambda: EmbeddedClassifier().classify(text), "a later one": lambda: warm.classify(text)},
        tries=scale.tries,
    )
    return turns.row(AREA, FIRST, "a later one")
