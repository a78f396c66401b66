"""What the deployment says about itself: its health, its contract, and the files its pages need."""

import logging
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from earshot.domain.tenant import LOCAL_TENANT, Scope
from earshot.store import keys
from earshot.web.answer import Answer, json_answer
from earshot.web.callers import caller
from earshot.web.parts import Parts
from earshot.web.problems import NoRoute
from earshot.web.request import Request

log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
_TYPES = {"earshot.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_A_YEAR = "public, max-age=31536000, immutable"


def health(parts: Parts, request: Request) -> Answer:
    """GET /v1/health: whether the store answers; with a key also figures for its company.

    Dead letters are among the figures and leave `ok` alone: a monitor that restarts us would not mend them.
    """
    if not _store_answers(parts):
        return json_answer({"ok": False}, 503)
    figures: Mapping[str, object] = {}
    if request.headers.get("authorization"):
        figures = parts.health(caller(parts, request, Scope.READ).tenant)
    return json_answer({**figures, "ok": True})


def _store_answers(parts: Parts) -> bool:
    try:
        parts.company.tenants.at(keys.of_deployment("tenant", LOCAL_TENANT))
    except Exception:
        log.exception("store does not answer")
        return False
    return True


def contract(parts: Parts, request: Request) -> Answer:
    """GET /openapi.json."""
    headers = {"Content-Type": "application/json", "Cache-Control": "public, max-age=300"}
    return Answer(body=static_text("openapi.json"), headers=headers)


def static_file(parts: Parts, request: Request) -> Answer:
    """GET /static/{name}; kept for a year, because pages ask for it with its version.

    Raises:
        NoRoute: there is no such file.
    """
    name = request.args["name"]
    if name not in _TYPES:
        raise NoRoute("there is no such file")
    return Answer(body=static_text(name), headers={"Content-Type": _TYPES[name], "Cache-Control": _A_YEAR})


@cache
def static_text(name: str) -> str:
    """The text of a file that is shipped with the pages."""
    return (_STATIC / name).read_text("utf-8")


@cache
def static_url(name: str) -> str:
    """The address of a shipped file, with a version that changes when the file does."""
    return f"/static/{name}?v={sha256(static_text(name).encode()).hexdigest()[:12]}"
