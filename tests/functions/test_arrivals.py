"""The doors for what comes by itself, through the API and the pages: scopes, bounds, and hostile input."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from test_api_contract import fits, schema_of

from arrival_desk import ArrivalDesk, a_mail
from builders import TENANT, a_watch
from earshot.domain.watch import Noise
from earshot.services.webmentions import PER_SENDER
from web_builders import OTHER_TENANT, Outline, Reply, Server, a_tenant

SOURCE, TARGET = "https://blog.example/artikel", "https://acme.example/produkt"
BAD = "Authentication-Results: mx.example; dmarc=fail header.from=kununu.com\r\n"


class Arriving(Server):
    """A server, and collect behind its queue."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.put_tenant(a_tenant(noise=Noise(accounts=("acme.example",))))
        self.company.watches.put(a_watch())
        self.desk = ArrivalDesk(self.table)
        self.desk.sent = self.bus

    def hold(self, raw: bytes = b"") -> str:
        """A mail that is held back; tells its id."""
        self.desk.open_mailbox()
        self.desk.mail(raw or a_mail(above=BAD))
        return self.arrivals.mailboxes.of(TENANT).held[0].id


@pytest.fixture
def server() -> Arriving:
    return Arriving()


def holds(server: Server, method: str, template: str, reply: Reply) -> bool:
    known = server.call("GET", "/openapi.json").json
    return fits(reply.json, schema_of(known, method, template, reply.status), known)


def webmention(server: Server, **form: str) -> Reply:
    return server.call("POST", "/webmention", form=form)


def test_items_are_taken_as_a_job_that_tells_of_its_mentions(server: Arriving) -> None:
    key = server.key("respond")

    reply = server.call("POST", "/v1/items", key=key, payload={"items": [{"text": "Acme ist schlecht"}]})
    assert server.desk.work() == set()
    done = server.call("GET", reply.headers["Location"], key=key)

    assert (reply.status, reply.json["state"], done.json["state"]) == (202, "waiting", "done")
    assert holds(server, "post", "/v1/items", reply)
    assert holds(server, "get", "/v1/jobs/{id}", done)
    assert done.json["found"][0]["mention"] == server.desk.stored()[0].id
    assert done.json["says"] == ["1 read, 1 stored as mentions."]


def test_a_link_that_fails_is_told_in_words(server: Arriving) -> None:
    key = server.key("respond")
    server.desk.holds("https://a.example/x", "GIF", kind="image/gif")

    reply = server.call("POST", "/v1/items", key=key, payload={"url": "https://a.example/x"})
    waiting = reply.json["says"]
    server.desk.work()
    done = server.call("GET", reply.headers["Location"], key=key).json

    assert waiting == ["The rest is on its way."]
    assert "no web page" in done["says"][0]


@pytest.mark.parametrize(
    ("method", "path", "scope", "status"),
    [
        ("POST", "/v1/items", "read", 403),
        ("POST", "/v1/items", "", 401),
        ("GET", "/v1/mail", "respond", 403),
        ("POST", "/v1/mail/address", "respond", 403),
        ("POST", "/v1/mail/h_aaaaaaaaaaaaaaaaaaaaaaaaaa/release", "read", 403),
    ],
)
def test_each_door_needs_its_scope(server: Arriving, method: str, path: str, scope: str, status: int) -> None:
    key = server.key(scope) if scope else ""

    assert server.call(method, path, key=key, payload={"text": "x"}).status == status


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'{"items": {}}', b'{"items": [7]}', b'"x"'])
def test_what_is_no_item_is_refused_by_name(server: Arriving, body: bytes) -> None:
    event = {"body": body.decode("utf-8", "replace")}

    reply = server.call("POST", "/v1/items", key=server.key(), **event)

    assert reply.status == 422
    assert reply.json["field"]
    assert holds(server, "post", "/v1/items", reply)


