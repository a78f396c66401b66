"""Vanishing: what stays of a mention whose place has deleted the post."""

from dataclasses import replace
from datetime import datetime

from earshot.domain.item import Author
from earshot.domain.mention import HistoryEntry, Mention, Status, remember

GONE = "gone"
"""What the history says of it."""

AGED = "aged"
"""What it says of a mention whose text and author had to go with time."""


def vanished(mention: Mention, now: datetime) -> Mention:
    """The mention without its text and its author, done; itself where that has happened before.

    The address, the verdict and what people did about it stay; what quotes the text goes with it.
    """
    if mention.gone_at is not None:
        return mention
    return replace(
        _bare(mention),
        gone_at=now,
        status=Status.DONE,
        history=remember(mention, HistoryEntry(at=now, by="earshot", what=GONE)),
    )


def aged(mention: Mention, now: datetime) -> Mention:
    """The mention without its text and its author, which its place lets nobody keep longer; itself without them.

    The post is still there, for all we know: who has something to do about it finds it by its address.
    """
    bare = _bare(mention)
    if mention.gone_at is not None or bare == mention:
        return mention
    return replace(bare, history=remember(mention, HistoryEntry(at=now, by="earshot", what=AGED)))


def without_text(mention: Mention) -> Mention:
    """A new mention of a place whose texts are not to be kept: where it matched and how it was judged, no more."""
    return replace(mention, title="", excerpt="", author=Author())


def _bare(mention: Mention) -> Mention:
    return replace(
        mention,
        title="",
        excerpt="",
        author=Author(),
        matches=tuple(replace(match, spans=()) for match in mention.matches),
        verdict=replace(mention.verdict, reasons=(), urgency_reasons=()),
    )


def without_author(head: Mention, place_id: str) -> Mention:
    """The head of a story that does not name the author of a vanished place any more; itself where it does not."""
    copies = tuple(replace(each, author="") if each.mention_id == place_id else each for each in head.copies)
    return head if copies == head.copies else replace(head, copies=copies)
