"""What a watch looks for, as a tree of phrases, and whether a text with certain phrases in it satisfies it.

Negations stand in front of single phrases only; `negate` moves them there. So every phrase is either wanted or
unwanted, and an expression that does not hold without any phrase needs a wanted one to be found.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from earshot.domain.watch import Terms
from earshot.matching.fold import fold_phrase

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One or more words in a row; `term` is how it was written and `key` how it looks folded ("" is never found)."""

    term: str
    key: str


@dataclass(frozen=True, slots=True)
class Not:
    """The phrase must not be there."""

    phrase: Phrase


@dataclass(frozen=True, slots=True)
class And:
    """All parts must hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts must hold."""

    parts: tuple["Expression", ...]


Expression = Phrase | Not | And | Or


def phrase(term: str) -> Phrase:
    """The phrase written as `term`, white space trimmed and unified, in characters that can be stored."""
    written = _SURROGATE.sub("\ufffd", " ".join(term.split()))
    return Phrase(written, fold_phrase(written))


def every(parts: Iterable[Expression]) -> Expression:
    """What holds if all of one or more parts do, in its simplest form."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def either(parts: Iterable[Expression]) -> Expression:
    """What holds if at least one of one or more parts does, in its simplest form."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def negate(expression: Expression) -> Expression:
    """What holds exactly if `expression` does not."""
    match expression:
        case Phrase():
            return Not(expression)
        case Not(inner):
            return inner
        case And(parts):
            return either(map(negate, parts))
        case Or(parts):
            return every(map(negate, parts))


def from_terms(terms: Terms) -> Expression:
    """The expression for one of `any`, each of `all` and none of `none`; without `any` and `all` it never holds."""
    one_of = (Or(tuple(map(phrase, terms.any))),) if terms.any or not terms.all else ()
    return And((*one_of, *map(phrase, terms.all), *(Not(phrase(term)) for term in terms.none)))


def holds(expression: Expression, keys: Collection[str]) -> bool:
    """Whether a text satisfies the expression in which exactly the phrases with these keys were found."""
    match expression:
        case Phrase(key=key):
            return key in keys
        case Not(inner):
            return inner.key not in keys
        case And(parts):
            return all(holds(part, keys) for part in parts)
        case Or(parts):
            return any(holds(part, keys) for part in parts)


def wanted(expression: Expression) -> Iterator[Phrase]:
    """Yields the phrases that speak for a match, as written from left to right."""
    match expression:
        case Phrase():
            yield expression
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)


def unwanted(expression: Expression) -> Iterator[Phrase]:
    """Yields the phrases that speak against a match, as written from left to right."""
    match expression:
        case Not(inner):
            yield inner
        case And(parts) | Or(parts):
            for part in parts:
                yield from unwanted(part)
