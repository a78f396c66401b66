"""Hacker News: one stream of all stories and comments for everybody, from Algolia's search by date.

The search gives the newest first and never more than 1,000 hits, so after a pause hits are missing between what was
known and what came. The cursor then remembers the gap and the next requests close it from its newer end.
"""

import json
from typing import Any
from urllib.parse import urlencode

from earshot.domain.errors import Invalid, Malformed
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources import permalinks
from earshot.sources.hackernews_cursor import Cursor, advanced
from earshot.sources.hackernews_items import items_of_hits, items_of_tree, numbers

HITS_PER_PAGE = 1000
"""The most Algolia gives for one search, whatever the page (algolia/hn-search#230)."""

_SEARCH = "https://hn.algolia.com/api/v1/search_by_date"


class HackerNewsConnector:
    """Listens to everything that is said on Hacker News.

    Source:
        hn.algolia.com/api; algolia/hn-search#230; read 2026-11-24.
    """

    kind = "hackernews"
    public = True
    interval_s = 300
    pace_s = 0.36
    """Algolia allows 10,000 requests an hour and address."""

    def locator(self, text: str) -> str:
        """Always "all": there is one stream, and watches pick from it.

        Raises:
            Invalid: something else was asked for.
        """
        if text.strip().lower() not in {"", "all"}:
            raise Invalid("locator", "Hacker News is heard as a whole; leave this empty and use a watch to choose")
        return "all"

    def request(self, source: Source) -> Request:
        """What is newer than the cursor, with some overlap, or the rest of a gap; without a cursor the newest 1,000."""
        query = {"tags": "(story,comment)", "hitsPerPage": str(HITS_PER_PAGE)}
        if filters := Cursor.read(source.cursor).filters():
            query["numericFilters"] = filters
        return Request(url=f"{_SEARCH}?{urlencode(query, safe='(),')}", accept="application/json")

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
        """`hackernews:<id>` for an item page."""
        return permalinks.hackernews(url)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Malformed("Hacker News answered with something that is not JSON") from exc
    if not isinstance(value, dict) or not ("hits" in value or "children" in value):
        raise Malformed("Hacker News answered with something that is neither a search nor an item")
    return value
