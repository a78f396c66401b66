"""Data folders of a local run, filled in one write each: what is measured afterwards is the real wiring over SQLite."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.feeds import NAMED
from benchmarks.phrases import PHRASES_OF_A_WATCH, names, watches
from builders import SOURCE, TENANT, a_mention, a_schedule, a_source, a_subscription, a_tenant, a_watch
from earshot.bootstrap.local import Local
from earshot.domain.mention import Mention
from earshot.domain.source import Subscription
from earshot.domain.verdict import Kind
from earshot.ports.table import Row
from earshot.settings import Settings
from earshot.store import keys
from earshot.store.codec import to_row
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import NOW

_BATCH = 2_000


@contextmanager
def in_sizes(build: Callable[[Path, int], Local], sizes: Sequence[int]) -> Iterator[dict[int, Local]]:
    """What `build` makes in each size, in folders that are gone afterwards."""
    with TemporaryDirectory() as folder:
        posts = {size: build(Path(folder, str(size)), size) for size in sizes}
        yield posts
        for post in posts.values():
            post.database.close()


def a_listening_post(folder: Path, watching: int) -> Local:
    """One feed and `watching` watches of ten phrases, of which the first one hears every entry of `feeds.response`."""
    local = an_empty_folder(folder)
    others = watches(names((watching - 1) * PHRASES_OF_A_WATCH))
    local.table.put_many([Company(local.table).watches.row(each) for each in (a_watch("own", any=(NAMED,)), *others)])
    local.table.put_many([Listening(local.table).sources.row(a_source(kind="feed"))])
    local.table.put_many(_scheduled(local, SOURCE))
    return local


def a_busy_schedule(folder: Path, sources: int) -> Local:
    """So many sources on as many hosts, all due at `NOW`."""
    local = an_empty_folder(folder)
    ids = [f"s_{i:06d}" for i in range(sources)]
    local.table.put_many([row for id_ in ids for row in _scheduled(local, id_)])
    return local


def a_full_inbox(folder: Path, mentions: int) -> Local:
    """So many mentions, heard a minute apart: one in five of each kind, three in ten of them open."""
    local = an_empty_folder(folder)
    rows = (mention_row(_mention(i)) for i in range(mentions))
    while batch := list(islice(rows, _BATCH)):
        local.table.put_many(batch)
    return local


def mention_row(mention: Mention) -> Row:
    """A mention as the store writes it, without the links of its author and thread."""
    return to_row(
        mention, keys.of_tenant(mention.tenant, "mention", mention.id), "mention", inbox=keys.in_inbox(mention)
    )


def an_empty_folder(folder: Path) -> Local:
    """A company that nobody listens for yet."""
    local = Local(settings=Settings(data=str(folder), offline=True), tenant=TENANT)
    Company(local.table).tenants.add(a_tenant())
    return local


def _scheduled(local: Local, id_: str) -> tuple[Row, Row]:
    schedule = a_schedule(id_, kind="feed", host=f"{id_}.example:443")
    return (Listening(local.table).schedules.row(schedule), _listener(a_subscription(id_)))


def _listener(subscription: Subscription) -> Row:
    return to_row(subscription, keys.of_source(subscription.source_id, "subscription", TENANT), "subscription")


def _mention(number: int) -> Mention:
    is_done = number % 10 > 2
    kind = list(Kind)[number % 5]
    return a_mention(str(number), kind=kind, is_history=is_done, seen_at=NOW - timedelta(minutes=number))
