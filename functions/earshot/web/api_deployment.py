"""What the deployment says about itself: its health, its contract, and the files its pages need."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from earshot.domain.tenant import Scope
from earshot.web.answer import Answer, json_answer
from earshot.web.callers import caller
from earshot.web.parts import Parts
from earshot.web.problems import NoRoute
from earshot.web.request import Request

_STATIC = Path(__file__).parent / "static"
_TYPES = {"earshot.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_A_YEAR = "public, max-age=31536000, immutable"


def health(parts: Parts, request: Request) -> Answer:
    """GET /v1/health: whether all is well; with a key also what is known about it."""
    facts = dict(parts.health())
    is_ok = bool(facts.get("ok", True))
    if request.headers.get("authorization"):
        caller(parts, request, Scope.READ)
    else:
        facts = {}
    return json_answer({**facts, "ok": is_ok}, 200 if is_ok else 503)


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
