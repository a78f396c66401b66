"""The JSON API for who is told: for admins only, and each company sees its own."""

import pytest

from builders import TENANT
from earshot.services.links import webhook_secret
from web_builders import OTHER_TENANT, SECRET, Server

HOOK = "https://hooks.example/earshot"
PHONE = "+49 (0)151 12345678"
EVERYTHING = {"email": "anna@acme.example", "phone": PHONE, "webhook": HOOK, "name": "Anna", "language": "en"}
NOBODY = "/v1/contacts/c_" + "a" * 26


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_contact_is_added_read_listed_and_removed(server: Server) -> None:
    key = server.key()

    added = server.call("POST", "/v1/contacts", key=key, payload=EVERYTHING)
    where = added.headers["Location"]
    read = server.call("GET", where, key=key)
    listed = server.call("GET", "/v1/contacts", key=key)
    removed = server.call("DELETE", where, key=key)

    assert (added.status, where) == (201, f"/v1/contacts/{added.json['id']}")
    assert read.json == {
        "id": added.json["id"],
        "name": "Anna",
        "email": "anna@acme.example",
        "phone": "+4915112345678",
        "webhook": HOOK,
        "language": "en",
        "timezone": "Europe/Berlin",
        "created_at": "2026-11-24T12:00:00Z",
    }
    assert listed.json == {"contacts": [read.json]}
    assert (removed.status, removed.text) == (204, "")
    assert server.call("GET", where, key=key).status == 404


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"email": "anna@acme.example"}, {"email": "ANNA@acme.example", "phone": PHONE}),
        ({"phone": PHONE}, {"phone": "0049 151 12345678", "name": "On call"}),
        ({"webhook": HOOK}, {"webhook": HOOK, "name": "Our chat"}),
    ],
    ids=["mail", "telephone", "webhook"],
)
def test_the_same_first_address_again_is_the_same_contact_changed(
    server: Server, first: dict[str, str], again: dict[str, str]
) -> None:
    key = server.key()

    replies = [server.call("POST", "/v1/contacts", key=key, payload=given) for given in (first, again)]

    assert [reply.status for reply in replies] == [201, 200]
    assert replies[0].headers["Location"] == replies[1].headers["Location"]
    (listed,) = server.call("GET", "/v1/contacts", key=key).json["contacts"]
    assert listed["name"] == replies[1].json["name"]


def test_the_signing_secret_of_a_webhook_is_shown_when_it_is_added_and_never_else(server: Server) -> None:
    key = server.key()

    added, again = (server.call("POST", "/v1/contacts", key=key, payload={"webhook": HOOK}) for _ in range(2))
    where = added.headers["Location"]
    others = [server.call("GET", path, key=key) for path in (where, "/v1/contacts")]

    (contact,) = server.parts.telling.all(TENANT)
    assert added.json["signing_secret"] == again.json["signing_secret"] == webhook_secret(SECRET, contact)
    assert all("whsec_" not in reply.text and "signing_secret" not in reply.text for reply in others)


def test_a_webhook_that_was_removed_and_added_again_is_signed_with_another_secret(server: Server) -> None:
    key = server.key()
    before = server.call("POST", "/v1/contacts", key=key, payload={"webhook": HOOK})
    server.call("DELETE", before.headers["Location"], key=key)
    server.clock.advance(minutes=1)

    after = server.call("POST", "/v1/contacts", key=key, payload={"webhook": HOOK})

    assert after.json["id"] == before.json["id"]
    assert after.json["signing_secret"] != before.json["signing_secret"]


@pytest.mark.parametrize("payload", [{"email": "anna@acme.example"}, {"phone": PHONE}])
def test_a_contact_without_a_webhook_has_no_signing_secret(server: Server, payload: dict[str, str]) -> None:
    assert "signing_secret" not in server.call("POST", "/v1/contacts", key=server.key(), payload=payload).json


