"""What GitHub means when it refuses, as errors that a person can act on."""

from collections.abc import Mapping

from earshot.domain.errors import FetchError, Refused, Throttled
from earshot.ports.http import Response
from earshot.sources.json_body import children, text

READS = frozenset({401, 403, 404, 410, 422, 429, 451})
"""The statuses whose bodies and headers say what is wrong."""

MISSING = frozenset({404, 410, 451})

_PAUSE_S = 60
_LONGEST_S = 86_400
_SENTENCES = {
    401: "the token was not accepted; set a new one: earshot credential set github",
    403: "GitHub does not permit this; the token may lack the right to read there",
    404: "there is no such repository, or the token may not see it",
    410: "issues are switched off in this repository, or it is gone",
    422: "GitHub refuses this search: it is too long, or names a user or repository that is not there",
    451: "GitHub may not show this for legal reasons",
}


def refusal_in(body: object, response: Response) -> FetchError | None:
    """The error that an answer stands for, None where it holds what was asked for.

    Source:
        docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api, troubleshooting-the-rest-api;
        docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api; read 2026-11-24.
    """
    types = graphql_errors(body)
    message = text(body, "message").lower() if isinstance(body, Mapping) else ""
    is_limited = "rate limit" in message or _wait_s(response) is not None
    if types & {"RATE_LIMITED", "RATE_LIMIT"} or response.status == 429 or (response.status == 403 and is_limited):
        wait_s = _wait_s(response)
        return Throttled("GitHub was asked too often", _PAUSE_S if wait_s is None else wait_s)
    if response.status in READS:
        status = None if response.status == 410 else response.status
        return Refused(_SENTENCES[response.status], status)
    if types and not _has_data(body):
        return Refused(f"GitHub does not answer this question ({', '.join(sorted(types))[:100]})")
    return None


def graphql_errors(body: object) -> frozenset[str]:
    """The types of the errors that a GraphQL answer holds; "ERROR" for one without."""
    if not isinstance(body, Mapping):
        return frozenset()
    return frozenset(text(each, "type") or "ERROR" for each in children(body, "errors"))


def _has_data(body: object) -> bool:
    data = body.get("data") if isinstance(body, Mapping) else None
    return isinstance(data, Mapping) and any(value is not None for value in data.values())


def _wait_s(response: Response) -> int | None:
    """How long GitHub wants to be left alone; None where it does not say."""
    if (asked := _number(response, "retry-after")) is not None:
        return min(asked, _LONGEST_S)
    reset = _number(response, "x-ratelimit-reset")
    if response.headers.get("x-ratelimit-remaining") != "0" or reset is None:
        return None
    return min(max(int(reset - response.received_at.timestamp()) + 1, 1), _LONGEST_S)


def _number(response: Response, header: str) -> int | None:
    written = response.headers.get(header, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 12 else None
