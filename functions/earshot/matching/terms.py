"""Checks the words of a watch before it is saved."""

from collections.abc import Iterable

from earshot.domain.errors import Invalid
from earshot.domain.watch import Terms
from earshot.matching.expression import phrase
from earshot.matching.outcome import quoted

MAX_TERMS = 2000
MAX_TERM_LENGTH = 200


def validate_terms(
    any: Iterable[str] = (),  # noqa: A002 - the words of the API and of `Terms`
    all: Iterable[str] = (),  # noqa: A002
    none: Iterable[str] = (),
) -> Terms:
    """The terms trimmed, each once in its first spelling: "Müller" and "MUELLER" are the same term.

    Raises:
        Invalid: no word must be there; a list is not a list of strings; a term is longer than 200 characters, or
            nothing remains of it when folded; or there are more than 2,000.
    """
    terms = Terms(any=_checked("any", any), all=_checked("all", all), none=_checked("none", none))
    count = len(terms.any) + len(terms.all) + len(terms.none)
    if count > MAX_TERMS:
        raise Invalid("any", f"a watch has at most {MAX_TERMS:,} words and phrases; these are {count:,}")
    if not terms.any and not terms.all:
        unwanted = ", not only words that must not" if terms.none else ""
        raise Invalid("any", f"a watch needs at least one word that must be there{unwanted}")
    return terms


def _checked(field: str, terms: Iterable[object]) -> tuple[str, ...]:
    """The usable terms in their first spelling, in the given order."""
    if isinstance(terms, str) or not isinstance(terms, Iterable):
        raise Invalid(field, "must be a list of words and phrases")
    kept: dict[str, str] = {}
    for term in terms:
        if not isinstance(term, str):
            raise Invalid(field, "every word must be a string")
        wanted = phrase(term)
        if len(wanted.term) > MAX_TERM_LENGTH:
            raise Invalid(field, f"{quoted(wanted.term)} is longer than {MAX_TERM_LENGTH} characters")
        if not wanted.key:
            raise Invalid(field, f"{quoted(wanted.term)} holds nothing to look for")
        kept.setdefault(wanted.key, wanted.term)
    return tuple(kept.values())
