"""What Reddit means when it does not answer: the statuses whose bodies say why, and how long it wants to be left alone.

Source:
    Reddit Data API Wiki, "Rate Limits"; praw-dev/prawcore; read 2026-11-24.
"""

import contextlib

from earshot.domain.errors import Malformed, Refused, Throttled
from earshot.ports.http import Response
from earshot.sources.json_body import Node, read_object, text

READS = frozenset({401, 403, 404, 429})
"""The statuses whose bodies are read."""

_LONGEST_S = 3600
_REASONS = {
    "private": "the subreddit is private: this client may not read it",
    "quarantined": "the subreddit is quarantined: Reddit shows it to accounts that opted in only",
    "gold_only": "the subreddit is for members of Reddit Premium only",
    "banned": "Reddit has banned this subreddit",
}


def raise_for(response: Response) -> None:
    """Passes an answer that is one.

    Raises:
        Throttled: too many requests.
        Refused: the sign-in is not accepted, or what was asked for is not for us.
    """
    if response.status not in READS:
        return
    if response.status == 429:
        raise Throttled("Reddit was asked too often", _reset_s(response))
    if response.status == 401:
        raise Refused("Reddit did not accept the sign-in; if this stays: earshot credential set reddit", 401)
    reason = text(_body(response), "reason")
    usual = (
        "Reddit does not let this client read here: it needs Reddit's approval, and a refresh token for the inbox"
        if response.status == 403
        else "there is no such subreddit or thread"
    )
    raise Refused(_REASONS.get(reason, usual), response.status)


def left_alone_s(response: Response) -> int | None:
    """How many seconds to wait where an answer says that the next request would be one too many."""
    try:
        is_spent = float(response.headers.get("x-ratelimit-remaining", "")) < 1
    except ValueError:
        return None
    return _reset_s(response) if is_spent else None


def _reset_s(response: Response) -> int | None:
    for header in ("retry-after", "x-ratelimit-reset"):
        value = response.headers.get(header, "").partition(".")[0].strip()
        if value.isascii() and value.isdigit() and len(value) < 10:
            return min(int(value), _LONGEST_S)
    return None


def _body(response: Response) -> Node:
    with contextlib.suppress(Malformed):
        return read_object(response.body, "Reddit")
    return {}
