"""The JSON API for what is listened for and where: watches, noise and sources."""

from earshot.domain.errors import EarshotError, NotFound
from earshot.domain.tenant import Scope
from earshot.services.inputs import NoiseInput, SourceChange, SourceInput, WatchInput, read_json
from earshot.services.wording import read_noise
from earshot.web.answer import Answer, json_answer, nothing
from earshot.web.asked_filters import only
from earshot.web.callers import caller
from earshot.web.listening_representation import noise_json, source_json, watch_json, watch_with_offers_json
from earshot.web.parts import Parts
from earshot.web.request import Request


def watches(parts: Parts, request: Request) -> Answer:
    """GET /v1/watches."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return json_answer({"watches": [watch_json(watch) for watch in parts.watching.all(who.tenant)]})


def add_watch(parts: Parts, request: Request) -> Answer:
    """POST /v1/watches."""
    who = caller(parts, request, Scope.ADMIN)
    watch = parts.watching.add(who.tenant, read_json(WatchInput, request.body))
    return json_answer(watch_json(watch), 201, headers={"Location": f"/v1/watches/{watch.id}"})


def watch(parts: Parts, request: Request) -> Answer:
    """GET /v1/watches/{id}."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return json_answer(watch_with_offers_json(parts.watching.get(who.tenant, request.id("w", _no_watch))))


def change_watch(parts: Parts, request: Request) -> Answer:
    """PUT /v1/watches/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    id_ = request.id("w", _no_watch)
    given = read_json(WatchInput, request.body)
    return json_answer(watch_json(parts.watching.change(who.tenant, id_, given)))


def remove_watch(parts: Parts, request: Request) -> Answer:
    """DELETE /v1/watches/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    parts.watching.remove(who.tenant, request.id("w", _no_watch))
    return nothing()


def noise(parts: Parts, request: Request) -> Answer:
    """GET /v1/noise."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return json_answer(noise_json(parts.watching.noise(who.tenant)))


def change_noise(parts: Parts, request: Request) -> Answer:
    """PUT /v1/noise."""
    who = caller(parts, request, Scope.ADMIN)
    wanted = read_noise(read_json(NoiseInput, request.body))
    parts.watching.change_noise(who.tenant, wanted)
    return json_answer(noise_json(wanted))


def sources(parts: Parts, request: Request) -> Answer:
    """GET /v1/sources."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return json_answer({"sources": [source_json(each, parts.clock.now()) for each in parts.sourcing.all(who.tenant)]})


def add_source(parts: Parts, request: Request) -> Answer:
    """POST /v1/sources; 201 for a new subscription, 200 for one that was there."""
    who = caller(parts, request, Scope.ADMIN)
    listened, is_new = parts.sourcing.add(who.tenant, read_json(SourceInput, request.body))
    location = {"Location": f"/v1/sources/{listened.source.id}"}
    return json_answer(source_json(listened, parts.clock.now()), 201 if is_new else 200, headers=location)


def source(parts: Parts, request: Request) -> Answer:
    """GET /v1/sources/{id}."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    listened = parts.sourcing.get(who.tenant, request.id("s", _no_source))
    return json_answer(source_json(listened, parts.clock.now()))


def change_source(parts: Parts, request: Request) -> Answer:
    """PUT /v1/sources/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    id_ = request.id("s", _no_source)
    given = read_json(SourceChange, request.body)
    listened = parts.sourcing.pause(who.tenant, id_, paused=given.paused)
    return json_answer(source_json(listened, parts.clock.now()))


def remove_source(parts: Parts, request: Request) -> Answer:
    """DELETE /v1/sources/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    parts.sourcing.remove(who.tenant, request.id("s", _no_source))
    return nothing()


def _no_watch(id_: str) -> EarshotError:
    return NotFound("watch", id_)


def _no_source(id_: str) -> EarshotError:
    return NotFound("source", id_)
