"""Checks the words of a watch and its noise list before they are saved."""

from collections.abc import Iterable, Iterator
from typing import Any

from earshot.domain.errors import Invalid
from earshot.domain.watch import Noise, Terms
from earshot.matching.expression import And, Expression, Filter, Not, from_terms, is_too_wide, terms_in, wanted
from earshot.matching.filters import FILTERS, read_filter
from earshot.matching.outcome import quoted
from earshot.matching.term import Term, Unreadable, format_term, parse_term

MAX_TERMS = 2000
MAX_TERM_LENGTH = 200
MAX_WRITTEN = 3 * MAX_TERM_LENGTH
"""Characters of a term with its backslashes and switches."""
MAX_NOISE = 500
"""Entries of one noise list."""

_LISTS = ("any", "all", "none", "near")


def validate_terms(terms: Terms) -> Terms:
    """The terms trimmed, each once in its first spelling: "Müller" and "MUELLER" are the same term.

    Raises:
        Invalid: no word must be there; a query that cannot be read, or one beside lists; a list is not a list of
            strings; a term is longer than 200 characters or cannot be read; or there are more than 2,000.
    """
    if terms.query:
        return _checked_query(terms)
    lists: dict[str, Any] = {name: _checked_terms(name, getattr(terms, name)) for name in _LISTS}
    filters: dict[str, Any] = {name: _checked_filters(name, getattr(terms, name)) for name in FILTERS}
    count = sum(map(len, lists.values())) + sum(map(len, filters.values()))
    if count > MAX_TERMS:
        raise Invalid("any", f"a watch has at most {MAX_TERMS:,} words and phrases; these are {count:,}")
    if not lists["any"] and not lists["all"] and is_too_wide(_filters_only(filters)):
        unwanted = ", not only words that must not" if lists["none"] else ""
        raise Invalid("any", f"a watch needs at least one word that must be there{unwanted}")
    if lists["near"] and not lists["any"] and not lists["all"]:
        raise Invalid("near", "needs a word in any or all that it should stand near to")
    return Terms(**lists, **filters)


def validate_noise(noise: Noise) -> Noise:
    """The noise list trimmed, each entry once.

    Raises:
        Invalid: an entry is no string, empty, too long or cannot be read; or a list has more than 500.
    """
    return Noise(
        accounts=_names("noise.accounts", noise.accounts),
        voices=_names("noise.voices", noise.voices),
        sites=_limited("noise.sites", _checked_filters("noise.sites", noise.sites)),
        authors=_names("noise.authors", noise.authors),
        phrases=_limited("noise.phrases", _checked_terms("noise.phrases", noise.phrases)),
    )


def spoken(terms: Terms) -> Terms:
    """The words as they are spoken, for searches elsewhere: any, all and none without switches, also of a query.

    Of a query, what must be there in any case is in `all`, every other wanted word in `any`.
    """
    expression = _expression(terms)
    parts = expression.parts if isinstance(expression, And) else (expression,)
    must = [part for part in parts if isinstance(part, Term)]
    none = [part.leaf for part in parts if isinstance(part, Not) and isinstance(part.leaf, Term)]
    others = [term for part in parts if not isinstance(part, Term) for term in _wanted_terms(part)]
    if not others:
        must, others = must[1:], must[:1]
    return Terms(any=_plain(others), all=_plain(must), none=_plain(none))


def _expression(terms: Terms) -> Expression:
    if not terms.query:
        return from_terms(terms)
    from earshot.matching.query import parse_query  # noqa: PLC0415 - reading queries loads a parser

    return parse_query(terms.query)


def _wanted_terms(part: Expression) -> Iterator[Term]:
    for leaf in wanted(part):
        found = terms_in(leaf)
        yield from found if isinstance(leaf, Term) else found[: len(getattr(leaf, "these", ()))]


def _plain(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.text for term in terms))


def _checked_query(terms: Terms) -> Terms:
    if terms != Terms(query=terms.query):
        raise Invalid("query", "cannot stand beside lists of words; give one or the other")
    query = " ".join(terms.query.split())
    expression = _expression(Terms(query=query))
    count = sum(len(terms_in(leaf)) or 1 for leaf in wanted(expression))
    if count > MAX_TERMS:
        raise Invalid("query", f"has at most {MAX_TERMS:,} words and phrases")
    return Terms(query=query)


def _filters_only(filters: dict[str, tuple[str, ...]]) -> Expression:
    return And(tuple(Filter(name, values[0]) for name, values in filters.items() if values))


def _checked_terms(field: str, terms: Iterable[object]) -> tuple[str, ...]:
    """The usable terms in their first spelling, in the given order."""
    kept: dict[tuple[str, object, bool], str] = {}
    for written in _strings(field, terms):
        if len(written) > MAX_WRITTEN:
            raise Invalid(field, f"{quoted(written)} is longer than {MAX_TERM_LENGTH} characters")
        try:
            term = parse_term(written)
        except Unreadable as exc:
            raise Invalid(field, f"{quoted(written)}: {exc}") from None
        if len(term.text) > MAX_TERM_LENGTH:
            raise Invalid(field, f"{quoted(term.text)} is longer than {MAX_TERM_LENGTH} characters")
        kept.setdefault((term.key, term.switches, term.is_prefix), format_term(term))
    return tuple(kept.values())


def _checked_filters(field: str, values: Iterable[object]) -> tuple[str, ...]:
    name = field.rpartition(".")[2].removesuffix("s")
    kept: dict[str, None] = {}
    for written in _strings(field, values):
        try:
            kept[read_filter(name, written[: MAX_TERM_LENGTH + 1]).value] = None
        except Unreadable as exc:
            raise Invalid(field, f"{quoted(written)}: {exc}") from None
    return tuple(kept)


def _names(field: str, values: Iterable[object]) -> tuple[str, ...]:
    names = dict.fromkeys(" ".join(value.split()) for value in _strings(field, values))
    if any(not name or len(name) > MAX_TERM_LENGTH for name in names):
        raise Invalid(field, f"a name has 1 to {MAX_TERM_LENGTH} characters")
    return _limited(field, tuple(names))


def _limited(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
    if len(values) > MAX_NOISE:
        raise Invalid(field, f"has at most {MAX_NOISE} entries; these are {len(values):,}")
    return values


def _strings(field: str, values: Iterable[object]) -> Iterator[str]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise Invalid(field, "must be a list of words and phrases")
    for value in values:
        if not isinstance(value, str):
            raise Invalid(field, "every word must be a string")
        yield value
