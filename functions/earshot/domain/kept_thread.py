"""A thread as it is kept beside its mention: who said what above and below, cut down to what a person reads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.domain.ids import digest
from earshot.domain.item import Item
from earshot.domain.mention import Mention
from earshot.domain.place import Keeping
from earshot.domain.thread import Thread

LIFE = timedelta(days=30)
"""How long a thread is kept after it was read last, or for as long as its place lets texts be kept."""

KEPT_ABOVE, KEPT_BELOW = 20, 40
"""Things said that are kept above a mention and below it."""

MAX_SAID, MAX_CALLED, MAX_LINK = 300, 80, 500
MAX_BYTES = 80_000
"""Room that all of them take; a row with the rest stays below 100 KB."""

MAX_DEPTH = 6
"""Steps below a mention that are told apart."""

MAX_KNOWN = 400
"""Replies remembered as seen, the latest ones."""

_MOST_OURS = 10

IsOurs = Callable[[Item], bool]
"""Whether something was said by us: by one of our accounts, or by a colleague who agreed to be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing said in a thread; `depth` counts steps, from the root for what stands above, from the mention below."""

    author: str
    text: str
    published_at: datetime | None = None
    url: str = ""
    is_ours: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptThread:
    """The thread of one mention: `above` root first, `below` oldest first, the mention itself in neither.

    `is_cut` where more is there than was read, `left_out` counts replies that were read and not kept. `ours` names who
    of us answered. `known` are the names of the replies that were seen.
    """

    tenant: str
    mention_id: str
    read_at: datetime
    above: tuple[Said, ...] = ()
    below: tuple[Said, ...] = ()
    is_cut: bool = False
    left_out: int = 0
    ours: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    expires_at: datetime
    revision: int = 0


def kept(
    thread: Thread,
    *,
    mention: Mention,
    is_ours: IsOurs,
    before: KeptThread | None,
    keeping: Keeping,
    now: datetime,
) -> KeptThread:
    """What is kept of a mention's thread that was read at `now`; `before` is what is there, `keeping` what may be."""
    keeps_text = keeping.keeps_text
    depths = _depths(thread.replies)
    above = [_said(item, depth, is_ours, keeps_text) for depth, item in enumerate(thread.ancestors[-KEPT_ABOVE:])]
    chosen = _ends(thread.replies, KEPT_BELOW)
    below = [_said(item, depths[item.native_id], is_ours, keeps_text) for item in chosen]
    fitting = list(_fitting([*above, *below]))
    seen = dict.fromkeys((*(before.known if before else ()), *map(name_of, thread.replies)))
    return KeptThread(
        tenant=mention.tenant,
        mention_id=mention.id,
        read_at=now,
        above=tuple(fitting[: len(above)]),
        below=tuple(fitting[len(above) :]),
        is_cut=thread.is_cut or len(thread.ancestors) > KEPT_ABOVE,
        left_out=len(thread.replies) - max(len(fitting) - len(above), 0),
        ours=tuple(dict.fromkeys(_called(each) for each in thread.replies if is_ours(each)))[:_MOST_OURS],
        known=tuple(seen)[-MAX_KNOWN:],
        expires_at=now + min(LIFE, keeping.max_age or LIFE),
        revision=before.revision if before else 0,
    )


def name_of(item: Item) -> str:
    """The short name under which a reply is remembered."""
    return digest(item.native_id).hex()[:12]


def _said(item: Item, depth: int, is_ours: IsOurs, keeps_text: bool) -> Said:
    text = f"{item.title}\n{item.text}".strip() if not item.text.startswith(item.title) else item.text
    return Said(
        author=_called(item) if keeps_text else "",
        text=text[:MAX_SAID] if keeps_text else "",
        published_at=item.published_at,
        url=item.url if len(item.url) <= MAX_LINK else "",
        is_ours=is_ours(item),
        depth=depth,
    )


def _called(item: Item) -> str:
    return (item.author.name or item.author.handle)[:MAX_CALLED]


def _ends(replies: Sequence[Item], most: int) -> Iterable[Item]:
    """The oldest and the newest, as many as are kept."""
    half = most // 2
    return replies if len(replies) <= most else (*replies[:half], *replies[-half:])


def _fitting(said: Iterable[Said]) -> Iterator[Said]:
    room = MAX_BYTES
    for each in said:
        room -= sum(len(text.encode(errors="surrogatepass")) for text in (each.author, each.text, each.url)) + 150
        if room < 0:
            return
        yield each


def _depths(replies: Iterable[Item]) -> dict[str, int]:
    """How far below the mention each reply stands; one whose parent is not among them answers the mention."""
    parents = {item.native_id: item.parent_id for item in replies}
    found: dict[str, int] = {}
    for native_id, parent_id in parents.items():
        depth, above, seen = 1, parent_id, {native_id}
        while depth < MAX_DEPTH and above in parents and above not in seen:
            seen.add(above)
            depth, above = depth + 1, parents[above]
        found[native_id] = depth
    return found
