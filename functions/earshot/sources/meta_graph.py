"""What Meta's Graph API has in common for Facebook and Instagram: requests, pages of an edge, and how it says no.

Answers hold complete addresses of the next page, with the access token in them; only the page's own marks are taken.

Source:
    developers.facebook.com/docs/graph-api (v26.0), …/guides/error-handling, …/overview/rate-limiting, …/results;
    the token in the header: restfb/restfb#1107, huandu/facebook#205; read 2026-11-24; not tried live.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from earshot.domain.credential import Credential
from earshot.domain.errors import Malformed, Refused, Throttled, Unreachable
from earshot.ports.http import Draw, Request, Response
from earshot.sources.json_body import Node, count, read_object, text
from earshot.sources.newest_first import MAX_TOKEN
from earshot.sources.oauth import bearer

API = "https://graph.facebook.com/v26.0"

_READS = frozenset({400, 401, 403, 404})
_MARKS = ("after", "until", "__paging_token")
_TOKEN_CODES = {102, 190}
_RIGHT_CODES = {3, 10, *range(200, 300)}
_OFTEN_CODES = {4, 17, 32, 341, 613, *range(80_000, 80_015)}
_BUSY_CODES = {1, 2}
_HASHTAG_CODES = {18}
_REST_S = 3600
"""Limits of the Graph API count over a rolling hour."""

_DAY_S = 86_400


def graph_request(
    path: str, query: Mapping[str, str], credential: Credential, *, page: str = "", draws: tuple[Draw, ...] = ()
) -> Request:
    """The request for an edge or node; `page` are the marks of the page wanted, as `next_page` gave them."""
    marks = {key: value for key, value in parse_qsl(page) if key in _MARKS}
    return Request(
        url=f"{API}/{path}?{urlencode({**query, **marks}, safe='(),._')}",
        headers=bearer(credential),
        accept="application/json",
        reads=_READS,
        draws=draws,
    )


def next_page(body: Node) -> str:
    """The marks of the next page of an edge, "" where this is the last one or they are too long."""
    address = text(body, "paging", "next")
    if not address:
        return ""
    try:
        marks = {key: value for key, value in parse_qsl(urlsplit(address).query, max_num_fields=50) if key in _MARKS}
    except ValueError:
        marks = {}
    if after := text(body, "paging", "cursors", "after"):
        marks = {"after": after}
    page = urlencode(marks)
    return page if len(page) <= MAX_TOKEN else ""


def read_graph(response: Response, place: str, kind: str) -> tuple[Node, int]:
    """The body of an answer, and the code of an error that is about the question itself; 0 where all is well.

    Raises:
        Throttled: it was asked too often.
        Unreachable: Meta says that it could not answer just now.
        Refused: the token or its rights do not do.
        Malformed: it is no JSON object.
    """
    body = read_object(response.body, place)
    code = count(body, "error", "code")
    if code is None:
        if response.status >= 400:
            raise Refused(f"{place} refused the question with status {response.status}")
        return body, 0
    if code in _TOKEN_CODES or response.status == 401:
        raise Refused(f"{place} did not accept the access token; set a new one: earshot credential set {kind}")
    if code in _RIGHT_CODES:
        raise Refused(f"{place}: the access token lacks a permission for this (error {code})")
    if code in _OFTEN_CODES:
        raise Throttled(f"{place} was asked too often", _REST_S)
    if code in _HASHTAG_CODES:
        raise Throttled(f"{place} lets an account look for 30 hashtags in 7 days, and no more", _DAY_S)
    if code in _BUSY_CODES:
        raise Unreachable(f"{place} could not answer just now (error {code})")
    return body, code


def misunderstood(place: str, code: int) -> Malformed:
    """The error for a question that the API does not understand: a page or account that is not there, a lost field."""
    return Malformed(f"{place} did not understand the question (error {code}); is it the right page or account?")
