"""The page of watches: what is listened for, in words, and the forms to add and remove."""

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.watch import Role
from earshot.services.inputs import TermsInput, WatchInput
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.parts import Parts
from earshot.web.request import Request


def watches(parts: Parts, request: Request) -> Answer:
    """GET /watches."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    found = parts.watching.all(who.tenant.id)
    return page(parts, request, viewer, "watches.html", who=who, watches=found, roles=list(Role))


def add(parts: Parts, request: Request) -> Answer:
    """POST /watches: the words of each field stand one a line."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    any_, all_, none = (_lines(form.get(name, "")) for name in ("any", "all", "none"))
    name = form.get("name", "")
    given = WatchInput(name=name, role=form.get("role", ""), terms=TermsInput(any=any_, all=all_, none=none))
    parts.watching.add(who.tenant.id, given)
    return see_other("/watches")


def change(parts: Parts, request: Request) -> Answer:
    """POST /watches/{id}: removes the watch."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    if form.get("do") != "remove":
        raise Invalid("do", "must be remove")
    parts.watching.remove(who.tenant.id, request.id("w", _unknown))
    return see_other("/watches")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _unknown(id_: str) -> EarshotError:
    return NotFound("watch", id_)
