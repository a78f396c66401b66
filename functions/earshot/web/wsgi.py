"""The local server's side: a WSGI request becomes an API Gateway event, and the answer becomes a response."""

import base64
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from earshot.web.request import MAX_BODY_BYTES

Site = Callable[[str], tuple[str, bytes] | None]
"""A site of the local run only: from a path to content type and body, None where there is nothing."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Handle = Callable[[dict[str, Any], object], dict[str, Any]]


def wsgi_app(handle: Handle, *, hosts: Collection[str], sites: Mapping[str, Site] | None = None) -> Application:
    """A WSGI application around a handler of gateway events.

    `hosts` are the values of the Host header that are served, such as `127.0.0.1:8787`: a foreign name that was
    pointed at this machine (DNS rebinding) is none of them. `sites` are served under their own host, for reading
    and to everybody.
    """
    known = {host.lower() for host in hosts}
    sites = {host.lower(): site for host, site in (sites or {}).items()}
    # The handler answers one event at a time, and the server has several threads.
    turn = threading.Lock()

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").lower()
        if host in sites:
            status, headers, body = _visited(sites[host], environ)
        elif host not in known:
            status, headers, body = _plain(421, "This server does not answer under that name.")
        else:
            status, headers, body = _handled(handle, environ, turn)
        if status != HTTPStatus.NO_CONTENT:
            headers.append(("Content-Length", str(len(body))))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return application


def _handled(handle: Handle, environ: Environ, turn: threading.Lock) -> tuple[int, Headers, bytes]:
    try:
        body = _body(environ)
    except ValueError:
        return _plain(400, "The length of the body is not a number.")
    if len(body) > MAX_BODY_BYTES:
        return _plain(413, "The body is too long.")
    event = _event(environ, body)
    with turn:
        answer = handle(event, None)
    return _response(answer)


def _visited(site: Site, environ: Environ) -> tuple[int, Headers, bytes]:
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return _plain(405, "This page can only be read.")
    found = site(_path(environ))
    if found is None:
        return _plain(404, "There is nothing at this address.")
    content_type, body = found
    return 200, [("Content-Type", content_type), ("X-Content-Type-Options", "nosniff")], body


def _path(environ: Environ) -> str:
    return environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace") or "/"


def _event(environ: Environ, body: bytes) -> dict[str, Any]:
    """The event as API Gateway builds it (payload format 2.0)."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and name != "HTTP_COOKIE"
    }
    if content_type := environ.get("CONTENT_TYPE"):
        headers["content-type"] = content_type
    method, raw_path = environ["REQUEST_METHOD"], quote(_path(environ), safe="/~!$&'()*+,;=:@")
    http = {
        "method": method,
        "path": raw_path,
        "protocol": environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
        "sourceIp": environ.get("REMOTE_ADDR", ""),
        "userAgent": environ.get("HTTP_USER_AGENT", ""),
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw_path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        "cookies": [crumb.strip() for crumb in environ.get("HTTP_COOKIE", "").split(";") if crumb.strip()],
        "headers": headers,
        "requestContext": {"http": http, "stage": "$default"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _body(environ: Environ) -> bytes:
    """The body, one byte more than is allowed at most, so that too long a one is noticed and not read."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length < 0:
        raise ValueError
    data: bytes = environ["wsgi.input"].read(min(length, MAX_BODY_BYTES + 1))
    return data


def _response(answer: Mapping[str, Any]) -> tuple[int, Headers, bytes]:
    body = answer.get("body") or ""
    data = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode("utf-8", "replace")
    headers = list(answer.get("headers", {}).items())
    headers += [("Set-Cookie", cookie) for cookie in answer.get("cookies", [])]
    return answer["statusCode"], headers, data


def _plain(status: int, text: str) -> tuple[int, Headers, bytes]:
    return status, [("Content-Type", "text/plain; charset=utf-8")], text.encode()
