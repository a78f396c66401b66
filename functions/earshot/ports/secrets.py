"""The port to where secrets are kept: Parameter Store on AWS, files of mode 600 on a laptop."""

from collections.abc import Mapping
from typing import Protocol


class Secrets(Protocol):
    """Small records of text by name, such as `acme/youtube`; never in the table, never in a log."""

    def get(self, name: str) -> Mapping[str, str] | None:
        """The record of this name, or None.

        Raises:
            StoreError: it cannot be read now.
        """
        ...

    def put(self, name: str, record: Mapping[str, str]) -> None:
        """Stores a record, whatever stood there.

        Raises:
            StoreError: it cannot be written now.
        """
        ...

    def delete(self, name: str) -> bool:
        """Removes a record; tells whether there was one.

        Raises:
            StoreError: it cannot be written now.
        """
        ...
