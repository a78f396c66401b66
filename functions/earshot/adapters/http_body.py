"""Reads a body as it comes, unpacks it, and stops as soon as it is larger than allowed.

Source:
    RFC 9110 §8.4 (content codings), RFC 1952 §2.2 (several gzip members in a row).
"""

import zlib
from collections.abc import Callable, Iterator

from earshot.domain.errors import Refused, Unreachable

MAX_RATIO = 100
"""The most bytes that one packed byte may become."""

_RATIO_COUNTS_FROM = 100_000  # a short, repetitive feed may pack better than MAX_RATIO and harms nobody
_PIECE = 16_384
_GZIP = zlib.MAX_WBITS | 16
_GZIP_BEGINS = 0x1F


def too_large(max_bytes: int) -> Refused:
    """The refusal of a body of more than `max_bytes` bytes."""
    size = f"{max_bytes / 1_000_000:g} MB" if max_bytes >= 1_000_000 else f"{max_bytes / 1000:g} KB"
    return Refused(f"the answer is larger than {size}")


def read_body(read: Callable[[int], bytes], coding: str, max_bytes: int) -> bytes:
    """The whole unpacked body; `read(n)` gives up to n raw bytes, none at the end; `coding` is the Content-Encoding.

    Raises:
        Refused: it is larger than `max_bytes` or unpacks to more than 100 times its size.
        Unreachable: it is cut short, cannot be unpacked, or is packed in a way that was not asked for.
    """
    raw = _Raw(read, max_bytes)
    body = bytearray()
    for part in _unpacked(raw, coding.strip().lower()):
        body += part
        if len(body) > max_bytes:
            raise too_large(max_bytes)
        if len(body) > max(_RATIO_COUNTS_FROM, MAX_RATIO * raw.taken):
            raise Refused(f"the answer unpacks to more than {MAX_RATIO} times its size")
    return bytes(body)


class _Raw:
    """The packed pieces. They are counted too, because empty gzip members go on for ever and unpack to nothing."""

    def __init__(self, read: Callable[[int], bytes], max_bytes: int) -> None:
        self._read = read
        self._max_bytes = max_bytes
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._read(_PIECE):
            self.taken += len(piece)
            if self.taken > self._max_bytes:
                raise too_large(self._max_bytes)
            yield piece


def _unpacked(raw: _Raw, coding: str) -> Iterator[bytes]:
    if coding in ("", "identity"):
        yield from raw
    elif coding in ("gzip", "x-gzip"):
        yield from _inflated(raw, lambda _: _GZIP)
    elif coding == "deflate":
        yield from _inflated(raw, _deflate_window)
    else:
        raise Unreachable("answered in an encoding that was not asked for")


def _inflated(raw: _Raw, window: Callable[[bytes], int]) -> Iterator[bytes]:
    unpacker = None
    is_first = True
    for piece in raw:
        rest = piece
        while rest:
            if unpacker is None:
                # Some servers pad the last member; whatever does not begin like a member is no part of the body.
                if not is_first and rest[0] != _GZIP_BEGINS:
                    return
                unpacker = zlib.decompressobj(window(rest))
                is_first = False
            yield _converted(unpacker.decompress, rest, _PIECE)
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            unpacker = None if unpacker.eof else unpacker
    if unpacker is not None:
        # Bare deflate has no trailer: its last bytes may still wait for room when the input is used up.
        yield _converted(unpacker.flush)
        if not unpacker.eof:
            raise Unreachable("the answer broke off before its end")


def _converted(step: Callable[..., bytes], *args: bytes | int) -> bytes:
    try:
        return step(*args)
    except zlib.error:
        raise Unreachable("the answer could not be unpacked") from None


def _deflate_window(head: bytes) -> int:
    # "deflate" means the zlib format, but some servers send it bare; the zlib header is a multiple of 31 by design.
    has_header = len(head) > 1 and head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
