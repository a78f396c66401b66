"""Joining: what becomes of two mentions that tell one story, and of one that a person takes out of it."""

from dataclasses import replace
from datetime import datetime
from zlib import crc32

from earshot.domain.item import Engagement
from earshot.domain.mention import HistoryEntry, Mention, Status, matched_more, owes, remember
from earshot.domain.story import MAX_COPIES, MAX_NAME, MAX_URL, STEP, Copy, Story, kept

MAX_APART = 100
"""Mentions that are kept apart from a story by hand, the latest ones."""


def copy_of(mention: Mention) -> Copy:
    """A mention as a place of a story."""
    return Copy(
        mention_id=mention.id,
        place=mention.place[:MAX_NAME],
        url=mention.url if len(mention.url) <= MAX_URL else "",
        source_kind=mention.source_kind,
        author=(mention.author.name or mention.author.handle)[:MAX_NAME],
        at=mention.posted_at or mention.seen_at,
        reach=reach_of(mention),
    )


def reach_of(mention: Mention) -> int | None:
    """How many people a mention reaches: the followers of its author, else what the place counted, else None."""
    if mention.author.followers is not None:
        return mention.author.followers
    counted: Engagement = mention.engagement
    figures = (counted.likes, counted.reposts, counted.replies, counted.score, counted.views)
    known = [each for each in figures if each is not None]
    return sum(known) if known else None


def story_of(mention: Mention) -> Story | None:
    """The story that a mention tells; None where it is told in one place, or by another mention."""
    if mention.story_id or not mention.copies:
        return None
    return _story(mention)


def joined(head: Mention, other: Mention) -> Mention:
    """The head with another mention, and all that one tells, among its places; joining what is listed adds nothing.

    What there is no room for is counted, each time anew: only what becomes a place now may join.

    What the other matched the head matched too: it opens where that makes it ours. The spans stay behind, since they
    belong to the other's text. What a person has taken apart stays apart.
    """
    if are_apart(head, other):
        return head
    new = _unlisted(head, other)
    copies, more = kept((*head.copies, *new), head.more_copies + (other.more_copies if new else 0))
    return replace(_matching(head, other), copies=copies, more_copies=more)


def listed(head: Mention, place: Mention) -> Mention:
    """The head with a new place; where there is no room, itself unless a reader of the story misses something.

    That is another first or loudest place, what the place matched, and one in `STEP` places, which counts for all.
    """
    after = joined(head, place)
    if after.more_copies == head.more_copies:
        return after
    before, now = _story(head), _story(after)
    is_marked = (before.first, before.loudest) != (now.first, now.loudest)
    step = STEP if crc32(place.id.encode()) % STEP == 0 else 0
    return replace(after, copies=after.copies if is_marked else head.copies, more_copies=head.more_copies + step)


def passed_on(head: Mention, place: Mention) -> Mention:
    """The head with what a stored place matched, listing it if there is room; doing so twice changes nothing.

    A place that is not listed was counted when it was stored.
    """
    if are_apart(head, place):
        return head
    new = _unlisted(head, place)[: MAX_COPIES - len(head.copies)]
    more = max(head.more_copies - len(new), 0)
    return replace(_matching(head, place), copies=(*head.copies, *new), more_copies=more)


def following(mention: Mention, head_id: str) -> Mention:
    """The mention as a place of another's story: without a card of its own, so nobody owes it anything."""
    return replace(mention, story_id=head_id, status=Status.DONE, copies=(), more_copies=0)


def split_off(mention: Mention, head: Mention, *, by: str, at: datetime) -> Mention:
    """A place of the head's story as a card of its own, open where somebody should act, and apart for good."""
    alone = replace(
        mention,
        story_id="",
        apart=_apart(mention, head.id, *(each.mention_id for each in head.copies)),
        version=mention.version + 1,
        history=remember(mention, HistoryEntry(at=at, by=by, what="split", detail=head.id)),
    )
    return replace(alone, status=Status.OPEN) if alone.acknowledgement is None and owes(alone) else alone


def without(head: Mention, mention_id: str, *, by: str, at: datetime) -> Mention:
    """The head without a place that was split off, apart from it for good; itself when that was done before."""
    copies = tuple(each for each in head.copies if each.mention_id != mention_id)
    if mention_id in head.apart and copies == head.copies:
        return head
    return replace(
        head,
        copies=copies,
        more_copies=max(head.more_copies - 1, 0) if copies == head.copies else head.more_copies,
        apart=_apart(head, mention_id),
        history=remember(head, HistoryEntry(at=at, by=by, what="split", detail=mention_id)),
    )


def are_apart(one: Mention, other: Mention) -> bool:
    """Whether a person has taken one of the two, or of what they tell, out of the other's story."""
    return not _told(one).isdisjoint(other.apart) or not _told(other).isdisjoint(one.apart)


def _story(head: Mention) -> Story:
    places = (copy_of(head), *head.copies)
    return Story(id=head.id, places=places, count=len(places) + head.more_copies)


def _unlisted(head: Mention, other: Mention) -> tuple[Copy, ...]:
    there = _told(head)
    return tuple(each for each in (copy_of(other), *other.copies) if each.mention_id not in there)


def _matching(head: Mention, other: Mention) -> Mention:
    ours = tuple(replace(match, spans=()) for match in other.matches)
    after = matched_more(head, ours, is_history=other.is_history)
    return replace(after, apart=_apart(head, *other.apart))


def _told(mention: Mention) -> set[str]:
    return {mention.id, *(each.mention_id for each in mention.copies)}


def _apart(mention: Mention, *more: str) -> tuple[str, ...]:
    ids = (each for each in (*mention.apart, *more) if each != mention.id)
    return tuple(dict.fromkeys(ids))[-MAX_APART:]
