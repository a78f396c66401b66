"""What a watch looks for, as a tree: terms, closeness and filters, joined by and, or and not.

Negations stand in front of leaves only; `negate` moves them there. Every leaf is either wanted or unwanted, and only
wanted ones speak for a match.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from earshot.domain.watch import Terms
from earshot.matching.term import Term, parse_term

NEAR_WORDS = 20
"""Words between two terms that are near to each other, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Near:
    """One of `these` and one of `those` stand at most `words` words apart; a title is near to its whole text."""

    these: tuple[Term, ...]
    those: tuple[Term, ...]
    words: int = NEAR_WORDS


@dataclass(frozen=True, slots=True)
class Filter:
    """Something about the item itself; `name` is site, lang, author or type."""

    name: str
    value: str


Leaf = Term | Near | Filter


@dataclass(frozen=True, slots=True)
class Not:
    """The leaf must not hold."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class And:
    """All parts must hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts must hold."""

    parts: tuple["Expression", ...]


Expression = Leaf | Not | And | Or
Truth = Callable[[Leaf], bool]
"""Whether a leaf holds for a text."""


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
        case Not(inner):
            return inner
        case And(parts):
            return either(map(negate, parts))
        case Or(parts):
            return every(map(negate, parts))
        case _:
            return Not(expression)


def from_terms(terms: Terms, read: Callable[[str], Term] = parse_term) -> Expression:
    """The expression for the lists of a watch, each term as `read` reads it.

    Without a word, a site or an author that must be there it never holds.

    Raises:
        Unreadable: a term is none; `validate_terms` lets none such pass.
    """
    one_of, each, context = (tuple(map(read, some)) for some in (terms.any, terms.all, terms.near))
    filters = [
        either(Filter(name, value) for value in values)
        for name in ("site", "lang", "author", "type")
        if (values := getattr(terms, name))
    ]
    is_for_all = not each and not (terms.site or terms.author)
    first: list[Expression] = [Or(one_of)] if one_of or is_for_all else []
    if context:
        first = [Near(one_of or each, context)]
    return And((*first, *each, *(Not(read(term)) for term in terms.none), *filters))


def holds(expression: Expression, truth: Truth) -> bool:
    """Whether a text satisfies the expression in which leaves hold as `truth` says."""
    # Nearly everything is a term among alternatives, so that case comes first and without a call of its own.
    if isinstance(expression, Or):
        return any(truth(part) if isinstance(part, Term) else holds(part, truth) for part in expression.parts)
    if isinstance(expression, And):
        return all(truth(part) if isinstance(part, Term) else holds(part, truth) for part in expression.parts)
    return not truth(expression.leaf) if isinstance(expression, Not) else truth(expression)


def wanted(expression: Expression) -> Iterator[Leaf]:
    """Yields the leaves that speak for a match, as written from left to right."""
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)
        case Not():
            return
        case _:
            yield expression


def unwanted(expression: Expression) -> Iterator[Leaf]:
    """Yields the leaves that speak against a match, as written from left to right."""
    match expression:
        case Not(inner):
            yield inner
        case And(parts) | Or(parts):
            for part in parts:
                yield from unwanted(part)


def terms_in(leaf: Leaf) -> tuple[Term, ...]:
    """The terms of a leaf."""
    match leaf:
        case Term():
            return (leaf,)
        case Near(these, those):
            return (*these, *those)
        case _:
            return ()


def is_of_terms(expression: Expression) -> bool:
    """Whether all its leaves are terms."""
    return all(isinstance(leaf, Term) for leaves in (wanted(expression), unwanted(expression)) for leaf in leaves)


def needs_a_term(expression: Expression) -> bool:
    """Whether it holds only where one of its wanted terms stands, whatever its filters say."""
    return not _may_hold(expression, lambda leaf: isinstance(leaf, Filter))


def is_too_wide(expression: Expression) -> bool:
    """Whether exclusions, languages and types alone can make it hold: that would match nearly everything."""
    return _may_hold(expression, lambda leaf: isinstance(leaf, Filter) and leaf.name in ("lang", "type"))


def _may_hold(expression: Expression, is_free: Truth) -> bool:
    """Whether it can hold where, of the wanted leaves, only free ones do."""
    match expression:
        case Not():
            return True
        case And(parts):
            return all(_may_hold(part, is_free) for part in parts)
        case Or(parts):
            return any(_may_hold(part, is_free) for part in parts)
        case _:
            return is_free(expression)
