"""Webmentions: another site tells us that a page of its links to one of ours, and we look whether it does."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.ids import digest
from earshot.domain.item import Item
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.canonical import MAX_LENGTH, canonical_url
from earshot.sources.feed_locator import feed_address
from earshot.sources.feed_page import absolute
from earshot.sources.identity import identity_of
from earshot.sources.json_body import MAX_ID
from earshot.sources.plain import plain_line
from earshot.sources.posts import Post, item_of
from earshot.sources.timer import bounded
from earshot.sources.webmention_items import Entry, entry_of
from earshot.sources.webmention_links import Link, link_in, spelled

MAX_PAGE = 1_000_000
"""Bytes of a source that are read (Webmention §4.3 asks for a limit)."""

_ACCEPT = "text/html, application/xhtml+xml, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"


class WebmentionConnector:
    """Receives the webmentions of one site of a tenant.

    Nothing is polled. The door that takes `source` and `target` calls `check` with the tenant's sites, answers 202 and
    stores a job; whoever works on it sends `verify_request(source)` and gives the answer to `verified`: an item, or
    None where the page links here no more, which deletes the mention that was stored under its identity. A job may
    also stand in a source's cursor (`job_cursor`): then `request` and `parse` do the same, and what links no more is in
    `Fetched.gone`. Without a job, `request` asks for the site itself, and `parse` gives an item for any page that
    links there.

    Source:
        W3C Recommendation Webmention, 2017-01-12, §3.2 and §4; read 2026-11-24; not tried live.
    """

    kind = "webmention"
    place = Place(
        name="Webmention",
        method="pages that tell our site of their link to it; each is fetched to see that the link is there",
        limits="none but our own: 1 MB a page, one request at a time for each host",
        terms="whoever sends one wants the page to be read; where the link or the page is gone, so is the mention",
        evidence=Evidence.DOCUMENTED,
        documents=("https://www.w3.org/TR/webmention/", "https://microformats.org/wiki/microformats2-parsing"),
        read_on=date(2026, 11, 24),
        example="https://www.acme.example",
        interval_s=2_592_000,
        is_polled=False,
        keeping=Keeping(rechecks=RECHECKED),
    )

    def locator(self, text: str) -> str:
        """The site's origin, https, as it was typed but for its path.

        Raises:
            Invalid: the text is no web address.
        """
        parts = urlsplit(feed_address(text))
        if "." not in (parts.hostname or ""):
            raise Invalid("url", "this is not the address of a web site")
        return f"https://{parts.netloc.removesuffix(':80').removesuffix(':443')}"

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The page of the job in the cursor; without one the tenant's own site."""
        job = _job(source.cursor)
        return verify_request(job[0] if job else source.locator)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The item of a page that links to the job's target, or without a job to anything on the tenant's site.

        A page that links there no more, or is gone, is in `Fetched.gone`. The cursor stays.
        """
        job = _job(source.cursor)
        if job is None:
            item = _of_any_link(response, source)
            return Fetched(items=(item,) if item else (), skipped=int(item is None), cursor=source.cursor)
        item = verified(response, *job)
        if item is None:
            return Fetched(gone=(mention_identity(job[0]),), cursor=source.cursor)
        return Fetched(items=(item,), cursor=source.cursor)

    def recognise(self, url: str) -> None:
        """None: the pages belong to other sites."""
        return

    def claim(self, url: str) -> None:
        """None: an address does not tell whose site it is."""
        return


def check(source: str, target: str, own_sites: Iterable[str]) -> None:
    """Looks at what somebody sent before anything is fetched; `own_sites` are hosts or addresses of the tenant.

    Raises:
        Invalid: "source" or "target" is no usable web address, both are one page, or the target is not on those sites.
    """
    for name, url in (("source", source), ("target", target)):
        if not url.isprintable() or absolute(url, "") != url or canonical_url(url) is None:
            raise Invalid(name, f"must be an http or https address of at most {MAX_LENGTH} characters")
    if _page(source) == _page(target):
        raise Invalid("source", "a page cannot mention itself")
    host = parts_of(target).host
    hosts = {parts_of(site).host or site.lower().removeprefix("www.") for site in own_sites}
    if not any(host == own or host.endswith(f".{own}") for own in hosts if own):
        raise Invalid("target", "is not on a site of ours")


def job_cursor(source_url: str, target_url: str) -> str:
    """A received webmention as the cursor of its source; both addresses have passed `check`."""
    return f"{source_url} {target_url}"


def mention_identity(source_url: str) -> str:
    """The identity of what a page says, whoever found it: `url1:…`, or the platform's own."""
    return identity_of(source_url, _native_id(source_url), WebmentionConnector.kind)


def verify_request(source_url: str) -> Request:
    """The request for a page that is said to link to us; a missing page is an answer too."""
    return Request(url=source_url, accept=_ACCEPT, max_bytes=MAX_PAGE, reads=frozenset({404, 410}))


def verified(response: Response, source_url: str, target_url: str) -> Item | None:
    """What a page says that links to `target_url`; None where it does not, or is gone.

    The link must be that very address: in HTML a link, an image or the like, in JSON a value, in other text the
    address as it stands. A source that leads to the target's own site is no mention: that page links to itself.

    Raises:
        Malformed: the page is too costly to read.
    """
    arrived, own = parts_of(response.url).host, parts_of(target_url).host
    if response.status >= 400 or (arrived == own and parts_of(source_url).host != own):
        return None
    wanted = spelled(target_url)
    with bounded():
        link = link_in(response, lambda url: spelled(url) == wanted)
        return _item(link, response, source_url, target_url) if link else None


def _of_any_link(response: Response, source: Source) -> Item | None:
    own = parts_of(source.locator).host
    if response.status >= 400 or parts_of(response.url).host == own:
        return None
    with bounded():
        link = link_in(response, lambda url: parts_of(url).host == own)
        return _item(link, response, response.url, link.url) if link else None


def _item(link: Link, response: Response, source_url: str, target_url: str) -> Item | None:
    entry = (entry_of(link.page, link.base_url, link.at) if link.page else None) or Entry()
    root = link.page.first("html") if link.page else None
    title = link.page.first("title") if link.page else None
    answered = any(name == "in-reply-to" and spelled(url) == spelled(target_url) for name, url in entry.answers)
    replied = target_url if answered else ""
    post = Post(
        native_id=_native_id(source_url),
        identity=mention_identity(source_url),
        url=source_url,
        title=entry.name or (plain_line(title.raw) if title else ""),
        text=entry.content or link.around or target_url,
        published_at=entry.published_at,
        updated_at=entry.updated_at,
        author=entry.author,
        language=root.attributes.get("lang", "") if root else "",
        parent_id=replied,
        root_id=replied,
        thread_url=replied,
        place=parts_of(source_url).host,
    )
    return item_of(post, WebmentionConnector.kind, response.received_at)


def _native_id(url: str) -> str:
    return url if len(url) <= MAX_ID else digest(url).hex()


def _job(cursor: str) -> tuple[str, str] | None:
    """The two addresses in a cursor; None where it holds anything else."""
    source, _, target = cursor.partition(" ")
    is_one = all(url and absolute(url, "") == url for url in (source, target))
    return (source, target) if is_one else None


def _page(url: str) -> str:
    """A page's canonical address, whatever place on it is meant."""
    return (canonical_url(url) or url).partition("#")[0]
