"""Fitting the joint linear model: features to a sparse matrix, balanced weights, logistic regression."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from earshot.classify.features import BUCKETS, extract
from earshot.classify.tokens import tokenize
from training.corpus import Example
from training.steadiness import trust

Floats = NDArray[np.float64]

IDF_STEPS = 255
"""The idf is a byte in the weights file; it is rounded before fitting, so the runtime computes with the same."""

STRENGTH = 0.5
"""The inverse of the regularisation; 1 was no better on the sources that settings were chosen on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model: `rows` is 3 × buckets in the order of `LABELS`, `biases` 3, `idf` one per bucket."""

    rows: Floats
    biases: Floats
    idf: Floats

    def logits(self, values: csr_matrix) -> Floats:
        """The three scores of each text, before any temperature."""
        return np.asarray(weighted(values, self.idf) @ self.rows.T) + self.biases


def matrix(examples: Sequence[Example]) -> csr_matrix:
    """The values of each text's features before idf, one row for each example, one column for each bucket."""
    rows = [extract(tokenize(example.text)).values for example in examples]
    indices = np.fromiter(chain.from_iterable(rows), dtype=np.int32)
    values = np.fromiter(chain.from_iterable(row.values() for row in rows), dtype=np.float64)
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((values, indices, starts), shape=(len(rows), BUCKETS))


def fit(values: csr_matrix, examples: Sequence[Example], seed: int) -> Model:
    """The model of these examples, every one of them used."""
    idf = inverse_frequency(values)
    unit = weighted(values, idf)
    factors = trust(unit, examples)
    regression = LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-4, random_state=seed)
    labels = [example.label for example in examples]
    regression.fit(scaled(unit, factors), labels, sample_weight=balance(examples))
    return Model(rows=regression.coef_ * factors, biases=regression.intercept_, idf=idf)


def inverse_frequency(values: csr_matrix) -> Floats:
    """The idf of each bucket, smoothed so that an unseen bucket has a finite one, in steps the file can hold."""
    frequency = np.bincount(values.indices, minlength=BUCKETS)
    exact = np.log((1 + values.shape[0]) / (1 + frequency)) + 1
    step = exact.max() / IDF_STEPS
    result: Floats = np.round(exact / step) * step
    return result


def weighted(values: csr_matrix, idf: Floats) -> csr_matrix:
    """The values times idf, each row of length 1 (an empty row stays empty)."""
    result = scaled(values, idf)
    lengths = np.sqrt(np.asarray(result.multiply(result).sum(axis=1)).ravel())
    result.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(result.indptr))
    return result


def scaled(values: csr_matrix, factors: Floats) -> csr_matrix:
    """A copy of the values, each column times its factor."""
    result = values.copy()
    result.data *= factors[result.indices]
    return result


def balance(examples: Sequence[Example]) -> Floats:
    """One weight for each example, 1 on average.

    A source weighs as the square root of its size, so that a big corpus does not drown a small one; then the classes
    weigh the same within each language, and both languages the same.
    """
    sizes = Counter(example.source for example in examples)
    cells: dict[tuple[str, int], float] = {}
    for example in examples:
        cell = (example.language, example.label)
        cells[cell] = cells.get(cell, 0.0) + sizes[example.source] ** -0.5
    weights = np.array([sizes[e.source] ** -0.5 / cells[(e.language, e.label)] for e in examples])
    result: Floats = weights * len(weights) / weights.sum()
    return result
