"""Finds many phrases in a text at once, as whole words.

A phrase is a whole word where the characters around it do not continue it: an edge that is a letter, a digit, an
underscore or a combining mark must not touch another such character, so "Bahn" is not in "Autobahn". An edge that is
a sign needs no such boundary, so "C++" is in "C++17" and "&Co" in "Müller&Co". Three signs in front of a word bind it
to the word before them, and therefore only count where none stands there: "@acme" is not in "info@acme.com", "#acme"
not in "page#acme", and ".NET" not in "asp.net", which is an address and not the framework.

Source:
    UTS #18, annex C (word characters), as told at docs.rs/regex-syntax, is_word_character; README of ahocorasick-rs
    1.0.3, "Overlapping matches"; both read 2026-11-24.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from earshot.matching.fold import Folded

_BINDING_SIGNS = frozenset("@#.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """The phrase with this number stands in the original from `start` up to, not including, `end`."""

    phrase: int
    start: int
    end: int


class Automaton:
    """Holds the folded `phrases`; building it takes time and memory, so build it once and search often."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._automaton = AhoCorasick(phrases)
        self._guarded_starts = [_is_word(phrase[0]) or _binds(phrase) for phrase in phrases]
        self._guarded_ends = [_is_word(phrase[-1]) for phrase in phrases]

    def find(self, folded: Folded) -> Iterator[Occurrence]:
        """Yields every occurrence, overlapping ones too, by where they end; a phrase's number is its position.

        An occurrence never cuts an original character in two: "." is not in "…".
        """
        text = folded.text
        for phrase, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start > 0 and self._guarded_starts[phrase] and _is_word(text[start - 1]):
                continue
            if end < len(text) and self._guarded_ends[phrase] and _is_word(text[end]):
                continue
            bounds = folded.original(start, end)
            if bounds is not None:
                yield Occurrence(phrase=phrase, start=bounds[0], end=bounds[1])


def _binds(phrase: str) -> bool:
    """Whether a word before this phrase would make it part of an address: ".net" yes, "..." no."""
    return phrase[0] in _BINDING_SIGNS and _is_word(phrase[1:2])


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or (character > "\x7f" and unicodedata.category(character)[0] == "M")
