"""Google News: articles about what is searched for, as a feed without a key, in the editions of some countries.

The feed gives a hundred articles at most, the best and not the newest, so a search that is answered in full is narrowed
to a shorter time until everything in it fits.
"""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Malformed
from earshot.domain.ids import digest, make_id
from earshot.domain.place import Evidence, Place, Search
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.feed import ACCEPT, read_document
from earshot.sources.feed_document import MAX_ENTRIES, MAX_ID, Document, Entry
from earshot.sources.feed_page import is_web_page
from earshot.sources.identity import identity_of
from earshot.sources.posts import Post, items_of
from earshot.sources.searches import query_of, scope_of, search_locator
from earshot.sources.timer import bounded

FULL = 90
"""Articles from which on an answer counts as cut; Google gives a hundred (kotartemiy/pygooglenews#11)."""

FEW = 8
"""Articles below which a longer time is asked for again; the next window is up to seven times as long."""

WINDOWS = ("7d", "1d", "6h", "1h")
"""How far back is searched, the widest first."""

_HOST = "news.google.com"
_EDITIONS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "de": ("de", "DE", "DE:de"),
        "en": ("en-US", "US", "US:en"),
        "at": ("de", "AT", "AT:de"),
        "ch": ("de", "CH", "CH:de"),
        "gb": ("en-GB", "GB", "GB:en"),
    }
)
"""Language, country and both of them as Google names its editions (`hl`, `gl`, `ceid`)."""

_HAS_OWN_TIME = re.compile(r"(?:^|[\s(])(?:when|after|before):", re.IGNORECASE)


class GoogleNewsConnector:
    """Listens to what Google News finds for a search.

    Source:
        Google documents no such feed. Shape as others recorded it on 2026-09-25; a hundred articles a search:
        kotartemiy/pygooglenews#11; opaque links: DIYgod/RSSHub#17412; clouds that are answered with nothing:
        ranahaani/GNews#63. Read 2026-11-24; not tried live.
    """

    kind = "google_news"
    place = Place(
        name="Google News",
        method="the feed of a search in one edition; headlines and outlets only, each link leads through Google",
        limits="a hundred articles a search; no rate is stated, and some cloud addresses are answered with nothing",
        terms="unsupported by Google: the feed is undocumented, and Google's terms of service hold",
        evidence=Evidence.RECORDED,
        documents=(
            "https://github.com/kotartemiy/pygooglenews/issues/11",
            "https://github.com/DIYgod/RSSHub/issues/17412",
            "https://github.com/ranahaani/GNews/issues/63",
        ),
        read_on=date(2026, 11, 24),
        example="de?Acme",
        public=True,
        interval_s=900,
        # Google's search is known to look at 32 words, and a phrase has two or three.
        search=Search(max_chars=900, max_words=12, scopes=("de", "en")),
    )

    def locator(self, text: str) -> str:
        """An edition and a query, `de?Acme`, from these or from the address of a search; "de" where none is named.

        Raises:
            Invalid: there is no query, or it is too long.
        """
        return search_locator(self.claim(text.strip()) or text, _EDITIONS)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The search, within the time that the last answers have shown to fit, where the query names none itself."""
        language, country, both = _EDITIONS.get(scope_of(source.locator), _EDITIONS["de"])
        query = query_of(source)
        window = f" when:{_window(source.cursor)}" if query and not _HAS_OWN_TIME.search(query) else ""
        asked = {"q": f"{query}{window}", "hl": language, "gl": country, "ceid": both}
        return Request(url=f"https://{_HOST}/rss/search?{urlencode(asked, safe=':')}", accept=ACCEPT)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Articles as items, oldest first, each with its outlet as its place and no text but the headline.

        Entries without a headline are counted in `Fetched.skipped`.

        Raises:
            Malformed: the body is no feed, or too costly to read.
        """
        if response.status == 304:
            return Fetched(cursor=source.cursor, entries_hash=source.entries_hash)
        if is_web_page(response.body):
            raise Malformed("Google answered with a web page and no news: it may want a consent, or no programs here")
        with bounded():
            document = read_document(response)
        posts = [_post(entry, document, source) for entry in document.entries[:MAX_ENTRIES]]
        items, skipped = items_of(posts, self.kind, response.received_at)
        window = _window(source.cursor)
        after = _next(window, len(document.entries))
        is_fixed = _HAS_OWN_TIME.search(query_of(source)) is not None
        return Fetched(
            items=items,
            skipped=skipped + len(document.entries) - len(posts),
            title=document.title,
            cursor=source.cursor if is_fixed else after,
            # The window belongs to it: the same news in another window must not hide that the window moves on.
            entries_hash=digest(window, *(f"{item.identity} {item.title}" for item in items)).hex(),
            more=not is_fixed and WINDOWS.index(after) > WINDOWS.index(window),
        )

    def recognise(self, url: str) -> None:
        """None: links there are opaque, and the same article has several."""
        return

    def claim(self, url: str) -> str | None:
        """Edition and query of the address of a search, be it the page or the feed; None for editions not read here."""
        parts = parts_of(url)
        if parts.host != _HOST or parts.path not in {("search",), ("rss", "search")}:
            return None
        query = " ".join(parts.query.get("q", "").split())
        edition = parts.query.get("ceid", "") or f"{parts.query.get('gl', 'DE')}:{parts.query.get('hl', 'de')}"
        scope = next((scope for scope, names in _EDITIONS.items() if names[2].lower() == edition.lower()), None)
        return f"{scope}?{query}" if scope and query else None


def _window(cursor: str) -> str:
    return cursor if cursor in WINDOWS else WINDOWS[0]


def _next(window: str, found: int) -> str:
    at = WINDOWS.index(window)
    if found >= FULL:
        return WINDOWS[min(at + 1, len(WINDOWS) - 1)]
    return WINDOWS[max(at - 1, 0)] if found < FEW else window


def _post(entry: Entry, document: Document, source: Source) -> Post:
    headline = _headline(entry)
    native_id = entry.native_id or entry.link
    return Post(
        native_id=native_id if len(native_id) <= MAX_ID else digest(native_id).hex(),
        identity=_identity(entry, headline, source) if headline else "",
        url=entry.link,
        title=headline,
        published_at=entry.published_at if entry.published_kind == "published" else None,
        updated_at=entry.published_at,
        language=entry.language or document.language,
        place=entry.outlet or parts_of(entry.outlet_url).host or "Google News",
    )


def _headline(entry: Entry) -> str:
    """The title without the outlet that Google puts behind it."""
    return entry.title.removesuffix(f" - {entry.outlet}").rstrip() if entry.outlet else entry.title


def _identity(entry: Entry, headline: str, source: Source) -> str:
    """What an article is known by: the headline, the outlet and the day, since its link says nothing.

    An entry that leads elsewhere than to Google is known by its page.
    """
    if entry.link and parts_of(entry.link).host != _HOST:
        return identity_of(entry.link, entry.native_id or entry.link, source.id)
    words = " ".join(re.findall(r"\w+", headline.casefold()))
    outlet = parts_of(entry.outlet_url).host or entry.outlet.casefold()
    day = entry.published_at.date().isoformat() if entry.published_at else ""
    return f"google_news:{make_id('a', words or headline, outlet, day)}"
