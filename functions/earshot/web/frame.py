"""The frame around every page: language, navigation, and who is signed in."""

from typing import Any

from earshot.domain.errors import Denied
from earshot.web.answer import PAGE_POLICY, Answer, NewCookie, html_answer
from earshot.web.callers import Visitor, visitor
from earshot.web.parts import Parts
from earshot.web.rendering import render
from earshot.web.request import Request
from earshot.web.viewer import Viewer, zone_named
from earshot.web.words import TABLES, Words, language_for

LANGUAGE_COOKIE = "earshot_language"
_A_YEAR_S = 31_536_000


def viewer_of(parts: Parts, request: Request, *, language: str = "", timezone: str = "UTC") -> Viewer:
    """Who looks: the language asked for, else chosen before, else `language`, else what the browser accepts."""
    wishes = (request.asked("lang"), request.cookies.get(LANGUAGE_COOKIE, ""), language)
    chosen = language_for(wishes, request.headers.get("accept-language", ""))
    return Viewer(words=Words(chosen), zone=zone_named(timezone), now=parts.clock.now())


def viewer_for(parts: Parts, request: Request, who: Visitor) -> Viewer:
    """The viewer that a signed-in person is."""
    return viewer_of(parts, request, language=who.tenant.language, timezone=who.tenant.timezone)


def page(
    parts: Parts,
    request: Request,
    viewer: Viewer,
    template: str,
    *,
    who: Visitor | None = None,
    status: int = 200,
    policy: str = PAGE_POLICY,
    **values: Any,
) -> Answer:
    """A page in the frame; `values` are what the template needs beyond it."""
    text = render(
        template,
        words=viewer.words,
        viewer=viewer,
        who=who,
        path=request.path,
        can_switch=request.is_reading,
        other_language=next(each for each in TABLES if each != viewer.words.language),
        has_outbox=parts.outbox is not None,
        **values,
    )
    return remembering_language(html_answer(text, status, policy=policy), request)


def maybe_visitor(parts: Parts, request: Request) -> Visitor | None:
    """The person who is signed in, or None."""
    try:
        return visitor(parts, request)
    except Denied:
        return None


def remembering_language(answer: Answer, request: Request) -> Answer:
    """The answer with a cookie that keeps the language which was asked for."""
    wish = request.asked("lang")
    if wish not in TABLES:
        return answer
    cookie = NewCookie(name=LANGUAGE_COOKIE, value=wish, max_age_s=_A_YEAR_S)
    return Answer(status=answer.status, body=answer.body, headers=answer.headers, cookies=(*answer.cookies, cookie))
