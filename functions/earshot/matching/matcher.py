"""Tells which watches an item matches, with the evidence; or why it does not match one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from earshot.domain.errors import Invalid
from earshot.domain.item import Item
from earshot.domain.watch import Match, Noise, Terms, Watch
from earshot.matching.document import Reading, TellLanguage, document_of, spans
from earshot.matching.expression import (
    Expression,
    Or,
    from_terms,
    holds,
    is_of_terms,
    needs_a_term,
    terms_in,
    unwanted,
    wanted,
)
from earshot.matching.noise import Screen
from earshot.matching.outcome import Miss, evaluate, evidence
from earshot.matching.places import Finder, Places
from earshot.matching.term import Term, term_of

NO_NOISE = Noise()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an item matches a watch or not; `filtered` names the noise list that stops it, "" if none does."""

    matched: bool
    rule: str
    misses: tuple[Miss, ...] = ()
    filtered: str = ""


@dataclass(frozen=True, slots=True)
class _Listener:
    """A watch, ready to be held against documents."""

    watch: Watch
    expression: Expression
    screen: Screen | None
    is_of_terms: bool
    """Then what stands where says everything, and the document need not be asked."""

    def hears(self, reading: Reading) -> Match | None:
        """The match, with its evidence; None where the terms do not hold, or the noise list stops it."""
        truth = reading.places.__contains__ if self.is_of_terms else reading.holds
        if not holds(self.expression, truth) or (self.screen and self.screen.stops(reading)):
            return None
        found = evidence(self.expression, truth)
        shown = spans(found.terms, reading.places)
        return Match(watch_id=self.watch.id, role=self.watch.role, spans=shown, rule=found.rule)


class Matcher:
    """Listens for all `watches` at once; building it takes time, so build it once and match often.

    `noise` holds for all of them. `tell_language` is asked where a watch wants a language.
    """

    def __init__(
        self, watches: Sequence[Watch], noise: Noise = NO_NOISE, tell_language: TellLanguage | None = None
    ) -> None:
        self._tell_language = tell_language
        self._screen = _screen(noise)
        self._listeners = tuple(map(_listener, watches))
        self._wanted_by: dict[Term, list[int]] = defaultdict(list)
        self._always: list[int] = []
        terms: list[Term] = list(self._screen.terms if self._screen else ())
        for number, each in enumerate(self._listeners):
            speaking = dict.fromkeys(term for leaf in wanted(each.expression) for term in terms_in(leaf))
            for term in speaking:
                self._wanted_by[term].append(number)
            self._always += [] if needs_a_term(each.expression) else [number]
            terms += speaking
            terms += [term for leaf in unwanted(each.expression) for term in terms_in(leaf)]
            terms += each.screen.terms if each.screen else ()
        self._finder = Finder(terms)

    def match(self, item: Item) -> tuple[Match, ...]:
        """The watches that the item satisfies, strongest role first, then in the given order; none for noise."""
        places = self._finder.find((("title", item.title), ("text", item.text)))
        candidates = self._candidates(places)
        if not candidates:  # nearly always, so everything else waits
            return ()
        reading = Reading(document_of(item), places, self._tell_language)
        if self._screen and self._screen.stops(reading):
            return ()
        matched = filter(None, [self._listeners[number].hears(reading) for number in candidates])
        return tuple(sorted(matched, key=lambda match: match.role.strength))

    def is_stopped(self, item: Item, watch_id: str) -> bool:
        """Whether a noise list, of the company or of this watch, keeps the item from being a mention."""
        places = self._finder.find((("title", item.title), ("text", item.text)))
        reading = Reading(document_of(item), places, self._tell_language)
        screens = [self._screen, *(each.screen for each in self._listeners if each.watch.id == watch_id)]
        return any(screen.stops(reading) for screen in screens if screen is not None)

    def is_voice(self, item: Item, matches: Sequence[Match] = ()) -> bool:
        """Whether one of our own voices speaks: one of the company, or one of every watch that matched."""
        document = document_of(item)
        if self._screen and self._screen.is_voice(document):
            return True
        matched = {match.watch_id for match in matches}
        screens = [each.screen for each in self._listeners if each.watch.id in matched]
        return bool(screens) and all(screen is not None and screen.is_voice(document) for screen in screens)

    def _candidates(self, places: Places) -> list[int]:
        """The numbers of the watches that may hold, ascending: no other wants what was found."""
        found = {number for term in places for number in self._wanted_by.get(term, ())}
        return sorted(found.union(self._always)) if self._always else sorted(found)


def _listener(watch: Watch) -> _Listener:
    expression = expression_of(watch.terms)
    return _Listener(watch, expression, _screen(watch.noise), is_of_terms(expression))


def _screen(noise: Noise) -> Screen | None:
    return Screen(noise) if noise != NO_NOISE else None


def explain(
    watch: Watch, item: Item, noise: Noise = NO_NOISE, tell_language: TellLanguage | None = None
) -> Explanation:
    """Why the item matches the watch, or why not: `none of the words "Acme" is there`, `excluded by "Jobs"`."""
    document, expression = document_of(item), expression_of(watch.terms)
    screens = (Screen(noise), Screen(watch.noise))
    leaves = (*wanted(expression), *unwanted(expression))
    terms = [term for leaf in leaves for term in terms_in(leaf)]
    places = Finder([*terms, *(term for screen in screens for term in screen.terms)]).find(document.fields)
    reading = Reading(document, places, tell_language)
    outcome = evaluate(expression, reading.holds)
    filtered = next(filter(None, (screen.stops(reading) for screen in screens)), "")
    return Explanation(
        matched=outcome.matched and not filtered, rule=outcome.rule, misses=outcome.misses, filtered=filtered
    )


def expression_of(terms: Terms) -> Expression:
    """What a stored watch looks for; a query that cannot be read any more finds nothing."""
    if not terms.query:
        return from_terms(terms, term_of)
    from earshot.matching.query import parse_query  # noqa: PLC0415 - reading queries loads a parser

    try:
        return parse_query(terms.query)
    except Invalid:
        return Or(())
