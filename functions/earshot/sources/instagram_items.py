"""Posts and comments out of what the Graph API says about Instagram.

A post is named by the code in its permalink, because that is what people copy; without one by its number. A comment
has no permalink of its own in the API, so it is named by its number.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from earshot.domain.item import Author, Engagement
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, child, children, count, moment, name, text, values
from earshot.sources.posts import Post

_CODE = re.compile(r"[\w-]{5,64}", re.ASCII)
_HANDLE = re.compile(r"[A-Za-z0-9._]{1,30}", re.ASCII)
_PLACE = "Instagram"


def is_list(body: Node) -> bool:
    """Whether a body is a page of a list."""
    return isinstance(body.get("data"), list)


def hashtag_id(body: Node) -> str:
    """The id of the hashtag that was looked up, "" where a body is something else."""
    found = children(body, "data")
    return name(found[0], "id") if len(found) == 1 and set(found[0]) <= {"id", "name"} else ""


def posts_in(body: Node) -> tuple[list[Post], int]:
    """What a list, a post, a comment or a mention holds, comments below posts included; and how much is no object."""
    found: list[Post] = []
    for node in _nodes(body):
        comments = children(node, "comments", "data")
        if "text" in node and "caption" not in node:
            found += _comments((node,), child(body, "mentioned_comment", "media") or child(node, "media"))
        elif "caption" in node or "id" not in node:
            # A picture without words says nothing, and one's own come without them on purpose.
            found.append(_post(node))
        found += _comments(comments, node)
    return found, len(values(body, "data")) - len(children(body, "data"))


def moments_of(body: Node) -> Iterator[datetime | None]:
    """The times of a list, from top to bottom."""
    return (moment(each, "timestamp") for each in children(body, "data"))


def _nodes(body: Node) -> Iterator[Node]:
    if is_list(body):
        yield from children(body, "data")
        return
    mentions = [node for key in ("mentioned_media", "mentioned_comment") if (node := child(body, key))]
    yield from mentions or [body]


def _post(node: Node) -> Post:
    native_id, url = name(node, "id"), text(node, "permalink")
    path = parts_of(url).path
    code = path[-1] if len(path) >= 2 and _CODE.fullmatch(path[-1]) else ""
    return Post(
        native_id=native_id,
        identity=f"instagram:{code}" if code and native_id else "",
        url=url,
        text=text(node, "caption"),
        published_at=moment(node, "timestamp"),
        author=_author(node),
        engagement=Engagement(likes=count(node, "like_count"), replies=count(node, "comments_count")),
        thread_url=url,
        place=_PLACE,
    )


def _comments(nodes: tuple[Node, ...], media: Node, parent: Node | None = None) -> Iterator[Post]:
    """Comments under a post and the replies to them, without those that the account itself wrote."""
    for node in nodes:
        if not _is_own(node, media):
            yield _comment(node, media, parent)
        if parent is None:
            yield from _comments(children(node, "replies", "data"), media, node)


def _is_own(node: Node, media: Node) -> bool:
    """Whether the owner of a post wrote a comment; `user` is said to stand only in those of the account that asks."""
    owner = text(media, "username")
    return bool(child(node, "user")) or bool(owner and owner == text(node, "username"))


def _comment(node: Node, media: Node, parent: Node | None) -> Post:
    media_id, url = name(media, "id"), text(media, "permalink")
    answered = name(parent, "id") if parent is not None else name(node, "parent_id")
    return Post(
        native_id=name(node, "id"),
        url=url,
        text=text(node, "text"),
        published_at=moment(node, "timestamp"),
        author=_author(node),
        engagement=Engagement(likes=count(node, "like_count")),
        parent_id=answered or media_id,
        root_id=media_id,
        reply_to=text(parent, "username") if parent is not None else "",
        thread_url=url,
        place=_PLACE,
    )


def _author(node: Node) -> Author:
    handle = text(node, "username")
    url = f"https://www.instagram.com/{handle}/" if _HANDLE.fullmatch(handle) else ""
    return Author(name=handle, id=name(node, "username"), handle=handle, url=url)
