"""The JSON API for kinds of places: what each is, whether it is heard by itself, and the credential it needs."""

from typing import Any

from earshot.domain.errors import NotFound
from earshot.domain.tenant import Scope
from earshot.services.credentials import Standing as Held
from earshot.services.inputs import CredentialInput, PlaceChange, read_json
from earshot.services.searching import Standing
from earshot.sources.registry import CONNECTORS
from earshot.web.answer import Answer, json_answer, nothing
from earshot.web.asked_filters import only
from earshot.web.callers import caller
from earshot.web.parts import Parts
from earshot.web.request import Request


def places(parts: Parts, request: Request) -> Answer:
    """GET /v1/places."""
    who = caller(parts, request, Scope.READ)
    only(request.query)
    return json_answer({"places": all_places(parts, who.tenant)})


def change_place(parts: Parts, request: Request) -> Answer:
    """PUT /v1/places/{kind}."""
    who = caller(parts, request, Scope.ADMIN)
    kind = _kind(request)
    parts.searching.switch(who.tenant, kind, is_on=read_json(PlaceChange, request.body).on)
    return json_answer(_one(parts, who.tenant, kind))


def set_credential(parts: Parts, request: Request) -> Answer:
    """PUT /v1/places/{kind}/credential."""
    who = caller(parts, request, Scope.ADMIN)
    kind = _kind(request)
    parts.credentials.set(who.tenant, CONNECTORS[kind], read_json(CredentialInput, request.body).fields)
    parts.searching.follow(who.tenant)
    return json_answer(_one(parts, who.tenant, kind))


def remove_credential(parts: Parts, request: Request) -> Answer:
    """DELETE /v1/places/{kind}/credential."""
    who = caller(parts, request, Scope.ADMIN)
    kind = _kind(request)
    if not parts.credentials.remove(who.tenant, kind):
        raise NotFound("credential", kind)
    parts.searching.follow(who.tenant)
    return nothing()


def all_places(parts: Parts, tenant: str) -> list[dict[str, Any]]:
    """Every kind of place as JSON values, in the order of the registry."""
    standings = {each.connector.kind: each for each in parts.searching.standings(tenant)}
    return [_place_json(parts, tenant, kind, standings.get(kind)) for kind in CONNECTORS]


def _one(parts: Parts, tenant: str, kind: str) -> dict[str, Any]:
    return next(each for each in all_places(parts, tenant) if each["kind"] == kind)


def _place_json(parts: Parts, tenant: str, kind: str, standing: Standing | None) -> dict[str, Any]:
    """`automatic` is whether it can be heard without an address, `on` whether it is; nothing of a secret is told."""
    connector = CONNECTORS[kind]
    place = connector.place
    fields = bool(place.needs or place.takes)
    held = parts.credentials.standing(tenant, connector) if fields else Held(kind=kind)
    return {
        "kind": kind,
        "name": place.name,
        "method": place.method,
        "limits": place.limits,
        "terms": place.terms,
        "evidence": place.evidence,
        "example": place.example,
        "automatic": standing is not None,
        "polled": place.is_polled,
        "on": standing is not None and standing.is_on,
        "needs": list(place.needs),
        "takes": list(place.takes),
        "present": list(held.present),
        "missing": list(held.missing),
        "shown": dict(held.shown),
    }


def _kind(request: Request) -> str:
    kind = request.args["kind"]
    if kind not in CONNECTORS:
        raise NotFound("place", kind[:60])
    return kind
