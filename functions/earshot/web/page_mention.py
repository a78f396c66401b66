"""The page of one mention, and the forms that close it, open it again, and split its story."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from earshot.domain.errors import Conflict, EarshotError, NotFound
from earshot.domain.mention import Mention
from earshot.web.acting import act_in, perform
from earshot.web.answer import Answer, see_other
from earshot.web.api_mentions import watch_names
from earshot.web.callers import Visitor, visitor
from earshot.web.cards import called, card, moment
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean
from earshot.web.parts import Parts
from earshot.web.people import names_of
from earshot.web.request import Request
from earshot.web.thread_card import thread_card
from earshot.web.viewer import Viewer
from earshot.web.words import TABLES

_REFRESH_S = 4
"""While the thread is being read, the page loads itself again after this time."""


def mention(parts: Parts, request: Request) -> Answer:
    """GET /mentions/{id}."""
    who = visitor(parts, request)
    found = parts.inbox.get(who.tenant.id, request.id("m", _unknown))
    return _page(parts, request, who, found)


def act(parts: Parts, request: Request) -> Answer:
    """POST /mentions/{id}: acknowledges or reopens, then goes back to where the form was."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    id_ = request.id("m", _unknown)
    try:
        perform(parts, who.tenant.id, id_, act_in(request), by=who.actor)
    except Conflict:
        return _page(parts, request, who, parts.inbox.get(who.tenant.id, id_), status=409)
    return see_other(_way_back(form.get("back", ""), id_))


def split(parts: Parts, request: Request) -> Answer:
    """POST /stories/{id}/split: gives a place a card of its own and shows it."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    story_id = request.id("m", _unknown)
    alone = parts.inbox.split(who.tenant.id, story_id, form.get("mention", ""), by=who.actor)
    return see_other(f"/mentions/{alone.id}")


def log_lines(found: Mention, viewer: Viewer, names: dict[str, str]) -> list[dict[str, object]]:
    """What happened to a mention, latest first, as the page shows it."""
    lines = [
        {
            "at": moment(entry.at, viewer),
            "what": _happened(entry.what, viewer),
            "by": called(entry.by, names),
            "detail": clean(entry.detail),
        }
        for entry in reversed(found.history)
    ]
    first = {"at": moment(found.seen_at, viewer), "what": viewer.words("log.first"), "by": "Earshot", "detail": ""}
    return [*lines, first]


def _page(parts: Parts, request: Request, who: Visitor, found: Mention, *, status: int = 200) -> Answer:
    viewer = viewer_for(parts, request, who)
    names = names_of(parts, who.tenant.id, [found])
    shown = card(found, viewer, watch_names=watch_names(parts, who.tenant.id), names=names)
    lines = log_lines(found, viewer, names)
    thread = thread_card(parts.threads().known(found), viewer)
    answer = page(
        parts,
        request,
        viewer,
        "mention.html",
        who=who,
        status=status,
        card=shown,
        log=lines,
        back=f"/mentions/{found.id}",
        is_late=status == 409,
        thread=thread,
        is_busy=bool(request.asked("busy")),
    )
    if thread is None or not thread.is_looking:
        return answer
    return replace(answer, headers={**answer.headers, "Refresh": str(_REFRESH_S)})


def _happened(what: str, viewer: Viewer) -> str:
    key = f"outcome.{what}"
    return viewer.words(key) if key in TABLES[viewer.words.language] else what


def _way_back(back: str, id_: str) -> str:
    """A page of ours to go back to; a list is told what was done, so that it can be undone."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    parts = urlsplit(back if is_ours and len(back) <= 2000 else "/")
    if parts.path.startswith("/mentions/"):
        return parts.path
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "done"]
    return f"{parts.path}?{urlencode([*query, ('done', id_)])}"


def _unknown(id_: str) -> EarshotError:
    return NotFound("mention", id_)
