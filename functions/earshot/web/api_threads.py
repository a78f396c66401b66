"""The JSON API for threads: what a mention answers, and what answers it."""

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.tenant import Scope
from earshot.web.answer import Answer, json_answer
from earshot.web.asked_filters import only
from earshot.web.callers import caller
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.thread_representation import state_of, thread_json

_YES_NO = {"true": True, "false": False}


def thread(parts: Parts, request: Request) -> Answer:
    """GET /v1/mentions/{id}/thread: 200 with what is kept, 202 while a job reads it; ?anew=true reads it again."""
    who = caller(parts, request, Scope.READ)
    anew = only(request.query, "anew").get("anew", "false")
    if anew not in _YES_NO:
        raise Invalid("anew", "must be true or false")
    asked = parts.threads().of(who.tenant, request.id("m", _unknown), anew=_YES_NO[anew])
    now = parts.clock.now()
    if asked.job is None or state_of(asked, now) != "looking":
        return json_answer(thread_json(asked, now))
    return json_answer(thread_json(asked, now), 202, headers={"Location": f"/v1/jobs/{asked.job.id}"})


def _unknown(id_: str) -> EarshotError:
    return NotFound("mention", id_)
