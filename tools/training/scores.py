"""Judging a model: leaving one source out, calibration by temperature, and what an alert threshold catches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.metrics import f1_score

from training.corpus import LABELS, SOURCES, Example, SourceInfo
from training.fit import Floats, Model, fit

Ints = NDArray[np.int64]

THRESHOLDS: Final = (0.33, 0.60)
"""The P(negative) from which a mail and an SMS go out at once."""

NEGATIVE = LABELS.index("negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One source's texts, judged by a model that saw none of them."""

    source: str
    language: str
    chosen_on: bool
    logits: Floats
    labels: Ints

    @property
    def macro_f1(self) -> float:
        """The mean F1 over the classes the source has."""
        return float(f1_score(self.labels, self.logits.argmax(axis=1), average="macro", labels=np.unique(self.labels)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """What P(negative) ≥ `threshold` catches, as the mean over the sources."""

    threshold: float
    recall: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How far the probabilities of one language can be relied on, over some left-out sources.

    `error` is the calibration error over all of them, `worst` that of the source where it is largest, `unsure` the
    share of texts under one half.
    """

    language: str
    sources: str
    heat: float
    error: float
    worst: float
    unsure: float
    caught: Sequence[Caught]


def leave_one_out(
    whole: Model,
    values: csr_matrix,
    examples: Sequence[Example],
    may_train: NDArray[np.bool_],
    seed: int,
    say: Callable[[str], None],
) -> list[Scored]:
    """Each source scored by a model of all others that may train; the order is that of `SOURCES`.

    `whole` is the model of everything that may train: it has not seen the sources that may not.
    """
    names = np.array([example.source for example in examples])
    scored = []
    for source in SOURCES:
        outside = names == source.name
        inside = np.flatnonzero(may_train & ~outside)
        is_seen = bool(np.any(may_train & outside))
        model = fit(values[inside], [examples[i] for i in inside.tolist()], seed) if is_seen else whole
        scored.append(_scored(source, model, values, examples, np.flatnonzero(outside)))
        say(f"  left out {source.name:18} {outside.sum():6} texts  macro-F1 {scored[-1].macro_f1:.3f}")
    return scored


def on_held_out(model: Model, values: csr_matrix, examples: Sequence[Example]) -> list[Scored]:
    """The model on the dev and val splits that corpora bring along and that were not fitted."""
    rows = {
        source.name: [i for i, example in enumerate(examples) if example.held_out and example.source == source.name]
        for source in SOURCES
    }
    return [
        _scored(source, model, values, examples, np.array(rows[source.name])) for source in SOURCES if source.held_out
    ]


def temperature(scored: Sequence[Scored]) -> float:
    """The temperature with the least log loss over these sources, each source weighing the same."""

    def loss(log_temperature: float) -> float:
        return float(np.mean([_log_loss(source, np.exp(log_temperature)) for source in scored]))

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def calibration_error(scored: Sequence[Scored], heat: float) -> float:
    """The mean gap between confidence and accuracy in ten bins, over all texts, each source weighing the same."""
    probabilities = [softmax(source.logits / heat, axis=1) for source in scored]
    confidence = np.concatenate([p.max(axis=1) for p in probabilities])
    right = np.concatenate([p.argmax(axis=1) == s.labels for p, s in zip(probabilities, scored, strict=True)])
    weight = np.concatenate([np.full(len(s.labels), 1 / len(s.labels) / len(scored)) for s in scored])
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs(np.sum(((right - confidence) * weight)[bins == i])) for i in range(10)]
    return float(sum(gaps))


def quality(scored: Sequence[Scored], language: str, sources: str, heat: float) -> Quality:
    """The quality over these sources, all of one language; `sources` says which they are."""
    return Quality(
        language=language,
        sources=sources,
        heat=heat,
        error=calibration_error(scored, heat),
        worst=max(calibration_error([source], heat) for source in scored),
        unsure=unsure_share(scored, heat),
        caught=[caught(scored, heat, threshold) for threshold in THRESHOLDS],
    )


def caught(scored: Sequence[Scored], heat: float, threshold: float) -> Caught:
    """Recall and precision of "negative" at the threshold."""
    recalls, precisions = [], []
    for source in scored:
        flagged = softmax(source.logits / heat, axis=1)[:, NEGATIVE] >= threshold
        negative = source.labels == NEGATIVE
        recalls.append(np.mean(flagged[negative]))
        precisions.append(np.mean(negative[flagged]) if flagged.any() else 0.0)
    return Caught(threshold=threshold, recall=float(np.mean(recalls)), precision=float(np.mean(precisions)))


def unsure_share(scored: Sequence[Scored], heat: float) -> float:
    """The share of texts whose likeliest class stays under one half and so is shown as unclassified."""
    return float(np.mean([np.mean(softmax(s.logits / heat, axis=1).max(axis=1) < 0.5) for s in scored]))


def _scored(source: SourceInfo, model: Model, values: csr_matrix, examples: Sequence[Example], rows: Ints) -> Scored:
    return Scored(
        source=source.name,
        language=source.language,
        chosen_on=source.chosen_on,
        logits=model.logits(values[rows]),
        labels=np.array([examples[i].label for i in rows.tolist()]),
    )


def _log_loss(scored: Scored, heat: float) -> float:
    logs = log_softmax(scored.logits / heat, axis=1)
    return -float(np.mean(logs[np.arange(len(scored.labels)), scored.labels]))
