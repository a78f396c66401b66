"""The weights file: its format, read with the standard library alone and written by the trainer.

    offset  size  content
    0       8     magic b"EARSHOT\\x01" (the last byte is the version)
    8       4     length n of the header, unsigned, little-endian
    12      n     header, UTF-8 JSON: buckets, scales, idf_scale, biases, temperatures, crc32, note
    12 + n  …     zlib: 2 × buckets int16 little-endian, then buckets uint8

The two rows are negative minus neutral and positive minus neutral: a softmax sees differences only, so a third row
would say nothing. A weight is its int16 times its row's scale; an idf is its uint8 times `idf_scale`.
"""

from __future__ import annotations  # array is subscriptable at run time from Python 3.12 on

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from earshot.classify.features import BUCKETS
from earshot.domain.errors import ClassifyError

MAGIC: Final = b"EARSHOT\x01"
_LENGTH = struct.Struct("<I")
_PAYLOAD_BYTES = 2 * BUCKETS * 2 + BUCKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A linear model over hashed features; rows and biases in the order negative, positive, both minus neutral.

    `temperatures` has one entry per language and one under "" for texts whose language is unknown.
    `note` says what the weights were fitted on, and under which restriction if any.
    """

    negative: array[int]
    positive: array[int]
    idf: array[int]
    scales: tuple[float, float]
    idf_scale: float
    biases: tuple[float, float]
    temperatures: Mapping[str, float]
    note: str = ""


def pack(weights: Weights) -> bytes:
    """The bytes of a weights file; the same weights give the same bytes."""
    rows = _little_endian(weights.negative) + _little_endian(weights.positive)
    payload = rows + weights.idf.tobytes()
    header = {
        "buckets": BUCKETS,
        "scales": weights.scales,
        "idf_scale": weights.idf_scale,
        "biases": weights.biases,
        "temperatures": dict(weights.temperatures),
        "crc32": zlib.crc32(payload),
        "note": weights.note,
    }
    encoded = json.dumps(header, sort_keys=True).encode()
    return MAGIC + _LENGTH.pack(len(encoded)) + encoded + zlib.compress(payload, 9)


def unpack(packed: bytes) -> Weights:
    """The weights in the bytes of a weights file.

    Raises:
        ClassifyError: the bytes are not a weights file of this version, or damaged.
    """
    if packed[: len(MAGIC)] != MAGIC:
        raise ClassifyError("the weights file has the wrong magic or version; install the package again")
    try:
        start = len(MAGIC) + _LENGTH.size
        end = start + _LENGTH.unpack_from(packed, len(MAGIC))[0]
        header = json.loads(packed[start:end])
        # One byte more than due is asked for, so a payload that is too long shows without being unpacked whole.
        payload = zlib.decompressobj().decompress(packed[end:], _PAYLOAD_BYTES + 1)
        return _read(header, payload)
    except (struct.error, zlib.error, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ClassifyError(f"the weights file is damaged ({exc}); install the package again") from exc


def _read(header: dict[str, Any], payload: bytes) -> Weights:
    if header["buckets"] != BUCKETS or len(payload) != _PAYLOAD_BYTES or header["crc32"] != zlib.crc32(payload):
        raise ValueError("its size or checksum is wrong")
    temperatures = {language: float(value) for language, value in header["temperatures"].items()}
    if "" not in temperatures or min(temperatures.values()) <= 0:
        raise ValueError("its temperatures are wrong")
    row = 2 * BUCKETS
    negative_scale, positive_scale = header["scales"]
    negative_bias, positive_bias = header["biases"]
    return Weights(
        negative=_from_little_endian(payload[:row]),
        positive=_from_little_endian(payload[row : 2 * row]),
        idf=array("B", payload[2 * row :]),
        scales=(float(negative_scale), float(positive_scale)),
        idf_scale=float(header["idf_scale"]),
        biases=(float(negative_bias), float(positive_bias)),
        temperatures=temperatures,
        note=str(header["note"]),
    )


def _little_endian(row: array[int]) -> bytes:
    copy = array("h", row)
    if sys.byteorder == "big":
        copy.byteswap()
    return copy.tobytes()


def _from_little_endian(raw: bytes) -> array[int]:
    row = array("h")
    row.frombytes(raw)
    if sys.byteorder == "big":
        row.byteswap()
    return row
