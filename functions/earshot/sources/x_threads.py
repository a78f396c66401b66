"""Threads of X: every step upward is one paid post; downward are the first twenty that a search of seven days finds."""

from dataclasses import replace
from datetime import datetime

from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.sources.json_body import Node, name
from earshot.sources.threads import kept_replies
from earshot.sources.x_items import POST_ID, items_of_posts

REPLIES = 20
"""Answers that are read of a thread; X charges for each."""

_DOWN = "down"
_READ = "read"


def wanted_of(ref: Ref, thread: Thread) -> tuple[str, str]:
    """What is asked for next: `("up", id)`, `("down", query)`, or two empty texts where the thread is read."""
    above = thread.cursor or ref.parent_id
    if thread.cursor == _READ or not POST_ID.fullmatch(ref.native_id):
        return "", ""
    if POST_ID.fullmatch(above):
        return "up", above
    is_root = ref.root_id in {"", ref.native_id}
    return "down", f"conversation_id:{ref.native_id}" if is_root else f"in_reply_to_tweet_id:{ref.native_id}"


def thread_of(body: Node, posts: tuple[Node, ...], ref: Ref, thread: Thread, received_at: datetime) -> Thread:
    """The thread with the posts of an answer."""
    items, _ = items_of_posts(body, posts, received_at)
    way, wanted = wanted_of(ref, thread)
    if way == "up":
        found = next((item for item in items if item.native_id == wanted), None)
        if found is None:
            return replace(thread, is_cut=True, cursor=_DOWN)
        ancestors = (found, *thread.ancestors)
        is_full = len(ancestors) >= MAX_HOPS and bool(found.parent_id)
        is_known = found.parent_id in {item.native_id for item in ancestors}
        goes_on = bool(found.parent_id) and not (is_full or is_known)
        return replace(
            thread,
            ancestors=ancestors,
            is_cut=thread.is_cut or is_full or is_known,
            cursor=found.parent_id if goes_on else _DOWN,
        )
    replies = kept_replies([item for item in items if item.native_id != ref.native_id])
    is_cut = thread.is_cut or bool(name(body, "meta", "next_token"))
    return replace(thread, replies=replies, is_cut=is_cut, cursor=_READ)
