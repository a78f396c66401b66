"""Tells which watches an item matches, with the evidence; or why it does not match one."""

from collections.abc import Sequence

from earshot.domain.item import Item
from earshot.domain.watch import Match, Watch
from earshot.matching.expression import from_terms, holds
from earshot.matching.index import PhraseIndex, Places, spans
from earshot.matching.outcome import evaluate

_FIELDS = ("title", "text")


class Matcher:
    """Listens for all `watches` at once; building it takes time, so build it once and match often."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = tuple(watches)
        self._expressions = tuple(from_terms(watch.terms) for watch in watches)
        self._index = PhraseIndex(self._expressions)

    def match(self, item: Item) -> tuple[Match, ...]:
        """The watches that title and text together satisfy, strongest role first, then in the given order."""
        places = self._index.find(_fields(item))
        matched = [self._evidence(number, places) for number in self._index.candidates(places)]
        return tuple(sorted(filter(None, matched), key=lambda match: match.role.strength))

    def _evidence(self, number: int, places: Places) -> Match | None:
        """The match of the watch with this number; None where its terms do not hold."""
        if not holds(self._expressions[number], places.keys()):
            return None
        watch = self._watches[number]
        outcome = evaluate(self._expressions[number], places.keys())
        evidence = spans(outcome.phrases, places, _FIELDS)
        return Match(watch_id=watch.id, role=watch.role, spans=evidence, rule=outcome.rule)


def explain(watch: Watch, item: Item) -> str:
    """Why the item matches the watch, or why not: `none of the words "Acme" is there`, `excluded by "Jobs"`."""
    expression = from_terms(watch.terms)
    return evaluate(expression, PhraseIndex((expression,)).find(_fields(item)).keys()).rule


def _fields(item: Item) -> tuple[tuple[str, str], ...]:
    return (("title", item.title), ("text", item.text))
