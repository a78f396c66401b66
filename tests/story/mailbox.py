"""A real mail server on loopback that keeps what it is given."""

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class Mailbox:
    """The mails so far, in the order in which they came."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Takes one mail, or refuses it with `answer`."""
        if self.answer.startswith("2"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append(cast(EmailMessage, mail))
        return self.answer

    def told(self) -> list[str]:
        """The acknowledge links of all mails; each belongs to one mention and one contact."""
        return [link for mail in self.mails for link in re.findall(r"/a/([A-Za-z0-9_-]{22})", text_of(mail))]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def receiving() -> Iterator[tuple[Mailbox, str]]:
    """A mailbox, and the host:port of its server."""
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, f"127.0.0.1:{port}"
    finally:
        controller.stop()
