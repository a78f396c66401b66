"""What the routes need; the wiring builds it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # deliver renders mails and should not load what routes do
    from earshot.ports.clock import Clock
    from earshot.services.access import Access
    from earshot.services.arrivals import Arrivals
    from earshot.services.asked_threads import AskedThreads
    from earshot.services.credentials import Credentials
    from earshot.services.inbox import Inbox
    from earshot.services.questions import Questions
    from earshot.services.searching import Searching
    from earshot.services.sourcing import Sourcing
    from earshot.services.telling import Telling
    from earshot.services.watching import Watching
    from earshot.store.company import Company
    from earshot.store.deliveries import Deliveries


class OutboxReader(Protocol):
    """The mails and short messages a local run keeps instead of sending them."""

    def list(self) -> list[str]:
        """The ids of all of them, newest first."""
        ...

    def read(self, id_: str) -> bytes:
        """One as a mail, with headers (RFC 5322); called with ids of `list` only."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a route may use.

    `sourcing` and `telling` are built with a vet that refuses loopback. `base_url` is where people reach this server,
    without a slash at the end. `questions`, `threads` and `arrivals` are built when somebody asks. `health`
    tells figures for one tenant. `outbox` is for local runs only.
    """

    inbox: "Inbox"
    threads: "Callable[[], AskedThreads]"
    arrivals: "Callable[[], Arrivals]"
    watching: "Watching"
    sourcing: "Sourcing"
    searching: "Searching"
    credentials: "Credentials"
    telling: "Telling"
    access: "Access"
    company: "Company"
    deliveries: "Deliveries"
    questions: "Callable[[], Questions]"
    clock: "Clock"
    base_url: str
    secure_cookies: bool
    health: Callable[[str], Mapping[str, object]] = lambda _: {}
    outbox: OutboxReader | None = None
