"""The port to mails as they came, for as long as they are kept."""

from typing import Protocol


class RawMails(Protocol):
    """Where mails lie that a person may still want to take."""

    def keep(self, id_: str, raw: bytes, came_as: str) -> str:
        """Keeps a mail that is held back, and tells its name; the same mail again is kept once.

        `came_as` is its name already, where whatever received it keeps it anyway, else "".

        Raises:
            StoreError: it cannot be kept now.
        """
        ...

    def read(self, name: str) -> bytes | None:
        """The mail of this name, None where it is gone.

        Raises:
            StoreError: it cannot be read now.
        """
        ...
