"""Errors as people read them."""

from earshot.domain.errors import Denied, EarshotError, Invalid
from earshot.web.answer import Answer, see_other
from earshot.web.frame import maybe_visitor, page, viewer_for, viewer_of
from earshot.web.parts import Parts
from earshot.web.problems import WrongMethod, status_of
from earshot.web.request import Request
from earshot.web.viewer import Viewer
from earshot.web.words import TABLES


def refused(parts: Parts, request: Request, error: EarshotError) -> Answer:
    """The page that tells what cannot be done and how to go on; without a session, the way to sign in."""
    if isinstance(error, Denied) and error.status == 401:
        return see_other("/login")
    status = status_of(error)
    who = maybe_visitor(parts, request)
    viewer = viewer_for(parts, request, who) if who else viewer_of(parts, request)
    reason = _reason(error, viewer)
    answer = page(parts, request, viewer, "trouble.html", who=who, status=status, title=status, reason=reason)
    allow = {"Allow": error.allowed} if isinstance(error, WrongMethod) else {}
    return Answer(status=status, body=answer.body, headers={**answer.headers, **allow}, cookies=answer.cookies)


def broken(parts: Parts, request: Request, error_id: str) -> Answer:
    """The page when we made a mistake; nothing is read from the table for it, the table may be what is broken."""
    viewer = viewer_of(parts, request)
    return page(parts, request, viewer, "trouble.html", status=500, title=500, reason=error_id)


def put_off(parts: Parts, request: Request) -> Answer:
    """The page while the store does not answer; nothing is read from the table for it."""
    viewer = viewer_of(parts, request)
    answer = page(parts, request, viewer, "trouble.html", status=503, title=503, reason="")
    return Answer(status=503, body=answer.body, headers={**answer.headers, "Retry-After": "5"}, cookies=answer.cookies)


def _reason(error: EarshotError, viewer: Viewer) -> str:
    if not isinstance(error, Invalid):
        return str(error)
    key = f"invalid.{error.field}"
    return viewer.words(key, reason=error.reason) if key in TABLES[viewer.words.language] else str(error)
