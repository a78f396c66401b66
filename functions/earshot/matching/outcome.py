"""Decides an expression and says why, in one short sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from earshot.matching.expression import (
    And,
    Expression,
    Filter,
    Leaf,
    Near,
    Not,
    Or,
    Truth,
    holds,
    terms_in,
    unwanted,
    wanted,
)
from earshot.matching.term import Term

_MOST_TERMS = 5
_LONGEST_TERM = 60
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SENTENCES = {
    "absent": "{} is not there",
    "none": "none of the words {} is there",
    "context": "none of the context words {} is there",
    "far": "{} does not stand near enough",
    "site": "it does not stand on {}",
    "lang": "it is not written in {}",
    "author": "its author is not {}",
    "type": "it is no {}",
    "excluded": "excluded by {}",
    "empty": "the watch names no word to look for",
}


@dataclass(frozen=True, slots=True)
class Miss:
    """One reason why an expression does not hold; `why` is a key of the sentences, `what` the terms or values."""

    why: str
    what: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _SENTENCES[self.why].format(listed(self.what))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether an expression holds, the rule that decided, and the terms that were found and did.

    For a match these are the wanted terms, otherwise the unwanted ones, and `misses` says what was missing.
    """

    matched: bool
    rule: str
    terms: tuple[Term, ...] = ()
    misses: tuple[Miss, ...] = ()


def evaluate(expression: Expression, truth: Truth) -> Outcome:
    """Decides for a text in which leaves hold as `truth` says.

    The rule of a match reads like `any: "Café Morgenrot"; all: "Köln"`, that of a miss like
    `none of the words "Acme", "ACME AG" is there` or `excluded by "Jobs"`.
    """
    if holds(expression, truth):
        return evidence(expression, truth)
    parts = expression.parts if isinstance(expression, And) else (expression,)
    missed = [part for part in parts if not holds(part, truth)]
    blocking = [leaf for part in missed for leaf in unwanted(part) if truth(leaf)]
    misses = tuple(_misses(missed, blocking, truth))
    terms = dict.fromkeys(term for leaf in blocking for term in terms_in(leaf) if truth(term))
    return Outcome(matched=False, rule="; ".join(map(str, misses)), terms=tuple(terms), misses=misses)


def evidence(expression: Expression, truth: Truth) -> Outcome:
    """What `evaluate` says of an expression that is known to hold."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    is_one = not isinstance(expression, And)
    found = [(is_one or isinstance(part, Or), leaf) for part in parts for leaf in _found(part, truth)]
    terms = dict.fromkeys(
        term for _, leaf in found for term in ((leaf,) if isinstance(leaf, Term) else filter(truth, terms_in(leaf)))
    )
    return Outcome(matched=True, rule=_rule(found, truth), terms=tuple(terms))


def quoted(term: str) -> str:
    """The term in quotation marks, fit to be shown: at most 60 characters, none of them a control."""
    term = _UNFIT.sub("\ufffd", term)
    return f'"{term}"' if len(term) <= _LONGEST_TERM else f'"{term[: _LONGEST_TERM - 1]}…"'


def listed(terms: Iterable[str]) -> str:
    """The first terms in quotation marks, and how many more there are."""
    distinct = [quoted(term) for term in dict.fromkeys(terms)]
    more = len(distinct) - _MOST_TERMS
    return ", ".join(distinct[:_MOST_TERMS]) + (f" and {more} more" if more > 0 else "")


def shown(leaf: Leaf) -> tuple[str, ...]:
    """What people call a leaf: its terms, or its value."""
    if isinstance(leaf, Filter):
        return (leaf.value,)
    return tuple(term.shown for term in terms_in(leaf))


def _rule(found: Iterable[tuple[bool, Leaf]], truth: Truth) -> str:
    """What was found, alternatives (true) or what had to be there, in groups: words, context, and filters."""
    groups: dict[str, list[str]] = {}
    for is_any, leaf in found:
        if isinstance(leaf, Near):
            groups.setdefault("any", []).extend(term.shown for term in leaf.these if truth(term))
            groups.setdefault("near", []).extend(term.shown for term in leaf.those if truth(term))
        elif isinstance(leaf, Filter):
            groups.setdefault(leaf.name, []).append(leaf.value)
        else:
            groups.setdefault("any" if is_any else "all", []).append(leaf.shown)
    return "; ".join(f"{name}: {listed(what)}" for name, what in groups.items())


def _misses(missed: Iterable[Expression], blocking: Iterable[Leaf], truth: Truth) -> Iterator[Miss]:
    is_said = False
    for part in missed:
        absent = [] if isinstance(part, Not) else [leaf for leaf in wanted(part) if not truth(leaf)]
        if absent:
            is_said = True
            yield _absence(absent, truth)
    if excluding := tuple(dict.fromkeys(what for leaf in blocking for what in shown(leaf))):
        yield Miss("excluded", excluding)
    elif not is_said:
        yield Miss("empty")


def _absence(absent: list[Leaf], truth: Truth) -> Miss:
    first = absent[0]
    if len(absent) > 1 or isinstance(first, Term):
        names = {leaf.name for leaf in absent if isinstance(leaf, Filter)}
        if len(names) == 1 and all(isinstance(leaf, Filter) for leaf in absent):
            return Miss(names.pop(), tuple(what for leaf in absent for what in shown(leaf)))
        what = tuple(dict.fromkeys(what for leaf in absent for what in shown(leaf)))
        return Miss("absent" if len(what) == 1 else "none", what)
    if isinstance(first, Filter):
        return Miss(first.name, (first.value,))
    return _distance(first, truth)


def _distance(near: Near, truth: Truth) -> Miss:
    """What is missing of two terms that should be near: the first, the second, or the nearness."""
    if not any(map(truth, near.these)):
        names = tuple(term.shown for term in near.these)
        return Miss("absent" if len(names) == 1 else "none", names)
    there = tuple(term.shown for term in near.those if truth(term))
    return Miss("far", there) if there else Miss("context", tuple(term.shown for term in near.those))


def _found(expression: Expression, truth: Truth) -> Iterator[Leaf]:
    """Yields the wanted leaves of those parts that hold."""
    if isinstance(expression, Not):
        return
    if not isinstance(expression, And | Or):
        if truth(expression):
            yield expression
        return
    for part in expression.parts:
        if isinstance(part, Term):
            if truth(part):
                yield part
        elif holds(part, truth):
            yield from _found(part, truth)
