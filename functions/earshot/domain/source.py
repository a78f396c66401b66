"""Sources, their schedules and who listens to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from earshot.domain.ids import make_id
from earshot.domain.item import Item
from earshot.domain.rhythm import NO_RHYTHM, Rhythm


def source_id(kind: str, locator: str, owner: str = "") -> str:
    """A source's id; `owner` is a tenant for sources that are not shared, else empty."""
    return make_id("s", kind, locator, owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place we listen to: `kind` names its connector, `locator` is where (a URL, or a query).

    `owner` is the tenant of a source with credentials or a secret in its address, "" for one that tenants share.
    `cursor`, `etag`, `last_modified` and `entries_hash` are what the connector needs to ask only for news;
    they are saved after everything that was found has been stored, at `read_at`. `words` are the phrases of the watches
    that a search source of a tenant asks for, in place of a query in its locator.

    `rhythm` is how far apart its news lie. `problem_at` is since when this problem stands, `off_at` when we gave up,
    until a person takes the source up again.
    `moved_to` is where it really is; `moving_to` is where permanent redirects have led since `moving_since`, seen
    `moving_seen` times, until that is believed.
    """

    id: str
    kind: str
    locator: str
    owner: str = ""
    name: str = ""
    words: tuple[str, ...] = ()
    created_at: datetime
    cursor: str = ""
    etag: str = ""
    last_modified: str = ""
    entries_hash: str = ""
    last_news_at: datetime | None = None
    rhythm: Rhythm = NO_RHYTHM
    read_at: datetime | None = None
    first_fetched_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    problem_detail: str = ""
    problem_at: datetime | None = None
    off_at: datetime | None = None
    moved_to: str = ""
    moving_to: str = ""
    moving_since: datetime | None = None
    moving_seen: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a source is fetched next; small, because plan reads and moves one a fetch.

    `interval_s` is the usual gap; a fetch usually takes `steps` requests, `pace_s` apart. `not_before` is a moment the
    place asked us to wait for. `asked_at` is when it was last handed out and `real_s` the gap there really is,
    smoothed. `waiting_since` is since when a quota has put it off, `queued_since` since when it waits behind others for
    the pace of its host.
    """

    source_id: str
    kind: str
    host: str
    interval_s: int
    due_at: datetime
    pace_s: float = 2.0
    steps: int = 1
    not_before: datetime | None = None
    asked_at: datetime | None = None
    real_s: int | None = None
    waiting_since: datetime | None = None
    queued_since: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A tenant listens to a source, with all its watches or only with the named ones.

    `name` is what this tenant calls it, "" for the source's own title. `fetched` is false until the first fetch after
    `started_at` has been stored: its undated items are history. An `automatic` one follows the tenant's watches: it
    came by itself, and goes when they do not need it any more. `companion_of` is the id of the source with which it
    came, `accompanied` says that what comes with it has come.
    """

    tenant: str
    source_id: str
    started_at: datetime
    watches: tuple[str, ...] = ()
    name: str = ""
    paused: bool = False
    automatic: bool = False
    fetched: bool = False
    companion_of: str = ""
    accompanied: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one response held: items oldest first, how many entries were unusable, and where to go on.

    `cursor` is None where it stays as it was, "" where the next request begins from the top. `more` wants the next
    request, by the new cursor, at once. `wait_s` is how long the place asks to be left alone.
    `spent` is what the request really took of each quota, where that differs from what it reserved. `gone` are the
    identities of posts that the answer shows as deleted. `companions` are addresses of feeds with what readers answer.
    """

    items: tuple[Item, ...] = ()
    skipped: int = 0
    title: str = ""
    cursor: str | None = None
    entries_hash: str = ""
    min_interval_s: int | None = None
    more: bool = False
    wait_s: int | None = None
    spent: Mapping[str, int] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
