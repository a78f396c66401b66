"""Decides what is asked next: the first hop of a request, and the hop after a redirect; pure functions of values.

Source:
    RFC 9110 §15.4 (redirects), §13.1 (conditional requests).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from earshot.adapters.guard import Allowances, VettedUrl, vet_location, vet_url
from earshot.domain.errors import Invalid, Refused, Unreachable
from earshot.ports.http import Request

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_KEEPS_METHOD = frozenset({307, 308})

# Anything else a connector sends may be a key under whatever name its place chose, so it stays with that place.
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "if-none-match", "if-modified-since"})
# They describe the connection or are decided here, never by a connector.
_RESERVED = frozenset(
    {
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "user-agent",
        "te",
        "upgrade",
        "expect",
    }
)
_MAX_VALIDATOR_LENGTH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One exchange of a trip; `moved` is None before the first redirect, then whether all so far were permanent."""

    place: VettedUrl
    method: Literal["GET", "POST"]
    headers: Mapping[str, str]
    body: bytes
    loopback: tuple[str, int] | None = None
    """Where an allowance of the operator leads; None for a public address."""
    moved: bool | None = None

    @property
    def is_conditional(self) -> bool:
        """Whether 304 would be an answer."""
        return any(name.lower() in ("if-none-match", "if-modified-since") for name in self.headers)


def first_hop(request: Request, allowances: Allowances) -> Hop:
    """The hop that a request begins with.

    Raises:
        Invalid: its URL is neither public nor allowed.
    """
    place = vet_url(request.url, allowances)
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _RESERVED}
    headers["Accept"] = request.accept
    for name, value in (("If-None-Match", request.etag), ("If-Modified-Since", request.last_modified)):
        if _can_be_sent(value):
            headers[name] = value
    return Hop(
        place=place,
        method=request.method,
        headers=headers,
        body=request.body,
        loopback=allowances.get(place.authority),
    )


def next_hop(hop: Hop, status: int, location: str, allowances: Allowances) -> Hop:
    """The hop a redirect leads to.

    An allowance never covers a redirect, except one that stays on the very host:port the operator allowed.

    Raises:
        Invalid: the new address is neither public nor the one just asked.
        Unreachable: there is no new address, or it is one that only the operator may ask for.
        Refused: following would give away a key or lose the body.
    """
    if not location:
        raise Unreachable(f"answered with {status} but named no new address")
    stays = (hop.place.authority,) if hop.loopback is not None else ()
    place = vet_location(hop.place, _as_text(location), stays)
    if place.authority in allowances and place.authority not in stays:
        raise Invalid("url", "an allowance does not cover redirects")

    is_same = _is_same_place(hop.place, place)
    headers = dict(hop.headers) if is_same else _without_keys(hop.headers)
    if place.scheme == "http" and hop.place.scheme == "https" and _has_keys(hop.headers):
        raise Refused("it redirects from https to http, where a key would travel in the clear")
    following = replace(
        hop,
        place=place,
        headers=headers,
        loopback=hop.loopback if place.authority in stays else None,
        moved=status in _PERMANENT and hop.moved is not False,
    )
    return following if hop.method == "GET" else _after_post(following, status, is_same)


def _after_post(following: Hop, status: int, is_same: bool) -> Hop:
    if status == 303:
        headers = {name: value for name, value in following.headers.items() if name.lower() != "content-type"}
        return replace(following, method="GET", headers=headers, body=b"")
    # The customary change to GET would drop a message in silence, and a body may hold a password as well as a header.
    if status not in _KEEPS_METHOD or not is_same:
        raise Refused(f"answered a POST with {status}: what was sent would be lost or go to another place")
    return following


def _is_same_place(old: VettedUrl, new: VettedUrl) -> bool:
    upgrades = (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
    return old.host == new.host and (upgrades or (old.scheme, old.port) == (new.scheme, new.port))


def _without_keys(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _HARMLESS}


def _has_keys(headers: Mapping[str, str]) -> bool:
    return len(_without_keys(headers)) < len(headers)


def _can_be_sent(validator: str) -> bool:
    # A validator comes from the place and is sent back as it was, or not at all.
    return 0 < len(validator) <= _MAX_VALIDATOR_LENGTH and validator.isprintable() and validator.strip() == validator


def _as_text(location: str) -> str:
    # http.client reads header bytes as Latin-1, and servers that forget to escape a Location mostly write UTF-8.
    try:
        return location.strip(" ").encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
