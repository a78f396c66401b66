"""The port to a kind of source: pure functions from a source to a request, and from a response to items."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.place import Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response


class Connector(Protocol):
    """The code for one kind of source. It does no input or output and keeps no state.

    Every step is one request: what takes several is spread over several fetches by the cursor, and `Fetched.more` asks
    for the next one at once.
    """

    kind: str
    place: Place

    def locator(self, text: str) -> str:
        """The canonical form of what a person typed, for instance a URL.

        Raises:
            Invalid: it cannot name a source of this kind.
        """
        ...

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The request that asks for what is new since the source's cursor and validators.

        Works without a credential too, also where one is needed: only the address counts then.
        """
        ...

    def parse(self, response: Response, source: Source) -> Fetched:
        """The items of a response, oldest first; a pure function of its arguments.

        What the body is shows in the body: every shape that the place documents for items is read, whatever the
        cursor says was asked for.

        Raises:
            Malformed: the body is not what this kind of source promises.
            FetchError: it is the place's way to say that it was asked too often, or that it refuses.
        """
        ...

    def recognise(self, url: str) -> str | None:
        """The platform identity (`kind:native id`) of a permalink of this kind, or None if `url` is not one."""
        ...

    def claim(self, url: str) -> str | None:
        """What to give to `locator` where an address names a source of this kind (a channel, an app), else None."""
        ...


@runtime_checkable
class SignsIn(Protocol):
    """A connector that exchanges its credential for a session first."""

    def sign_in(self, credential: Credential) -> Request:
        """The request for a session; `credential` may hold the fields of the last one, for instance to refresh it."""
        ...

    def signed_in(self, response: Response, credential: Credential) -> Session:
        """The session that a response grants.

        Raises:
            Malformed: it grants none.
            Refused: the credential is not accepted.
        """
        ...


@runtime_checkable
class IsPaid(Protocol):
    """A connector whose place is paid for what an answer holds, and not for asking."""

    def paid(self, response: Response) -> Mapping[str, int]:
        """What any answer of the place really took, by quota.

        Raises:
            FetchError: it is no answer that is paid.
        """
        ...


@runtime_checkable
class ReadsThreads(Protocol):
    """A connector that reads what a mention answers, and what answers it."""

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The request for the next part of a thread; None when nothing more is to be asked for."""
        ...

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with what a response adds. The caller counts `requests` and bounds them.

        Raises:
            Malformed: the body is not what this kind of source promises.
        """
        ...


@runtime_checkable
class Rechecks(Protocol):
    """A connector that can tell which posts are still there."""

    recheck_batch: int
    """Posts that one request can ask for."""

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """The request that asks for up to `recheck_batch` posts of one host."""
        ...

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """The native ids among `refs` of what is gone: deleted, removed or made private.

        Raises:
            Malformed: the body is not what this kind of source promises; then nothing counts as gone.
        """
        ...


@runtime_checkable
class GroupsRechecks(Protocol):
    """A connector whose posts are of several sorts, of which no request takes two."""

    def recheck_group(self, ref: Ref) -> str:
        """The sort of a post, in one word."""
        ...
