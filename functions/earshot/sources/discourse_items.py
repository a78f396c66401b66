"""Posts out of the bodies that Discourse answers with: streams, topics, lists of topics, searches, replies.

A post is named by its topic and its number there, because that is how posts refer to each other. The first post of a
topic stands at the address of the topic.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from earshot.domain.errors import FetchError, Malformed, Refused, Throttled
from earshot.domain.item import Author, Engagement
from earshot.sources.identity import identity_of
from earshot.sources.json_body import Node, child, children, count, is_true, moment, read_json, text, values
from earshot.sources.posts import Post

_LIKE = 2
"""The id of a like among the actions that may be done with a post."""

_NOBODYS_WORDS = frozenset({2, 3, 4})
"""Kinds of posts that are notes about a topic (closed, moved) or whispers of the staff."""

_SLUG = re.compile(r"[^\s/?#\\]{1,255}")
_OLD_ADDRESS = re.compile(
    r"/t/(?P<slug>[^\s/?#\\]{1,255})/(?P<topic>[0-9]{1,15})(?:/(?P<number>[0-9]{1,15}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a body holds; `unread` counts the entries that are nobody's words, or nothing that can be read."""

    posts: tuple[Post, ...] = ()
    gone: tuple[str, ...] = ()
    unread: int = 0


def read_body(body: bytes) -> Any:
    """The value of an answer.

    Raises:
        Malformed: it is no JSON.
        Refused: it says that the forum does not show this to everybody.
        Throttled: it says that we asked too often.
    """
    value = read_json(body, "Discourse")
    if isinstance(value, Mapping) and isinstance(value.get("errors"), list):
        raise _refusal(value)
    return value


def _refusal(body: Node) -> FetchError:
    kind = text(body, "error_type")
    if kind == "rate_limit":
        return Throttled("the forum was asked too often", count(body, "extras", "wait_seconds"))
    if kind == "not_found":
        return Refused("there is nothing at this address of the forum")
    return Refused("the forum shows its posts to members only; where it has a feed that is public, listen to that")


def said_in(value: Any, root: str) -> Said:
    """What is said in a body; `root` is the address of the forum.

    Raises:
        Malformed: it is none of the shapes of Discourse.
    """
    entries = _entries(value, root.rstrip("/"))
    known = [entry for entry in entries if entry is not None]
    return Said(
        posts=tuple(post for post, is_gone in known if not is_gone),
        gone=tuple(post.identity for post, is_gone in known if is_gone),
        unread=len(entries) - len(known),
    )


_Entry = tuple[Post, bool] | None
"""A post and whether it is gone; None for what is nobody's words or cannot be read."""


def _entries(value: Any, root: str) -> list[_Entry]:
    if isinstance(value, list):
        return [entry for node in value for entry in _listed(node, root)]
    if not isinstance(value, Mapping):
        raise Malformed("Discourse answered with something that is neither a list nor an object")
    if isinstance(child(value, "post_stream").get("posts"), list):
        return [_entry(node, value, root) for node in values(value, "post_stream", "posts")]
    if isinstance(child(value, "topic_list").get("topics"), list):
        users = {count(user, "id"): user for user in children(value, "users")}
        return [_opening(node, users, root) for node in values(value, "topic_list", "topics")]
    for key in ("latest_posts", "posts"):
        if isinstance(value.get(key), list):
            topics = {count(topic, "id"): topic for topic in children(value, "topics")}
            return [_entry(node, topics.get(_topic_id(node), {}), root) for node in value[key]]
    if "cooked" in value:
        return [_entry(value, {}, root)]
    raise Malformed("Discourse answered with something that holds no posts")


def _listed(node: object, root: str) -> list[_Entry]:
    """What an element of a list says: a post, or the topics that a search of old found."""
    if isinstance(node, Mapping) and isinstance(node.get("results"), list):
        is_topics = text(node, "type") == "topic"
        return [_found(each, root) if is_topics else None for each in node["results"]]
    return [_entry(node, {}, root)]


def _topic_id(node: object) -> int | None:
    return count(node, "topic_id") if isinstance(node, Mapping) else None


