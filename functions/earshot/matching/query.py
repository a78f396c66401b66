"""Reads and writes query strings in the customary syntax; docs/matching.md is its manual.

    "Acme GmbH"  acme  @acme  acme.de  Must*      phrases, words, the beginning of a word
    title:recall  site:heise.de  lang:de          where it stands; author: and type: likewise
    a NEAR b,  a NEAR/5 (b OR c)                  close together
    a b,  a AND b,  a OR b,  -a,  NOT a,  (a)     both, either, neither, groups

NEAR binds first, then `-` and NOT, then AND, then OR, and words side by side last.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from earshot.domain.errors import Invalid
from earshot.matching.expression import NEAR_WORDS, Expression, Near, Or, either, every, is_too_wide, negate
from earshot.matching.filters import read_filter
from earshot.matching.outcome import quoted
from earshot.matching.query_text import QUOTES, format_query, read_phrase
from earshot.matching.term import Term, Unreadable, parse_term

if TYPE_CHECKING:  # importing lark takes 50 ms, which only those who read a query should pay
    from lark import Lark, Token

MAX_QUERY = 50_000
MAX_DEPTH = 20
_OTHER_SIGNS = {"|": "OR", "||": "OR", "&&": "AND", "ODER": "OR", "UND": "AND", "NICHT": "NOT"}
_OTHER_FIELDS = {
    **dict.fromkeys(("sitte", "source", "domain", "host", "url", "inurl"), "site"),
    **dict.fromkeys(("language", "sprache"), "lang"),
    **dict.fromkeys(("intitle", "titel", "headline"), "title"),
    **dict.fromkeys(("autor", "from", "by"), "author"),
    **dict.fromkeys(("typ", "kind"), "type"),
}
MAX_NEAR = 100
MAX_TERM_LENGTH = 200

_PHRASE = rf"[{QUOTES}](?:[^{QUOTES}\\]|\\[\s\S])*[{QUOTES}](?:~-?[a-z]+)*"
_WORD = rf"[^\s(){QUOTES}]+"
_END = rf"(?=[\s(){QUOTES}]|\Z)"
_GRAMMAR = rf"""
    ?start: side_by_side
    ?side_by_side: alternative+
    ?alternative: joint (_OR joint)*
    ?joint: single (_AND single)*
    ?single: closeness | (_MINUS | _NOT) closeness -> without
    ?closeness: atom | atom NEAR atom -> near
    ?atom: WORD -> word | PHRASE -> phrase | FIELD -> field | _OPEN side_by_side _CLOSE
    _OR.2: /OR{_END}/
    _AND.2: /AND{_END}/
    _NOT.2: /NOT{_END}/
    NEAR.2: /NEAR(?:\/\d{{1,9}})?{_END}/
    _MINUS.2: /[-–−](?=\S)/
    FIELD.3: /(?i:site|lang|title|author|type):(?:{_PHRASE}|{_WORD})?/
    _OPEN: "("
    _CLOSE: ")"
    WORD: /{_WORD}(?:\s+[&+]\s+(?!(?:OR|AND|NOT|NEAR)\b|[-–−]){_WORD})*/
    PHRASE: /{_PHRASE}/
    %ignore /\s+/
