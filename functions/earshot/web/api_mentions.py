"""The JSON API for mentions: list, read, acknowledge, reopen, split off a story."""

from earshot.domain.errors import Conflict, EarshotError, NotFound
from earshot.domain.mention import Mention
from earshot.domain.tenant import Scope
from earshot.services.inputs import AcknowledgementInput, SplitInput, read_json
from earshot.web.answer import Answer, json_answer
from earshot.web.asked_filters import asked_page, only, whole_number
from earshot.web.callers import Caller, caller
from earshot.web.parts import Parts
from earshot.web.problems import problem
from earshot.web.representation import mention_json
from earshot.web.request import Request


def many(parts: Parts, request: Request) -> Answer:
    """GET /v1/mentions."""
    who = caller(parts, request, Scope.READ)
    asked = asked_page(request.query)
    listed = parts.inbox.list(who.tenant, asked.filters, cursor=asked.cursor, limit=asked.limit)
    names = watch_names(parts, who.tenant)
    shown = [mention_json(mention, names) for mention in listed.mentions]
    return json_answer({"mentions": shown, "next": listed.cursor or None})


def one(parts: Parts, request: Request) -> Answer:
    """GET /v1/mentions/{id}."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return _shown(parts, who, parts.inbox.get(who.tenant, request.id("m", _unknown)))


def acknowledge(parts: Parts, request: Request) -> Answer:
    """PUT /v1/mentions/{id}/acknowledgement; a conflict answers with the current mention."""
    who = caller(parts, request, Scope.RESPOND)
    id_ = request.id("m", _unknown)
    given = read_json(AcknowledgementInput, request.body)
    try:
        mention = parts.inbox.acknowledge(
            who.tenant,
            id_,
            outcome=given.outcome,
            by=who.actor,
            version=given.version,
            note=given.note,
            answer_url=given.answer_url,
        )
    except Conflict as conflict:
        return _conflict(parts, who, id_, conflict)
    return _shown(parts, who, mention)


def reopen(parts: Parts, request: Request) -> Answer:
    """DELETE /v1/mentions/{id}/acknowledgement; with ?version= only if nobody was faster."""
    who = caller(parts, request, Scope.RESPOND)
    id_ = request.id("m", _unknown)
    version = only(request.query, "version").get("version")
    try:
        number = None if version is None else whole_number("version", version)
        mention = parts.inbox.reopen(who.tenant, id_, by=who.actor, version=number)
    except Conflict as conflict:
        return _conflict(parts, who, id_, conflict)
    return _shown(parts, who, mention)


def split(parts: Parts, request: Request) -> Answer:
    """POST /v1/stories/{id}/split; answers with the mention that has a card of its own now."""
    who = caller(parts, request, Scope.RESPOND)
    story_id = request.id("m", _unknown_story)
    given = read_json(SplitInput, request.body)
    return _shown(parts, who, parts.inbox.split(who.tenant, story_id, given.mention, by=who.actor))


def watch_names(parts: Parts, tenant: str) -> dict[str, str]:
    """The names of a tenant's watches, by id."""
    return {watch.id: watch.name for watch in parts.company.watches_of(tenant)}


def _shown(parts: Parts, who: Caller, mention: Mention) -> Answer:
    return json_answer(mention_json(mention, watch_names(parts, who.tenant)))


def _conflict(parts: Parts, who: Caller, id_: str, conflict: Conflict) -> Answer:
    current = parts.inbox.get(who.tenant, id_)
    return problem(conflict, current=mention_json(current, watch_names(parts, who.tenant)))


def _unknown_story(id_: str) -> EarshotError:
    return NotFound("story", id_)


def _unknown(id_: str) -> EarshotError:
    return NotFound("mention", id_)
