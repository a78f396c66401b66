"""Threads at GitHub: an issue, pull request or discussion, and what was said below it.

Comments on an issue stand in one row, so what was said after a comment counts as an answer to it. In a discussion each
comment has replies of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from earshot.domain.credential import Credential
from earshot.domain.item import Item
from earshot.domain.thread import MAX_REPLIES, Ref, Thread
from earshot.ports.http import Request
from earshot.sources.addresses import parts_of
from earshot.sources.feed_dates import from_text
from earshot.sources.github_items import thread_at
from earshot.sources.github_requests import (
    PER_PAGE,
    comment_request,
    comments_request,
    discussion_request,
    issue_request,
)
from earshot.sources.json_body import Node, child, children, count, is_true, values
from earshot.sources.posts import oldest_first
from earshot.sources.threads import kept_replies, thread_in

READ = "read"
"""The cursor of a thread that was read to its end."""

_COMMENT = "comment"
_BELOW = re.compile(r"below:([1-9][0-9]?):([0-9TZ:-]*)", re.ASCII)
_ISSUE_COMMENT = "issuecomment-"


def next_request(ref: Ref, thread: Thread, credential: Credential) -> Request | None:
    """What to ask for next: the issue above, when the comment was written, then the pages of what came after it.

    None at the end, where the mention is at no known place, and for a discussion without a token.
    """
    repository, _, number = root_of(ref).partition("#")
    if thread.cursor == READ or not number:
        return None
    if is_discussion(ref):
        return discussion_request(repository, number, credential) if credential.get("token") else None
    if found := _BELOW.fullmatch(thread.cursor):
        return comments_request(repository, number, found[1], found[2], credential)
    if thread.cursor == _COMMENT:
        return comment_request(repository, ref.native_id.removeprefix(_ISSUE_COMMENT), credential)
    if ref.native_id == root_of(ref):
        return comments_request(repository, number, "1", "", credential)
    return issue_request(repository, number, credential)


def advanced(thread: Thread, ref: Ref, body: object, nodes: int, items: tuple[Item, ...]) -> Thread:
    """The thread with the answer to `next_request`, which held so many nodes and these items."""
    if is_discussion(ref):
        found = thread_in(items, ref.native_id)
        return replace(found, is_cut=found.is_cut or _is_cut(body), cursor=READ)
    if thread.cursor == _COMMENT:
        at = next((item.published_at for item in items if item.native_id == ref.native_id), None)
        return replace(thread, is_cut=thread.is_cut or at is None, cursor=f"below:1:{_written(at) if at else ''}")
    if not thread.cursor and ref.native_id != root_of(ref):
        above = tuple(item for item in items if item.native_id == root_of(ref))
        is_issue_comment = ref.native_id.startswith(_ISSUE_COMMENT)
        following = _COMMENT if is_issue_comment else "below:1:"
        return replace(thread, ancestors=above, is_cut=not above, cursor=following)
    return _below(thread, ref, nodes, items)


def root_of(ref: Ref) -> str:
    """`owner/name#number` of the thread a mention stands in, "" where nothing says so."""
    return thread_at(ref.thread_url) or thread_at(ref.url)


def is_discussion(ref: Ref) -> bool:
    """Whether the mention stands in a discussion."""
    path = parts_of(ref.thread_url or ref.url).path
    return len(path) > 2 and path[2] == "discussions"


def _below(thread: Thread, ref: Ref, nodes: int, items: tuple[Item, ...]) -> Thread:
    place = _BELOW.fullmatch(thread.cursor)
    page, since = (int(place[1]), from_text(place[2])) if place else (1, None)
    found = {item.native_id: item for item in (*thread.replies, *items) if _is_after(item, since)}
    found.pop(ref.native_id, None)
    has_more = nodes >= PER_PAGE
    is_cut = thread.is_cut or len(found) > MAX_REPLIES or (has_more and len(found) == MAX_REPLIES)
    following = f"below:{page + 1}:{place[2] if place else ''}" if has_more and not is_cut and page < 99 else READ
    return replace(thread, replies=kept_replies(oldest_first(found.values())), is_cut=is_cut, cursor=following)


def _is_after(item: Item, since: datetime | None) -> bool:
    """Old comments that were edited come as well."""
    return since is None or item.published_at is None or item.published_at >= since


def _is_cut(body: object) -> bool:
    """Whether a discussion has more comments or replies than came."""
    comments = child(body, "data", "repository", "discussion", "comments") if isinstance(body, Mapping) else {}
    return is_true(comments, "pageInfo", "hasNextPage") or any(map(_has_more, children(comments, "nodes")))


def _has_more(comment: Node) -> bool:
    return (count(comment, "replies", "totalCount") or 0) > len(values(comment, "replies", "nodes"))


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
