"""Items out of Algolia's two shapes for Hacker News: the hits of a search and the tree of one story."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from earshot.domain.item import MAX_TEXT, Author, Engagement, Item
from earshot.domain.thread import Thread
from earshot.sources.feed_dates import from_text
from earshot.sources.feed_page import absolute
from earshot.sources.plain import plain_line, plain_text
from earshot.sources.posts import oldest_first
from earshot.sources.threads import thread_in

MAX_NODES = 10_000
"""Nodes of one tree that are visited; the largest threads have some thousands of comments."""

_PAGE = "https://news.ycombinator.com"
_LATEST = 10**11
"""No second and no count is larger."""

_Node = Mapping[str, Any]


def items_of_hits(hits: Sequence[object]) -> tuple[tuple[Item, ...], int]:
    """The items of a search, oldest first, and how many hits had no id or nothing to read."""
    items = [item for hit in hits if isinstance(hit, Mapping) and (item := _item(hit, "")) is not None]
    return oldest_first(items), len(hits) - len(items)


def items_of_tree(root: _Node) -> tuple[tuple[Item, ...], int]:
    """Every comment below `root`, and the story itself where it has a date; oldest first, with the number unusable."""
    story = _id(root)
    items: list[Item] = []
    skipped = visited = 0
    waiting: list[object] = [root]
    while waiting and visited < MAX_NODES:
        node = waiting.pop()
        visited += 1
        if not isinstance(node, Mapping):
            skipped += 1
            continue
        children = node.get("children")
        waiting.extend(children if isinstance(children, list) else [])
        if node is root and _moment(node) is None:
            continue
        item = _item(node, story)
        items += [item] if item else []
        skipped += item is None
    return oldest_first(items), skipped


def thread_of_tree(root: _Node, native_id: str) -> Thread:
    """What stands above and below one item in the tree of its story."""
    items, _ = items_of_tree(root)
    return thread_in(items, native_id)


def numbers(nodes: Sequence[object], key: str) -> list[int]:
    """The plausible seconds under `key` in `nodes`."""
    values = (node.get(key) for node in nodes if isinstance(node, Mapping))
    return [value for value in values if type(value) is int and 0 < value < _LATEST]


def _item(node: _Node, story: str) -> Item | None:
    native_id = _id(node)
    title = plain_line(_text(node, "title") or _text(node, "story_title"))
    text = _said(node)
    if not native_id or not text:
        return None
    root_id = _number(node, "story_id") or story or native_id
    moment = _moment(node)
    return Item(
        identity=f"hackernews:{native_id}",
        native_id=native_id,
        source_kind="hackernews",
        url=_address(native_id),
        title=title,
        text=text,
        published_at=moment,
        published_kind="published" if moment else "seen",
        author=_author(node),
        engagement=Engagement(score=_count(node, "points"), replies=_count(node, "num_comments")),
        parent_id=_number(node, "parent_id"),
        root_id=root_id,
        thread_url=_address(root_id),
        place="Hacker News",
    )


def _said(node: _Node) -> str:
    """What the author wrote; for a story that only points somewhere its title and the address."""
    own = _text(node, "comment_text") or _text(node, "story_text") or _text(node, "text")
    if said := plain_text(own):
        return said
    target = absolute(_text(node, "url"), _PAGE) if _text(node, "url") else ""
    return "\n".join(filter(None, (plain_line(_text(node, "title")), target)))[:MAX_TEXT]


def _author(node: _Node) -> Author:
    name = plain_line(_text(node, "author"), is_html=False, limit=100)
    is_handle = name.replace("-", "").replace("_", "").isalnum() and name.isascii()
    return Author(name=name, id=name, handle=name, url=f"{_PAGE}/user?id={name}" if is_handle else "")


def _id(node: _Node) -> str:
    return _number(node, "objectID") or _number(node, "id")


def _number(node: _Node, key: str) -> str:
    """An id as digits, from a number or from text; "" for anything else."""
    value = node.get(key)
    text = str(value) if type(value) is int or isinstance(value, str) else ""
    return text if text.isascii() and text.isdigit() and len(text) < 19 else ""


def _moment(node: _Node) -> datetime | None:
    if seconds := numbers([node], "created_at_i"):
        return datetime.fromtimestamp(seconds[0], UTC)
    return from_text(node.get("created_at"))


def _count(node: _Node, key: str) -> int | None:
    value = node.get(key)
    return value if type(value) is int and abs(value) < _LATEST else None


def _address(native_id: str) -> str:
    return f"{_PAGE}/item?id={native_id}"


def _text(node: _Node, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
