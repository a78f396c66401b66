"""Posts out of Bluesky's shapes: views in lists, threads and timelines; records; events of the stream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from earshot.domain.errors import Malformed
from earshot.domain.item import Author, Engagement
from earshot.sources.json_body import Node, child, children, count, is_true, moment, name, text, values
from earshot.sources.posts import Post

MAX_NODES = 5000
"""Posts of one thread that are visited."""

POST_URI = re.compile(r"at://(did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,150})/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,100})")
"""The name of a post: its author's id and its key."""

_SITE = "https://bsky.app"
_COLLECTION = "app.bsky.feed.post"
_NO_HANDLE = "handle.invalid"
_HANDLE = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def name_of_post(who: str, key: str) -> str:
    """The name of a post as its address tells it."""
    return f"at://{who}/{_COLLECTION}/{key}"


def posts_in(body: Node) -> tuple[Post, ...]:
    """The posts of a body in one of the documented shapes; those that cannot be named have no id.

    Raises:
        Malformed: it has none of these shapes.
    """
    for key, form, read in _SHAPES:
        if isinstance(body.get(key), form):
            return tuple(read(body))
    raise Malformed("Bluesky answered with something that holds no posts")


def times_in(body: Node) -> Iterator[datetime]:
    """The moments by which the posts of a search are sorted."""
    for view in children(body, "posts"):
        if (sorted_at := _sorted_at(view)) is not None:
            yield sorted_at


def gone_in(body: Node) -> tuple[str, ...]:
    """The identities of posts that a thread or an event shows as deleted."""
    names = [name(node, "uri") for node, _ in _walked(child(body, "thread")) if is_true(node, "notFound")]
    if text(body, "commit", "operation") == "delete" and text(body, "commit", "collection") == _COLLECTION:
        names.append(name_of_post(name(body, "did"), name(body, "commit", "rkey")))
    return tuple(f"bluesky:{uri}" for uri in dict.fromkeys(names) if POST_URI.fullmatch(uri))


def _listed(body: Node) -> Iterator[Post]:
    """A search, or posts that were asked for by name."""
    return (_viewed(view) for view in _nodes(body, "posts"))


def _fed(body: Node) -> Iterator[Post]:
    """A timeline, or what one account wrote."""
    for each in _nodes(body, "feed"):
        yield _viewed(child(each, "post"), _handle(child(each, "reply", "parent", "author")))


def _viewed(view: Node, reply_to: str = "") -> Post:
    """The post of a view, which tells its author and what it was answered with."""
    did, handle = name(view, "author", "did"), _handle(child(view, "author"))
    post = _said(child(view, "record"), name(view, "uri"), handle)
    return replace(
        post,
        published_at=_sorted_at(view),
        updated_at=moment(view, "indexedAt"),
        author=Author(
            name=text(view, "author", "displayName") or handle,
            id=did,
            handle=handle,
            url=f"{_SITE}/profile/{handle or did}" if handle or did else "",
        ),
        engagement=Engagement(
            likes=count(view, "likeCount"), reposts=count(view, "repostCount"), replies=count(view, "replyCount")
        ),
        reply_to=reply_to if post.parent_id else "",
    )


def _single(body: Node) -> Iterator[Post]:
    yield _viewed(body)


def _kept(body: Node) -> Iterator[Post]:
    """Records of one account."""
    return map(_recorded, _nodes(body, "records"))


def _alone(body: Node) -> Iterator[Post]:
    yield _recorded(body)


def _recorded(node: Node) -> Post:
    """The post of a record as its author's server gives it: who wrote it is only an id."""
    return _said(child(node, "value"), name(node, "uri"))


def _happened(event: Node) -> Iterator[Post]:
    """The post that an event of the stream tells of, if it wrote one."""
    commit = child(event, "commit")
    if text(commit, "collection") == _COLLECTION and text(commit, "operation") in {"create", "update"}:
        yield _said(child(commit, "record"), name_of_post(name(event, "did"), name(commit, "rkey")))


def _said(record: Node, uri: str, handle: str = "") -> Post:
    found = POST_URI.fullmatch(uri)
    if found is None:
        return Post(native_id="")
    parent = _uri(record, "reply", "parent")
    root = _uri(record, "reply", "root") if parent else ""
    languages = [each for each in values(record, "langs") if isinstance(each, str)]
    return Post(
        native_id=uri,
        url=_page(uri, handle),
        text=_written(record),
        published_at=moment(record, "createdAt"),
        author=Author(id=found[1], url=f"{_SITE}/profile/{found[1]}"),
        language=languages[0] if languages else "",
        parent_id=parent,
        root_id=root,
        thread_url=_page(root) if root else _page(uri, handle),
        place="Bluesky",
    )


def _written(record: Node) -> str:
    """What the author wrote; of a post without words the page it shows, or what its pictures are said to show."""
    if said := text(record, "text").strip():
        return said
    embed = child(record, "embed")
    shown = child(embed, "media") or embed
    page = [text(shown, "external", part) for part in ("title", "description", "uri")]
    return "\n".join(filter(None, [*page, *(text(image, "alt") for image in children(shown, "images"))]))


def _sorted_at(view: Node) -> datetime | None:
    """When the place says it was posted: as its author's program wrote, unless that is later than it was seen."""
    moments = (moment(view, "record", "createdAt"), moment(view, "indexedAt"))
    return min((each for each in moments if each is not None), default=None)


def _threaded(body: Node) -> Iterator[Post]:
    for node, answered in _walked(child(body, "thread")):
        if isinstance(node.get("post"), dict):
            yield _viewed(child(node, "post"), answered)


def _walked(root: Node) -> Iterator[tuple[Node, str]]:
    """Every node above and below one of a thread, with the handle of whom it answers."""
    node = root
    for _ in range(MAX_NODES):
        parent = child(node, "parent")
        yield node, _handle(child(parent, "post", "author"))
        if not parent:
            break
        node = parent
    waiting = [root]
    visited = 0
    while waiting and visited < MAX_NODES:
        above = waiting.pop()
        replies = children(above, "replies")
        visited += len(replies)
        waiting.extend(replies)
        answered = _handle(child(above, "post", "author"))
        yield from ((reply, answered) for reply in replies)


def _nodes(body: Node, key: str) -> Iterator[Node]:
    for each in values(body, key):
        yield each if isinstance(each, dict) else {}


def _handle(author: Node) -> str:
    handle = name(author, "handle")
    return handle if _HANDLE.fullmatch(handle) and handle != _NO_HANDLE else ""


def _uri(node: Node, *path: str) -> str:
    uri = name(node, *path, "uri")
    return uri if POST_URI.fullmatch(uri) else ""


def _page(uri: str, handle: str = "") -> str:
    found = POST_URI.fullmatch(uri)
    return f"{_SITE}/profile/{handle or found[1]}/post/{found[2]}" if found else ""


_SHAPES: tuple[tuple[str, type, Callable[[Node], Iterator[Post]]], ...] = (
    ("posts", list, _listed),
    ("thread", dict, _threaded),
    ("feed", list, _fed),
    ("records", list, _kept),
    ("commit", dict, _happened),
    ("value", dict, _alone),
    ("record", dict, _single),
)
"""What a body is, by the first of these members that it has."""
