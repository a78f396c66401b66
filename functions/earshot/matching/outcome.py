"""Decides an expression and says why, in one short sentence."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from earshot.matching.expression import And, Expression, Not, Or, Phrase, holds, unwanted, wanted

_MOST_TERMS = 5
_LONGEST_TERM = 60
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether an expression holds, the rule that decided, and the found phrases that did.

    For a match these are the wanted phrases that were found, otherwise the unwanted ones.
    """

    matched: bool
    rule: str
    phrases: tuple[Phrase, ...]


def evaluate(expression: Expression, keys: Collection[str]) -> Outcome:
    """Decides for a text in which exactly the phrases with these keys were found.

    The rule of a match reads like `any: "Café Morgenrot"; all: "Köln"`, that of a miss like
    `none of the words "Acme", "ACME AG" is there` or `excluded by "Jobs"`.
    """
    parts = expression.parts if isinstance(expression, And) else (expression,)
    if holds(expression, keys):
        found = _distinct(phrase for part in parts for phrase in _found(part, keys))
        return Outcome(matched=True, rule=_rule(expression, keys), phrases=found)
    missed = [part for part in parts if not holds(part, keys)]
    blocking = _distinct(phrase for part in missed for phrase in unwanted(part) if phrase.key in keys)
    return Outcome(matched=False, rule=_reason(missed, keys), phrases=blocking)


def quoted(term: str) -> str:
    """The term in quotation marks, fit to be shown: at most 60 characters, none of them a control."""
    term = _UNFIT.sub("\ufffd", term)
    return f'"{term}"' if len(term) <= _LONGEST_TERM else f'"{term[: _LONGEST_TERM - 1]}…"'


def _rule(expression: Expression, keys: Collection[str]) -> str:
    match expression:
        case And(parts):
            groups = [f"any: {_listed(_found(part, keys))}" for part in parts if isinstance(part, Or)]
            single = [part for part in parts if isinstance(part, Phrase)]
            return "; ".join(groups + ([f"all: {_listed(single)}"] if single else []))
        case _:
            return f"any: {_listed(_found(expression, keys))}"


def _reason(missed: Iterable[Expression], keys: Collection[str]) -> str:
    sentences: list[str] = []
    blocking: list[Phrase] = []
    for part in missed:
        absent = [] if isinstance(part, Not) else [phrase for phrase in wanted(part) if phrase.key not in keys]
        if len(absent) == 1:
            sentences.append(f"{quoted(absent[0].term)} is not there")
        elif absent:
            sentences.append(f"none of the words {_listed(absent)} is there")
        else:
            blocking.extend(phrase for phrase in unwanted(part) if phrase.key in keys)
    if blocking:
        sentences.append(f"excluded by {_listed(blocking)}")
    return "; ".join(sentences) or "the watch names no word to look for"


def _found(expression: Expression, keys: Collection[str]) -> Iterator[Phrase]:
    """Yields the wanted phrases of those parts that hold."""
    match expression:
        case Phrase(key=key) if key in keys:
            yield expression
        case And(parts) | Or(parts):
            for part in parts:
                if holds(part, keys):
                    yield from _found(part, keys)


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    kept: dict[str, Phrase] = {}
    for phrase in phrases:
        kept.setdefault(phrase.key, phrase)
    return tuple(kept.values())


def _listed(phrases: Iterable[Phrase]) -> str:
    terms = [quoted(phrase.term) for phrase in _distinct(phrases)]
    more = len(terms) - _MOST_TERMS
    return ", ".join(terms[:_MOST_TERMS]) + (f" and {more} more" if more > 0 else "")
