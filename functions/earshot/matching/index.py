"""Looks for the phrases of many expressions in the fields of one text, in a single pass over each field."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from earshot.domain.watch import Span
from earshot.matching.automaton import Automaton
from earshot.matching.expression import Expression, Phrase, unwanted, wanted
from earshot.matching.fold import fold

MAX_SPANS = 20

Places = Mapping[str, Sequence[tuple[str, int, int]]]
"""Where phrases were found first: folded phrase to at most 20 (field, start, end), field by field, left to right."""


class PhraseIndex:
    """Holds every phrase of `expressions` once, and who wants it."""

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self._wanted_by: dict[str, list[int]] = defaultdict(list)
        for number, expression in enumerate(expressions):
            for key in {phrase.key for phrase in wanted(expression)}:
                self._wanted_by[key].append(number)
        phrases = chain.from_iterable(chain(wanted(each), unwanted(each)) for each in expressions)
        self._keys = tuple(dict.fromkeys(phrase.key for phrase in phrases if phrase.key))
        self._automaton = Automaton(self._keys)

    def find(self, fields: Iterable[tuple[str, str]]) -> Places:
        """The places in these (field, text) pairs where phrases stand."""
        places: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for field, text in fields:
            for found in self._automaton.find(fold(text)):
                known = places[self._keys[found.phrase]]
                if len(known) < MAX_SPANS:
                    known.append((field, found.start, found.end))
        return places

    def candidates(self, places: Places) -> list[int]:
        """The numbers of the expressions that want a found phrase, ascending: no other can hold."""
        return sorted({number for key in places for number in self._wanted_by.get(key, ())})


def spans(phrases: Iterable[Phrase], places: Places, fields: Sequence[str]) -> tuple[Span, ...]:
    """At most 20 spans for these phrases, in reading order; every phrase shows once before one shows twice.

    Spans overlap where the phrases do.
    """
    ranked = sorted(
        (turn, fields.index(field), start, end, phrase.term)
        for phrase in phrases
        for turn, (field, start, end) in enumerate(places.get(phrase.key, ()))
    )
    shown = sorted(place[1:] for place in ranked[:MAX_SPANS])
    return tuple(Span(field=fields[field], start=start, end=end, term=term) for field, start, end, term in shown)
