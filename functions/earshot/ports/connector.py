"""The port to a kind of source: pure functions from a source to a request, and from a response to items."""

from typing import Protocol

from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response


class Connector(Protocol):
    """The code for one kind of source. It does no input or output and keeps no state."""

    kind: str
    public: bool
    """Whether tenants may share a source of this kind: public and without credentials."""
    interval_s: int
    """The usual gap between two fetches, in seconds."""
    pace_s: float
    """The least gap between two requests to one host, in seconds: the documented rate of the place."""

    def locator(self, text: str) -> str:
        """The canonical form of what a person typed, for instance a URL.

        Raises:
            Invalid: it cannot name a source of this kind.
        """
        ...

    def request(self, source: Source) -> Request:
        """The request that asks for what is new since the source's cursor and validators."""
        ...

    def parse(self, response: Response, source: Source) -> Fetched:
        """The items of a response, oldest first; a pure function of its arguments.

        Raises:
            Malformed: the body is not what this kind of source promises.
        """
        ...

    def recognise(self, url: str) -> str | None:
        """The platform identity (`kind:native id`) of a permalink of this kind, or None if `url` is not one."""
        ...
