"""Threads of blogs: the comments that a feed names for an entry, or those around a comment in its own feed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from earshot.domain.item import Item
from earshot.domain.thread import Ref, Thread
from earshot.sources.addresses import parts_of
from earshot.sources.threads import thread_in

READ = "read"
"""The cursor of a thread whose comments were read: one answer holds all that a feed shows."""

_FEED = re.compile(r"(?i)(?<![a-z])(?:feeds?|rss2?|atom|comments\.xml)(?![a-z])")


def comments_at(ref: Ref) -> str:
    """The feed with the comments around a mention, "" where none is named.

    It must stand at the host of the feed that was subscribed to: what an entry says leads nowhere else. A comment
    without one is looked for in the feed that told of it.
    """
    here, there = parts_of(ref.locator), parts_of(ref.thread_url)
    names_feed = _FEED.search(ref.thread_url.partition("//")[2].partition("/")[2])
    if names_feed and here.host and here.host.removeprefix("www.") == there.host.removeprefix("www."):
        return ref.thread_url
    return ref.locator if ref.parent_id else ""


def thread_of(comments: Sequence[Item], ref: Ref) -> Thread:
    """What stands above and below a mention among comments; those that answer nobody answer the post."""
    around = [each for each in comments if each.native_id != ref.native_id]
    if not ref.parent_id:
        around = [each if each.parent_id else replace(each, parent_id=ref.native_id) for each in around]
    itself = Item(identity=ref.native_id, native_id=ref.native_id, source_kind="feed", parent_id=ref.parent_id)
    return replace(thread_in([*around, itself], ref.native_id), cursor=READ)
