"""Items out of Reddit's listings: posts, comments and trees of comments; and which of them are deleted.

Reddit names everything by a fullname: `t3_` and the id of a post, `t1_` and the id of a comment.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.item import Author, Engagement, Item
from earshot.sources.json_body import Node, child, count, is_true, moment, name, text, values
from earshot.sources.plain import plain_line, plain_text
from earshot.sources.posts import Post, item_of, items_of

FULLNAME = re.compile(r"t[13]_[0-9a-z]{1,13}", re.ASCII)
"""The fullname of a post or a comment."""

MAX_THINGS = 5000
"""Posts and comments of one answer that are looked at; a listing has at most 100, a tree some hundreds."""

KIND = "reddit"
SITE = "https://www.reddit.com"

_DELETED = frozenset({"[deleted]", "[removed]", "[ removed by reddit ]", "[deleted by user]"})
_SUBREDDIT = re.compile(r"[A-Za-z0-9_]{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A post or a comment as Reddit gives it."""

    fullname: str
    node: Node

    @property
    def is_comment(self) -> bool:
        """Whether it answers something."""
        return self.fullname.startswith("t1_")

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted or removed, or its account was: then nothing of the author may be kept either."""
        said = ("author", "body") if self.is_comment else ("author", "selftext", "title")
        is_blanked = any(text(self.node, field).strip().lower() in _DELETED for field in said)
        return is_blanked or bool(text(self.node, "removed_by_category"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer holds: its things, the fullname after which the next page begins, whether branches are cut off.

    `unreadable` counts what stood where a post or a comment should.
    """

    things: tuple[Thing, ...] = ()
    after: str = ""
    is_cut: bool = False
    unreadable: int = 0


def page_of(value: object) -> Page | None:
    """The page of an answer: a listing, the listings of a thread, or one thing; None where it is something else."""
    tops = value if isinstance(value, list) else [value]
    known = [top for top in tops if isinstance(top, Mapping) and _is_known(top)]
    if not known or len(known) != len(tops):
        return None
    things: list[Thing] = []
    unreadable, is_cut = 0, False
    for node in _walked(known):
        thing = _thing(node)
        if thing is not None:
            things.append(thing)
        elif text(node, "kind") == "more":
            is_cut = True
        else:
            unreadable += 1
    after = name(child(known[-1], "data"), "after") if text(known[-1], "kind") == "Listing" else ""
    is_after = FULLNAME.fullmatch(after) is not None
    return Page(things=tuple(things), after=after if is_after else "", is_cut=is_cut, unreadable=unreadable)


def items_of_page(page: Page, received_at: datetime) -> tuple[tuple[Item, ...], int]:
    """The items of a page, oldest first, and how many things were unusable; what is gone counts as neither."""
    items, skipped = items_of(_posts(page.things), KIND, received_at)
    return items, skipped + page.unreadable


def with_holes(page: Page, received_at: datetime) -> tuple[tuple[Item, ...], frozenset[str]]:
    """The items of a thread with empty ones in place of what is gone, and the ids of those: answers hang on them."""
    found = {item.native_id: item for item in items_of(_posts(page.things), KIND, received_at, most=None)[0]}
    holes = [
        item
        for thing in page.things
        if thing.is_gone and (item := item_of(_hole(thing), KIND, received_at)) is not None
    ]
    return (*found.values(), *holes), frozenset(item.native_id for item in holes)


def identity_of_thing(fullname: str) -> str:
    """The identity of a post or a comment."""
    return f"{KIND}:{fullname}"


def moments(page: Page) -> tuple[datetime | None, ...]:
    """When each thing of a page was written, what is gone among them."""
    return tuple(moment(thing.node, "created_utc") for thing in page.things)


def _is_known(top: Node) -> bool:
    if text(top, "kind") == "Listing":
        return isinstance(child(top, "data").get("children"), list)
    return text(top, "kind") in {"t1", "t3"} and isinstance(top.get("data"), Mapping)


def _walked(tops: Iterable[Node]) -> Iterator[Node]:
    """Everything in listings and, below comments, in their answers; at most `MAX_THINGS`, in the order of reading."""
    waiting: list[object] = list(reversed(list(tops)))
    given = 0
    while waiting and given < MAX_THINGS:
        node = waiting.pop()
        if isinstance(node, Mapping) and text(node, "kind") == "Listing":
            waiting.extend(reversed(values(node, "data", "children")))
            continue
        given += 1
        yield node if isinstance(node, Mapping) else {}
        if isinstance(node, Mapping) and child(node, "data", "replies"):
            waiting.append(child(node, "data", "replies"))