def test_the_mail_room_is_shown_and_a_mail_released_once(server: Arriving) -> None:
    key = server.key()
    id_ = server.hold()

    room = server.call("GET", "/v1/mail", key=key)
    released = server.call("POST", f"/v1/mail/{id_}/release", key=server.key("respond"))
    server.desk.work()
    again = server.call("POST", f"/v1/mail/{id_}/release", key=key)

    assert holds(server, "get", "/v1/mail", room)
    assert (room.json["domain"], room.json["held"][0]["dmarc"]) == ("mail.listen.example", "fail")
    assert (released.status, again.status, len(server.desk.stored())) == (202, 409, 1)
    assert holds(server, "post", "/v1/mail/{id}/release", released)


def test_another_companys_mails_are_not_there(server: Arriving) -> None:
    id_ = server.hold()
    other = server.key(tenant=OTHER_TENANT)

    assert server.call("POST", f"/v1/mail/{id_}/release", key=other).status == 404
    assert server.call("POST", "/v1/mail/nonsense/release", key=other).status == 404
    assert server.call("GET", "/v1/mail", key=other).json["held"] == []


def test_the_address_is_changed(server: Arriving) -> None:
    key = server.key()
    before = server.call("GET", "/v1/mail", key=key).json["address"]

    after = server.call("POST", "/v1/mail/address", key=key)

    assert after.json["address"] != before
    assert holds(server, "post", "/v1/mail/address", after)


def test_a_webmention_is_taken_at_once_and_without_a_key(server: Arriving) -> None:
    server.desk.holds(SOURCE, f'<html><body><a href="{TARGET}">schlecht</a></body></html>')

    reply = webmention(server, source=SOURCE, target=TARGET)
    assert server.desk.work() == set()

    assert (reply.status, reply.headers["Content-Type"]) == (202, "text/plain; charset=utf-8")
    assert [each.url for each in server.desk.stored()] == [SOURCE]


