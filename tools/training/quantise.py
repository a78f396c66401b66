"""From a fitted model to the two int16 rows and one uint8 row of the weights file."""

from __future__ import annotations  # array is subscriptable at run time from Python 3.12 on

from array import array
from collections.abc import Mapping

import numpy as np

from earshot.classify.weights import Weights
from training.corpus import LABELS
from training.fit import IDF_STEPS, Floats, Model

_NEUTRAL = LABELS.index("neutral")
_LARGEST = 32767


def quantised(model: Model, temperatures: Mapping[str, float], note: str) -> Weights:
    """The model as the runtime reads it: negative and positive, both minus neutral."""
    negative, positive = (LABELS.index(label) for label in ("negative", "positive"))
    rows = [model.rows[index] - model.rows[_NEUTRAL] for index in (negative, positive)]
    scales = [float(np.abs(row).max()) / _LARGEST for row in rows]
    idf_scale = float(model.idf.max()) / IDF_STEPS
    return Weights(
        negative=_int16(rows[0], scales[0]),
        positive=_int16(rows[1], scales[1]),
        idf=array("B", np.round(model.idf / idf_scale).astype(np.uint8).tobytes()),
        scales=(scales[0], scales[1]),
        idf_scale=idf_scale,
        biases=(
            float(model.biases[negative] - model.biases[_NEUTRAL]),
            float(model.biases[positive] - model.biases[_NEUTRAL]),
        ),
        temperatures=temperatures,
        note=note,
    )


def _int16(row: Floats, scale: float) -> array[int]:
    return array("h", np.round(row / scale).astype(np.int16).tobytes())
