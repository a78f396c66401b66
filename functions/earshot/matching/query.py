"""Reads and writes query strings in the customary syntax.

    "Acme GmbH"  acme  @acme  #acme  acme.de      phrases and words; quotation marks of any kind
    a b                                           both
    a OR b,  a AND b                              operators in capitals
    -a,  NOT a                                    not a
    (a OR b) c                                    groups

`-` and NOT bind first, then AND, then OR, and words side by side last: in `"Acme GmbH" OR @acme -jobs` either name is
enough, and jobs are out in any case.
Inside a quoted phrase, a backslash goes before a quotation mark or another backslash that is part of it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from earshot.domain.errors import Invalid
from earshot.matching.expression import And, Expression, Not, Or, Phrase, either, every, holds, negate, phrase
from earshot.matching.fold import fold_phrase
from earshot.matching.outcome import quoted

if TYPE_CHECKING:  # importing lark takes 50 ms, which only those who read a query should pay
    from lark import Lark, Token

MAX_QUERY = 2000
MAX_DEPTH = 20

_QUOTES = '"“”„‟«»'
_GRAMMAR = rf"""
    ?start: side_by_side
    ?side_by_side: alternative+
    ?alternative: joint (_OR joint)*
    ?joint: single (_AND single)*
    ?single: atom | (_MINUS | _NOT) atom -> without
    ?atom: WORD -> word | PHRASE -> quoted | _OPEN side_by_side _CLOSE
    _OR.2: /OR(?=[\s(){_QUOTES}]|\Z)/
    _AND.2: /AND(?=[\s(){_QUOTES}]|\Z)/
    _NOT.2: /NOT(?=[\s(){_QUOTES}]|\Z)/
    _MINUS.2: /[-–−](?=\S)/
    _OPEN: "("
    _CLOSE: ")"
    WORD: /[^\s(){_QUOTES}]+/
    PHRASE: /[{_QUOTES}](?:[^{_QUOTES}\\]|\\[\s\S])*[{_QUOTES}]/
    %ignore /\s+/
"""
_NAMES = {"WORD": "a word", "_CLOSE": '")"', "_OR": "OR", "_AND": "AND", "$END": "the end"}
"""What an error calls the things that can stand in a place; where a phrase or a group can, a word can too."""
_FILTER = re.compile(r"(site|lang|title|author|type):", re.IGNORECASE)
_BARE = re.compile(rf"(?!(?:OR|AND|NOT)\Z)[^\s(){_QUOTES}–−-][^\s(){_QUOTES}]*(?<!\*)")
_ESCAPED = re.compile(rf"\\([{_QUOTES}\\])")
_TO_ESCAPE = re.compile(rf"([{_QUOTES}\\])")


def parse_query(text: str) -> Expression:
    """The expression that the query stands for.

    Raises:
        Invalid: the query is empty, longer than 2,000 characters, nested deeper than 20 groups, not well formed, or
            would match texts in which none of its words stands; the reason names the column, counted from 1.
    """
    if not text.strip():
        raise Invalid("query", "is empty; it needs at least one word")
    if len(text) > MAX_QUERY:
        raise Invalid("query", f"is longer than {MAX_QUERY:,} characters")
    expression = _parse(text)
    if holds(expression, ()):
        raise Invalid("query", "every alternative must ask for a word; exclusions alone match nearly everything")
    return expression


def format_query(expression: Expression) -> str:
    """The query string for an expression; reading it again gives an expression that means the same."""
    match expression:
        case Phrase(term=term):
            is_bare = _BARE.fullmatch(term) and not _FILTER.match(term) and expression.key != "-"
            return term if is_bare else '"' + _TO_ESCAPE.sub(r"\\\1", term) + '"'
        case Not(inner):
            return "-" + format_query(inner)
        case And((only,)) | Or((only,)):
            return format_query(only)
        case And(parts):
            return " ".join(map(_format_part, parts))
        case Or(parts):
            return " OR ".join(map(_format_part, parts))


def _format_part(part: Expression) -> str:
    is_group = isinstance(part, And | Or) and len(part.parts) > 1
    return f"({format_query(part)})" if is_group else format_query(part)


class _Builder:
    """Turns each rule of the grammar into an expression as soon as the parser has read it, without recursion."""

    def word(self, children: "list[Token]") -> Expression:
        return phrase(children[0])

    def quoted(self, children: "list[Token]") -> Expression:
        return phrase(_ESCAPED.sub(r"\1", children[0][1:-1]))

    def without(self, children: list[Expression]) -> Expression:
        return negate(children[0])

    def joint(self, children: list[Expression]) -> Expression:
        return every(children)

    def alternative(self, children: list[Expression]) -> Expression:
        return either(children)

    def side_by_side(self, children: list[Expression]) -> Expression:
        return every(children)


@lru_cache(maxsize=1)
def _parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - see above

    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder())


def _parse(text: str) -> Expression:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415

    try:
        _check_tokens(_parser().lex(text))
        return cast("Expression", _parser().parse(text))
    except UnexpectedCharacters as error:  # only a quotation mark without its partner fits no token
        raise _fault(error.pos_in_stream, "expected a closing quotation mark, found the end") from error
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        expected = " or ".join(name for kind, name in _NAMES.items() if kind in error.expected)
        found = "the end" if at_end else quoted(error.token)
        raise _fault(len(text) if at_end else error.token.start_pos, f"expected {expected}, found {found}") from error


def _check_tokens(tokens: "Iterator[Token]") -> None:
    """Refuses what the grammar lets pass: groups nested too deep, words that are none, syntax of a later day."""
    depth = 0
    for token in tokens:
        depth += {"_OPEN": 1, "_CLOSE": -1}.get(token.type, 0)
        if depth > MAX_DEPTH:
            raise _fault(token.start_pos, f"groups may be nested {MAX_DEPTH} deep")
        if token.type == "WORD":
            _check_word(token)
        elif token.type == "PHRASE" and not fold_phrase(token[1:-1]):
            raise _fault(token.start_pos, "expected a word, found an empty phrase")


def _check_word(token: "Token") -> None:
    field = _FILTER.match(token)
    key = fold_phrase(token)
    if field:
        raise _fault(token.start_pos, f"field filters such as {field[0].lower()} are not supported yet")
    if token.endswith("*"):
        raise _fault(token.start_pos, f"prefixes such as {quoted(token)} are not supported yet")
    if key in ("", "-"):
        raise _fault(
            token.start_pos, "expected a word, found a lone dash" if key else "expected a word, found nothing visible"
        )


def _fault(position: int | None, reason: str) -> Invalid:
    return Invalid("query", f"column {(position or 0) + 1}: {reason}")
