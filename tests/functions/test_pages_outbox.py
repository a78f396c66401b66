"""The mails and short messages that a local run keeps, as pages."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from earshot.adapters.outbox import Outbox, SmsOutbox
from earshot.domain.contact import Channel
from earshot.domain.delivery import delivery_id
from earshot.ports.notifier import ShortMessage
from fakes import FixedClock
from web_builders import Outline, Server


@dataclass
class Kept:
    """An outbox in memory."""

    mails: dict[str, bytes] = field(default_factory=dict)

    def list(self) -> list[str]:
        return list(self.mails)

    def read(self, id_: str) -> bytes:
        return self.mails[id_]


def a_mail(subject: str = "Kritik · Acme", text: str = "Hallo <b>", html: str = "<html><head></head><p>Hallo") -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "anna@acme.example"
    message["Date"] = "Tue, 24 Nov 2026 11:00:00 +0000"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def server() -> Server:
    return Server(outbox=Kept({"d_2": a_mail("Lob · Acme"), "d_1": a_mail()}), secure_cookies=False)


def test_the_outbox_lists_mails_as_it_gives_them(server: Server) -> None:
    text = Outline(server.call("GET", "/outbox", session=server.signed_in()).text).text

    assert "2 Nachrichten" in text
    assert text.index("Lob · Acme") < text.index("Kritik · Acme")
    assert "an anna@acme.example" in text
    assert "vor 1 h" in text


def test_a_mail_is_shown_as_text_and_in_a_frame_without_rights(server: Server) -> None:
    reply = server.call("GET", "/outbox/d_1", session=server.signed_in())

    assert "Hallo &lt;b&gt;" in reply.text
    assert 'src="/outbox/d_1/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in reply.text
    assert "frame-src 'self'" in reply.headers["Content-Security-Policy"]


def test_the_html_part_runs_no_script_and_loads_nothing(server: Server) -> None:
    reply = server.call("GET", "/outbox/d_1/html", session=server.signed_in())

    policy = reply.headers["Content-Security-Policy"]
    assert reply.text.startswith('<html><head><base target="_blank">')
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_the_source_of_a_mail_is_plain_text(server: Server) -> None:
    reply = server.call("GET", "/outbox/d_1/source", session=server.signed_in())

    assert reply.headers["Content-Type"].startswith("text/plain")
    assert "To: anna@acme.example" in reply.text


def test_a_short_message_is_shown_by_its_text_and_without_a_frame(tmp_path: Path) -> None:
    clock = FixedClock()
    id_ = delivery_id("t_acme", "m_1", "default", "c_anna", Channel.SMS)
    text = 'Kritik bei Tellerrand: "Grüße <b>" https://listen.example/a/x'
    SmsOutbox(tmp_path, clock=clock).send(ShortMessage(delivery_id=id_, to="+4915112345678", text=text))
    server = Server(outbox=Outbox(tmp_path, sender="earshot@acme.example", clock=clock))
    session = server.signed_in()

    listed = Outline(server.call("GET", "/outbox", session=session).text)
    shown = server.call("GET", f"/outbox/{id_}", session=session).text

    assert "1 Nachricht" in listed.text
    assert text in listed.text
    assert "an +4915112345678" in listed.text
    assert f"/outbox/{id_}" in listed.links
    assert text in Outline(shown).text
    assert "<iframe" not in shown


@pytest.mark.parametrize("id_", ["d_3", "..%2F..%2Fetc%2Fpasswd", ".", "%00"])
@pytest.mark.parametrize("part", ["", "/html", "/source"])
def test_only_what_is_listed_can_be_read(server: Server, id_: str, part: str) -> None:
    assert server.call("GET", f"/outbox/{id_}{part}", session=server.signed_in()).status == 404


@pytest.mark.parametrize("path", ["/outbox", "/outbox/d_1", "/outbox/d_1/html", "/outbox/d_1/source"])
def test_the_outbox_is_behind_the_session(server: Server, path: str) -> None:
    assert server.call("GET", path).status == 303


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Subject: =?utf-8?q?=0D=0Ax?=\nDate: never\n\n", b"no headers at all"]
)
def test_a_broken_mail_breaks_no_page(raw: bytes) -> None:
    server = Server(outbox=Kept({"d_1": raw}))
    session = server.signed_in()

    for path in ("/outbox", "/outbox/d_1", "/outbox/d_1/html", "/outbox/d_1/source"):
        assert server.call("GET", path, session=session).status == 200


def test_a_deployment_has_no_outbox() -> None:
    server = Server()
    session = server.signed_in()

    assert server.call("GET", "/outbox", session=session).status == 404
    assert "/outbox" not in server.call("GET", "/", session=session).text
