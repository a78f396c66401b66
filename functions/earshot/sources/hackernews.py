"""Hacker News: one stream of all stories and comments for everybody, from Algolia's search by date.

The search gives the newest first and never more than 1,000 hits, so after a pause hits are missing between what was
known and what came. The cursor then remembers the gap and the next requests close it from its newer end.
"""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.hackernews_cursor import Cursor, advanced
from earshot.sources.hackernews_items import items_of_hits, items_of_tree, numbers, thread_of_tree
from earshot.sources.json_body import Node, read_object

HITS_PER_PAGE = 1000
"""The most Algolia gives for one search, whatever the page (algolia/hn-search#230)."""

_API = "https://hn.algolia.com/api/v1"
_SITE = "news.ycombinator.com"
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_READ = "read"
"""The cursor of a thread whose tree has come."""


class HackerNewsConnector:
    """Listens to everything that is said on Hacker News.

    Source:
        hn.algolia.com/api; algolia/hn-search#230; read 2026-11-24.
    """

    kind = "hackernews"
    place = Place(
        name="Hacker News",
        method="all new stories and comments, from Algolia's search by date; watches pick from them",
        limits="10,000 requests an hour and address; 1,000 hits an answer",
        terms="open interface without a key; no terms of use were found for it",
        evidence=Evidence.RECORDED,
        documents=("https://hn.algolia.com/api", "https://github.com/algolia/hn-search/issues/230"),
        read_on=date(2026, 11, 24),
        example="all",
        public=True,
        interval_s=120,
        pace_s=0.36,
        streams=("all",),
    )

    def locator(self, text: str) -> str:
        """Always "all": there is one stream, and watches pick from it.

        Raises:
            Invalid: something else was asked for.
        """
        if text.strip().lower() not in {"", "all"}:
            raise Invalid("locator", "Hacker News is heard as a whole; leave this empty and use a watch to choose")
        return "all"

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """What is newer than the cursor, with some overlap, or the rest of a gap; without a cursor the newest 1,000."""
        query = {"tags": "(story,comment)", "hitsPerPage": str(HITS_PER_PAGE)}
        if filters := Cursor.read(source.cursor).filters():
            query["numericFilters"] = filters
        return Request(url=f"{_API}/search_by_date?{urlencode(query, safe='(),')}", accept="application/json")

    def parse(self, response: Response, source: Source) -> Fetched:
        """The hits of a search, or the comments of one item's tree, as items, oldest first.

        Hits without id or text are counted in `Fetched.skipped`. A tree leaves the cursor alone.

        Raises:
            Malformed: the body is neither an answer to a search nor an item.
        """
        if response.status == 304:
            return Fetched(cursor=source.cursor)
        body = _object(response.body)
        hits = body.get("hits")
        if not isinstance(hits, list):
            items, skipped = items_of_tree(body)
            return Fetched(items=items, skipped=skipped, title="Hacker News", cursor=source.cursor)
        items, skipped = items_of_hits(hits)
        found = body.get("nbHits")
        is_cut = isinstance(found, int) and found > len(hits)
        # A date ahead of us would hide everything until then.
        seconds = [second for second in numbers(hits, "created_at_i") if second <= response.received_at.timestamp()]
        cursor = advanced(Cursor.read(source.cursor), seconds, is_cut=is_cut)
        return Fetched(items=items, skipped=skipped, title="Hacker News", cursor=cursor.write())

    def recognise(self, url: str) -> str | None:
        """`hackernews:<id>` for an item page; an anchor names the comment it points to."""
        parts = parts_of(url)
        number = parts.query.get("id", "")
        if (parts.host, parts.path) != (_SITE, ("item",)) or not _NUMBER.fullmatch(number):
            return None
        return f"hackernews:{parts.fragment if _NUMBER.fullmatch(parts.fragment) else number}"

    def claim(self, url: str) -> str | None:
        """Any address there: it is heard as a whole."""
        return "all" if parts_of(url).host == _SITE else None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The whole tree under the story, in one answer."""
        if thread.cursor == _READ:
            return None
        return Request(url=f"{_API}/items/{ref.root_id or ref.native_id}", accept="application/json")

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """What stands above and below the mention in the tree.

        Raises:
            Malformed: the body is no item.
        """
        return replace(thread_of_tree(_object(response.body), ref.native_id), cursor=_READ)


def _object(body: bytes) -> Node:
    value = read_object(body, "Hacker News")
    if not ("hits" in value or "children" in value):
        raise Malformed("Hacker News answered with something that is neither a search nor an item")
    return value
