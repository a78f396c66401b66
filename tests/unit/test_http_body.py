import contextlib
import gzip
import itertools
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.adapters.http_body import read_body
from earshot.domain.errors import FetchError, Refused, Unreachable

TEXT = b"Die Beratung war hervorragend, danke! " * 40


def pieces(data: bytes, at_most: int = 1_000_000) -> Callable[[int], bytes]:
    rest = bytearray(data)

    def read(count: int) -> bytes:
        piece = bytes(rest[: min(count, at_most)])
        del rest[: len(piece)]
        return piece

    return read


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        (" GZip ", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:700]) + gzip.compress(b"") + gzip.compress(TEXT[700:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 512),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
    ],
)
@pytest.mark.parametrize("at_most", [2, 7, 100_000])
def test_a_body_is_unpacked_whatever_its_pieces(coding: str, packed: bytes, at_most: int) -> None:
    assert read_body(pieces(packed, at_most), coding, 5_000) == TEXT


@given(st.binary(max_size=300), st.integers(1, 1000))
def test_every_body_survives_every_coding(data: bytes, times: int) -> None:
    body = data * times
    for coding, packed in (
        ("gzip", gzip.compress(body)),
        ("deflate", zlib.compress(body)),
        ("deflate", bare_deflate(body)),
    ):
        assert read_body(pieces(packed), coding, 100_000) == body if len(body) <= 100_000 else True


def test_a_packed_body_may_be_empty() -> None:
    assert read_body(pieces(b""), "gzip", 10) == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "compress"])
def test_what_cannot_be_unpacked_is_no_usable_answer(coding: str) -> None:
    with pytest.raises(Unreachable):
        read_body(pieces(b"<rss>this is not packed at all</rss>"), coding, 5_000)


@pytest.mark.parametrize("packed", [gzip.compress(TEXT)[:-1], gzip.compress(TEXT)[:40], gzip.compress(b"x")[:3]])
def test_a_packed_body_cut_short_is_no_usable_answer(packed: bytes) -> None:
    with pytest.raises(Unreachable, match="broke off"):
        read_body(pieces(packed), "gzip", 5_000)


@given(st.binary(max_size=400), st.sampled_from(["gzip", "deflate"]))
def test_rubbish_ends_in_a_domain_error_or_in_a_body(data: bytes, coding: str) -> None:
    with contextlib.suppress(FetchError):
        assert len(read_body(pieces(data), coding, 5_000)) <= 5_000


def test_the_largest_body_allowed_is_read_and_one_byte_more_is_refused() -> None:
    packed = gzip.compress(bytes(range(256)) * 20)

    assert len(read_body(pieces(packed), "gzip", 5_120)) == 5_120
    with pytest.raises(Refused, match=r"^the answer is larger than 5\.119 KB$"):
        read_body(pieces(packed), "gzip", 5_119)


def test_the_refusal_names_the_limit() -> None:
    with pytest.raises(Refused, match=r"^the answer is larger than 5 MB$"):
        read_body(lambda count: b"x" * count, "", 5_000_000)


def test_a_body_that_unpacks_to_more_than_a_hundred_times_its_size_is_refused_early() -> None:
    packed = gzip.compress(b"\0" * 4_000_000)

    with pytest.raises(Refused, match="100 times"):
        read_body(pieces(packed), "gzip", 5_000_000)


def test_a_short_repetitive_body_may_pack_better() -> None:
    assert read_body(pieces(gzip.compress(b" " * 90_000)), "gzip", 100_000) == b" " * 90_000


def test_endless_empty_members_are_refused() -> None:
    members = itertools.repeat(gzip.compress(b"") * 100)

    with pytest.raises(Refused):
        read_body(lambda _: next(members), "gzip", 1_000_000)
