"""Web pages without a feed: what stands there now and did not before, and sitemaps of news.

Pages have no dates and no ids, so a page is compared with itself: the cursor holds a short hash of every piece of it
that was seen. A piece is a headline that leads somewhere, or a block of text.
"""

import re
from collections.abc import Iterable
from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ids import digest
from earshot.domain.item import Item
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.feed_guard import checked
from earshot.sources.feed_locator import feed_address
from earshot.sources.feed_page import is_web_page
from earshot.sources.identity import identity_of
from earshot.sources.markup import charset_of, decoded
from earshot.sources.page_watch_items import Piece, WatchedPage, read_page
from earshot.sources.page_watch_sitemap import MAX_URLS, is_sitemap, posts_of_sitemap
from earshot.sources.posts import Post, item_of, items_of
from earshot.sources.timer import bounded

MAX_KNOWN = 1500
"""Hashes that are remembered of one page: those of what stands there, and of what stood there last."""

MAX_PIECES = 1000
"""Pieces of one page that are looked at, from its top."""

_DIGITS = 10
"""Hexadecimal digits of a hash in the cursor: one of 700 million new pieces is mistaken for a known one."""

_CURSOR = re.compile(rf"b1:((?:[0-9a-f]{{{_DIGITS}}})+)", re.ASCII)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:a|article|body|br|div|h[1-6]|li|main|p|section|span|table|ul)\b", re.IGNORECASE)
_HEAD = 65_536


class PageWatchConnector:
    """Listens to a web page by its address, and hears what is new on it.

    Source:
        sitemaps.org/protocol.html and developers.google.com, "News sitemaps"; the main text of six recorded pages.
        Read 2026-11-24; not tried live.
    """

    kind = "page_watch"
    place = Place(
        name="Web pages",
        method=(
            "a page without a feed is compared with what stood there before: new blocks of text and new headlines that "
            "lead somewhere are items without a date; the articles of a news sitemap are items with one"
        ),
        limits=f"one page a fetch, its first {MAX_PIECES} pieces; what only a script shows is not heard",
        terms="pages that anybody may open; robots.txt says whether programs may, and its Crawl-delay how often",
        evidence=Evidence.RECORDED,
        documents=(
            "https://www.sitemaps.org/protocol.html",
            "https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap",
        ),
        read_on=date(2026, 11, 24),
        example="https://company.example/news",
        public=True,
        interval_s=1800,
        adapts=True,
        obeys_robots=True,
    )

    def locator(self, text: str) -> str:
        """The page's complete address; https:// is added where no scheme was typed.

        Raises:
            Invalid: the text is no http or https address, or holds a user name.
        """
        if not text.strip():
            raise Invalid("url", "type the address of a page, for instance https://example.com/news")
        return feed_address(text)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """A conditional request, with both validators as the server gave them."""
        return Request(
            url=source.moved_to or source.locator,
            accept="text/html, application/xhtml+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
            etag=source.etag,
            last_modified=source.last_modified,
        )

    def parse(self, response: Response, source: Source) -> Fetched:
        """What was not there before, without dates, the top of the page last; of a sitemap its news, oldest first.

        On a first fetch everything is new. What goes and comes again within `MAX_KNOWN` pieces is not.

        Raises:
            Malformed: the body is no page and no sitemap of news, shows no text, or is too costly to read. For a feed
                the reason says so.
        """
        if response.status == 304:
            return Fetched(cursor=source.cursor, entries_hash=source.entries_hash)
        body = checked(response.body)
        with bounded():
            if is_sitemap(body):
                return _sitemap(body, response, source)
            if not is_web_page(body):
                _refuse(body)
            page = read_page(decoded(body, charset_of(response.headers.get("content-type", ""))), response.url)
            return _compared(page, response, source)

    def recognise(self, url: str) -> None:
        """None: a page belongs to nobody in particular."""
        return

    def claim(self, url: str) -> None:
        """None: any address may be that of a page, so a person must say that it is to be watched."""
        return


def _refuse(body: bytes) -> None:
    if _FEED.search(body[:_HEAD]):
        raise Malformed("this is a feed; add it as one: earshot source add ADDRESS")
    if not _MARKUP.search(body[:_HEAD]):
        raise Malformed("this is no web page")


def _sitemap(body: bytes, response: Response, source: Source) -> Fetched:
    posts = posts_of_sitemap(body, source.id)
    items, skipped = items_of(posts, source.kind, response.received_at, most=MAX_URLS)
    return Fetched(
        items=items,
        skipped=skipped,
        title=next((item.place for item in items), ""),
        cursor=source.cursor,
        entries_hash=digest(*(f"{item.identity} {item.title}" for item in items)).hex(),
    )


def _compared(page: WatchedPage, response: Response, source: Source) -> Fetched:
    pieces = {_key(piece): piece for piece in reversed(page.pieces[:MAX_PIECES])}
    if not pieces:
        raise Malformed("this page shows no text without running its programs, so nothing can be heard there")
    known = _known(source.cursor)
    new = [piece for key, piece in pieces.items() if key not in known]
    made = [_item(piece, page, response, source) for piece in new]
    items = tuple(item for item in made if item is not None)
    return Fetched(
        items=items,
        skipped=len(made) - len(items) + len(page.pieces[MAX_PIECES:]),
        title=page.title,
        cursor="b1:" + "".join(_remembered(known, pieces)),
        entries_hash=digest(*sorted(pieces)).hex(),
    )


def _key(piece: Piece) -> str:
    return digest(piece.name).hex()[:_DIGITS]


def _known(cursor: str) -> dict[str, None]:
    """The hashes in a cursor, oldest first; none where it is no cursor."""
    found = _CURSOR.fullmatch(cursor)
    joined = found[1] if found else ""
    return dict.fromkeys(joined[at : at + _DIGITS] for at in range(0, len(joined), _DIGITS))


def _remembered(known: dict[str, None], present: Iterable[str]) -> list[str]:
    """What is known from now on, oldest first: all that is there, and of what is not the latest that fit."""
    there = dict.fromkeys(present)
    spare = MAX_KNOWN - len(there)
    absent = [key for key in known if key not in there]
    forgotten = set(absent[: max(len(absent) - spare, 0)])
    return [key for key in {**known, **there} if key not in forgotten]


def _item(piece: Piece, page: WatchedPage, response: Response, source: Source) -> Item | None:
    native_id = digest(piece.name).hex()
    post = Post(
        native_id=native_id,
        identity=identity_of(piece.url, native_id, source.id),
        url=piece.url or response.url,
        title=piece.title,
        text=piece.text,
        language=page.language,
        place=page.place,
    )
    return item_of(post, source.kind, response.received_at)
