"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, told apart by their content."""

from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Malformed
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.feed_document import Document, fetched
from earshot.sources.feed_guard import check_markup, checked
from earshot.sources.feed_json import looks_like_json, read_json
from earshot.sources.feed_locator import feed_address
from earshot.sources.feed_page import is_web_page, page_reason
from earshot.sources.feed_threads import READ, comments_at, thread_of
from earshot.sources.feed_xml import read_xml
from earshot.sources.timer import bounded

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
"""Every dialect of feed, the feeds' own media types first."""


class FeedConnector:
    """Listens to any feed by its address."""

    kind = "feed"
    place = Place(
        name="Feeds",
        method=(
            "RSS, RDF, Atom and JSON Feed by address: blogs and their comments, news, forums (Discourse, phpBB, SMF, "
            "WoltLab, XenForo), channels"
        ),
        limits="none that holds for all: 2 s between two requests to a host, its own ttl, Cache-Control and skip hours",
        terms="published to be read by programs; a feed is fetched as a reader's own program would",
        evidence=Evidence.RECORDED,
        documents=("https://www.rfc-editor.org/rfc/rfc4287", "https://www.rssboard.org/rss-specification"),
        read_on=date(2026, 11, 24),
        example="https://blog.example/feed/",
        public=True,
        interval_s=900,
        adapts=True,
    )

    def locator(self, text: str) -> str:
        """The feed's complete address; https:// is added where no scheme was typed.

        Raises:
            Invalid: the text is no http or https address, or holds a user name.
        """
        return feed_address(text)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """A conditional request, with both validators as the server gave them."""
        return Request(
            url=source.moved_to or source.locator, accept=ACCEPT, etag=source.etag, last_modified=source.last_modified
        )

    def parse(self, response: Response, source: Source) -> Fetched:
        """The entries of a feed as items, oldest first.

        Entries with neither link, id, title nor text are dropped and counted in `Fetched.skipped`. Dates without a
        zone are taken as UTC; dates before 1990 or more than a day ahead count as none (`published_kind` "seen").
        Takes ten seconds at most when called on the main thread. An unchanged feed (304) has no items.

        Raises:
            Malformed: the body is neither RSS, RDF, Atom nor JSON Feed, or too costly to read. For a web page the
                reason says so and names the feed that the page advertises.
        """
        if response.status == 304:
            return Fetched(entries_hash=source.entries_hash)
        with bounded():
            return fetched(read_document(response), source, response.received_at)

    def recognise(self, url: str) -> None:
        """None: a feed owns no permalinks."""
        return

    def claim(self, url: str) -> None:
        """None: only its body tells a feed."""
        return

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The feed with the comments on an entry, or around a comment."""
        address = comments_at(ref)
        return Request(url=address, accept=ACCEPT) if address and thread.cursor != READ else None

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """What stands above and below a mention among those comments.

        Raises:
            Malformed: as for `parse`.
        """
        source = Source(id="", kind=self.kind, locator=ref.locator, created_at=response.received_at)
        return thread_of(self.parse(response, source).items, ref)


def read_document(response: Response) -> Document:
    """The feed in a response's body, in plain text; for connectors whose places answer with a feed.

    Call it within `bounded`: a document can be made to be slow.

    Raises:
        Malformed: as for `FeedConnector.parse`.
    """
    body = checked(response.body)
    if looks_like_json(body):
        return read_json(body, response)
    if is_web_page(body):
        raise Malformed(page_reason(body, response.url))
    check_markup(body)
    return read_xml(body, response)
