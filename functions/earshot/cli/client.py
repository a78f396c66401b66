"""How commands reach Earshot: the same API, in this process over the local data or over HTTP on a deployment."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from earshot.domain.errors import EarshotError, Invalid

Handler = Callable[[dict[str, Any], Any], Mapping[str, Any]]

TIMEOUT_S = 30.0
_MAX_ANSWER = 10_000_000


class ApiError(EarshotError):
    """The API refused; `status` is its HTTP status, the message one line with the field's name."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Client(Protocol):
    """Calls one operation of the API."""

    def call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
    ) -> dict[str, Any]:
        """The JSON answer, {} where there is none.

        Raises:
            ApiError: the status is 400 or more.
            Invalid: the deployment cannot be reached or does not speak this API.
        """
        ...


@dataclass(frozen=True, slots=True)
class InProcess:
    """Calls the API's handler directly."""

    handler: Handler
    key: str

    def call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
    ) -> dict[str, Any]:
        """See `Client.call`."""
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": urlencode(query or {}),
            "queryStringParameters": dict(query or {}),
            "headers": {"authorization": f"Bearer {self.key}", "content-type": "application/json"},
            "requestContext": {
                "http": {"method": method, "path": path, "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1"},
                "stage": "$default",
                "requestId": "local",
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = self.handler(event, None)
        return _answered(int(answer["statusCode"]), str(answer.get("body") or ""))


@dataclass(frozen=True, slots=True)
class Remote:
    """Calls the API of a deployment."""

    url: str
    key: str

    def __post_init__(self) -> None:
        """Refuses an address to which the key must not be sent."""
        parts = urlsplit(self.url)
        is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
            raise Invalid("api", "must begin with https://, since the key travels with each request")
        if not self.key:
            raise Invalid("key", "is missing: give --key or set EARSHOT_KEY")

    def call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
    ) -> dict[str, Any]:
        """See `Client.call`."""
        url = self.url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return _answered(answer.status, answer.read(_MAX_ANSWER).decode("utf-8", "replace"))
        except urllib.error.HTTPError as exc:
            return _answered(exc.code, exc.read(_MAX_ANSWER).decode("utf-8", "replace"))
        except OSError as exc:
            raise Invalid("api", f"{self.url} cannot be reached: {getattr(exc, 'reason', exc)}") from exc


def _answered(status: int, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        value = None
    if status >= 400:
        problem = value if isinstance(value, dict) else {}
        raise ApiError(status, str(problem.get("detail") or problem.get("title") or f"answered with {status}"))
    if not isinstance(value, dict):
        raise Invalid("api", "did not answer as Earshot does; is the address right?")
    return value
