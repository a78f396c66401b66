"""The port to the web: one request out, one bounded response back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from earshot.domain.ledger import Reserved

MAX_BYTES = 5_000_000
"""The most bytes of a body that are kept, counted after decompression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What one request takes of the quota of this name, reserved before it is sent."""

    quota: str
    amount: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `etag` and `last_modified` make it conditional and are sent verbatim.

    With `max_bytes` 0 the body of the answer is left unread; without `follows` a redirect is refused. `reads` are the
    statuses from 400 on whose answers come back like any other, because the place says in the body what they mean.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    accept: str = "*/*"
    max_bytes: int = MAX_BYTES
    follows: bool = True
    reads: frozenset[int] = frozenset()
    draws: tuple[Draw, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One final answer: status 200 to 299, 304 with an empty body, or one that the request `reads`.

    `headers` has lower-case names. `url` is the address that answered; `moved_to` is set when every redirect on the way
    there was permanent. `body` is decompressed, at most `Request.max_bytes` long. `reserved` is what was taken of
    quotas for it, where somebody keeps books.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    received_at: datetime
    moved_to: str = ""
    reserved: tuple[Reserved, ...] = ()


class Http(Protocol):
    """Sends requests to public addresses only."""

    def send(self, request: Request) -> Response:
        """The final response after redirects.

        Raises:
            Unreachable: no usable answer, or an address that is not public (the message does not tell which).
            Throttled: 429, or 503 with a date to return.
            Refused: another status from 400 to 499, more than `max_bytes`, or a redirect that is not to be followed.
            Gone: 410.
        """
        ...
