"""The door of the API and the pages: an API Gateway event in, an answer in the gateway's shape out."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from earshot.domain.errors import EarshotError
from earshot.web import pages_trouble
from earshot.web.answer import Answer, guarded
from earshot.web.parts import Parts
from earshot.web.problems import NoRoute, WrongMethod, defect, problem
from earshot.web.request import Request, read_event
from earshot.web.route_table import OUTBOX_ROUTES, ROUTES, Route
from earshot.web.same_site import refuse_foreign

log = logging.getLogger(__name__)

Handle = Callable[[dict[str, Any], object], dict[str, Any]]


def build_app(parts: Parts) -> Handle:
    """The handler of API Gateway events (payload format 2.0) for these parts.

    It answers one event at a time: whoever calls it from several threads takes turns.
    """
    app = APIGatewayHttpResolver(debug=False)
    routes = ROUTES + (OUTBOX_ROUTES if parts.outbox else ())
    for route in routes:
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            app.route(route.rule, method=method)(_served(app, parts, route))

    def unserved(_: Exception) -> Response[str | bytes]:
        return _respond(app, parts, lambda parts, request: _refuse(routes, request), {})

    app.not_found(unserved)

    def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
        return app.resolve(event, context)  # type: ignore[arg-type]  # the context is passed on unread

    return handle


def _served(app: APIGatewayHttpResolver, parts: Parts, route: Route) -> Callable[..., Response[str | bytes]]:
    def serve(**args: str) -> Response[str | bytes]:
        return _respond(app, parts, route.handler, args)

    return serve


def _respond(
    app: APIGatewayHttpResolver,
    parts: Parts,
    handler: Callable[[Parts, Request], Answer],
    args: Mapping[str, str],
) -> Response[str | bytes]:
    event = app.current_event
    path = event.path
    # What cannot be read still needs a request, so that the problem is told in the right form.
    request = Request(method=event.http_method.upper(), path=path)
    try:
        request = read_event(event.raw_event, path=path, args=args)
        refuse_foreign(request, parts.base_url)
        answer = handler(parts, request)
    except EarshotError as error:
        answer = _refused(parts, request, error)
    except Exception:  # noqa: BLE001 - the last net: `_broken` logs it with its traceback
        answer = _broken(parts, request)
    return _shaped(answer, request, is_secure=parts.secure_cookies)


def _refuse(routes: tuple[Route, ...], request: Request) -> Answer:
    allowed = {route.method for route in routes if _serves(route, request.path)}
    if not allowed:
        raise NoRoute("there is nothing at this address")
    raise WrongMethod(request.method, allowed | ({"HEAD"} if "GET" in allowed else set()))


def _serves(route: Route, path: str) -> bool:
    return re.fullmatch(re.sub(r"<\w+>", "[^/]+", route.rule), path) is not None


def _refused(parts: Parts, request: Request, error: EarshotError) -> Answer:
    answer = problem(error)
    if answer.status == 500:
        return _broken(parts, request)
    if error.transient:
        log.error("request put off", exc_info=error, extra={"method": request.method})
        return answer if request.is_for_programs else pages_trouble.put_off(parts, request)
    return answer if request.is_for_programs else pages_trouble.refused(parts, request, error)


def _broken(parts: Parts, request: Request) -> Answer:
    error_id = secrets.token_hex(6)
    log.exception("request failed", extra={"error_id": error_id, "method": request.method})
    return defect(error_id) if request.is_for_programs else pages_trouble.broken(parts, request, error_id)


def _shaped(answer: Answer, request: Request, *, is_secure: bool) -> Response[str | bytes]:
    cookies = [
        Cookie(
            name=each.name,
            value=each.value,
            path="/",
            max_age=each.max_age_s,
            http_only=True,
            secure=is_secure,
            same_site=SameSite.LAX_MODE,
        )
        for each in answer.cookies
    ]
    return Response(
        status_code=answer.status,
        body="" if request.method == "HEAD" else answer.body,
        headers=guarded(answer, is_secure=is_secure),
        cookies=cookies,
    )
