"""Answers, before they are put into the gateway's shape, and the headers that keep pages safe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

NO_STORE = {"Cache-Control": "no-store"}

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script ever, no foreign content; forms go to ourselves only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCookie:
    """A cookie to set for this server only; `max_age_s` 0 deletes it."""

    name: str
    value: str
    max_age_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; a text body is sent as UTF-8."""

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[NewCookie, ...] = ()


def json_answer(value: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Answer:
    """`value` as JSON; datetimes become ISO 8601."""
    content = {"Content-Type": "application/json", **NO_STORE, **(headers or {})}
    return Answer(status=status, body=msgspec.json.encode(value).decode(), headers=content)


def html_answer(text: str, status: int = 200, *, policy: str = PAGE_POLICY) -> Answer:
    """A page."""
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, **NO_STORE}
    return Answer(status=status, body=text, headers=headers)


def see_other(location: str, *cookies: NewCookie) -> Answer:
    """Sends the browser to another page of ours, to be read with GET."""
    headers = {"Location": location, "Content-Type": "text/plain; charset=utf-8", **NO_STORE}
    return Answer(status=303, headers=headers, cookies=cookies)


def nothing() -> Answer:
    """Done, and nothing to say about it."""
    return Answer(status=204, headers=NO_STORE)


def guarded(answer: Answer, *, is_secure: bool) -> dict[str, str]:
    """The headers of an answer with those that every answer carries."""
    headers = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        **answer.headers,
    }
    if is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