def _thing(node: Node) -> Thing | None:
    kind, data = text(node, "kind"), child(node, "data")
    fullname = name(data, "name") or f"{kind}_{name(data, 'id')}"
    if not fullname.startswith(f"{kind}_") or not FULLNAME.fullmatch(fullname):
        return None
    return Thing(fullname=fullname, node=data)


def _posts(things: Iterable[Thing]) -> Iterator[Post]:
    present = [thing for thing in things if not thing.is_gone]
    authors = {thing.fullname: text(thing.node, "author") for thing in present}
    for thing in present:
        yield _comment(thing, authors) if thing.is_comment else _post(thing)


def _post(thing: Thing) -> Post:
    node = thing.node
    return Post(
        native_id=thing.fullname,
        url=_permalink(thing),
        title=text(node, "title"),
        text=_said(node, "selftext") or _target(node),
        published_at=moment(node, "created_utc"),
        author=_author(node),
        engagement=Engagement(score=_score(node), replies=count(node, "num_comments"), views=count(node, "view_count")),
        thread_url=_permalink(thing),
        place=_place(node),
    )


def _comment(thing: Thing, authors: Mapping[str, str]) -> Post:
    node = thing.node
    parent_id, root_id = _fullname(node, "parent_id"), _root(node)
    asked = text(node, "link_author") if parent_id == root_id else ""
    return Post(
        native_id=thing.fullname,
        url=_permalink(thing),
        title=text(node, "link_title"),
        text=_said(node, "body"),
        published_at=moment(node, "created_utc"),
        author=_author(node),
        engagement=Engagement(score=_score(node)),
        parent_id=parent_id,
        root_id=root_id,
        reply_to=authors.get(parent_id) or ("" if asked.lower() in _DELETED else asked),
        thread_url=_address(node, root_id),
        place=_place(node),
    )


def _hole(thing: Thing) -> Post:
    parent_id, root_id = _fullname(thing.node, "parent_id"), _root(thing.node)
    return Post(native_id=thing.fullname, title="[deleted]", parent_id=parent_id, root_id=root_id)


def _said(node: Node, field: str) -> str:
    """The text as a reader sees it; Reddit's own HTML says more exactly than its Markdown what is text."""
    rendered = text(node, f"{field}_html")
    if rendered.startswith("&lt;"):
        # Without raw_json=1 everything is escaped once more.
        rendered = html.unescape(rendered)
    return plain_text(rendered) or plain_text(text(node, field), is_html=False)


def _target(node: Node) -> str:
    """What a post without words of its own points to."""
    return "" if is_true(node, "is_self") else text(node, "url")


def _author(node: Node) -> Author:
    # The name also becomes part of an address.
    handle = plain_line(text(node, "author"), is_html=False, limit=50)
    is_name = handle.replace("-", "").replace("_", "").isalnum() and handle.isascii()
    return Author(
        name=handle,
        id=name(node, "author_fullname"),
        handle=handle,
        url=f"{SITE}/user/{handle}" if is_name else "",
    )


def _score(node: Node) -> int | None:
    is_hidden = is_true(node, "score_hidden") or is_true(node, "hide_score")
    return None if is_hidden else count(node, "score")


def _root(node: Node) -> str:
    """The post under which a comment stands; mentions of the inbox say it in their path only."""
    if named := _fullname(node, "link_id"):
        return named
    parent_id = _fullname(node, "parent_id")
    if parent_id.startswith("t3_"):
        return parent_id
    found = re.search(r"/comments/([0-9a-z]{1,13})/", text(node, "context")[:1000])
    return f"t3_{found[1]}" if found else ""


def _fullname(node: Node, field: str) -> str:
    named = name(node, field)
    return named if FULLNAME.fullmatch(named) else ""


def _permalink(thing: Thing) -> str:
    path = (text(thing.node, "permalink") or text(thing.node, "context")).partition("?")[0]
    if path.startswith("/"):
        return f"{SITE}{path}"
    if not thing.is_comment:
        return _address(thing.node, thing.fullname)
    thread = _address(thing.node, _root(thing.node))
    return f"{thread}_/{thing.fullname[3:]}/" if thread else ""


def _address(node: Node, post: str) -> str:
    """The address of a post by its fullname; "" for none."""
    subreddit = text(node, "subreddit")
    under = f"/r/{subreddit}" if _SUBREDDIT.fullmatch(subreddit) else ""
    return f"{SITE}{under}/comments/{post[3:]}/" if post else ""


def _place(node: Node) -> str:
    subreddit = text(node, "subreddit")
    return f"r/{subreddit}" if subreddit else "Reddit"
