"""Threads: what a mention answers, up to the root, and what answers it."""

from dataclasses import dataclass

from earshot.domain.item import Item

MAX_HOPS = 20
"""Steps towards the root that are followed; a thread that goes on is marked as cut."""

MAX_REPLIES = 200
"""Replies kept of a thread, the oldest and the newest; one with more is marked as cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Where a stored mention stands, as far as its connector needs to find it again.

    `locator` is that of the source it came from. The rest is as in `earshot.domain.item.Item`.
    """

    native_id: str
    url: str = ""
    parent_id: str = ""
    root_id: str = ""
    thread_url: str = ""
    locator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as far as it was read: `ancestors` root first, `replies` oldest first, the mention itself in neither.

    `is_cut` when more was there than is kept or may be asked for, or an ancestor is gone. `cursor` is the connector's
    own note of what to ask for next; `requests` counts how often it asked.
    """

    ancestors: tuple[Item, ...] = ()
    replies: tuple[Item, ...] = ()
    is_cut: bool = False
    cursor: str = ""
    requests: int = 0
