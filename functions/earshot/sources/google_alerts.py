"""Google Alerts: what Google finds for a search that somebody saved there, as a feed of their own.

There is no API. A person makes the alert by hand, has it delivered as a feed and gives us its address. The address is
personal: whoever knows it reads what its owner looks for, so tenants never share one.
"""

import ipaddress
import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.item import Item
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.alerts_address import is_alerts_address
from earshot.sources.canonical import canonical_url
from earshot.sources.feed import ACCEPT, read_document
from earshot.sources.feed_document import fetched
from earshot.sources.feed_locator import feed_address
from earshot.sources.timer import bounded
from earshot.sources.wrappers import is_google, unwrapped

_FEED_PATH = re.compile(r"/alerts/feeds/([0-9A-Za-z_-]{1,64})/([0-9A-Za-z_-]{1,64})/*")
_HOW = (
    'this is not the feed of a Google Alert: make the alert with "Deliver to: RSS feed", then copy the address of the '
    "RSS sign beside it; it begins with https://www.google.com/alerts/feeds/"
)
_MAX_LAYERS = 5
"""Redirectors within redirectors that are taken off; more than one was never seen."""

_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
"""Names that no public DNS answers (RFC 6761, RFC 6762, RFC 8375, ICANN on .internal; the last by routers' habit)."""


class GoogleAlertsConnector:
    """Listens to one Google Alert by the address of its feed.

    Source:
        No documentation of the feed exists. Its shape is that of feedjira/feedjira#424 (2019), automatisch#1230 (2023);
        no validators: miniflux/v2#186 (2018). Read 2026-11-24; not tried live.
    """

    kind = "google_alerts"
    place = Place(
        name="Google Alerts",
        method="the Atom feed of an alert that a person made; each entry leads to the page behind Google's redirector",
        limits="some 20 entries, no pages, no validators; no rate is stated",
        terms="no API; the alert is made by hand in the person's own Google account, and its address is personal",
        evidence=Evidence.RECORDED,
        documents=(
            "https://github.com/feedjira/feedjira/pull/424",
            "https://github.com/miniflux/v2/issues/186",
        ),
        read_on=date(2026, 11, 24),
        example="https://www.google.com/alerts/feeds/1234/5678",
        interval_s=900,
    )

    def locator(self, text: str) -> str:
        """The feed's address at www.google.com, whatever country's Google it was copied from: it is the same alert.

        Raises:
            Invalid: the text is not the address of such a feed; the reason says where to find it.
        """
        try:
            found = _FEED_PATH.fullmatch(urlsplit(feed_address(text)).path) if is_alerts_address(text) else None
        except Invalid:
            found = None
        if found is None:
            raise Invalid("url", _HOW)
        return f"https://www.google.com/alerts/feeds/{found[1]}/{found[2]}"

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The whole feed, some 20 entries: Google sends no validators, so the hash of the entries decides."""
        return Request(url=source.locator, accept=ACCEPT, etag=source.etag, last_modified=source.last_modified)

    def parse(self, response: Response, source: Source) -> Fetched:
        """What Google found as items, oldest first, each at the page it was found on.

        An entry that leads to no public page (no link, another scheme, a private address, a redirect we cannot read)
        is kept under its own id and without a link: what was said counts, and should Google change its redirector,
        everything would else fall silent. Entries without anything are counted in `Fetched.skipped`. The feed's own
        date and Google's click marks are no part of the entries hash.

        Raises:
            Malformed: the body is no feed, or too costly to read.
        """
        if response.status == 304:
            return Fetched(entries_hash=source.entries_hash)
        with bounded():
            document = read_document(response)
            entries = tuple(replace(entry, link=target(entry.link)) for entry in document.entries)
            found = fetched(replace(document, entries=entries), source, response.received_at)
            return replace(found, items=tuple(map(_placed, found.items)))

    def recognise(self, url: str) -> None:
        """None: what Google finds belongs to other places."""
        return

    def claim(self, url: str) -> str | None:
        """The address itself, where it is that of an alert's feed."""
        return url if is_alerts_address(url) else None


def target(link: str) -> str:
    """The public page behind Google's redirector, "" where there is none; nothing is fetched, a visit would count."""
    for _ in range(_MAX_LAYERS):
        inner = unwrapped(link)
        if inner == link:
            return link if _is_public_page(link) else ""
        link = inner
    return ""


def _is_public_page(link: str) -> bool:
    """Whether a stranger could have read this page; any other address is a lure or a mistake, for Google has none."""
    page = urlsplit(canonical_url(link) or "")
    host = page.hostname or ""
    if not host or (is_google(host) and page.path == "/url"):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        is_number = re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last) is not None  # 127.1, 0x7f.1: browsers read an address
        return "." in host and not is_number and not host.endswith(_PRIVATE_SUFFIXES)


def _placed(item: Item) -> Item:
    """The item with its own site as its place: nobody says that something stood at Google."""
    site = urlsplit(canonical_url(item.url) or "").hostname
    return replace(item, place=site or item.place)
