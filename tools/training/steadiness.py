"""How far a feature is to be trusted: whether it leans the same way in every source it occurs in.

"Staff" leans to praise where hotel guests write and nowhere else; "bad" leans to criticism everywhere. A company we
never saw is another source, so what holds within one source only is worth little to it. The trust is a factor on each
feature's value while fitting, after the text was brought to length 1: the regression may lean less on a feature with a
small factor. It is multiplied into the weights afterwards, so the runtime knows nothing of it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from earshot.classify.features import BUCKETS
from training.corpus import LABELS, Example

Floats = NDArray[np.float64]

BELIEVED_AT: Final = 5.0
"""Texts of one source with a feature at which what the source says of it counts half."""

SHARE: Final = 0.5
"""How much of the factor is the steadiness; the rest is 1. With 0.7 and 1 left-out scores fell."""

_SPREAD: Final = 0.3  # nothing is steadier than this
_ALONE: Final = 0.5  # what a single source may be off by; it shrinks with the number of sources


def trust(values: csr_matrix, examples: Sequence[Example]) -> Floats:
    """One factor for each bucket, 1 for the average occurrence, `1 - SHARE` where nothing is known."""
    leanings, beliefs = _by_source(values, examples)
    belief = beliefs.sum(axis=0)
    mean = (leanings * beliefs).sum(axis=0) / (belief + 0.5)
    variance = (beliefs * (leanings - mean) ** 2).sum(axis=0) / (belief + 0.5)
    steadiness = np.abs(mean) / np.sqrt(variance + _SPREAD**2 + _ALONE**2 / np.maximum(belief, 1e-9))
    best = steadiness.max(axis=0)
    typical = np.sqrt(np.mean(best[values.indices] ** 2))
    result: Floats = 1 - SHARE + SHARE * best / typical
    return result


def _by_source(values: csr_matrix, examples: Sequence[Example]) -> tuple[Floats, Floats]:
    """Per source, class and bucket the log-odds against the mean of the classes; per source and bucket its belief."""
    names = np.array([example.source for example in examples])
    labels = np.array([example.label for example in examples])
    leanings, beliefs = [], []
    for source in np.unique(names):
        inside = np.flatnonzero(names == source)
        counts = _counts(values[inside], labels[inside])
        leanings.append(_leaning(counts, np.bincount(labels[inside], minlength=len(LABELS))))
        texts = counts.sum(axis=0)
        beliefs.append(texts / (texts + BELIEVED_AT))
    return np.array(leanings), np.array(beliefs)[:, np.newaxis, :]


def _counts(values: csr_matrix, labels: NDArray[np.int64]) -> Floats:
    """In how many texts of each class each bucket occurs."""
    per_class = [np.bincount(values[labels == label].indices, minlength=BUCKETS) for label in range(len(LABELS))]
    return np.array(per_class, dtype=np.float64)


def _leaning(counts: Floats, texts: NDArray[np.int64]) -> Floats:
    # A class that the source does not have says nothing, neither for nor against.
    has = texts > 0
    rates = np.log((counts[has] + 0.5) / (texts[has] + 1)[:, np.newaxis])
    leaning = np.zeros_like(counts)
    leaning[has] = rates - rates.mean(axis=0)
    return leaning
