"""What X means when it gives no posts: the statuses whose bodies say why, and how long it wants to be left alone.

Source:
    docs.x.com/x-api/fundamentals/response-codes-and-errors and rate-limits; the bodies of "usage-capped"
    (xdevplatform/xdk#25) and of a since_id that is too old (rooteco/tweetscape#421); read 2026-11-24.
"""

import contextlib

from earshot.domain.errors import FetchError, Malformed, Refused, Throttled
from earshot.ports.http import Response
from earshot.sources.json_body import Node, child, children, read_object, text
from earshot.sources.plain import plain_line

READS = frozenset({400, 401, 402, 403, 404, 429})
"""The statuses whose bodies are read."""

_DAY_S = 86_400
_MOST_SHOWN = 200
_CAPPED = "X's monthly cap on posts, or the spending limit set there, is reached"
_REASONS = {
    400: "X does not understand the search: {why}",
    401: "X did not accept the bearer token; set a new one: earshot credential set x",
    402: "the account at X has no credits left; buy some at console.x.com",
}


def refusal_of(response: Response) -> FetchError | None:
    """The error that an answer is; None for one with posts, a count or a thread."""
    if response.status not in READS:
        return None
    body = _body(response)
    if response.status == 429:
        is_capped = text(body, "type").endswith("/usage-capped")
        return Throttled(_CAPPED, _DAY_S) if is_capped else Throttled("X was asked too often", _reset_s(response))
    reason = _REASONS.get(response.status, "X does not let this app read: {why}")
    return Refused(reason.replace("{why}", _why(body)), response.status)


def is_too_old(response: Response) -> bool:
    """Whether X refuses because the last known post, or the one to go on from, is more than seven days old."""
    if response.status != 400:
        return False
    errors = children(_body(response), "errors")
    return any({"since_id", "until_id"} & child(error, "parameters").keys() for error in errors)


def left_alone_s(response: Response) -> int | None:
    """How many seconds to wait where an answer says that it was the last one of its window."""
    return _reset_s(response) if response.headers.get("x-rate-limit-remaining", "").strip() == "0" else None


def _reset_s(response: Response) -> int | None:
    value = response.headers.get("x-rate-limit-reset", "").strip()
    if not (value.isascii() and value.isdigit() and len(value) < 12):
        return None
    return min(max(int(value) - int(response.received_at.timestamp()), 1), _DAY_S)


def _why(body: Node) -> str:
    """X's own words, which name parameters and operators."""
    said = next((text(error, "message") for error in children(body, "errors")), "") or text(body, "detail")
    return plain_line(said, is_html=False, limit=_MOST_SHOWN) or "it does not say why"


def _body(response: Response) -> Node:
    with contextlib.suppress(Malformed):
        return read_object(response.body, "X")
    return {}
