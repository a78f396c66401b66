"""Errors as programs read them: RFC 9457 problem details."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from earshot.domain.errors import Conflict, Denied, EarshotError, Invalid, NotFound
from earshot.web.answer import NO_STORE, Answer
from earshot.web.request import TooLarge


class NoRoute(EarshotError):
    """Nothing is served at this path."""


class WrongMethod(EarshotError):
    """The path is served, but not with this method; `allowed` are those that are."""

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not served here; use {self.allowed}")


_STATUS: tuple[tuple[type[EarshotError], int], ...] = (
    (Invalid, 422),
    (NotFound, 404),
    (NoRoute, 404),
    (WrongMethod, 405),
    (Conflict, 409),
    (TooLarge, 413),
)

_OURS = {500: "something went wrong here; it has been logged", 503: "this is not possible now; try again in a moment"}


def status_of(error: EarshotError) -> int:
    """The HTTP status that tells of an error; of those that no caller can mend 503 where waiting helps, else 500."""
    if isinstance(error, Denied):
        return error.status
    otherwise = 503 if error.transient else 500
    return next((status for type_, status in _STATUS if isinstance(error, type_)), otherwise)


def problem(error: EarshotError, **more: Any) -> Answer:
    """The answer for an error; `more` are further members, such as the current state."""
    status = status_of(error)
    if isinstance(error, Invalid):
        more = {"field": error.field, **more}
    # What stands in the way of our own store is for our log, not for strangers.
    detail = _OURS.get(status, str(error))
    return _answer(status, detail, _headers(error), more)


def defect(error_id: str) -> Answer:
    """The answer when we made a mistake; the id leads to the log line."""
    return _answer(500, f"something went wrong here; it has been logged as {error_id}", {}, {"error_id": error_id})


def _headers(error: EarshotError) -> dict[str, str]:
    if isinstance(error, WrongMethod):
        return {"Allow": error.allowed}
    if error.transient:
        return {"Retry-After": "5"}
    if isinstance(error, Denied) and error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}


def _answer(status: int, detail: str, headers: dict[str, str], more: dict[str, Any]) -> Answer:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Answer(
        status=status,
        body=msgspec.json.encode(body).decode(),
        headers={"Content-Type": "application/problem+json", **NO_STORE, **headers},
    )
