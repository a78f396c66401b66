"""Threads out of items that know their parents: what stands above one of them, and what stands below."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from earshot.domain.item import Item
from earshot.domain.thread import MAX_HOPS, MAX_REPLIES, Thread
from earshot.sources.posts import oldest_first


def thread_in(items: Iterable[Item], native_id: str) -> Thread:
    """The thread of the item of this id among `items`, which need not be sorted.

    It is cut where an ancestor is missing or the root is more than `MAX_HOPS` away, where the item itself is missing,
    and where more than `MAX_REPLIES` stand below it.
    """
    by_id = {item.native_id: item for item in items}
    ancestors, is_cut = _above(by_id, native_id)
    replies = _below(by_id.values(), native_id)
    return Thread(
        ancestors=ancestors,
        replies=kept_replies(replies),
        is_cut=is_cut or len(replies) > MAX_REPLIES,
    )


def kept_replies(replies: Sequence[Item]) -> tuple[Item, ...]:
    """The oldest and the newest half of what may be kept: how it began, and what was said last."""
    if len(replies) <= MAX_REPLIES:
        return tuple(replies)
    half = MAX_REPLIES // 2
    return (*replies[:half], *replies[-half:])


def _above(by_id: dict[str, Item], native_id: str) -> tuple[tuple[Item, ...], bool]:
    found: list[Item] = []
    seen = {native_id}
    item = by_id.get(native_id)
    if item is None:
        return (), True
    while item.parent_id:
        parent = by_id.get(item.parent_id)
        if parent is None or parent.native_id in seen or len(found) == MAX_HOPS:
            return tuple(reversed(found)), True
        found.append(parent)
        seen.add(parent.native_id)
        item = parent
    return tuple(reversed(found)), False


def _below(items: Iterable[Item], native_id: str) -> tuple[Item, ...]:
    answers: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        answers[item.parent_id].append(item)
    found: dict[str, Item] = {}
    waiting = [native_id]
    while waiting:
        for item in answers.pop(waiting.pop(), ()):
            found[item.native_id] = item
            waiting.append(item.native_id)
    return oldest_first(each for each in found.values() if each.native_id != native_id)
