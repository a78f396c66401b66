"""Names things: short, url-safe, lower-case ids that follow from what they name."""

import base64
import hashlib


def digest(*parts: str) -> bytes:
    """The SHA-256 over `parts`, each preceded by its length so that no two lists of parts look alike."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.digest()


def make_id(prefix: str, *parts: str) -> str:
    """An id such as `m_k5zq…`: the prefix, then 26 characters of base32 over the first 128 bits of `digest(*parts)`."""
    return f"{prefix}_{base64.b32encode(digest(*parts)[:16]).decode('ascii').rstrip('=').lower()}"


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the shape that `make_id(prefix, …)` gives."""
    head, _, tail = text.partition("_")
    return head == prefix and len(tail) == 26 and all(c in "abcdefghijklmnopqrstuvwxyz234567" for c in tail)
