"""Likes: which stories a mention tells again, as far as the table knows at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.differing import asks_otherwise
from earshot.domain.joining import are_apart
from earshot.domain.mention import Mention
from earshot.domain.todo import LEASE
from earshot.matching.likeness import ALIKE, CLAIMED, SAME, fingerprint, likeness, overlap
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.store.mentions import Mentions
from earshot.store.stories import StoryKey, StoryKeys, is_over

_MOST_STEPS = 10
"""Mentions passed on the way to a head: each was a head itself before another one took it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a look at a mention's names shows.

    `heads` tell what it tells, the likeliest first. `is_clear` unless a worker that has claimed a name may be about to
    store a like. `keys` are the claimed names, `dead` the claimants that never stored anything.
    """

    heads: tuple[Mention, ...]
    is_clear: bool
    keys: Mapping[str, StoryKey]
    dead: frozenset[str]


class Likes:
    """Looks for likes, and claims the names under which a mention is found by those to come."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._clock = clock
        self._keys = StoryKeys(table)
        self._mentions = Mentions(table)

    def look(self, mention: Mention, sketch: str = "") -> Sight:
        """The heads of stories alike and not apart; without a `sketch` that of the mention's own claim serves."""
        now = self._clock.now()
        known = self._keys.of(mention.tenant, mention.story_keys)
        others = [key for key in known.values() if key.mention_id != mention.id and not is_over(key, now)]
        sketch = sketch or (_sketch(mention, known) if others else "")
        ratios = _alike(others, sketch)
        stored = self._mentions.get_many(mention.tenant, list(ratios))
        in_flight = {key.mention_id for key in others if _is_young(key, now)} & (ratios.keys() - stored.keys())
        return Sight(
            heads=self._heads(mention, stored, ratios, _overlaps(others, sketch)),
            is_clear=not in_flight,
            keys=known,
            dead=frozenset(ratios.keys() - stored.keys() - in_flight),
        )

    def claim(self, mention: Mention, sketch: str, sight: Sight) -> None:
        """Claims the first names of a mention that are free, as many as a mention may have."""
        now = self._clock.now()
        names = [name for name in mention.story_keys if _is_free(sight.keys.get(name), mention, sight.dead, now)]
        wanted = [
            StoryKey(tenant=mention.tenant, name=name, mention_id=mention.id, at=now, sketch=sketch)
            for name in names[:CLAIMED]
        ]
        self._keys.claim([key for key in wanted if not _is_held(sight.keys.get(key.name), key, now)], sight.keys)

    def claim_again(self, mention: Mention) -> None:
        """Claims free names for a stored mention that has become a head."""
        known = self._keys.of(mention.tenant, mention.story_keys)
        if sketch := _sketch(mention, known):
            self.claim(mention, sketch, Sight(heads=(), is_clear=True, keys=known, dead=frozenset()))

    def sees(self, mention: Mention, other: Mention) -> bool:
        """Whether a look at a mention's names would show another one, or what that one tells."""
        told = {other.id, *(each.mention_id for each in other.copies)}
        now = self._clock.now()
        known = self._keys.of(mention.tenant, mention.story_keys).values()
        return any(key.mention_id in told and not is_over(key, now) for key in known)

    def head_of(self, mention: Mention) -> Mention | None:
        """The mention that tells the story of this one, itself where it tells its own; None where that one is gone."""
        head: Mention | None = mention
        for _ in range(_MOST_STEPS):
            if head is None or not head.story_id:
                return head
            head = self._mentions.get_many(head.tenant, [head.story_id]).get(head.story_id)
        return None

    def _heads(
        self,
        mention: Mention,
        stored: Mapping[str, Mention],
        ratios: Mapping[str, float],
        overlaps: Mapping[str, float],
    ) -> tuple[Mention, ...]:
        best: dict[str, tuple[float, Mention]] = {}
        for id_, found in stored.items():
            head = self.head_of(found)
            if head is None or head.id == mention.id or are_apart(head, mention):
                continue
            if asks_otherwise(mention, head, is_same=overlaps[id_] >= SAME):
                continue
            # Of two that hold it all, the one with less around it is the likelier.
            ratio = max(ratios[id_] + overlaps[id_], best[head.id][0] if head.id in best else 0.0)
            best[head.id] = (ratio, head)
        return tuple(head for _, head in sorted(best.values(), key=lambda found: _order(mention, *found)))


def _order(mention: Mention, ratio: float, head: Mention) -> tuple[bool, float, datetime, str]:
    """A head that lists the mention already comes first: its row was to follow when a worker died."""
    is_listed = any(each.mention_id == mention.id for each in head.copies)
    return (not is_listed, -ratio, head.seen_at, head.id)


def _alike(keys: list[StoryKey], sketch: str) -> dict[str, float]:
    sketches = {key.mention_id: key.sketch for key in keys}
    ratios = {id_: likeness(each, sketch) for id_, each in sketches.items()}
    return {id_: ratio for id_, ratio in ratios.items() if ratio >= ALIKE}


def _overlaps(keys: list[StoryKey], sketch: str) -> dict[str, float]:
    return {key.mention_id: overlap(key.sketch, sketch) for key in keys}


def _sketch(mention: Mention, known: Mapping[str, StoryKey]) -> str:
    """The sketch of a stored mention: that of its claim, else of what is kept of its text."""
    own = next((key.sketch for key in known.values() if key.mention_id == mention.id), "")
    kept = None if own else fingerprint(mention.title, mention.excerpt, is_history=mention.is_history)
    return kept.sketch if kept else own


def _is_young(key: StoryKey, now: datetime) -> bool:
    return now - key.at < LEASE


def _is_free(key: StoryKey | None, mention: Mention, dead: frozenset[str], now: datetime) -> bool:
    return key is None or key.mention_id == mention.id or key.mention_id in dead or is_over(key, now)


def _is_held(key: StoryKey | None, wanted: StoryKey, now: datetime) -> bool:
    """Whether the name is the mention's already, and will be taken for that of a worker under way."""
    return key is not None and key.mention_id == wanted.mention_id and _is_young(key, now)