def test_a_webmention_that_comes_again_at_once_is_looked_at_again(server: Arriving) -> None:
    server.desk.holds(SOURCE, f'<html><body><a href="{TARGET}">schlecht</a></body></html>')
    webmention(server, source=SOURCE, target=TARGET)
    server.desk.work()
    server.desk.holds(SOURCE, "<html><body>taken back</body></html>")

    webmention(server, source=SOURCE, target=TARGET)
    server.desk.work()

    assert [each.gone_at is not None for each in server.desk.stored()] == [True]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"source": SOURCE}, 400),
        ({"source": SOURCE, "target": "https://other.example/"}, 400),
        ({"source": "http://127.0.0.1/", "target": TARGET}, 400),
        ({"source": "file:///etc/passwd", "target": TARGET}, 400),
        ({"source": SOURCE, "target": TARGET, "more": "x" * 10_000}, 413),
    ],
)
def test_what_is_no_webmention_is_refused(server: Arriving, form: dict[str, str], status: int) -> None:
    reply = webmention(server, **form)

    assert (reply.status, reply.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert server.bus.fetches == []


def test_too_many_webmentions_are_put_off(server: Arriving) -> None:
    for number in range(PER_SENDER):
        webmention(server, source=f"{SOURCE}/{number}", target=TARGET)

    reply = webmention(server, source=f"{SOURCE}/x", target=TARGET)

    assert (reply.status, reply.headers["Retry-After"]) == (429, "3600")


def test_a_page_takes_a_link_and_tells_what_came_of_it(server: Arriving) -> None:
    session = server.signed_in()
    server.desk.holds(SOURCE, "<html><body><article>" + "Acme ist schlecht. " * 10 + "</article></body></html>")

    reply = server.submit("/arrivals", session, do="paste", url=SOURCE, watch="")
    server.desk.work()
    shown = server.call("GET", reply.headers["Location"], session=session, headers={"accept-language": "de"})

    assert reply.status == 303
    assert "1 gelesen, 1 als Erwähnung gespeichert." in shown.text
    assert server.call("GET", "/arrivals?job=j_aaaaaaaaaaaaaaaaaaaaaaaaaa", session=session).status == 200


def test_the_page_shows_the_address_changes_it_and_releases_a_mail(server: Arriving) -> None:
    session = server.signed_in()
    id_ = server.hold()
    address = server.arrivals.mailboxes.of(TENANT).address

    shown = server.call("GET", "/arrivals", session=session).text
    released = server.submit(f"/arrivals/{id_}", session)
    server.desk.work()
    renewed = server.submit("/arrivals", session, do="renew")
    after = server.call("GET", "/arrivals", session=session).text

    assert f"{address}@mail.listen.example" in shown
    assert "dmarc of kununu.com failed" in shown
    assert (released.status, renewed.status) == (303, 303)
    assert address not in after
    assert len(server.desk.stored()) == 1


@pytest.mark.parametrize("fields", [{"do": "paste", "url": ""}, {"do": "paste", "url": "http://127.0.0.1/"}, {}])
def test_a_form_that_cannot_be_used_is_refused(server: Arriving, fields: dict[str, str]) -> None:
    session = server.signed_in()

    assert server.submit("/arrivals", session, **fields).status == 422
    assert server.call("POST", "/arrivals", session=session, form={"url": SOURCE}).status == 403
    assert server.submit("/arrivals/h_nonsense", session).status == 404


def test_a_local_page_says_where_mails_are_put(server: Arriving) -> None:
    server.arrivals.mailboxes._domain = ""

    assert "earshot mail" in server.call("GET", "/arrivals", session=server.signed_in()).text


def test_a_provider_that_asks_is_shown_with_its_link(server: Arriving) -> None:
    server.desk.open_mailbox()
    link = "https://mail-settings.google.com/mail/vf-abc123"
    asks = a_mail(
        f"Please confirm: {link}",
        sender="Gmail Team <forwarding-noreply@google.com>",
        subject="(#123456789) Gmail Forwarding Confirmation - Receive Mail from eva@shop.example",
    )
    server.desk.mail(asks)
    pages = [server.call("GET", path, session=server.signed_in()) for path in ("/arrivals", "/sources")]
    room = server.call("GET", "/v1/mail", key=server.key())

    for page in pages:
        assert link in Outline(page.text).links
        assert "123456789" in page.text
    assert holds(server, "get", "/v1/mail", room)
    assert room.json["forwardings"][0]["from"] == "eva@shop.example"


def attacks(shared: Path, name: str) -> list[str]:
    lines = (shared / "attacks" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["s"] for line in lines]


def a_hostile_mail(text: str, number: int) -> bytes:
    """A mail with a hostile subject and name, in the form in which line ends survive."""
    words = f"=?utf-8?b?{b64encode(text[:300].encode('utf-8', 'replace')).decode()}?="
    return a_mail(text, subject=words, sender=f"{words} <x@kununu.com>", above=BAD, message_id=f"<{number}@x>")


@pytest.mark.parametrize("name", ["email_header.jsonl", "xss.jsonl"])
def test_hostile_mails_change_no_page_and_add_no_header(shared: Path, name: str) -> None:
    harmless: Any = None
    for number, text in enumerate(["harmlos", *attacks(shared, name)]):
        server = Arriving()
        server.hold(a_hostile_mail(text, number))
        session = server.signed_in()
        page = server.call("GET", "/arrivals", session=session)
        outline = Outline(page.text)
        harmless = harmless or outline
        room = server.call("GET", "/v1/mail", key=server.key())
        (mail,) = room.json["held"]
        assert outline.tags == harmless.tags, text
        assert not any(link.startswith("javascript") for link in outline.links)
        assert "\n" not in mail["subject"] + mail["from"]
        assert "\r" not in mail["subject"] + mail["from"]


def test_a_form_of_many_fields_is_refused(server: Arriving) -> None:
    reply = server.call("POST", "/webmention", body=urlencode({f"f{n}": "" for n in range(500)}))

    assert reply.status == 400
