"""Stories: a new mention joins the story it tells again; heads that met too late become one.

The order of writes, and what is left open, is explained in docs/decisions/0011-one-story-told-once.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from earshot.domain.errors import Conflict
from earshot.domain.joining import following, joined, listed, passed_on
from earshot.domain.mention import Mention
from earshot.matching.likeness import Fingerprint
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.announcing import Announcer
from earshot.services.likes import Likes
from earshot.store.mentions import Mentions
from earshot.store.stories import Tellings

_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a new mention: whether it was stored now, and of which mentions alert should hear at once."""

    is_new: bool
    tells: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A mention after a look round; unless it `is_final` a like of it may be on its way, and its alert has to wait."""

    mention: Mention
    is_final: bool


class Stories:
    """Makes one card of everything that tells the same; each step may be repeated, and broken off after each write."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._clock = clock
        self._likes = Likes(table, clock)
        self._announcer = Announcer(table, clock)
        self._mentions = Mentions(table)
        self._tellings = Tellings(table)

    def keep(self, mention: Mention, fingerprint: Fingerprint) -> Kept:
        """Stores a new mention: as a place of the story it tells again, else as the head of one that may come.

        Whoever claims names first and looks round after the row is stored sees everybody who did so before.
        """
        mention = replace(mention, story_keys=fingerprint.names)
        sight = self._likes.look(mention, fingerprint.sketch)
        if sight.heads:
            kept = self._add_place(mention, sight.heads[0])
            if kept is not None:
                return kept
        self._announcer.prepare(mention)
        if fingerprint.may_claim:
            self._likes.claim(mention, fingerprint.sketch, sight)
        if not self._mentions.add(mention):
            return Kept(is_new=False)
        settled = self.settle(replace(mention, revision=1), fingerprint.sketch)
        tells = settled.is_final and settled.mention.is_own_news
        return Kept(is_new=True, tells=(settled.mention,) if tells else ())

    def pass_on(self, place: Mention) -> Mention | None:
        """Lists a stored place at its head, with what it matched; the head where that makes it ours to hear."""
        head = self._likes.head_of(place)
        return None if head is None or head.id == place.id else self._list(place, head, passed_on)[1]

    def settle(self, mention: Mention, sketch: str = "") -> Settled:
        """The stored mention after all heads alike have become one; whoever looks round does it for all."""
        passed: set[str] = set()
        for _ in range(_TRIES):
            if mention.story_id or not mention.story_keys:
                return Settled(mention=mention, is_final=True)
            sight = self._likes.look(mention, sketch)
            rival = next((head for head in sight.heads if head.id not in passed), None)
            if rival is None:
                return Settled(mention=mention, is_final=sight.is_clear)
            winner = self._winner(mention, rival)
            if winner is None:
                passed.add(rival.id)
                continue
            self._take_in(mention if winner is rival else rival, winner)
            mention = self._mentions.get(mention.tenant, mention.id)
        return Settled(mention=mention, is_final=False)

    def settle_to_tell(self, mention: Mention) -> Settled:
        """The same for a mention that people are about to be told of, before any of its deliveries is planned.

        The mark comes between two looks: of two that tell at once each sees the other one in its second look, and
        whoever is new in the second look has seen the mark.
        """
        settled = self.settle(mention)
        if not settled.is_final or settled.mention.story_id or not settled.mention.story_keys:
            return settled
        self._tellings.begin(mention.tenant, mention.id, self._clock.now())
        return self.settle(settled.mention)

    def _add_place(self, mention: Mention, head: Mention) -> Kept | None:
        """Lists a new mention at a head, then stores it; None where the head is gone in the meantime.

        A crash in between leaves a place listed whose row comes with the repetition.
        """
        present, turned = self._list(mention, head, listed)
        if present is None:
            return None
        is_new = self._mentions.add(following(mention, present.id))
        if not is_new:
            # Another worker had the same item, and may have found nothing it is alike.
            self.settle(self._mentions.get(mention.tenant, mention.id))
        return Kept(is_new=is_new, tells=(turned,) if turned else ())

    def _list(
        self, place: Mention, head: Mention, change: Callable[[Mention, Mention], Mention]
    ) -> tuple[Mention | None, Mention | None]:
        """The head that lists a place now, None where it is gone; and the same where that made it ours to hear."""
        present: Mention | None = head
        for _ in range(_TRIES):
            if present is None:
                return None, None
            after = change(present, place)
            if after == present:
                return present, None
            turns = after.is_own_news and not present.is_own_news
            if turns:
                self._announcer.prepare(after)
            try:
                saved = self._mentions.save(after)
            except Conflict:
                present = self._likes.head_of(self._mentions.get(head.tenant, head.id))
                continue
            return saved, saved if turns else None
        raise Conflict("mention", head.id, "is changed by many at once; try again")

    def _winner(self, mention: Mention, rival: Mention) -> Mention | None:
        """Which of two heads tells the story from now on; None where people know both of them.

        One that a person has touched keeps its card. Else whoever cannot be seen by the other gives way, because the
        other may be telling people at this moment; then one that is not marked as told; then the later one.
        """
        touched = [each for each in (mention, rival) if each.version > 1]
        if touched:
            return touched[0] if len(touched) == 1 else None
        if not self._likes.sees(rival, mention):
            return rival
        told = [each for each in (mention, rival) if self._tellings.has_begun(each.tenant, each.id)]
        if len(told) == 1:
            return told[0]
        return min(mention, rival, key=lambda each: (each.seen_at, each.id))

    def _take_in(self, loser: Mention, winner: Mention) -> None:
        """Lists a head at another one, then takes its card away; whoever was slower looks round again.

        The winner is written even where nothing changes in it: so two that take in each other cannot both succeed.
        """
        after = joined(winner, loser)
        if after.is_own_news and not winner.is_own_news:
            self._announcer.prepare(after)
        try:
            self._mentions.save(after)
            self._mentions.save(following(loser, winner.id))
        except Conflict:
            return
