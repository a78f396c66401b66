"""Items out of X's posts, and what an answer says about posts that are not there any more.

X renames `tweet` to `post` in what it documents: the names of both are read.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from earshot.domain.item import Author, Engagement, Item
from earshot.sources.json_body import Node, child, children, count, moment, name, text
from earshot.sources.posts import Post, items_of
from earshot.sources.wrappers import is_web
from earshot.sources.x_cursor import moment_of

KIND = "x"
SITE = "https://x.com"

POST_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
"""The id of a post."""

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}", re.ASCII)
"""The handle of an account, without its @."""

_MOST_LINKS = 50
_GONE = ("/resource-not-found", "/not-authorized-for-resource")
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_TODAY = {"in": "id", "iw": "he", "ji": "yi"}


def posts_of(body: Node) -> tuple[Node, ...] | None:
    """The posts of an answer, one alone included; None where it holds none and does not say that there are none."""
    if isinstance(body.get("data"), list):
        found = children(body, "data")
        return found if all("text" in each for each in found) else None
    if "text" in child(body, "data"):
        return (child(body, "data"),)
    is_empty = "data" not in body and (count(body, "meta", "result_count") == 0 or bool(children(body, "errors")))
    return () if is_empty else None


def items_of_posts(body: Node, posts: tuple[Node, ...], received_at: datetime) -> tuple[tuple[Item, ...], int]:
    """The items of an answer's posts, oldest first, and how many posts were unusable."""
    users = {name(user, "id"): user for user in children(body, "includes", "users")}
    return items_of((_post(post, users) for post in posts), KIND, received_at)


def gone_in(body: Node) -> frozenset[str]:
    """The ids of the posts of which an answer says that they are deleted, or not to be seen any more."""
    return frozenset(_missing(body))


def number_of(post: Node) -> int | None:
    """The id of a post as a number, None where it has none."""
    id_ = name(post, "id")
    return int(id_) if POST_ID.fullmatch(id_) else None


def address_of(id_: str) -> str:
    """The address of a post whose author is not known."""
    return f"{SITE}/i/web/status/{id_}"


def _missing(body: Node) -> Iterator[str]:
    for error in children(body, "errors"):
        id_ = name(error, "resource_id") or name(error, "value")
        is_post = text(error, "resource_type") in {"tweet", "post"}
        if is_post and text(error, "type").endswith(_GONE) and POST_ID.fullmatch(id_):
            yield id_


def _post(node: Node, users: Mapping[str, Node]) -> Post:
    number = number_of(node)
    id_ = "" if number is None else str(number)
    author = _author(node, users)
    parent_id = _parent(node)
    root_id = name(node, "conversation_id")
    root_id = root_id if POST_ID.fullmatch(root_id) else id_
    metrics = child(node, "public_metrics")
    reposts = count(metrics, "retweet_count")
    return Post(
        native_id=id_,
        url=f"{SITE}/{author.handle}/status/{id_}" if author.handle else address_of(id_),
        text=_said(node, id_),
        published_at=moment(node, "created_at") or (moment_of(number) if number else None),
        author=author,
        engagement=Engagement(
            likes=count(metrics, "like_count"),
            reposts=count(metrics, "repost_count") if reposts is None else reposts,
            replies=count(metrics, "reply_count"),
            views=count(metrics, "impression_count"),
        ),
        language=_language(node),
        parent_id=parent_id,
        root_id=root_id,
        reply_to=_answered(node, users) if parent_id else "",
        thread_url=address_of(root_id),
        place="X",
    )


def _said(node: Node, id_: str) -> str:
    """The whole text with the addresses that its short links lead to; a link to its own picture says nothing."""
    long = child(node, "note_tweet") or child(node, "note_post")
    source = long if text(long, "text") else node
    said = text(source, "text")
    for link in children(source, "entities", "urls")[:_MOST_LINKS]:
        short, target = text(link, "url"), text(link, "unwound_url") or text(link, "expanded_url")
        if short.startswith("https://t.co/") and is_web(target):
            is_own = re.search(rf"/status/{id_}/(?:photo|video)/", target)
            said = said.replace(short, "" if is_own else target)
    # X escapes these three signs, and only these.
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _author(node: Node, users: Mapping[str, Node]) -> Author:
    id_ = name(node, "author_id")
    user = users.get(id_, {}) if id_ else {}
    handle = text(user, "username") or text(node, "username")
    is_handle = HANDLE.fullmatch(handle) is not None
    return Author(
        name=text(user, "name") or (handle if is_handle else ""),
        id=id_,
        handle=handle if is_handle else "",
        url=f"{SITE}/{handle}" if is_handle else "",
        followers=count(user, "public_metrics", "followers_count"),
    )


def _parent(node: Node) -> str:
    for each in (*children(node, "referenced_tweets"), *children(node, "referenced_posts")):
        if text(each, "type") == "replied_to" and POST_ID.fullmatch(name(each, "id")):
            return name(each, "id")
    return ""


def _answered(node: Node, users: Mapping[str, Node]) -> str:
    """The handle of whom a post answers: an answer begins with it where it does not name its id."""
    id_ = name(node, "in_reply_to_user_id")
    if id_ and id_ in users:
        return text(users[id_], "username")
    mentions = children(node, "entities", "mentions")
    named = [each for each in mentions if id_ and name(each, "id") == id_]
    first = named or [each for each in mentions if count(each, "start") == 0]
    return text(first[0], "username") if first else ""


def _language(node: Node) -> str:
    code = text(node, "lang")
    return "" if code in _NO_LANGUAGE else _TODAY.get(code, code)
