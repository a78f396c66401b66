"""Folds text so that different spellings of one word look the same; nothing else in Earshot folds.

"Müller", "MÜLLER", "Mueller" and "Mu" + U+0308 + "ller" all fold to "mueller", and every folded character still
knows which original characters it comes from. Folded text is for comparing: it is never stored and never shown.

What folds together: upper and lower case; ä and ae, ö and oe, ü and ue, ß and ss; Latin and Greek letters with and
without accents; compatibility forms (ﬁ, Ａ, 𝐀); HTML entities and what they stand for; kinds of apostrophes, quotation
marks and dashes; runs of white space. What is dropped: characters without a width, soft hyphens, and the marks ™, ℠
and ®, which come and go behind a name. An umlaut is no accent: "Muller" is not "Müller". `Keep` keeps some of it apart.

Source:
    DIN 5007-2 for ä, ö, ü and ß, as told at cabeweb.de/html/din5007.htm; UAX #15, Stream-Safe Text Format, as quoted
    at archives.miloush.net/michkap (2010-04-28); both read 2026-11-24.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

from earshot.matching.entities import decoded

FOLD_VERSION = 2
"""Rises whenever some text folds differently; keys made of folded text carry it."""

_DASHES = "‐‑‒–—―⁃−⸺⸻﹘﹣－"
_APOSTROPHES = "`´\u1ffd‘’‚‛′‵ʹʻʼʽ＇‹›"
_QUOTES = "“”„‟«»″‶〝〞〟＂"
_BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_SIGNS = {
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _QUOTES), '"'),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})
_KEPT_LETTERS = frozenset("äöüÄÖÜßẞ")
# Latin letters that Unicode does not take apart, as they are written where a keyboard lacks them.
_BARE = {
    **{"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"},
    **{"Ø": "O", "Ł": "L", "Đ": "D", "Ħ": "H", "Ŧ": "T", "Ð": "D", "Þ": "Th", "Æ": "Ae", "Œ": "Oe"},
}

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties, and the trade mark signs.
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff®™℠]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# What does not fold letter by letter: the grave accent, everything outside printable ASCII, successive blanks; with
# all such characters behind it. (It begins with a set of characters because `re` skips ahead to these quickly.)
_PASSAGE = re.compile(r"(?:[^ -_a-~]|  )[^!-~]*+")

# Normalising sorts the marks behind a letter in quadratic time; UAX #15 says that no language needs over 30.
_LONGEST_CHARACTER = 32


class Keep(Flag):
    """What folding leaves as it is written."""

    NOTHING = 0
    CASE = auto()
    UMLAUTS = auto()
    ACCENTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Folded text: its character at i comes from the original characters `offsets[i]` up to `offsets[i + 1]`.

    Characters that come from the same original, like the "ae" of an "ä", have the same offset. `offsets` has one
    entry more than the text has characters: the length of the original.
    """

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The bounds of text[start:end] in the original; None where an original character would be cut in two."""
        offsets = self.offsets
        # A blank that was put in between has the place of what follows it, and cuts nothing.
        cuts_first = start > 0 and offsets[start - 1] == offsets[start] and self.text[start - 1] != " "
        cuts_last = offsets[end - 1] == offsets[end]
        return None if cuts_first or cuts_last else (offsets[start], offsets[end])


def fold(text: str, keep: Keep = Keep.NOTHING) -> Folded:
    """The folded text with its way back to the original, in linear time; every string can be folded."""
    plain, origins = decoded(text)
    folded = _fold(plain, keep)
    if origins is None:
        return folded
    return Folded(text=folded.text, offsets=[origins[offset] for offset in folded.offsets])


def fold_phrase(phrase: str, keep: Keep = Keep.NOTHING) -> str:
    """The folded phrase without white space at its edges: what to look for in folded text; "" if nothing remains."""
    return fold(phrase, keep).text.strip(" ")


def _fold(text: str, keep: Keep) -> Folded:
    lower = str if Keep.CASE in keep else str.lower
    if text.isascii():
        folded = lower(text).translate(_SIGNS)
        if "  " not in folded:
            return Folded(text=folded, offsets=range(len(text) + 1))
    parts: list[str] = []
    offsets: list[int] = []
    done = 0
    for passage in _PASSAGE.finditer(text):
        start, end = passage.span()
        if start > done and (text[start - 1] == " " or _joins(text[start])):
            start -= 1
        parts.append(lower(text[done:start]))
        offsets.extend(range(done, start))
        done = end
        for position, character in _fold_passage(text[start:end], start, keep):
            parts.append(character)
            offsets.extend([position] * len(character))
    parts.append(lower(text[done:]))
    offsets.extend(range(done, len(text) + 1))
    return Folded(text="".join(parts), offsets=offsets)


def _fold_passage(passage: str, start: int, keep: Keep) -> list[tuple[int, str]]:
    """The passage's characters folded, each with its position in the text; of successive blanks the first remains."""
    if len(passage) == 1:
        return [(start, _fold_character(passage, keep))]
    folded: list[tuple[int, str]] = []
    begin = 0
    for end in range(1, len(passage) + 1):
        if (
            end < len(passage)
            and end - begin < _LONGEST_CHARACTER
            and _joins(passage[end])
            and passage[begin] not in _BLANKS
        ):
            continue
        character = _fold_character(passage[begin:end], keep)
        if character and not (character == " " and folded and folded[-1][1] == " "):
            folded.append((start + begin, character))
        begin = end
    return folded


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether the character belongs to the one before it: marks, vowels and tails of Hangul, what has no width."""
    first = unicodedata.normalize("NFKC", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"
        or character in "\u00ad\u200b\u200c\u200d"
    )


@lru_cache(maxsize=8192)
def _fold_character(character: str, keep: Keep) -> str:
    """One character with all that joins it, folded; "" if it is dropped."""
    bare = _SURROGATE.sub("\ufffd", _DROPPED.sub("", character)).translate(_SIGNS)
    composed = unicodedata.normalize("NFKC", bare).translate(_SIGNS)
    if composed.startswith(" ") and bare != " ":
        composed = bare  # "¨" by itself would become a blank with a mark, and part the word it stands in
    # Turkish "İ" becomes an i with a second dot, which no keyboard writes.
    folded = composed if Keep.CASE in keep else "".join(map(_small, composed)).replace("i\u0307", "i")
    folded = unicodedata.normalize("NFC", folded)
    if Keep.ACCENTS not in keep:
        folded = _without_accents(folded)
    return folded if Keep.UMLAUTS in keep else folded.translate(_UMLAUTS)


def _small(character: str) -> str:
    """The character without its case; "ß" is left for whoever folds umlauts."""
    return "ß" if character in "ßẞ" else character.casefold()


def _without_accents(character: str) -> str:
    """One character with its marks, without those on Latin and Greek letters but for the dots of umlauts."""
    letters = "".join(map(_without_accent, character))
    if len(letters) < 2 or not _is_ours(letters[0]):
        return letters
    return letters[0] + "".join(sign for sign in letters[1:] if unicodedata.category(sign)[0] != "M")


def _without_accent(character: str) -> str:
    if character < "\x80" or character in _KEPT_LETTERS:
        return character
    if character in _BARE:
        return _BARE[character]
    apart = unicodedata.normalize("NFD", character)
    return apart[0] if len(apart) > 1 and _is_ours(apart[0]) else character


def _is_ours(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK"))
