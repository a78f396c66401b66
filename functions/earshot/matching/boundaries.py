"""Where a word begins and ends, in every script, as pieces of regular expressions over folded text.

Letters, digits, the underscore and combining marks continue a word. Scripts written without spaces have no such
borders between words: there a word may begin and end anywhere, but Katakana, which spells names, does not end within
Katakana. A Korean word may carry a particle.

Source:
    UTS #18, annex C (word characters), as told at docs.rs/regex-syntax, is_word_character; read 2026-11-24. The ranges
    are the marks and the blocks of these scripts in the Unicode data that Python carries.
"""

import re

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd"
    "\u0a01-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0dca-\u0ddf\u20d0-\u20f0"
)
_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_KATAKANA = "\u30a0-\u30ff"
_HANGUL = "\uac00-\ud7a3"
_PARTICLES = "에서|에게|께서|으로|까지|부터|처럼|보다|한테|이나|이랑|하고|은|는|이|가|을|를|의|에|와|과|도|로|만|나|랑"

WORD = rf"[\w{_MARKS}]"
"""One character of a word."""

LETTER = r"[^\W\d_]"
"""One letter."""

WORDS = re.compile(rf"{WORD}+(?:'{WORD}+)*")
"""The words of a folded text; an apostrophe between letters belongs to the word."""

_SPECIAL = re.compile(f"[{_MARKS}{_WITHOUT_SPACES}{_KATAKANA}{_HANGUL}]")
_MARK = re.compile(f"[{_MARKS}]")
_SPACED = rf"[^\W{_WITHOUT_SPACES}{_KATAKANA}]"
_FREE = re.compile(f"[{_WITHOUT_SPACES}]")
_KATAKANA_LETTER = re.compile(f"[{_KATAKANA}]")
_HANGUL_LETTER = re.compile(f"[{_HANGUL}]")
_WORD_CHARACTER = re.compile(WORD)

_BINDING = frozenset("@#.")
"""Signs that bind a word to the one before: "@acme" is not in "info@acme.com", nor ".net" in "asp.net"."""


def is_plain(text: str) -> bool:
    """Whether a text has only characters whose borders a regular expression knows by itself."""
    return text.isascii() or not _SPECIAL.search(text)


def masked(text: str) -> str:
    """A folded text as plain terms see it, of the same length: letters without borders part words, marks join them."""
    return text if is_plain(text) else _SPECIAL.sub(lambda sign: "_" if _MARK.match(sign[0]) else "\0", text)


def is_word(character: str) -> bool:
    """Whether a character continues a word; "" does not."""
    return _WORD_CHARACTER.match(character) is not None


def opening(text: str, *, hyphens: bool) -> str:
    """What must not stand before a term that begins like `text`; with `hyphens`, a letter and a hyphen must not."""
    first = text[:1]
    if not is_word(first):
        return r"(?<!\w)" if first in _BINDING and is_word(text[1:2]) else ""
    lone = r"(?<!\A[^\W\d_]-)(?<!\W[^\W\d_]-)" if hyphens else "(?<!-)"
    if is_plain(text):
        return rf"(?<!\w){lone}"
    if _FREE.match(first):
        return ""
    if _KATAKANA_LETTER.match(first):
        return f"(?<![{_KATAKANA}])"
    return f"(?<!{_SPACED})(?<![{_MARKS}]){lone}"


def closing(text: str, *, hyphens: bool) -> str:
    """What must not follow a term that ends like `text`; without `hyphens`, a hyphen must not."""
    last = text[-1:]
    if not is_word(last) or _FREE.match(last):
        return ""
    part = "" if hyphens else r"(?!-\w)"
    if is_plain(text):
        return rf"(?!\w){part}"
    if _KATAKANA_LETTER.match(last):
        return f"(?![{_KATAKANA}])"
    particle = f"(?:{_PARTICLES})?" if _HANGUL_LETTER.match(last) else ""
    return rf"{particle}(?!{_SPACED})(?![{_MARKS}]){part}"
