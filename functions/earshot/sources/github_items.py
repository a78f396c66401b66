"""Posts out of what GitHub's REST and GraphQL interfaces answer: issues, pull requests, discussions and comments.

The permalink names each of them, the same way in both interfaces; so what people copy is recognised as well.
"""

import re
from collections.abc import Iterator, Mapping

from earshot.domain.errors import Malformed
from earshot.domain.item import Author, Engagement
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, child, children, count, moment, name, text, values
from earshot.sources.posts import Post

SITE = "https://github.com"

_PAGES = frozenset({"issues", "pull", "discussions"})
_NUMBER = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})", re.ASCII)
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
_COMMENT = re.compile(r"(?:issuecomment-|discussion_r|discussioncomment-|pullrequestreview-)[0-9]{1,18}", re.ASCII)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def repository_at(url: str) -> str:
    """`owner/name` in lower case of an address below a repository, "" for any other."""
    parts = parts_of(url)
    return (
        f"{parts.path[0]}/{parts.path[1]}".lower() if parts.host == "github.com" and is_repository(parts.path) else ""
    )


def is_repository(path: tuple[str, ...]) -> bool:
    """Whether a path begins as that of a repository."""
    if len(path) < 2 or path[1] in {".", ".."}:
        return False
    return _OWNER.fullmatch(path[0]) is not None and _REPOSITORY.fullmatch(path[1]) is not None


def thread_at(url: str) -> str:
    """`owner/name#number` of an issue, pull request or discussion at an address, "" for any other.

    They share their numbers, and one turned into another keeps it as a redirect.
    """
    path, repository = parts_of(url).path, repository_at(url)
    is_one = bool(repository) and len(path) > 3 and path[2] in _PAGES and _NUMBER.fullmatch(path[3]) is not None
    return f"{repository}#{path[3]}" if is_one else ""


def native_id_at(url: str) -> str:
    """The id of what a permalink leads to: a comment by its own, else the thread; "" where it is no permalink."""
    fragment, thread = parts_of(url).fragment, thread_at(url)
    return fragment if thread and _COMMENT.fullmatch(fragment) else thread


def nodes_of(body: object) -> tuple[str, tuple[object, ...]]:
    """What an answer is, "search", "list", "discussions" or "one", and the nodes in it.

    Raises:
        Malformed: it is neither.
    """
    if isinstance(body, list):
        return "list", tuple(body)
    if not isinstance(body, Mapping):
        raise Malformed("GitHub answered with something that is no object and no list")
    if isinstance(body.get("items"), list):
        return "search", tuple(values(body, "items"))
    for path in (("data", "search"), ("data", "repository", "discussions")):
        if isinstance(child(body, *path).get("nodes"), list):
            return "discussions", tuple(values(body, *path, "nodes"))
    if discussion := child(body, "data", "repository", "discussion"):
        return "one", (discussion,)
    if text(body, "html_url"):
        return "one", (body,)
    raise Malformed("GitHub answered with something that is neither issues, discussions nor comments")


def posts_of(node: object) -> Iterator[Post]:
    """The posts in a node: itself, and the comments and replies that a discussion holds."""
    if not isinstance(node, Mapping):
        return
    if text(node, "html_url"):
        yield from _of_rest(node)
    elif thread := _address(node):
        yield from _discussion(node, thread)


def _of_rest(node: Node) -> Iterator[Post]:
    url = text(node, "html_url")
    native_id, thread = native_id_at(url), thread_at(url)
    if not native_id:
        return
    is_comment = native_id != thread
    yield Post(
        native_id=native_id,
        url=url,
        title=text(node, "title"),
        text=text(node, "body_text") or _HIDDEN.sub("", text(node, "body")),
        published_at=moment(node, "created_at"),
        updated_at=moment(node, "updated_at"),
        author=_author(child(node, "user")),
        engagement=Engagement(likes=count(node, "reactions", "+1"), replies=count(node, "comments")),
        parent_id=thread if is_comment else "",
        root_id=thread,
        thread_url=url.partition("#")[0],
        place=_place(url),
    )


def _discussion(node: Node, url: str) -> Iterator[Post]:
    thread = thread_at(url)
    yield _of_graphql(node, url, title=text(node, "title"), replies=count(node, "comments", "totalCount"))
    for comment in children(node, "comments", "nodes"):
        told = native_id_at(text(comment, "url"))
        if told and told != thread:
            yield _of_graphql(comment, url, parent=thread)
        for reply in children(comment, "replies", "nodes"):
            if native_id_at(text(reply, "url")) not in {"", thread}:
                yield _of_graphql(reply, url, parent=told or thread, answered=text(comment, "author", "login"))


def _of_graphql(
    node: Node, thread: str, *, title: str = "", replies: int | None = None, parent: str = "", answered: str = ""
) -> Post:
    url = text(node, "url") if parent else thread
    return Post(
        native_id=native_id_at(url),
        url=url,
        title=title,
        text=text(node, "bodyText"),
        published_at=moment(node, "createdAt"),
        updated_at=moment(node, "updatedAt"),
        author=_author(child(node, "author")),
        engagement=Engagement(likes=count(node, "upvoteCount"), replies=replies),
        parent_id=parent,
        root_id=thread_at(thread),
        reply_to=answered,
        thread_url=thread,
        place=_place(thread),
    )


def _address(node: Node) -> str:
    """The address of a discussion, put together where the answer does not hold it."""
    if thread_at(text(node, "url")):
        return text(node, "url").partition("#")[0]
    number, repository = count(node, "number"), child(node, "repository")
    named = text(repository, "nameWithOwner") or f"{text(repository, 'owner', 'login')}/{text(repository, 'name')}"
    made = f"{SITE}/{named}/discussions/{number}"
    return made if thread_at(made) else ""


def _author(user: Node) -> Author:
    """Who wrote it; nobody where the account is gone."""
    login = text(user, "login")
    return Author(
        name=text(user, "name") or login,
        id=name(user, "id") if type(user.get("id")) is int else name(user, "databaseId") or login,
        handle=login,
        url=text(user, "html_url") or text(user, "url") or (f"{SITE}/{login}" if _OWNER.fullmatch(login) else ""),
    )


def _place(url: str) -> str:
    """The repository as its owner writes it."""
    return "GitHub: " + "/".join(parts_of(url).path[:2])
