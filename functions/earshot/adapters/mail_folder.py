"""A folder that mails are put into, by a person or by a mail server of their own, for a local run to take."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from earshot.domain.errors import StoreError
from earshot.domain.ids import is_id
from earshot.domain.mail_room import KEPT
from earshot.ports.http import MAX_BYTES

TAKING, HELD, FAILED = "taking", "held", "failed"
MOST_AT_ONCE = 200
"""Mails of one tick."""

_MAX_NAME = 50
"""Characters kept of a file's own name; with what comes before, no file system finds that too long."""

_STILL_S = 2.0
"""A file that was written to so lately may not be whole yet."""


class MailFolder:
    """Mails as files: new ones in the folder itself, those in hand in `taking`, those held back in `held`.

    In `failed` are those that a defect of ours stands in the way of. A file is moved before it is read and removed
    after it was stored: whoever dies in between finds it in `taking`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[Path]:
        """The files in hand, those of an earlier process first; each is to be ended by `done`.

        Raises:
            StoreError: the folder cannot be used.
        """
        taking = self._made(TAKING)
        left = sorted(taking.iterdir())
        yield from left[:MOST_AT_ONCE]
        for path in sorted(self._folder.iterdir())[: max(0, MOST_AT_ONCE - len(left))]:
            if path.is_file() and not path.is_symlink() and _is_whole(path):
                moved = taking / _name_in_hand(path)
                with suppress(OSError):
                    path.rename(moved)
                    yield moved

    def raw(self, path: Path) -> bytes:
        """A mail, a little more than the largest that is read.

        Raises:
            StoreError: it cannot be read.
        """
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as exc:
            raise StoreError(f"the mail {path.name} cannot be read: {exc.strerror}") from None

    def done(self, path: Path) -> None:
        """Removes a mail that was stored, held back or dropped."""
        path.unlink(missing_ok=True)

    def fail(self, path: Path) -> None:
        """Puts a mail aside that a defect of ours stands in the way of."""
        path.replace(self._made(FAILED) / path.name)

    def keep(self, id_: str, raw: bytes, came_as: str) -> str:
        """See `RawMails.keep`."""
        path = self._made(HELD) / f"{id_}.eml"
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write(raw)
            draft.replace(path)
        except OSError as exc:
            raise StoreError(f"the mail cannot be kept: {exc.strerror}") from None
        return id_

    def read(self, name: str) -> bytes | None:
        """See `RawMails.read`."""
        if not is_id("h", name):
            return None
        try:
            return (self._folder / HELD / f"{name}.eml").read_bytes()
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise StoreError(f"the mail cannot be read: {exc.strerror}") from None

    def expire(self, now_s: float) -> None:
        """Removes what was held back or put aside a week ago."""
        for folder in (self._folder / HELD, self._folder / FAILED):
            for path in folder.iterdir() if folder.is_dir() else ():
                with suppress(OSError):
                    if path.stat().st_mtime < now_s - KEPT.total_seconds():
                        path.unlink()

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as exc:
            raise StoreError(f"the folder {folder} cannot be used: {exc.strerror}") from None
        return folder


def _name_in_hand(path: Path) -> str:
    """A name that no mail has yet, by when it was taken: two may come under one name, and a move would overwrite."""
    return f"{time.time_ns():020}-{secrets.token_hex(4)}-{path.name[-_MAX_NAME:]}"


def _is_whole(path: Path) -> bool:
    is_draft = path.name.startswith(".") or path.suffix in {".tmp", ".part"}
    with suppress(OSError):
        return not is_draft and abs(time.time() - path.stat().st_mtime) > _STILL_S
    return False
