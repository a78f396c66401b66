"""The door for webmentions: anybody may tell us that a page links to one of ours; we look at it later.

Source:
    W3C Recommendation Webmention, 2017-01-12, §3.1.3 and §3.2; read 2026-11-24.
"""

from earshot.domain.errors import Invalid, Spent
from earshot.web.answer import NO_STORE, Answer
from earshot.web.parts import Parts
from earshot.web.request import Request

MAX_FORM = 10_000
"""Bytes of the form: two addresses of 2,048 characters, each sign of them escaped, and no more."""


def receive(parts: Parts, request: Request) -> Answer:
    """POST /webmention with `source` and `target`; answers at once and fetches nothing."""
    if len(request.body) > MAX_FORM:
        return _said(413, "too long")
    try:
        form = request.form()
        parts.arrivals().webmentions.take(form.get("source", ""), form.get("target", ""))
    except Invalid as exc:
        return _said(400, f"{exc.field}: {exc.reason}")
    except Spent:
        return _said(429, "too many came; try again in an hour", **{"Retry-After": "3600"})
    return _said(202, "thank you; we look at it in a moment")


def _said(status: int, text: str, **headers: str) -> Answer:
    content = {"Content-Type": "text/plain; charset=utf-8", **NO_STORE, **headers}
    return Answer(status=status, body=text + "\n", headers=content)
