"""Posts and comments out of what the Graph API says about a Facebook page.

A post is named by its story, a comment by its story and itself, whatever page they stand on, because that is what
permalinks hold.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from earshot.domain.item import Author, Engagement
from earshot.sources.addresses import Parts, parts_of
from earshot.sources.json_body import Node, child, children, count, moment, name, text, values
from earshot.sources.posts import Post

_NUMBER = re.compile(r"[0-9]{1,25}", re.ASCII)
_TWO_NUMBERS = re.compile(r"[0-9]{1,25}_[0-9]{1,25}", re.ASCII)
_OF_COMMENTS = {"comment_count", "parent"}
_PLACE = "Facebook"


def posts_in(body: Node, page: str) -> tuple[list[Post], int]:
    """What a list, a post or a comment holds, comments below posts included, and how much of it is no object.

    What `page`, an id or a name, wrote itself is left out.
    """
    found: list[Post] = []
    nodes = children(body, "data") if "data" in body else (body,)
    for node in nodes:
        is_comment = _is_comment(node)
        found += [] if _is_own(node, page) else [_comment(node, "", "") if is_comment else _post(node)]
        story, url = _id(node), text(node, "permalink_url")
        found += [_comment(each, story, url) for each in _nested(node) if not _is_own(each, page)]
    return found, len(values(body, "data")) - len(children(body, "data"))


def moments_of(body: Node) -> Iterator[datetime | None]:
    """The times of a list, from top to bottom."""
    return (moment(each, "created_time") for each in children(body, "data"))


def story_of(parts: Parts) -> str:
    """The number of the story that a permalink shows, "" where there is none."""
    path, query = parts.path, parts.query
    if path in {("permalink.php",), ("story.php",)}:
        story = query.get("story_fbid", "")
    elif len(path) >= 3 and path[1] in {"posts", "videos"}:
        # A readable title may stand before the number.
        story = path[-1]
    else:
        story = ""
    return story if _NUMBER.fullmatch(story) else ""


def _nested(node: Node) -> tuple[Node, ...]:
    return children(node, "comments", "data")


def _is_comment(node: Node) -> bool:
    return not _OF_COMMENTS.isdisjoint(node) or "comment_id" in parts_of(text(node, "permalink_url")).query


def _is_own(node: Node, page: str) -> bool:
    return page.lower() in {name(node, "from", "id"), text(node, "from", "username").lower()} if page else False


def _post(node: Node) -> Post:
    native_id = _id(node)
    return Post(
        native_id=native_id,
        identity=f"facebook:{native_id.rpartition('_')[2]}" if native_id else "",
        url=text(node, "permalink_url"),
        text=text(node, "message"),
        published_at=moment(node, "created_time"),
        author=_author(node),
        engagement=Engagement(
            likes=count(node, "reactions", "summary", "total_count"),
            reposts=count(node, "shares", "count"),
            replies=count(node, "comments", "summary", "total_count"),
        ),
        thread_url=text(node, "permalink_url"),
        place=_PLACE,
    )


def _comment(node: Node, post_id: str, post_url: str) -> Post:
    """A comment; what it stands under is known from the post it came with, else from its own permalink."""
    url = text(node, "permalink_url")
    native_id = _id(node) or _id_in(url)
    parent = child(node, "parent")
    root_id = post_id or _post_in(url)
    return Post(
        native_id=native_id,
        identity=f"facebook:{native_id}" if native_id else "",
        url=url,
        text=text(node, "message"),
        published_at=moment(node, "created_time"),
        author=_author(node),
        engagement=Engagement(likes=count(node, "like_count"), replies=count(node, "comment_count")),
        parent_id=_id(parent) or _parent_in(url) or root_id or native_id.partition("_")[0],
        root_id=root_id,
        reply_to=text(parent, "from", "name"),
        thread_url=post_url or url,
        place=_PLACE,
    )


def _author(node: Node) -> Author:
    id_, handle = name(node, "from", "id"), name(node, "from", "username")
    return Author(
        name=text(node, "from", "name"),
        id=id_,
        handle=handle,
        url=f"https://www.facebook.com/{id_}" if _NUMBER.fullmatch(id_) else "",
    )


def _id(node: Node) -> str:
    found = name(node, "id")
    return found if _TWO_NUMBERS.fullmatch(found) or _NUMBER.fullmatch(found) else ""


def _id_in(url: str) -> str:
    query = parts_of(url).query
    found = f"{story_of(parts_of(url))}_{query.get('reply_comment_id') or query.get('comment_id', '')}"
    return found if _TWO_NUMBERS.fullmatch(found) else ""


def _parent_in(url: str) -> str:
    query = parts_of(url).query
    found = f"{story_of(parts_of(url))}_{query.get('comment_id', '')}" if "reply_comment_id" in query else ""
    return found if _TWO_NUMBERS.fullmatch(found) else ""


def _post_in(url: str) -> str:
    parts = parts_of(url)
    found = f"{parts.path[0] if parts.path else ''}_{story_of(parts)}"
    return found if _TWO_NUMBERS.fullmatch(found) else ""
