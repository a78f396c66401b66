"""Reads the words that a hashtag is made of: "#AcmeRocks2026", "#Team_Acme"."""

import re
from collections.abc import Iterator

from earshot.matching.fold import Folded, Keep, fold

_HASHTAG = re.compile(r"#(\w{3,100})")
_PART = re.compile(r"[^\W\d_]+|\d+")
_CAPITAL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])")


def hashtag_words(text: str) -> Iterator[Folded]:
    """Yields the words of each compound hashtag of a text, folded, one blank between them; of simple ones nothing."""
    cased = fold(text, Keep.CASE | Keep.UMLAUTS)
    for hashtag in _HASHTAG.finditer(cased.text):
        words = list(_words(hashtag[1], hashtag.start(1)))
        if len(words) > 1:
            yield _apart(cased, words)


def _words(tag: str, shift: int) -> Iterator[tuple[int, int]]:
    for part in _PART.finditer(tag):
        start = part.start()
        for cut in (*(found.start() for found in _CAPITAL.finditer(part[0])), len(part[0])):
            yield shift + start, shift + part.start() + cut
            start = part.start() + cut


def _apart(cased: Folded, words: list[tuple[int, int]]) -> Folded:
    pieces = [(fold(cased.text[start:end]), start) for start, end in words]
    # A blank has the place where the word before it ends.
    offsets = [cased.offsets[start + offset] for piece, start in pieces for offset in piece.offsets]
    return Folded(text=" ".join(piece.text for piece, _ in pieces), offsets=offsets)
