"""Discourse: all new posts of one forum, the newest first, and topics as threads.

The cursor is the largest id of a post that was read. After a pause the walk goes down from the newest post until it
meets that id, some pages a poll.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed, Refused
from earshot.domain.item import Item
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.discourse_items import read_body, said_in
from earshot.sources.feed_locator import feed_address
from earshot.sources.json_body import children, count, values
from earshot.sources.posts import items_of
from earshot.sources.threads import thread_in

PAGES_A_POLL = 5
"""Pages that are read in one poll; the walk goes on in the next one."""

PAGE = 50
"""Posts of a page; before May 2024, ids in which a page looked for posts."""

MAX_ADDRESS = 1000
"""Characters of the address of a forum."""

_INSIDE = frozenset(
    {
        *(
            "about",
            "badges",
            "c",
            "categories",
            "faq",
            "g",
            "groups",
            "guidelines",
            "hot",
            "latest",
            "login",
            "new",
            "p",
        ),
        *("posts", "privacy", "search", "site", "tag", "tags", "top", "tos", "t", "u", "unread", "users"),
    }
)
"""The first pieces of the paths within a forum."""

_CURSOR = re.compile(r"([0-9]{1,15})(?::([0-9]{1,15})-([0-9]{1,15})/([0-9]))?", re.ASCII)
_NATIVE = re.compile(r"([0-9]{1,15})/([0-9]{1,15})", re.ASCII)
_STEP = re.compile(r"(?:at|up:([0-9]{1,15})|end:([0-9]{1,15}):([0-9]{1,15}))", re.ASCII)
_READ = "-"
"""The cursor of a thread that has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`known` is the largest id of the last finished walk, 0 at the start.

    A walk under way saw the id `top`, goes on below the id `before`, and has read `pages` pages in this poll.
    """

    known: int = 0
    top: int = 0
    before: int = 0
    pages: int = 0

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that `write` wrote; the start for anything else."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return cls()
        return cls(known=int(found[1]), top=int(found[2] or 0), before=int(found[3] or 0), pages=int(found[4] or 0))

    def write(self) -> str:
        """Text such as `500`, within a walk `500:900-700/2`."""
        return f"{self.known}:{self.top}-{self.before}/{self.pages}" if self.before else str(self.known)

    def stepped(self, ids: Iterable[int]) -> tuple["Cursor", bool]:
        """The cursor after a page that held these ids, and whether the next page is to be read at once.

        The very first page ends the walk: what came before it was never promised.
        """
        seen = tuple(ids)
        top, lowest = max((self.top, self.known, *seen)), min(seen, default=self.before)
        # Forums of old look through a window of ids, which may hold nothing but the id it begins with.
        before = lowest if not self.before or lowest < self.before else self.before - PAGE
        if not self.known or not lowest or before <= self.known + 1:
            return Cursor(known=top), False
        pages = (self.pages + 1) % PAGES_A_POLL
        return Cursor(known=self.known, top=top, before=before, pages=pages), pages != 0


class DiscourseConnector:
    """Listens to a forum that runs Discourse, as anybody may read it. Its search is not used.

    Source:
        discourse/discourse: posts_controller.rb `latest` and latest_posts_query.rb (50 posts, ids below `before`;
        #27098 of 2024-05: until then windows of 50 ids, #3126), post_serializer.rb, robots_txt_controller.rb (/search
        is closed), discourse_defaults.conf; `post_number` of topics: discourse/discourse-mcp#14; docs.discourse.org;
        read 2026-11-24; not tried live.
    """

    kind = "discourse"
    place = Place(
        name="Discourse",
        method="all new posts of a forum that everybody may read, by its address; watches pick from them",
        limits="200 requests a minute and address, 50 in 10 seconds, unless the forum changed that; 50 posts an answer",
        terms="each forum has its own terms; its robots.txt is obeyed, and its search, closed to programs, is not used",
        evidence=Evidence.RECORDED,
        documents=(
            "https://docs.discourse.org/",
            "https://github.com/discourse/discourse/blob/main/config/discourse_defaults.conf",
            "https://github.com/discourse/discourse/pull/27098",
        ),
        read_on=date(2026, 11, 24),
        example="https://forum.example",
        public=True,
        adapts=True,
        obeys_robots=True,
        interval_s=300,
    )

    def locator(self, text: str) -> str:
        """The address of the forum, with the folder it lies in, from any address there.

        Raises:
            Invalid: the text is no address.
        """
        parts = urlsplit(feed_address(text))
        pieces = [piece for piece in parts.path.split("/") if piece]
        inside = (at for at, piece in enumerate(pieces) if piece.partition(".")[0] in _INSIDE)
        address = "/".join([f"{parts.scheme}://{parts.netloc}", *pieces[: next(inside, len(pieces))]])
        if len(address) > MAX_ADDRESS:
            raise Invalid("url", f"the address is longer than {MAX_ADDRESS} characters")
        return address

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest posts, if there are other ones than last time, or those below the walk under way."""
        before = Cursor.read(source.cursor).before
        url = f"{source.locator}/posts.json"
        if before:
            return _request(f"{url}?before={before}")
        return replace(_request(url), etag=source.etag, last_modified=source.last_modified)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The posts of a stream, a topic, a search or a single one as items, oldest first.

        Notes of the staff about a topic count as skipped. What was deleted or hidden is in `Fetched.gone`, where the
        forum shows it. What a post quotes of others is not its text.

        Raises:
            Malformed: the body is no answer of Discourse.
            Refused: the forum is closed, or is none.
            Throttled: it was asked too often.
        """
        if response.status == 304:
            return Fetched(cursor=source.cursor, entries_hash=source.entries_hash)
        value = _read(response)
        said = said_in(value, source.locator)
        items, skipped = items_of(said.posts, self.kind, response.received_at)
        cursor, more = source.cursor, False
        if isinstance(value, dict) and "latest_posts" in value:
            after, more = Cursor.read(cursor).stepped(_ids(value, "latest_posts"))
            cursor = after.write()
        return Fetched(
            items=items,
            skipped=skipped + said.unread,
            title=urlsplit(source.locator).netloc,
            cursor=cursor,
            more=more,
            gone=said.gone,
        )

    def recognise(self, url: str) -> None:
        """None: an address does not tell that Discourse answers there; a post is known by its page."""
        return

    def claim(self, url: str) -> None:
        """None: only its answer tells a forum."""
        return

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The topic around the post, then around what is missing above it, then its end."""
        native = _NATIVE.fullmatch(ref.native_id)
        step = _STEP.fullmatch(thread.cursor.split(",")[0] or "at")
        if native is None or step is None or not ref.locator.startswith(("https://", "http://")):
            return None
        return _request(f"{ref.locator}/t/{native[1]}.json?post_number={step[1] or step[2] or native[2]}")

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with what this part of the topic adds.

        Raises:
            Malformed: the body is no answer of Discourse.
            Refused: the forum does not show the topic to everybody.
            Throttled: it was asked too often.
        """
        value = _read(response)
        items, _ = items_of(said_in(value, ref.locator).posts, self.kind, response.received_at, most=None)
        step, *left = (thread.cursor or "at").split(",")
        if step == "at":
            return _begun(value, items, ref)
        if step.startswith("up:"):
            return _climbed(thread, items, f"{ref.native_id.partition('/')[0]}/{step[3:]}", left)
        below = thread_in([*thread.replies, *items], ref.native_id)
        return replace(
            thread,
            replies=below.replies,
            is_cut=thread.is_cut or not _joins(value, int(step.rpartition(":")[2])),
            cursor=_READ,
        )


def _request(url: str) -> Request:
    return Request(url=url, accept="application/json", reads=frozenset({403, 404}))


def _read(response: Response) -> Any:
    if response.status < 400:
        return read_body(response.body)
    with suppress(Malformed):
        read_body(response.body)
    raise Refused("there is no Discourse forum at this address that programs may read")


def _ids(value: Any, *path: str) -> list[int]:
    found = (count(node, "id") for node in children(value, *path)) if isinstance(value, dict) else ()
    return [number for number in found if number is not None and number > 0]


def _begun(value: Any, items: Sequence[Item], ref: Ref) -> Thread:
    """The thread in the part of the topic around the mention, and what is to be asked for next."""
    found = thread_in(items, ref.native_id)
    own = next((item for item in items if item.native_id == ref.native_id), None)
    above, is_cut = _above(found.ancestors, own.parent_id if own else ref.parent_id)
    seen, stream = _ids(value, "post_stream", "posts"), _stream(value)
    last = count(value, "highest_post_number")
    below = [f"end:{last}:{seen[-1]}"] if last and seen and stream and stream[-1] not in seen else []
    return replace(found, is_cut=is_cut or own is None, cursor=",".join([*above, *below]) or _READ)


def _climbed(thread: Thread, items: Sequence[Item], wanted: str, left: list[str]) -> Thread:
    """The thread with the post that was missing above it, and what stands above that."""
    own = next((item for item in items if item.native_id == wanted), None)
    if own is None:
        above = [] if wanted.endswith("/1") else ["up:1"]
        return replace(thread, is_cut=True, cursor=",".join([*above, *left]) or _READ)
    chain = (*thread_in(items, wanted).ancestors, own, *thread.ancestors)[-MAX_HOPS:]
    above, is_cut = _above(chain, "")
    return replace(thread, ancestors=chain, is_cut=thread.is_cut or is_cut, cursor=",".join([*above, *left]) or _READ)


def _above(ancestors: Sequence[Item], parent_id: str) -> tuple[list[str], bool]:
    """The step to the post that is missing above, if one is, and whether it stands too high."""
    missing = _NATIVE.fullmatch(ancestors[0].parent_id if ancestors else parent_id)
    if missing is None:
        return [], False
    return ([], True) if len(ancestors) >= MAX_HOPS else ([f"up:{missing[2]}"], False)


def _stream(value: Any) -> list[int]:
    """The ids of all posts of a topic, in their order."""
    found = values(value, "post_stream", "stream") if isinstance(value, dict) else ()
    return [number for number in found if type(number) is int]


def _joins(value: Any, last_seen: int) -> bool:
    """Whether this part of a topic begins where the one before ended, with the post of this id."""
    seen, stream = _ids(value, "post_stream", "posts"), _stream(value)
    if last_seen not in stream or not seen or seen[0] not in stream:
        return False
    return stream.index(seen[0]) <= stream.index(last_seen) + 1
