"""Writes an expression as a query string, and reads what stands in its quotation marks."""

import re

from earshot.matching.expression import NEAR_WORDS, And, Expression, Filter, Leaf, Near, Not, Or
from earshot.matching.fold import fold_phrase
from earshot.matching.term import Term, format_switches, format_term

QUOTES = '"“”„‟«»'

_BARE = re.compile(
    rf"(?!(?:OR|AND|NOT|NEAR(?:/\d+)?|[&+])\Z)(?!(?i:site|lang|title|author|type):)[^\s(){QUOTES}–−-][^\s(){QUOTES}]*"
)
_PLAIN_VALUE = re.compile(rf"[^\s(){QUOTES}\\]+")
_QUOTED = re.compile(rf"[{QUOTES}]((?:[^{QUOTES}\\]|\\[\s\S])*)[{QUOTES}]((?:~-?[a-z]+)*)")
_PAIR = re.compile(r"\\([\s\S])")
_TILDE = re.compile(r"(\\[\s\S])|~")


def read_phrase(token: str) -> str:
    """A quoted phrase with its switches, written as a term in a list: only behind the quotation marks a ~ is one."""
    found = _QUOTED.fullmatch(token)
    assert found is not None, "the lexer lets nothing else pass"  # noqa: S101
    inside = _PAIR.sub(lambda pair: pair[1] if pair[1] in QUOTES else pair[0], found[1])
    return _TILDE.sub(lambda sign: sign[1] or r"\~", inside) + found[2]


def format_query(expression: Expression) -> str:
    """The query string for an expression; reading it again gives the same expression."""
    match expression:
        case And(parts):
            return " ".join(map(_part, parts)) if len(parts) > 1 else format_query(parts[0])
        case Or(parts):
            return " OR ".join(map(_part, parts)) if len(parts) > 1 else format_query(parts[0])
        case Not(Near() as leaf):
            return f"-({_leaf(leaf)})"
        case Not(leaf):
            return f"-{_leaf(leaf)}"
        case _:
            return _leaf(expression)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Filter(name, value):
            return f"{name}:{value}" if _PLAIN_VALUE.fullmatch(value) else f'{name}:"{value}"'
        case Near(these, those, words):
            reach = "" if words == NEAR_WORDS else f"/{words}"
            return f"{_group(these)} NEAR{reach} {_group(those)}"
        case _:
            return _term(leaf)


def _part(part: Expression) -> str:
    is_group = isinstance(part, And | Or) and len(part.parts) > 1
    return f"({format_query(part)})" if is_group else format_query(part)


def _group(terms: tuple[Term, ...]) -> str:
    return _term(terms[0]) if len(terms) == 1 else f"({' OR '.join(map(_term, terms))})"


def _term(term: Term) -> str:
    where = f"{term.where}:" if term.where else ""
    written = format_term(term)
    if _BARE.fullmatch(written) and fold_phrase(written) != "-":
        return where + written
    switches = format_switches(term)
    body = written.removesuffix(switches)
    body = re.sub(rf"([{QUOTES}])", r"\\\1", body)
    return f'{where}"{body}"{switches}'
