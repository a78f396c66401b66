"""Likeness: under which names a text is looked up by its copies, and how much of one text stands in another.

A name is the hash of three words in a row, whatever their order, so that a swap spares it. Of all that a text has the
smallest hashes are taken, since an edited copy most likely takes the same: half of them from its beginning, for what a
feed cuts short, half from all of it, for what stands behind other words. A name found is only a hint: what decides is
the share of words, in their order, that the shorter text has in common with the longer one.

Measured on German and English texts of 25 words and more (`benchmarks/stories.py`).
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from earshot.matching.fold import FOLD_VERSION, fold

MIN_WORDS = 25
"""Words from which on a text tells a story by itself: shorter ones are alike by chance and by habit."""

MIN_COPY_WORDS = 20
"""Words from which on a text may be a copy: one of 25 words that a fifth was taken from."""

_FEWEST_SPELT = 15
"""Of these words at least so many have letters or digits; the others are signs that stand alone."""

MAX_WORDS = 120
"""Words that are compared; a longer text is told by its beginning."""

ALIKE = 0.7
"""The likeness from which on two texts tell one story.

A copy with a fifth of its words changed has .79 and more; of unrelated texts those made by one pattern (a fault on a
line, the result of a poll) reach .73, and mostly differ in their figures; everything else stays below .64.
"""

SAME = 0.8
"""The overlap from which on two texts are the same, and one is not a part of the other with more around it."""

NAMES = 8
CLAIMED = 4
"""Of the names that are looked up, how many a text claims for itself: the first ones that are free."""

_RULE = 1
"""Rises whenever some text gets other names or another sketch."""

_IN_A_ROW = 3
_BEGINNING = 40
"""Rows of words in what a feed or a mail shows of a text at least."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of a text to find its copies: names in the order in which they are claimed, and a sketch.

    A text that is too short to tell a story `may_claim` none; it is looked up only.
    """

    names: tuple[str, ...]
    sketch: str
    may_claim: bool = True


def fingerprint(title: str, text: str, *, is_history: bool) -> Fingerprint | None:
    """The fingerprint of a text, of title and text where that one is short; None where both together are too short.

    History and news have different names: what is old is never a copy of what is new.
    """
    words, length = _words(text), len(text.split())
    if max(len(words), length) < MIN_WORDS:
        words, length = _words(f"{title} {text}"), len(title.split()) + length
    length = max(len(words), length)
    if length < MIN_COPY_WORDS or len(words) < _FEWEST_SPELT:
        return None
    names = [_name(row, "h" if is_history else "n") for row in _rows(words)]
    return Fingerprint(
        names=tuple(_smallest(names)),
        sketch=base64.b64encode(b"".join(map(_hashed, words))).decode(),
        may_claim=length >= MIN_WORDS,
    )


def likeness(one: str, other: str) -> float:
    """How much of the shorter text stands in the longer one, in order, by their sketches: 0.0 to 1.0.

    Two texts that each give figures which the other one lacks are two reports by one pattern: 0.0.
    """
    a, b = _words_of(one), _words_of(other)
    shorter, longer = sorted((len(a), len(b)))
    if not shorter:
        return 0.0
    common = _in_common(a, b)
    # Of texts longer than what is compared, each may give figures that the other gives further down.
    is_whole = longer < MAX_WORDS or common >= SAME * longer
    return 0.0 if is_whole and _figures(a) - _figures(b) and _figures(b) - _figures(a) else common / shorter


def overlap(one: str, other: str) -> float:
    """How much of the longer text stands in the shorter one, in order, by their sketches: 0.0 to 1.0."""
    a, b = _words_of(one), _words_of(other)
    return _in_common(a, b) / max(len(a), len(b), 1)


def _words(text: str) -> list[str]:
    return [found[0] for found in islice(_WORD.finditer(fold(text).text), MAX_WORDS)]


def _rows(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words) - _IN_A_ROW + 1):
        yield " ".join(sorted(words[start : start + _IN_A_ROW]))


def _name(row: str, age: str) -> str:
    return f"{FOLD_VERSION}.{_RULE}{age}#{base64.urlsafe_b64encode(_hash(row, 8)).decode().rstrip('=')}"


def _smallest(names: Sequence[str]) -> list[str]:
    """The smallest names, two of the beginning and two of the whole by turns."""
    beginning, whole = sorted(set(names[:_BEGINNING])), sorted(set(names))
    turns = [name for at in range(0, NAMES, 2) for name in (*beginning[at : at + 2], *whole[at : at + 2])]
    return list(dict.fromkeys((*turns, *whole)))[:NAMES]


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _hashed(word: str) -> bytes:
    """A word of a sketch: fifteen bits of its hash, behind one that says whether it is a number."""
    first, second = _hash(word, 2)
    return bytes((first | 0x80 if word.isdecimal() else first & 0x7F, second))


def _figures(words: Sequence[bytes]) -> set[bytes]:
    return {word for word in words if word[0] & 0x80}


def _words_of(sketch: str) -> list[bytes]:
    hashes = base64.b64decode(sketch)
    return [hashes[at : at + 2] for at in range(0, len(hashes), 2)]


def _in_common(a: Sequence[bytes], b: Sequence[bytes]) -> int:
    """The length of the longest common subsequence; all places of `a` are the bits of one number.

    Written out because this is all that is needed of a library that would load 2 MB into two Lambdas.

    Source:
        H. Hyyrö, "Bit-Parallel LCS-length Computation Revisited", AWOCA 2004: the row update `(V + U) | (V - U)`.
    """
    places: dict[bytes, int] = defaultdict(int)
    for at, word in enumerate(a):
        places[word] |= 1 << at
    everywhere = row = (1 << len(a)) - 1
    for word in b:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & everywhere
    return len(a) - row.bit_count()