def _entry(node: object, topic: Node, root: str) -> _Entry:
    """A post; what it does not say of its topic is taken from `topic`."""
    if not isinstance(node, Mapping) or count(node, "post_type") in _NOBODYS_WORDS:
        return None
    number, topic_id = count(node, "post_number"), count(node, "topic_id") or count(topic, "id")
    if number is None or topic_id is None or number < 1 or topic_id < 1:
        return None
    slug = _slug(text(node, "topic_slug") or text(topic, "slug"))
    answered = count(node, "reply_to_post_number") or 1
    post = _placed(
        root,
        slug,
        topic_id,
        number,
        title=text(node, "topic_html_title")
        or html.escape(text(node, "topic_title") or text(topic, "title"), quote=False),
        text=_own_words(text(node, "cooked") or text(node, "blurb") or text(node, "excerpt")),
        published_at=moment(node, "created_at"),
        updated_at=moment(node, "updated_at"),
        author=_author(node, root),
        engagement=Engagement(likes=_likes(node), replies=count(node, "reply_count"), views=count(node, "reads")),
        language=text(node, "locale"),
        parent_id=f"{topic_id}/{answered if 0 < answered < number else 1}" if number > 1 else "",
        reply_to=text(node, "reply_to_user", "username"),
    )
    return post, bool(text(node, "deleted_at")) or is_true(node, "user_deleted") or is_true(node, "hidden")


def _opening(node: object, users: Mapping[int | None, Node], root: str) -> _Entry:
    """The first post of a topic in a list of topics, which has at most its beginning."""
    topic_id = count(node, "id") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or topic_id is None or topic_id < 1:
        return None
    posters = children(node, "posters")
    began = next((each for each in posters if "Original Poster" in text(each, "description")), {})
    posts_count = count(node, "posts_count")
    post = _placed(
        root,
        _slug(text(node, "slug")),
        topic_id,
        1,
        title=text(node, "fancy_title") or html.escape(text(node, "title"), quote=False),
        text=text(node, "excerpt"),
        published_at=moment(node, "created_at"),
        author=_author(users.get(count(began, "user_id"), {}), root),
        engagement=Engagement(
            likes=count(node, "like_count"),
            replies=posts_count - 1 if posts_count else None,
            views=count(node, "views"),
        ),
    )
    return post, False


def _found(node: object, root: str) -> _Entry:
    address = _OLD_ADDRESS.search(text(node, "url")) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or address is None:
        return None
    title = html.escape(text(node, "title"), quote=False)
    number = int(address["number"] or 1) or 1
    return _placed(root, address["slug"], int(address["topic"]), number, title=title), False


def _placed(root: str, slug: str, topic_id: int, number: int, **fields: Any) -> Post:
    """A post at its place in the forum."""
    native_id, thread_url = f"{topic_id}/{number}", f"{root}/t/{quote(slug)}/{topic_id}"
    url = thread_url if number == 1 else f"{thread_url}/{number}"
    parts = urlsplit(root)
    return Post(
        native_id=native_id,
        identity=identity_of(url, native_id, root),
        url=url,
        is_html=True,
        root_id=f"{topic_id}/1",
        thread_url=thread_url,
        place=parts.netloc + parts.path,
        **fields,
    )


def _slug(given: str) -> str:
    """The words of a topic in its address; Discourse takes a dash where there are none."""
    return given if _SLUG.fullmatch(given) else "-"


def _author(node: Node, root: str) -> Author:
    username = text(node, "username")
    return Author(
        name=text(node, "name") or username,
        id=username,
        handle=username,
        url=f"{root}/u/{quote(username, safe='')}" if username else "",
    )


def _likes(node: Node) -> int | None:
    done = (count(each, "count") for each in children(node, "actions_summary") if count(each, "id") == _LIKE)
    return next(done, count(node, "like_count"))


def _own_words(cooked: str) -> str:
    """The HTML of a post without what it quotes of others; all of it where nothing else is there."""
    pieces, rest = [], cooked
    while (start := rest.find('<aside class="quote')) >= 0 and (end := rest.find("</aside>", start)) >= 0:
        pieces.append(rest[:start])
        rest = rest[end + len("</aside>") :]
    own = "".join([*pieces, rest])
    return own if own.strip() else cooked
