"""Small files of the data folder that only their owner may read: the secret, and the key for this computer."""

import os
from pathlib import Path

from earshot.domain.errors import Invalid


def kept(path: Path, fresh: str) -> str:
    """What a file says; where there is none, it says `fresh` from now on."""
    if not path.exists():
        write_private(path, fresh)
    return first_line(path)


def write_private(path: Path, text: str) -> None:
    """Puts one line into a file, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
    draft.replace(path)


def first_line(path: Path) -> str:
    """The first line of a file.

    Raises:
        Invalid: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    except OSError as exc:
        raise Invalid("file", f"{path} cannot be read: {exc.strerror}") from exc
