"""Access tokens: the request for one, what is granted, and how a place says no."""

import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from source_builders import NOW, a_response

from earshot.domain.errors import FetchError, Malformed, Refused
from earshot.ports.connector import SignsIn
from earshot.sources.oauth import bearer, session_of
from earshot.sources.registry import CONNECTORS

GOOGLE = {"client_id": "c", "client_secret": "s3cret", "refresh_token": "r/1"}


@pytest.mark.parametrize("kind", ["google_business", "google_play"])
def test_google_is_asked_with_the_refresh_token_in_the_body(kind: str) -> None:
    connector = CONNECTORS[kind]
    assert isinstance(connector, SignsIn)

    request = connector.sign_in(GOOGLE)

    assert (request.method, request.url) == ("POST", "https://oauth2.googleapis.com/token")
    assert request.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    assert {name: value[0] for name, value in parse_qs(request.body.decode()).items()} == {
        **GOOGLE,
        "grant_type": "refresh_token",
    }
    assert not request.follows


def test_trusted_shops_is_asked_with_the_client_alone() -> None:
    connector = CONNECTORS["trusted_shops"]
    assert isinstance(connector, SignsIn)

    request = connector.sign_in({"client_id": "c", "client_secret": "s", "access_token": "old"})

    assert request.url == "https://login.etrusted.com/oauth/token"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["c"],
        "client_secret": ["s"],
        "audience": ["https://api.etrusted.com"],
    }


@pytest.mark.parametrize("kind", ["google_business", "google_play", "trusted_shops"])
def test_granted_token_is_a_session_and_then_a_header(kind: str) -> None:
    connector = CONNECTORS[kind]
    assert isinstance(connector, SignsIn)
    body = json.dumps({"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"})

    session = connector.signed_in(a_response(body), {})

    assert session.fields == {"access_token": "ya29.x"}
    assert session.expires_at == NOW + timedelta(seconds=3599)
    assert bearer(session.fields) == {"Authorization": "Bearer ya29.x"}
    assert bearer({}) == {}


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [(None, 3600), ("soon", 3600), (-5, 0), (10**9, 86_400), (1.5, 3600)]
)
def test_strange_ends_are_bounded(expires_in: object, seconds: int) -> None:
    body = json.dumps({"access_token": "t", "expires_in": expires_in})

    assert session_of(a_response(body), "The place", "kind").expires_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [200, 400, 401])
def test_refused_credential_says_what_to_do_and_nothing_secret(status: int) -> None:
    body = json.dumps({"error": "invalid_grant", "error_description": "r/1 has been revoked"})

    with pytest.raises(Refused) as caught:
        session_of(a_response(body, status=status), "The place", "google_play")

    assert "earshot credential set google_play" in caught.value.reason
    assert "r/1" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"access_token": 7}', b'{"access_token": "a b"}', b'{"access_token": "a\\r\\nX-Evil: 1"}'],
)
def test_answer_without_a_usable_token_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        session_of(a_response(body), "The place", "kind")


@pytest.mark.parametrize("body", [b"<html>", b'{"access_token": "' + b"x" * 5000 + b'"}'])
def test_rubbish_never_becomes_a_session(body: bytes) -> None:
    with pytest.raises(FetchError):
        session_of(a_response(body), "The place", "kind")
