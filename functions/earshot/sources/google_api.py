"""What Google's own APIs have in common: access by a refresh token, and how they say no.

Source:
    developers.google.com/identity/protocols/oauth2/web-server ("Refreshing an access token");
    google.aip.dev/193 (the shape of errors); read 2026-11-24.
"""

from earshot.domain.credential import Credential, Session
from earshot.domain.errors import Refused, Throttled
from earshot.domain.place import Place
from earshot.ports.http import Request, Response
from earshot.sources.json_body import Node, children, count, text
from earshot.sources.oauth import session_of, token_request

NEEDS = ("client_id", "client_secret", "refresh_token")
"""The fields of a credential for them."""

OPEN_FIELDS = ("client_id",)

READS = frozenset({400, 401, 403, 404})
"""The statuses whose answers say in their body what is wrong."""

_TOKENS = "https://oauth2.googleapis.com/token"
_TOO_OFTEN = {
    *("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    *("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"),
}


class SignsInAtGoogle:
    """The part of a connector that signs in with a refresh token; see `earshot.ports.connector.SignsIn`."""

    kind: str
    place: Place

    def sign_in(self, credential: Credential) -> Request:
        """The request that turns the refresh token into an access token."""
        return refresh_request(credential)

    def signed_in(self, response: Response, credential: Credential) -> Session:
        """The session that Google grants.

        Raises:
            Refused: client or refresh token are not accepted.
            Malformed: it grants none.
        """
        return session_of(response, self.place.name, self.kind)


def refresh_request(credential: Credential) -> Request:
    """The request that turns the refresh token of a credential into an access token."""
    return token_request(_TOKENS, {name: credential.get(name, "") for name in NEEDS} | {"grant_type": "refresh_token"})


def status_of(response: Response, body: Node) -> int:
    """The status of an answer; that within an error where the answer itself says that all is well."""
    return response.status if response.status >= 400 else count(body, "error", "code") or response.status


def refuse(status: int, body: Node, place: str, kind: str) -> None:
    """Raises what an error means; returns where there is none, or one that is about the request itself (400).

    Raises:
        Throttled: it was asked too often.
        Refused: the access is not accepted, or the thing asked for is not there for it.
    """
    if status in {403, 429} and _reasons(body) & _TOO_OFTEN:
        raise Throttled(f"{place} was asked more often than this Google Cloud project may")
    if status == 401:
        raise Refused(f"{place} did not accept the access; set a new one: earshot credential set {kind}")
    if status == 403:
        raise Refused(f"{place}: the API is not open to this Google Cloud project, or the account may not read this")
    if status == 404:
        raise Refused(f"{place} knows no such thing, or this Google account may not see it")
    if status > 404:
        raise Refused(f"{place} answered with error {status}")


def _reasons(body: Node) -> set[str]:
    found = {text(body, "error", "status")}
    found |= {text(each, "reason") for each in children(body, "error", "errors")}
    return found | {text(each, "reason") for each in children(body, "error", "details")}
