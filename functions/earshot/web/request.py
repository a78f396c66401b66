"""A request as the handlers see it, read from an API Gateway event (payload format 2.0)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from earshot.domain.errors import EarshotError, Invalid
from earshot.domain.ids import is_id

MAX_BODY_BYTES = 1_000_000
_MAX_FIELDS = 100

Pairs = tuple[tuple[str, str], ...]


class TooLarge(EarshotError):
    """The body is over `MAX_BODY_BYTES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; header names are lower case, `args` are the named parts of the path."""

    method: str
    path: str
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    args: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_reading(self) -> bool:
        """Whether it promises to change nothing."""
        return self.method in ("GET", "HEAD")

    @property
    def is_for_programs(self) -> bool:
        """Whether the answer is JSON, problems included."""
        return self.path.startswith("/v1/") or self.path in ("/v1", "/openapi.json")

    def asked(self, name: str) -> str:
        """The first value of a query parameter, "" without one."""
        return next((value for key, value in self.query if key == name), "")

    def form(self) -> dict[str, str]:
        """The fields of a form, the first value of each.

        Raises:
            Invalid: there are too many.
        """
        return dict(reversed(_pairs(self.body.decode("utf-8", "replace"), "body")))

    def id(self, prefix: str, otherwise: Callable[[str], EarshotError]) -> str:
        """The id in the path; what `otherwise` makes of it is raised when it cannot be one of ours."""
        text = self.args["id"]
        if not is_id(prefix, text):
            raise otherwise(text[:60])
        return text


def read_event(event: Mapping[str, Any], *, path: str, args: Mapping[str, str]) -> Request:
    """The request in an event.

    Raises:
        TooLarge: the body is too long.
        Invalid: the body is said to be base64 and is not, or there are too many query parameters.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    query = event.get("rawQueryString") or urlencode(event.get("queryStringParameters") or {})
    return Request(
        method=event["requestContext"]["http"]["method"].upper(),
        path=path,
        query=_pairs(query, "query"),
        headers=headers,
        cookies=_cookies(event.get("cookies") or headers.get("cookie", "").split(";")),
        body=_body(event),
        args={name: unquote(value) for name, value in args.items()},
    )


def _pairs(text: str, field_: str) -> Pairs:
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise Invalid(field_, f"must have at most {_MAX_FIELDS} parameters") from None


def _cookies(crumbs: list[str]) -> dict[str, str]:
    pairs = [crumb.partition("=") for each in crumbs for crumb in each.split(";")]
    # The first of two cookies of one name is the more specific one (RFC 6265 §5.4).
    return {name.strip(): value.strip() for name, _, value in reversed(pairs) if name.strip()}


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if len(text) > MAX_BODY_BYTES * 2:
        raise TooLarge(f"the body must have at most {MAX_BODY_BYTES:,} bytes")
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode("utf-8")
    except (binascii.Error, ValueError):
        raise Invalid("body", "is not what the gateway says it is") from None
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"the body must have at most {MAX_BODY_BYTES:,} bytes")
    return body