"""
_NAMES = {"WORD": "a word", "_CLOSE": '")"', "_OR": "OR", "_AND": "AND", "$END": "the end"}
"""What an error calls the things that can stand in a place; where a phrase or a group can, a word can too."""


def parse_query(text: str) -> Expression:
    """The expression that the query stands for.

    Raises:
        Invalid: the query is empty, longer than 50,000 characters, nested deeper than 20 groups, not well formed, or
            would match nearly everything; the reason names the column, counted from 1.
    """
    if not text.strip():
        raise Invalid("query", "is empty; it needs at least one word")
    if len(text) > MAX_QUERY:
        raise Invalid("query", f"is longer than {MAX_QUERY:,} characters")
    expression = _parse(text)
    if is_too_wide(expression):
        reason = "every alternative must ask for a word, a site or an author; the rest alone matches nearly everything"
        raise Invalid("query", reason)
    return expression


class _Builder:
    """Turns each rule of the grammar into an expression as soon as the parser has read it, without recursion."""

    def word(self, children: "list[Token]") -> Expression:
        return parse_term(children[0])

    def phrase(self, children: "list[Token]") -> Expression:
        return parse_term(read_phrase(children[0]))

    def field(self, children: "list[Token]") -> Expression:
        return _field(children[0])

    def near(self, children: list[object]) -> Expression:
        these, sign, those = children
        position = cast("Token", sign).start_pos
        words = int(str(sign).partition("/")[2] or NEAR_WORDS)
        if not 1 <= words <= MAX_NEAR:
            raise _fault(position, f"NEAR reaches from 1 to {MAX_NEAR} words")
        return Near(_alternatives(these, position), _alternatives(those, position), words)

    def without(self, children: list[Expression]) -> Expression:
        return negate(children[0])

    def joint(self, children: list[Expression]) -> Expression:
        return every(children)

    def alternative(self, children: list[Expression]) -> Expression:
        return either(children)

    def side_by_side(self, children: list[Expression]) -> Expression:
        return every(children)


def _field(token: str) -> Expression:
    name, _, value = token.partition(":")
    name = name.lower()
    if not value:
        raise Unreadable(f"expected a value right behind {name}:")
    if len(value) > MAX_TERM_LENGTH:
        raise Unreadable(f"a value has at most {MAX_TERM_LENGTH} characters")
    is_phrase = value[0] in QUOTES
    if name == "title":
        return parse_term(read_phrase(value) if is_phrase else value, where="title")
    return read_filter(name, value[1:-1].replace("\\", "") if is_phrase else value)


def _alternatives(side: object, position: int | None) -> tuple[Term, ...]:
    parts = side.parts if isinstance(side, Or) else (side,)
    terms = tuple(part for part in parts if isinstance(part, Term) and not part.where)
    if len(terms) < len(parts):
        raise _fault(position, "expected words on both sides of NEAR, or groups of words joined by OR")
    return terms


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
    """Refuses what the grammar lets pass: groups nested too deep, and words, phrases and filters that are none."""
    depth = 0
    for token in tokens:
        depth += {"_OPEN": 1, "_CLOSE": -1}.get(token.type, 0)
        if depth > MAX_DEPTH:
            raise _fault(token.start_pos, f"groups may be nested {MAX_DEPTH} deep")
        try:
            if token.type == "FIELD":
                _field(token)
            elif token.type in ("WORD", "PHRASE"):
                _check_term(token)
        except Unreadable as error:
            raise _fault(token.start_pos, str(error)) from None


def _check_term(token: "Token") -> None:
    if re.fullmatch("[-–−]+", token):
        raise Unreadable("expected a word, found a lone dash")
    if len(token) > MAX_TERM_LENGTH:
        raise Unreadable(f"a word or phrase has at most {MAX_TERM_LENGTH} characters")
    is_phrase = token.type == "PHRASE"
    if not is_phrase:
        _check_habit(token)
    if is_phrase and not token.strip(f"{QUOTES} \t\n"):
        raise Unreadable("expected a word, found an empty phrase")
    parse_term(read_phrase(token) if is_phrase else token)


def _check_habit(word: str) -> None:
    """Refuses what other tools write differently: read as a word, it would never be found, and nobody would notice."""
    if word in _OTHER_SIGNS:
        raise Unreadable(f"expected a word, found {quoted(word)}; here it is written {_OTHER_SIGNS[word]}")
    name, colon, value = word.partition(":")
    if colon and value and not value.startswith("//") and name.lower() in _OTHER_FIELDS:
        raise Unreadable(f"there is no {name.lower()}: here; it is written {_OTHER_FIELDS[name.lower()]}:")


def _fault(position: int | None, reason: str) -> Invalid:
    return Invalid("query", f"column {(position or 0) + 1}: {reason}")


__all__ = ["MAX_DEPTH", "MAX_NEAR", "MAX_QUERY", "format_query", "parse_query"]
