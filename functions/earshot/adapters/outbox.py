"""The outbox: mails as .eml files and short messages as .sms.txt files, for runs that send nothing."""

import os
from email.utils import format_datetime
from pathlib import Path

from earshot.adapters.mime import as_message
from earshot.domain.contact import Channel
from earshot.domain.errors import Deferred, NotFound
from earshot.domain.ids import is_id
from earshot.ports.clock import Clock
from earshot.ports.notifier import Letter, ShortMessage

_MAIL = ".eml"
_SMS = ".sms.txt"


class Outbox:
    """Implements `earshot.ports.notifier.Notifier` for mails in a folder, and reads everything that lies there.

    A file is named by its delivery, so a second copy replaces the first.
    """

    def __init__(self, folder: Path, *, sender: str, clock: Clock) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter, /) -> None:
        """Writes the mail whole or not at all.

        Raises:
            Deferred: the file cannot be written now.
        """
        data = as_message(letter, sender=self._sender, now=self._clock.now()).as_bytes()
        _write(self._folder, f"{letter.delivery_id}{_MAIL}", data, Channel.MAIL)

    def list(self) -> list[str]:
        """The delivery ids of all mails and short messages, newest first."""
        found = [file for kind in (_MAIL, _SMS) for file in self._folder.glob(f"*{kind}")]
        files = sorted(found, key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [file.name.partition(".")[0] for file in files]

    def read(self, id_: str) -> bytes:
        """One message as it would have been sent, a short one with the headers of a mail.

        Raises:
            NotFound: there is none for this delivery.
        """
        for kind in (_MAIL, _SMS) if is_id("d", id_) else ():
            file = self._folder / f"{id_}{kind}"
            if file.is_file():
                return file.read_bytes()
        raise NotFound("mail", id_)


class SmsOutbox:
    """Implements `earshot.ports.notifier.Notifier` for short messages in the folder of an `Outbox`."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def send(self, message: ShortMessage, /) -> None:
        """Writes the short message whole or not at all: number, time, an empty line, the text.

        Raises:
            Deferred: the file cannot be written now.
        """
        lines = (
            f"To: {message.to}",
            f"Date: {format_datetime(self._clock.now())}",
            "Content-Type: text/plain; charset=utf-8",
            "",
            message.text,
            "",
        )
        _write(self._folder, f"{message.delivery_id}{_SMS}", "\n".join(lines).encode(), Channel.SMS)


def _write(folder: Path, name: str, data: bytes, channel: Channel) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.tmp"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    except OSError as exc:
        raise Deferred(channel, f"the outbox cannot be written: {exc.strerror}") from exc
