"""Access tokens by OAuth 2.0: asking for one, reading what was granted, and carrying it in a header.

Source:
    RFC 6749 §4.4, §5 and §6; RFC 6750 §2.1; read 2026-11-24.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from earshot.domain.credential import Credential, Session
from earshot.domain.errors import Malformed, Refused
from earshot.ports.http import Request, Response
from earshot.sources.json_body import count, read_object, text

ACCESS_TOKEN = "access_token"  # noqa: S105 - the name of a field, not a secret
"""The field of a session that holds the token."""

_TOKEN = re.compile(r"[!-~]{1,4000}", re.ASCII)
_USUAL_S = 3600
_LONGEST_S = 86_400


def token_request(url: str, fields: Mapping[str, str]) -> Request:
    """The request for a token; its fields, secrets among them, travel in the body only and never follow a redirect."""
    return Request(
        url=url,
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields).encode(),
        accept="application/json",
        max_bytes=100_000,
        follows=False,
        reads=frozenset({400, 401, 403}),
    )


def session_of(response: Response, place: str, kind: str) -> Session:
    """The session that an answer grants, with the token in its field `access_token`.

    Raises:
        Refused: the credential is not accepted; the reason says how to set another.
        Malformed: it grants none.
    """
    body = read_object(response.body, place)
    if response.status >= 400 or text(body, "error"):
        raise Refused(f"{place} did not accept the credential; set a new one: earshot credential set {kind}")
    token = text(body, ACCESS_TOKEN)
    if not _TOKEN.fullmatch(token):
        raise Malformed(f"{place} granted no access token")
    seconds = count(body, "expires_in")
    span = timedelta(seconds=min(max(seconds, 0), _LONGEST_S) if seconds is not None else _USUAL_S)
    return Session(fields={ACCESS_TOKEN: token}, expires_at=response.received_at + span)


def bearer(credential: Credential, field: str = ACCESS_TOKEN) -> dict[str, str]:
    """The header that carries a token; none where there is no token."""
    token = credential.get(field, "")
    return {"Authorization": f"Bearer {token}"} if token else {}
