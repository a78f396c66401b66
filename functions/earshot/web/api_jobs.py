"""The JSON API for what is answered a little later: previews, the jobs behind them, and why something was missed."""

import msgspec

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.job import Job
from earshot.domain.tenant import Scope
from earshot.services.inputs import SourceInput, WatchInput, read, read_json
from earshot.web.answer import Answer, json_answer
from earshot.web.api_mentions import watch_names
from earshot.web.asked_filters import only
from earshot.web.callers import Caller, caller
from earshot.web.job_representation import job_json, why_json
from earshot.web.parts import Parts
from earshot.web.representation import mention_json
from earshot.web.request import Request


class NamedWatch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A watch that is stored, by its id or name."""

    watch: str


def preview_watch(parts: Parts, request: Request) -> Answer:
    """POST /v1/watches/preview: a watch as for POST /v1/watches, or the id or name of one."""
    who = caller(parts, request, Scope.ADMIN)
    return _started(parts, parts.questions().previews.of_watch(who.tenant, _watch_in(request.body)))


def preview_source(parts: Parts, request: Request) -> Answer:
    """POST /v1/sources/preview: a source as for POST /v1/sources."""
    who = caller(parts, request, Scope.ADMIN)
    given = read_json(SourceInput, request.body)
    return _started(parts, parts.questions().previews.of_source(who.tenant, given))


def job(parts: Parts, request: Request) -> Answer:
    """GET /v1/jobs/{id}."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    found = parts.questions().jobs.get(who.tenant, request.id("j", _no_job))
    return json_answer(job_json(found, parts.clock.now()))


def why(parts: Parts, request: Request) -> Answer:
    """GET /v1/why: 200 with the answer, 202 while a job looks for it."""
    who = caller(parts, request, Scope.READ)
    url = only(request.query, "url").get("url", "")
    if not url:
        raise Invalid("url", "is missing")
    found = parts.questions().whys.of(who.tenant, url)
    mention = _mention(parts, who, found.mention_id) if found.mention_id else None
    answer = why_json(found, mention, parts.clock.now())
    if found.verdict.is_final or found.job is None:
        return json_answer(answer)
    return json_answer(answer, 202, headers={"Location": f"/v1/jobs/{found.job.id}"})


def _watch_in(body: bytes) -> WatchInput | str:
    value = read_json_object(body)
    if "watch" in value:
        return read(NamedWatch, value).watch
    return read(WatchInput, value)


def read_json_object(body: bytes) -> dict[str, object]:
    """A JSON object.

    Raises:
        Invalid: the body is something else.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise Invalid("body", f"is not JSON: {exc}") from None
    if not isinstance(value, dict):
        raise Invalid("body", "must be an object")
    return value


def _started(parts: Parts, found: Job) -> Answer:
    where = {"Location": f"/v1/jobs/{found.id}"}
    return json_answer(job_json(found, parts.clock.now()), 202, headers=where)


def _mention(parts: Parts, who: Caller, id_: str) -> dict[str, object]:
    return mention_json(parts.inbox.get(who.tenant, id_), watch_names(parts, who.tenant))


def _no_job(id_: str) -> EarshotError:
    return NotFound("job", id_)
