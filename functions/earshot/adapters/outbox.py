"""The outbox: mails as .eml files, for runs without a mail server."""

import os
from pathlib import Path

from earshot.adapters.mime import as_message
from earshot.domain.errors import Deferred, NotFound
from earshot.domain.ids import is_id
from earshot.ports.clock import Clock
from earshot.ports.notifier import Letter


class Outbox:
    """Implements `earshot.ports.notifier.Notifier` in a folder.

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
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{letter.delivery_id}.tmp"
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / f"{letter.delivery_id}.eml")
        except OSError as exc:
            raise Deferred("mail", f"the outbox cannot be written: {exc.strerror}") from exc

    def list(self) -> list[str]:
        """The delivery ids of all mails, newest first."""
        files = sorted(self._folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [file.stem for file in files]

    def read(self, id_: str) -> bytes:
        """One mail as it would have been sent.

        Raises:
            NotFound: there is none for this delivery.
        """
        file = self._folder / f"{id_}.eml"
        if not is_id("d", id_) or not file.is_file():
            raise NotFound("mail", id_)
        return file.read_bytes()
