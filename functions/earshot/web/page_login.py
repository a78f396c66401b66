"""Signing in with a link, and out again."""

from earshot.services.access import SESSION_LIFE
from earshot.web.answer import Answer, NewCookie, see_other
from earshot.web.callers import SESSION_COOKIE, visitor
from earshot.web.frame import page, viewer_of
from earshot.web.parts import Parts
from earshot.web.request import Request


def login(parts: Parts, request: Request) -> Answer:
    """GET /login, /login?token= or /login/{token}: a button; opening the link alone does not use it up."""
    token = _token(request)
    return page(parts, request, viewer_of(parts, request), "login.html", token=token, base_url=parts.base_url)


def sign_in(parts: Parts, request: Request) -> Answer:
    """POST /login or /login/{token}: uses up the link and starts a session.

    Raises:
        Denied: the link was used or is too old (410).
    """
    secret = parts.access.redeem(_token(request) or request.form().get("token", ""))
    cookie = NewCookie(name=SESSION_COOKIE, value=secret, max_age_s=int(SESSION_LIFE.total_seconds()))
    return see_other("/", cookie)


def sign_out(parts: Parts, request: Request) -> Answer:
    """POST /logout: ends the session here and in the table."""
    who = visitor(parts, request)
    parts.access.check_form(who.session, request.form().get("form_token", ""))
    parts.access.sign_out(request.cookies[SESSION_COOKIE])
    return see_other("/login", NewCookie(name=SESSION_COOKIE, value="", max_age_s=0))


def _token(request: Request) -> str:
    return request.args.get("token", "") or request.asked("token")