CALLS = [("GET", "/v1/contacts"), ("POST", "/v1/contacts"), ("GET", NOBODY), ("DELETE", NOBODY)]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("scope", ["read", "respond"])
def test_contacts_are_personal_data_which_only_an_admins_key_opens(
    server: Server, method: str, path: str, scope: str
) -> None:
    reply = server.call(method, path, key=server.key(scope), payload=EVERYTHING if method == "POST" else None)

    assert reply.status == 403
    assert server.parts.telling.all(TENANT) == ()


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("key", ["", "ear_unknown"])
def test_without_a_valid_key_contacts_stay_shut(server: Server, method: str, path: str, key: str) -> None:
    reply = server.call(method, path, key=key, payload=EVERYTHING if method == "POST" else None)

    assert reply.status == 401
    assert server.parts.telling.all(TENANT) == ()


def test_contacts_of_another_company_are_not_there(server: Server) -> None:
    key, stranger = server.key(), server.key("admin", OTHER_TENANT)
    where = server.call("POST", "/v1/contacts", key=key, payload=EVERYTHING).headers["Location"]

    replies = [server.call(method, where, key=stranger) for method in ("GET", "DELETE")]

    assert [reply.status for reply in replies] == [404, 404]
    assert server.call("GET", "/v1/contacts", key=stranger).json == {"contacts": []}
    assert server.call("GET", where, key=key).status == 200


def test_two_companies_may_tell_the_same_address(server: Server) -> None:
    ours, theirs = (
        server.call("POST", "/v1/contacts", key=server.key("admin", tenant), payload=EVERYTHING).json
        for tenant in (TENANT, OTHER_TENANT)
    )

    assert ours["id"] != theirs["id"]
    assert ours["signing_secret"] != theirs["signing_secret"]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({}, "email"),
        ({"name": "Nobody"}, "email"),
        ({"email": "a@acme.example, b@acme.example"}, "email"),
        ({"email": "a@acme.example\r\nBcc: b@acme.example"}, "email"),
        ({"phone": "0151 12345678"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "+" + "1" * 200}, "phone"),
        ({"phone": 4915112345678}, "phone"),
        ({"webhook": "http://hooks.example/"}, "webhook"),
        ({"webhook": "https://127.0.0.1/"}, "webhook"),
        ({"webhook": "https://hooks.example/".ljust(3000, "x")}, "webhook"),
        ({"webhook": None}, "webhook"),
        ({"email": "anna@acme.example", "language": "fr"}, "language"),
        ({"email": "anna@acme.example", "timezone": "../../etc/passwd"}, "timezone"),
        ({"email": "anna@acme.example", "name": "x" * 121}, "name"),
        ({"email": "anna@acme.example", "colour": "red"}, "colour"),
        ([], "body"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(server: Server, payload: object, field: str) -> None:
    reply = server.call("POST", "/v1/contacts", key=server.key(), payload=payload)

    assert (reply.status, reply.json["field"]) == (422, field)
    assert server.parts.telling.all(TENANT) == ()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", [NOBODY, "/v1/contacts/anna", "/v1/contacts/c_%2E%2E", "/v1/contacts/w_" + "a" * 26])
def test_a_contact_that_is_not_there_is_not_found(server: Server, method: str, path: str) -> None:
    assert server.call(method, path, key=server.key()).status == 404


@pytest.mark.parametrize("path", ["/v1/contacts", NOBODY])
def test_unknown_parameters_are_refused(server: Server, path: str) -> None:
    reply = server.call("GET", path, key=server.key(), query="limit=5")

    assert (reply.status, reply.json["field"]) == (422, "limit")


def test_a_person_who_signed_in_may_look_at_contacts_but_another_site_adds_none(server: Server) -> None:
    session = server.signed_in()

    assert server.call("GET", "/v1/contacts", session=session).status == 200
    assert server.call("POST", "/v1/contacts", session=session, payload=EVERYTHING).status == 401
