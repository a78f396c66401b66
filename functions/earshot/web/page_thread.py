"""The form of the page of a mention that has its thread read."""

from earshot.domain.errors import Conflict, EarshotError, NotFound
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.parts import Parts
from earshot.web.request import Request


def read(parts: Parts, request: Request) -> Answer:
    """POST /mentions/{id}/thread: has it read, also once more, and shows the mention, where it will stand."""
    who = visitor(parts, request)
    parts.access.check_form(who.session, request.form().get("form_token", ""))
    id_ = request.id("m", _unknown)
    try:
        parts.threads().of(who.tenant.id, id_, anew=True)
    except Conflict:
        return see_other(f"/mentions/{id_}?busy=1#thread")
    return see_other(f"/mentions/{id_}#thread")


def _unknown(id_: str) -> EarshotError:
    return NotFound("mention", id_)
