"""The Lambda behind the gateway, called with HTTP events as API Gateway sends them.

Source:
    tests/fixtures/events/README.md
"""

import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from lambdas import MENTION, TENANT, Account, Event, an_event

from earshot.domain.mention import Outcome

Ask = Callable[[Event], dict[str, Any]]


@pytest.fixture
def ask(account: Account) -> Ask:
    account.put_secret()
    account.mention()
    return account.load("api")


@pytest.fixture
def key(account: Account) -> str:
    return account.access().create_key(TENANT, "a program", "respond")[1]


def a_request(method: str, path: str, *, key: str = "", cookies: tuple[str, ...] = (), body: object = None) -> Event:
    """The event of a file, about something else."""
    event = an_event("http_get" if method in ("GET", "HEAD") else "http_post")
    event.pop("queryStringParameters", None)
    event |= {"rawPath": path, "rawQueryString": "", "cookies": list(cookies)}
    event["requestContext"]["http"] |= {"method": method, "path": path}
    event["headers"] |= {"authorization": f"Bearer {key}"} if key else {}
    if body is not None:
        event["headers"]["content-type"] = "application/json"
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def test_a_program_with_a_key_gets_the_mentions(ask: Ask, key: str) -> None:
    event = an_event("http_get")
    event["headers"]["authorization"] = f"Bearer {key}"

    answer = ask(event)

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert [each["id"] for each in json.loads(answer["body"])["mentions"]] == [MENTION]


@pytest.mark.parametrize("key", ["", "ear_guessed", "Bearer"])
def test_without_a_key_nothing_is_told(ask: Ask, key: str) -> None:
    answer = ask(a_request("GET", "/v1/mentions", key=key))

    assert answer["statusCode"] == 401
    assert MENTION not in answer["body"]


@pytest.mark.parametrize("path", [f"/v1/mentions/m_{26 * 'b'}", "/v1/nothing", "/wp-login.php", "//"])
def test_what_is_not_there_is_not_found(ask: Ask, key: str, path: str) -> None:
    assert ask(a_request("GET", path, key=key))["statusCode"] == 404


def test_an_acknowledgement_is_stored(ask: Ask, key: str, account: Account) -> None:
    body = {"outcome": "answered", "answer_url": "https://forum.example/1#2", "version": 1}

    answer = ask(a_request("PUT", f"/v1/mentions/{MENTION}/acknowledgement", key=key, body=body))

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["acknowledgement"]["outcome"] == Outcome.ANSWERED


def test_a_sign_in_link_sets_a_cookie_that_only_the_gateway_sees_and_that_opens_the_inbox(
    ask: Ask, account: Account
) -> None:
    event = an_event("http_post")
    event["body"] = f"token={account.access().sign_in_link(TENANT, 'anna')}"

    signed_in = ask(event)

    (cookie,) = signed_in["cookies"]
    (morsel,) = SimpleCookie(cookie).values()
    inbox = ask(a_request("GET", "/", cookies=("theme=dark", f"{morsel.key}={morsel.value}")))
    assert (signed_in["statusCode"], morsel["httponly"], morsel["secure"], morsel["path"]) == (303, True, True, "/")
    assert inbox["statusCode"] == 200
    assert f"/mentions/{MENTION}" in inbox["body"]


def test_a_used_sign_in_link_opens_nothing(ask: Ask, account: Account) -> None:
    event = an_event("http_post")
    event["body"] = f"token={account.access().sign_in_link(TENANT, 'anna')}"
    ask(event)

    again = ask(event)

    assert (again["statusCode"], again["cookies"]) == (410, [])


def test_a_stranger_is_sent_to_sign_in(ask: Ask) -> None:
    answer = ask(a_request("GET", "/", cookies=("earshot_session=not-a-session",)))

    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, "/login")


@pytest.mark.parametrize("path", ["/login", "/static/earshot.css", "/v1/health"])
def test_head_gets_the_head_of_what_get_gets(ask: Ask, path: str) -> None:
    full, head = ask(a_request("GET", path)), ask(a_request("HEAD", path))

    assert (head["statusCode"], head["body"]) == (full["statusCode"], "")
    assert head["headers"].keys() == full["headers"].keys()


def test_a_style_sheet_is_text_that_may_be_kept(ask: Ask) -> None:
    answer = ask(a_request("GET", "/static/earshot.css"))

    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["headers"]["Cache-Control"]


def test_a_body_of_more_than_a_megabyte_is_refused(ask: Ask, key: str) -> None:
    answer = ask(a_request("POST", "/v1/watches", key=key, body="x" * 1_000_001))

    assert answer["statusCode"] == 413


def test_without_the_secret_nothing_is_answered_until_it_is_there(account: Account) -> None:
    ask = account.load("api")

    with pytest.raises(Exception, match="run earshot setup"):
        ask(a_request("GET", "/login"))
    account.put_secret()

    assert ask(a_request("GET", "/login"))["statusCode"] == 200


def test_health_with_a_key_tells_how_much_waits(ask: Ask, key: str) -> None:
    answer = ask(a_request("GET", "/v1/health", key=key))

    waiting = json.loads(answer["body"])["waiting_messages"]
    assert waiting == {"fetch": 0, "fetch_dead_letters": 0, "event_dead_letters": 0}


def test_the_log_of_a_request_holds_no_path_since_links_carry_their_secret_there(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.put_secret()
    event = an_event("http_get")
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/a/c2VjcmV0LW9mLWEtbGluaw"

    account.load("api")(event)

    written = capsys.readouterr().out
    assert "request answered" in written
    assert "c2VjcmV0LW9mLWEtbGluaw" not in written
