"""Threads of Reddit: what stands above a comment, eight at a time, and what stands below it."""

from dataclasses import replace
from datetime import datetime

from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.sources.reddit_items import Page, with_holes
from earshot.sources.threads import thread_in

READ = "read"
"""The cursor of a thread of which nothing more is asked for."""


def thread_of(page: Page, ref: Ref, thread: Thread, received_at: datetime) -> Thread:
    """The thread with what an answer adds; its cursor is the comment above which the next answer goes on, or `READ`.

    Answers below something deleted stay, and what stands above it is looked for; the deleted thing itself is left out.
    """
    items, holes = with_holes(page, received_at)
    focus = thread.cursor or ref.native_id
    part = thread_in(items, focus)
    above = part.ancestors
    if thread.cursor:
        above = (*above, *(item for item in items if item.native_id == focus))
    top = above[0] if above else next((item for item in items if item.native_id == focus), None)
    is_whole = top is not None and not top.parent_id
    ancestors = (*(item for item in above if item.native_id not in holes), *thread.ancestors)[-MAX_HOPS:]
    is_full = len(ancestors) >= MAX_HOPS
    goes_on = top is not None and top.parent_id.startswith("t1_") and top.native_id != thread.cursor and not is_full
    has_hole = any(item.native_id in holes for item in above)
    if not thread.cursor:
        thread = replace(
            thread,
            replies=tuple(item for item in part.replies if item.native_id not in holes),
            is_cut=page.is_cut or (part.is_cut and is_whole),
        )
    return replace(
        thread,
        ancestors=ancestors,
        is_cut=thread.is_cut or has_hole or not (is_whole or goes_on),
        cursor=top.parent_id if goes_on and top is not None else READ,
    )
