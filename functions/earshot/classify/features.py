"""Hashed features: every token's buckets out of 131,072, the same in every process and on every machine.

A word has one bucket for itself, one for the pair with each neighbour, one for each run of three to five characters
within its boundaries, and one for its mood where the lexicon knows it. A bucket is the low 17 bits of CRC-32 over
UTF-32 code units, started with the length of the run as seed: Python's own `hash` is salted per process, CRC-32 is
not, and it is in `zlib`.

The trainer and the runtime share exactly this code: a change here asks for new weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import log
from typing import Final
from zlib import crc32

from earshot.classify.lexicon import DENIED, REACH, is_denied, judged
from earshot.classify.tokens import Token, mood

BUCKETS: Final = 1 << 17
"""Larger gained nothing, half lost accuracy."""

GRAM_LENGTHS: Final = (3, 4, 5)

EMPHASIS: Final = 2.0
"""How much more a whole word or sign weighs than a run or pair: there are a dozen runs to every word."""

MOOD_EMPHASIS: Final = 6.0
"""How much more the mood of a smiley or emoji weighs than a run: it says plainly what its writer means, in one sign."""

WORD_MOOD_EMPHASIS: Final = 4.0
"""How much more the mood of a word from the lexicon weighs than a run."""

_MASK = BUCKETS - 1
_WHOLE, _PAIR, _MOOD = 0, 1, 2
_WIDTH = 4  # bytes per character in UTF-32, so a run is a slice and a word is encoded once


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the model sees of a text.

    `values` maps each bucket to its weight before idf, in order of first occurrence; `counts` to its occurrences.
    `of_tokens` holds the buckets of each token, `of_pairs[i]` the one of the tokens `i` and `i + 1`.
    """

    values: dict[int, float]
    counts: dict[int, int]
    of_tokens: list[list[int]]
    of_pairs: list[int]


def extract(tokens: Sequence[Token]) -> Features:
    """The features of a text's tokens; repeating a word raises its value by the logarithm only."""
    of_tokens = [_of_word(token.folded) if token.is_word else _of_sign(token.folded) for token in tokens]
    folded = [token.folded for token in tokens]
    moods = [_mood_of_word(folded, place) if token.is_word else 0 for place, token in enumerate(tokens)]
    for buckets, felt in zip(of_tokens, moods, strict=True):
        buckets.extend([felt] if felt else [])
    of_pairs = [_bucket(f"{a} {b}", _PAIR) for a, b in pairwise(folded)]
    counts: dict[int, int] = {}
    for bucket in chain(chain.from_iterable(of_tokens), of_pairs):
        counts[bucket] = counts.get(bucket, 0) + 1
    values = {bucket: 1.0 if count == 1 else 1.0 + log(count) for bucket, count in counts.items()}
    first = {buckets[0]: _emphasis(token) for token, buckets in zip(tokens, of_tokens, strict=True)}
    for bucket, emphasis in (first | {felt: WORD_MOOD_EMPHASIS for felt in moods if felt}).items():
        values[bucket] *= emphasis
    return Features(values=values, counts=counts, of_tokens=of_tokens, of_pairs=of_pairs)


def _emphasis(token: Token) -> float:
    return MOOD_EMPHASIS if not token.is_word and mood(token.folded) else EMPHASIS


def _of_word(folded: str) -> list[int]:
    padded = f" {folded} ".encode("utf-32-le")
    buckets = [crc32(padded, _WHOLE) & _MASK]
    for length in GRAM_LENGTHS:
        size = length * _WIDTH
        buckets += [crc32(padded[i : i + size], length) & _MASK for i in range(0, len(padded) - size + 1, _WIDTH)]
    return buckets


def _mood_of_word(folded: Sequence[str], place: int) -> int:
    """The bucket of the mood that the lexicon gives a word, another one where it is denied; 0 for none."""
    felt = judged(folded[place])
    if not felt:
        return 0
    before = folded[max(0, place - REACH) : place]
    return _bucket(DENIED + felt if is_denied(before) else felt, _MOOD)


def _of_sign(folded: str) -> list[int]:
    felt = mood(folded)
    # The mood comes first and so carries the emphasis: a smiley the model never saw still smiles.
    return [_bucket(felt, _MOOD), _bucket(folded, _WHOLE)] if felt else [_bucket(folded, _WHOLE)]


def _bucket(text: str, seed: int) -> int:
    return crc32(text.encode("utf-32-le"), seed) & _MASK
