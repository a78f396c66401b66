"""One local run per data folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earshot.domain.errors import Invalid


@contextmanager
def try_lock(folder: Path) -> Iterator[bool]:
    """Holds the folder's lock if nobody else does; tells whether it does."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock; the system frees it when the process ends, however it ends.

    Raises:
        Invalid: another run holds it, or the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "lock").open("w")
    except OSError as exc:
        raise Invalid("data", f"the folder {folder} cannot be used: {exc.strerror}") from exc
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Invalid("data", f"another `earshot run` uses {folder}; stop it first or choose --data") from None
        yield
