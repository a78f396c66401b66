"""The JSON API for presets: places that many companies want to hear, ready to be added."""

from typing import Any

from earshot.domain.tenant import Scope
from earshot.services.presets import Offered, offered
from earshot.sources.registry import CONNECTORS
from earshot.web.answer import Answer, json_answer
from earshot.web.asked_filters import only
from earshot.web.callers import caller
from earshot.web.parts import Parts
from earshot.web.request import Request


def presets(parts: Parts, request: Request) -> Answer:
    """GET /v1/presets."""
    who = caller(parts, request, Scope.READ)
    only(request.query, "group")
    found = offered(parts.sourcing.all(who.tenant), CONNECTORS, request.asked("group"))
    return json_answer({"presets": [_preset_json(each) for each in found]})


def _preset_json(offer: Offered) -> dict[str, Any]:
    """`source` is the source that hears it already, null where none does."""
    preset = offer.preset
    return {
        "id": preset.id,
        "name": preset.name,
        "group": preset.group,
        "country": preset.country,
        "language": preset.language,
        "kind": preset.kind,
        "url": preset.url,
        "way": preset.way,
        "method": offer.way.method,
        "terms": offer.way.basis,
        "confirmed": preset.confirmed,
        "alert_offers": preset.about,
        "source": offer.source_id or None,
    }
