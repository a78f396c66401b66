"""Splitting: a person takes a place out of a story, for good."""

from earshot.domain.errors import Conflict, Invalid, NotFound
from earshot.domain.ids import is_id
from earshot.domain.joining import following, split_off, without
from earshot.domain.mention import Mention
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.likes import Likes
from earshot.store.mentions import Mentions

_TRIES = 5


class Splitting:
    """What a person does to a story that holds too much."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._clock = clock
        self._mentions = Mentions(table)
        self._likes = Likes(table, clock)

    def split(self, tenant: str, story_id: str, mention_id: str, *, by: str) -> Mention:
        """The place as a card of its own, open where somebody should act; it is never merged with that story again.

        Twice is once, also where a process died after the first write. The head cannot be split off: it is what the
        others are split off from.

        Raises:
            NotFound: there is no such story or mention.
            Invalid: the mention is the head of the story, or no place of it.
            Conflict: many change the two at once.
        """
        if not is_id("m", mention_id):
            raise Invalid("mention", "must be the id of a mention, such as m_k5zq…")
        if story_id == mention_id:
            raise Invalid("mention", "tells this story; split off the other places that do not belong to it")
        for _ in range(_TRIES):
            found = self._mentions.get_many(tenant, [story_id, mention_id])
            head, place = found.get(story_id), found.get(mention_id)
            if head is None or head.story_id:
                raise NotFound("story", story_id)
            if place is None:
                raise NotFound("mention", mention_id)
            try:
                return self._split(head, place, by)
            except Conflict:
                continue
        raise Conflict("mention", mention_id)

    def _split(self, head: Mention, place: Mention, by: str) -> Mention:
        now = self._clock.now()
        if place.story_id:
            present = self._likes.head_of(place)
            if present is None or present.id != head.id:
                raise Invalid("mention", "is no place of this story")
            self._keep_followers(head, place)
            place = self._mentions.save(split_off(place, head, by=by, at=now))
        elif head.id not in place.apart:
            raise Invalid("mention", "is no place of this story")
        after = without(head, place.id, by=by, at=now)
        if after != head:
            self._mentions.save(after)
        # So that copies of its own find it, and not only those of the story it stood in.
        self._likes.claim_again(place)
        return place

    def _keep_followers(self, head: Mention, place: Mention) -> None:
        """Lets places that came with this one, when it was a head itself, name the head they are listed at."""
        listed = self._mentions.get_many(head.tenant, [each.mention_id for each in head.copies])
        for each in listed.values():
            if each.story_id == place.id:
                self._mentions.save(following(each, head.id))
