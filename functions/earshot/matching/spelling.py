"""Turns a term into the one regular expression that finds it in folded text, however it is spelled.

The expression is made of our own pieces around escaped words; nobody's pattern is ever run. Every match of it holds
each of the term's `stems`, so whoever looks for many terms needs to run only those of which a stem is there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earshot.matching import boundaries, hosts
from earshot.matching.endings import Forms, as_written, forms
from earshot.matching.fold import Keep, fold_phrase
from earshot.matching.term import Switch, Term

_JOINING = re.compile(r" ?([&+/|]) ?")
_ABBREVIATIONS = frozenset({"dr", "st", "prof", "mr", "mrs", "ms", "co", "nr", "str", "inc", "ltd", "bros", "jr", "sr"})
_CAMEL = re.compile(r"(?<=[^\W\d_][a-zß-öø-ÿ])(?=[A-ZÄÖÜ][a-zß-öø-ÿ])")
_PARTED = "(?:- ?| )"
"""A hyphen, also at the end of a line, or a blank."""
_SEAM = "\ue000"
"""Marks where a term with capitals inside may be written apart."""
_HANDLE = ("@", "#")
MOST_JOINED = 6
"""Words of a phrase that may be written in one: with more of them "ss ss ss …" could be read in too many ways."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a term is found: literals that stand in each match, and the source of an expression for folded text.

    A group `ending…` counts only behind capitals, a group `noun…` only in a word with a capital; a group `joint…` is
    empty only in a hashtag, before a capital, or in a compound. `is_headed` says that a match begins with the stem.
    """

    stems: tuple[str, ...]
    pattern: str
    is_headed: bool = False


def spelling(term: Term, keep: Keep = Keep.NOTHING) -> Spelling:
    """How the term is found in text that is folded with this `keep`."""
    host = None if term.is_prefix else hosts.host_of(term.text)
    if host:
        return Spelling(*hosts.pattern(*host, keep))
    may_split = term.has(Switch.HYPHENS) and not term.is_prefix and not term.text.startswith(_HANDLE)
    is_split = may_split and len(_CAMEL.findall(term.text)) < MOST_JOINED
    text = fold_phrase(_CAMEL.sub(_SEAM, term.text) if is_split else term.text, keep)
    words = [(found.start(), found.end()) for found in boundaries.WORDS.finditer(text)]
    if not words:
        return Spelling((text,), re.escape(text))
    if text.startswith(_HANDLE):
        return _handle(term, text)
    return _phrase(term, text, words)


def _handle(term: Term, text: str) -> Spelling:
    rest = r"\w*" if term.is_prefix else boundaries.closing(text, hyphens=term.has(Switch.HYPHENS))
    return Spelling((text,), boundaries.opening(text, hyphens=True) + re.escape(text) + rest)


def _phrase(term: Term, text: str, words: Sequence[tuple[int, int]]) -> Spelling:
    hyphens, parts = term.has(Switch.HYPHENS), list(_parts(text, words))
    forms_found = [_as_in(term, part, parts) for part in parts]
    begin, end = text[: words[0][0]], text[words[-1][1] :]
    pieces = [boundaries.opening(text, hyphens=hyphens), _sign(begin).removeprefix(" ?")]
    for part, form in zip(parts, forms_found, strict=True):
        pieces += [form.pattern, "" if part.is_last else _gap(part, hyphens, may_join=len(parts) <= MOST_JOINED)]
    pieces += [r"\.?" if end == "." else _sign(end).removesuffix(" ?")]
    pieces += ["" if term.is_prefix else boundaries.closing(text, hyphens=hyphens)]
    stems = tuple(form.stem for form in forms_found if form.stem)
    if max(map(len, stems)) == 1:
        stems = _signs(text) or stems
    return Spelling(stems, "".join(pieces), is_headed=stems == (text[: len(stems[0])],) and "'" not in text)


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a phrase: its number, what follows it, and the size of the written word that it belongs to.

    `is_before_letter` says that the next word is a single character.
    """

    word: str
    number: int
    following: str
    size: int
    is_last: bool
    is_before_letter: bool


def _parts(text: str, words: Sequence[tuple[int, int]]) -> Iterator[_Part]:
    begin = words[0][0]
    for number, (start, end) in enumerate(words):
        is_last = number == len(words) - 1
        following = text[end:] if is_last else text[end : words[number + 1][0]]
        size = len(text[begin:end].replace(_SEAM, ""))
        is_before_letter = not is_last and words[number + 1][1] - words[number + 1][0] == 1
        yield _Part(text[start:end], number, following, size, is_last, is_before_letter)
        if not is_last and following != _SEAM:
            begin = words[number + 1][0]


def _as_in(term: Term, part: _Part, parts: Sequence[_Part]) -> Forms:
    """The forms of a word in its phrase; before a seam or a sign at the end it has none."""
    if part.is_last and term.is_prefix:
        return Forms(part.word, rf"{re.escape(part.word)}\w{{0,100}}")
    is_bare = part.following == _SEAM or (part.is_last and part.following not in ("", "."))
    if is_bare or not term.has(Switch.ENDINGS):
        form = as_written(part.word)
    else:
        is_single = all(other.following == _SEAM for other in parts if not other.is_last)
        form = forms(part.word, is_single=is_single, is_last=part.is_last, number=part.number, size=part.size)
    if part.is_last and term.has(Switch.COMPOUNDS):
        return Forms(form.stem, rf"(?:{re.escape(part.word)}{boundaries.LETTER}+|{form.pattern})")
    return form


def _gap(part: _Part, hyphens: bool, *, may_join: bool) -> str:
    """What may stand between a word of a phrase and the next one."""
    gap = part.following
    if gap == _SEAM:
        return f"{_PARTED}?"
    if part.word.lower() in _ABBREVIATIONS and gap in (" ", ". ", "."):
        return rf"(?:\. ?|{_PARTED})"
    if not gap.strip(" -"):
        return _space(part, may_join=may_join) if hyphens else re.escape(gap)
    if hyphens and gap.strip() == "&" and len(part.word) > 1 and not part.is_before_letter:
        return "(?: ?& ?| und | and )"
    return r"\. ?" if gap in (".", ". ") else _sign(gap)


def _space(part: _Part, *, may_join: bool) -> str:
    """What may stand for a blank or a hyphen: the other one; nothing for a hyphen; for a blank only in some places."""
    gap = part.following
    if gap not in (" ", "-"):
        return f"(?:{re.escape(gap)}|{_PARTED})"
    if not may_join:
        return _PARTED
    return f"{_PARTED}?" if gap == "-" else f"(?P<joint{part.number}>{_PARTED}?)"


def _sign(gap: str) -> str:
    """Signs as they are written, with or without spaces around those that join; a space is found in one way only."""
    pieces = [
        f" ?{re.escape(piece)} ?" if number % 2 else re.escape(piece).replace("'", "'?")
        for number, piece in enumerate(_JOINING.split(gap))
    ]
    return "".join(pieces).replace(" ? ?", " ?")


def _signs(text: str) -> tuple[str, ...]:
    """The signs of a name of single characters such as "1&1": they are rarer than its letters."""
    return tuple(sign for sign in text if not sign.isalnum() and sign not in " -'._" + _SEAM)
