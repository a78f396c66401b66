"""What people and programs hand to us: items as JSON, and pages of which somebody pasted the address."""

from collections.abc import Iterable
from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ids import digest
from earshot.domain.item import Author
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed_page import absolute, is_web_page
from earshot.sources.identity import identity_of
from earshot.sources.json_body import MAX_ID, Node, child, children, moment, name, number, read_json, text
from earshot.sources.pasted import page_post
from earshot.sources.posts import Post, items_of
from earshot.sources.timer import bounded

LOCATOR = "push"
"""There is one for each tenant."""

NOWHERE = "https://push.invalid/"
"""An address that never answers (RFC 2606): items come by themselves."""

MOST_ITEMS = 50
"""Items of one body that are read."""

MAX_PAGE = 2_000_000
"""Bytes of a page that are read."""

_ACCEPT = "text/html, application/xhtml+xml"


class PushConnector:
    """Takes what `POST /v1/items` takes: `{"items": [{url, title, text, published_at, author, rating, language}]}`.

    Nothing is polled. A pasted address stands in the cursor of the source: then `request` asks for that page, and
    `parse` reads what it says. Whoever pastes an address wants one page to be read as they would read it, once, so
    robots.txt is not asked.

    Source:
        infra/openapi.yaml, POST /v1/items; for pages see `pasted`.
    """

    kind = "push"
    place = Place(
        name="Handed in",
        method="items sent to POST /v1/items by a program, and links that somebody pastes; such a page is read once",
        limits=f"{MOST_ITEMS} items a request, 2 MB a page",
        terms="whoever hands something in answers for it; of a page an excerpt is kept, as elsewhere",
        evidence=Evidence.DOCUMENTED,
        documents=("https://ogp.me/", "https://schema.org/Article"),
        read_on=date(2026, 11, 24),
        example=LOCATOR,
        interval_s=2_592_000,
        is_polled=False,
    )

    def locator(self, text: str) -> str:
        """The one locator there is.

        Raises:
            Invalid: the text is another one.
        """
        if text.strip() != LOCATOR:
            raise Invalid("url", f'must be "{LOCATOR}"; what is handed in needs no address')
        return LOCATOR

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The pasted page in the cursor; without one an address that never answers."""
        if pasted := _pasted(source.cursor):
            return Request(url=pasted, accept=_ACCEPT, max_bytes=MAX_PAGE)
        return Request(url=NOWHERE, max_bytes=0, follows=False)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The items of a JSON body, oldest first; with an address in the cursor what that page says.

        Raises:
            Malformed: the body is neither, or too costly to read.
        """
        with bounded():
            if pasted := _pasted(source.cursor):
                posts: Iterable[Post] = (_of_page(response, pasted, source.id),)
            else:
                posts = [_post(node, source.id) for node in _nodes(response.body)]
            items, skipped = items_of(posts, self.kind, response.received_at)
        return Fetched(items=items, skipped=skipped, cursor=source.cursor)

    def recognise(self, url: str) -> None:
        """None: what is handed in belongs to other places."""
        return

    def claim(self, url: str) -> None:
        """None: no address names what is handed in."""
        return


def _pasted(cursor: str) -> str:
    return absolute(cursor, "") if cursor else ""


def _of_page(response: Response, url: str, source_id: str) -> Post:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"} and not is_web_page(response.body):
        raise Malformed("this is no web page; send its text along")
    native_id = url if len(url) <= MAX_ID else digest(url).hex()
    return page_post(response, url, native_id, identity_of(url, native_id, source_id))


def _nodes(body: bytes) -> tuple[Node, ...]:
    value = read_json(body, "the sender")
    if isinstance(value, list):
        value = {"items": value}
    if not isinstance(value, dict):
        raise Malformed("the sender's JSON holds no items")
    found = children(value, "items") if "items" in value else (value,)
    if len(found) > MOST_ITEMS:
        raise Malformed(f"there are more than {MOST_ITEMS} items")
    return found


def _post(node: Node, source_id: str) -> Post:
    url = absolute(text(node, "url"), "")
    author = child(node, "author")
    said = text(node, "text"), text(node, "title"), text(author, "name")
    named = text(node, "id") or url
    # An id of the sender's may hold anything; what is no id elsewhere either is known by its digest.
    native_id = name({"id": named}, "id") or (digest(named).hex() if named else digest(*said).hex())
    return Post(
        native_id=native_id,
        identity=identity_of(url, native_id, source_id),
        url=url,
        title=said[1],
        text=said[0],
        published_at=moment(node, "published_at"),
        author=Author(name=said[2], url=text(author, "url"), handle=text(author, "handle")),
        rating=number(node, "rating"),
        language=text(node, "language"),
        place=text(node, "place") or parts_of(url).host,
    )
