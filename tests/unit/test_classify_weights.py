"""The weights file: what is written is read, and damage is told."""

import json
import struct
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from earshot.classify.embedded import WEIGHTS_FILE
from earshot.classify.features import BUCKETS
from earshot.classify.weights import MAGIC, Weights, pack, unpack
from earshot.domain.errors import ClassifyError

CARD = Path(__file__).parents[2] / "docs" / "model-card.md"

WEIGHTS = Weights(
    negative=array("h", [-32767, 5, *[0] * (BUCKETS - 2)]),
    positive=array("h", [1, 32767, *[0] * (BUCKETS - 2)]),
    idf=array("B", [255] * BUCKETS),
    scales=(0.001, 0.002),
    idf_scale=0.04,
    biases=(-0.5, 0.25),
    temperatures={"de": 1.2, "en": 0.9, "": 1.0},
    note="made for a test",
)


def with_header(**changes: object) -> bytes:
    packed = pack(WEIGHTS)
    end = 12 + struct.unpack_from("<I", packed, 8)[0]
    header = json.dumps({**json.loads(packed[12:end]), **changes}).encode()
    return MAGIC + struct.pack("<I", len(header)) + header + packed[end:]


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "wrong version": lambda packed: packed[:7] + b"\x02" + packed[8:],
    "cut in the header": lambda packed: packed[:40],
    "cut in the payload": lambda packed: packed[:-10],
    "no payload": lambda packed: packed[: 12 + struct.unpack_from("<I", packed, 8)[0]],
    "noise in the payload": lambda packed: packed[:-500] + b"\xff" * 500,
    "header is no JSON": lambda packed: packed[:12] + b"x" + packed[13:],
    "other buckets": lambda _: with_header(buckets=64),
    "wrong checksum": lambda _: with_header(crc32=1),
    "text for a scale": lambda _: with_header(scales=["a", "b"]),
    "one scale": lambda _: with_header(scales=[1.0]),
    "no unknown language": lambda _: with_header(temperatures={"de": 1.0}),
    "zero temperature": lambda _: with_header(temperatures={"": 0.0}),
    "a bomb": lambda packed: packed[: 12 + struct.unpack_from("<I", packed, 8)[0]] + zlib.compress(bytes(50_000_000)),
}


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack(WEIGHTS)) == WEIGHTS


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_told_with_what_to_do(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ClassifyError, match=r"the weights file .*; install the package again"):
        unpack(damage(pack(WEIGHTS)))


def test_the_weights_that_ship_are_small_and_free_of_non_commercial_sources() -> None:
    packed = WEIGHTS_FILE.read_bytes()

    assert len(packed) < 1_200_000
    assert "non-commercial" not in unpack(packed).note


def test_the_model_card_describes_the_weights_that_ship() -> None:
    assert f"`{zlib.crc32(WEIGHTS_FILE.read_bytes()):08x}`" in CARD.read_text(encoding="utf-8")
