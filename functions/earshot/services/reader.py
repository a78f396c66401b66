"""The reader of a source: what `Reading` needs to know of those for whom it asks hosts."""

from datetime import datetime
from typing import Protocol

from earshot.domain.errors import FetchError
from earshot.domain.source import Source
from earshot.ports.http import Response
from earshot.services.fetching import Outcome
from earshot.services.visiting import Pause


class NoTime(Exception):
    """Raised by a pause that would last longer than there is time; the source is put back."""


class Reader(Protocol):
    """For whom sources are read: `Fetcher` stores what they hold, a job only shows it."""

    def source(self, source_id: str) -> Source | None:
        """The source to be read, or None where nobody wants it any more."""
        ...

    def ask(self, source: Source, pause: Pause) -> Response | FetchError:
        """The response to its request, or the error that came instead; called in a thread.

        `pause` is called between two requests, where it takes several.

        Raises:
            NoTime: out of `pause`.
            StoreError: what it takes to be let in cannot be read or kept now.
        """
        ...

    def take(self, source: Source, answer: Response | FetchError, *, correlation_id: str) -> Outcome | None:
        """Does what is to be done with an answer; called on the caller's thread."""
        ...

    def give_up(self, source: Source, *, correlation_id: str) -> Outcome | None:
        """Notes that a defect of ours stood in the way."""
        ...

    def put_back(self, source_id: str) -> None:
        """Notes that nobody got round to it."""
        ...

    def pass_over(self, source: Source) -> None:
        """Notes that it was left out, because its host is silent."""
        ...

    def is_past(self, at: datetime) -> bool:
        """Whether that time has come."""
        ...
