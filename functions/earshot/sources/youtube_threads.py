"""Threads at YouTube: a video, the comments below it, and below each comment its replies, side by side.

Above a comment stand its video and, for a reply, the comment it is below. Replies have no order of their own, so what
was said after a reply below the same comment counts as an answer to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from earshot.domain.item import Item
from earshot.domain.thread import MAX_REPLIES, Ref, Thread
from earshot.sources.addresses import parts_of
from earshot.sources.posts import oldest_first
from earshot.sources.threads import kept_replies
from earshot.sources.youtube_items import VIDEO

READ = "read"
"""The cursor of a thread that was read to its end."""

_TOP = "top"
_REPLIES = "replies"
_MAX_TOKEN = 1000
_START = datetime.min.replace(tzinfo=UTC)

Asked = tuple[str, Mapping[str, str]]
"""A method of the API and its parameters."""


def video_of(ref: Ref) -> str:
    """The video that a mention is or stands below, "" where nothing says so."""
    named = (ref.native_id, ref.root_id, *(parts_of(url).query.get("v", "") for url in (ref.thread_url, ref.url)))
    return next((each for each in named if VIDEO.fullmatch(each)), "")


def next_step(ref: Ref, thread: Thread) -> Asked | None:
    """What to ask for next: the video, the comment above, then the pages of what stands below."""
    stage, _, token = thread.cursor.partition(":")
    if stage == READ:
        return None
    page = {"maxResults": "100", **({"pageToken": token} if token else {})}
    if VIDEO.fullmatch(ref.native_id):
        return "commentThreads", {"part": "snippet,replies", "videoId": ref.native_id, "order": "time", **page}
    if not stage and (video := video_of(ref)):
        return "videos", {"part": "snippet,statistics", "id": video}
    if stage != _REPLIES and _is_reply(ref):
        return "comments", {"part": "snippet", "id": _above(ref)}
    return "comments", {"part": "snippet", "parentId": _above(ref), **page}


def advanced(thread: Thread, ref: Ref, items: tuple[Item, ...], token: str) -> Thread:
    """The thread with the answer to `next_step`; `token` leads to a further page, "" where there is none."""
    asked = next_step(ref, thread)
    if asked is None:
        return thread
    method, parameters = asked
    if "id" in parameters:
        following = _TOP if method == "videos" and _is_reply(ref) else _REPLIES
        found = tuple(item for item in items if item.native_id == parameters["id"])
        is_cut = thread.is_cut or not found
        return replace(thread, ancestors=thread.ancestors + found, is_cut=is_cut, cursor=following)
    return _below(thread, ref, items, token if len(token) <= _MAX_TOKEN else "")


def ended(thread: Thread, *, is_cut: bool) -> Thread:
    """The thread with nothing more to ask for."""
    return replace(thread, cursor=READ, is_cut=thread.is_cut or is_cut)


def _below(thread: Thread, ref: Ref, items: Iterable[Item], token: str) -> Thread:
    found = {item.native_id: item for item in (*thread.replies, *items)}
    mention = found.pop(ref.native_id, None)
    if mention is not None and _is_reply(ref):
        since = mention.published_at or _START
        found = {id_: item for id_, item in found.items() if (item.published_at or since) >= since}
    is_cut = thread.is_cut or len(found) > MAX_REPLIES or (bool(token) and len(found) >= MAX_REPLIES)
    replies = kept_replies(oldest_first(found.values()))
    # Replies come newest first: below a reply nothing is to be had once it came itself.
    goes_on = token and not is_cut and not (mention is not None and _is_reply(ref))
    return replace(thread, replies=replies, is_cut=is_cut, cursor=f"{_REPLIES}:{token}" if goes_on else READ)


def _is_reply(ref: Ref) -> bool:
    return "." in ref.native_id


def _above(ref: Ref) -> str:
    """The comment that stands directly below the video: itself, or the one a reply is below."""
    return ref.native_id.partition(".")[0]
