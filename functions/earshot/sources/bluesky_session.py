"""Signing in at Bluesky, and what its errors mean."""

import json
import re
from datetime import timedelta

from earshot.domain.credential import Credential, Session
from earshot.domain.errors import Malformed, Refused, Throttled
from earshot.ports.http import Draw, Request, Response
from earshot.sources.json_body import read_object, text

SESSION = timedelta(hours=1)
"""How long an access token is used; the reference server lets one live for two hours."""

_API = "https://bsky.social/xrpc/com.atproto.server"
_SET = "set it anew: earshot credential set bluesky"
_TOKEN = re.compile(r"[!-~]{1,4000}", re.ASCII)
_OVER = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing"})


def session_request(credential: Credential) -> Request:
    """The request for a session: by the refresh token of the last one where there is one, else by the app password."""
    reads = frozenset({400, 401, 403, 429})
    if refresh := credential.get("refresh_token"):
        headers = {"Authorization": f"Bearer {refresh}"}
        return Request(url=f"{_API}.refreshSession", method="POST", headers=headers, follows=False, reads=reads)
    handle = credential.get("handle", "").strip().removeprefix("@")
    given = {"identifier": handle, "password": credential.get("app_password", "")}
    return Request(
        url=f"{_API}.createSession",
        method="POST",
        headers={"Content-Type": "application/json"},
        body=json.dumps(given).encode(),
        accept="application/json",
        follows=False,
        reads=reads,
        draws=(Draw(quota="sign-ins"),),
    )


def session_in(response: Response, credential: Credential) -> Session:
    """The session of an answer; see `BlueskyConnector.signed_in`."""
    _throttled(response)
    if response.status >= 400:
        reason = _reason(_error(response), was_refreshed=bool(credential.get("refresh_token")))
        raise Refused(reason, response.status)
    body = read_object(response.body, "Bluesky")
    if body.get("active") is False:
        raise Refused(f"the Bluesky account is not active; {_SET}, with another account")
    tokens = {"access_token": text(body, "accessJwt"), "refresh_token": text(body, "refreshJwt")}
    if not all(map(_TOKEN.fullmatch, tokens.values())):
        raise Malformed("Bluesky answered the sign-in with something that is no session")
    return Session(fields=tokens, expires_at=response.received_at + SESSION)


def check(response: Response) -> None:
    """Nothing where an answer is none of the documented errors.

    Raises:
        Refused: the session is not accepted, or the query is not understood.
        Throttled: too much was asked for.
    """
    _throttled(response)
    if response.status < 400:
        return
    if response.status == 401 or _error(response) in _OVER:
        # An expired token is a 400 there; everywhere else 401 means that a session is over.
        raise Refused(f"Bluesky does not accept the session; where that stays, {_SET}", 401)
    if response.status == 400:
        raise Refused("Bluesky does not understand this search; write it in other words", 400)
    raise Refused("Bluesky does not answer this search; without an account it answers none", response.status)


def _throttled(response: Response) -> None:
    if response.status != 429:
        return
    reset = response.headers.get("ratelimit-reset", "")
    wait = int(reset) - int(response.received_at.timestamp()) if re.fullmatch(r"[0-9]{1,12}", reset, re.ASCII) else None
    raise Throttled("Bluesky was asked too often", max(wait, 1) if wait is not None else None)


def _error(response: Response) -> str:
    """The name of an error; "" where somebody before the place has answered."""
    try:
        return text(read_object(response.body, "Bluesky"), "error")
    except Malformed:
        return ""


def _reason(error: str, *, was_refreshed: bool) -> str:
    if was_refreshed:
        return "the Bluesky session is over; the app password is needed again"
    if error == "AuthFactorTokenRequired":
        return f"Bluesky asks for a second factor: use an app password, not the account's own; {_SET}"
    if error == "AccountTakedown":
        return f"Bluesky has closed this account; {_SET}, with another account"
    return f"Bluesky does not accept handle and app password; {_SET}"
