"""Which sources of a tenant cover a page: by their site, by the platform of its address, or by what they brought."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from earshot.domain.errors import Invalid
from earshot.domain.mention import Mention
from earshot.ports.table import Table
from earshot.services.listing import MAX_LIMIT, Filters, Listing
from earshot.services.sourcing import Listened
from earshot.sources.canonical import canonical_url
from earshot.sources.identity import identity_of
from earshot.store.mentions import Mentions

MOST_READ = 500
"""The newest mentions that are looked through for sources which brought something from the site of a page."""

EVERYWHERE = frozenset({"google_alerts"})
"""Kinds of sources that may bring a page of any site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page by its canonical address; `kind` names the platform that recognises the address, "" for none."""

    url: str
    site: str
    identity: str
    kind: str = ""


def page_at(url: str) -> Page:
    """The page that somebody means: wrappers, tracking, mobile faces and the scheme make no difference.

    Raises:
        Invalid: it is no address of a page.
    """
    text = url.strip()
    canonical = canonical_url(text if "://" in text[:12] else f"https://{text}")
    if canonical is None or "." not in site_of(canonical):
        raise Invalid("url", "must be the address of a page, such as https://example.com/news/1")
    identity = identity_of(canonical, "", "")
    kind = identity.partition(":")[0]
    return Page(url=canonical, site=site_of(canonical), identity=identity, kind="" if kind == "url1" else kind)


def covering(page: Page, listened: Sequence[Listened], table: Table, tenant: str) -> tuple[Listened, ...]:
    """The sources in which the page should stand: those of its site or platform, else what brought the site before."""
    if fitting := tuple(each for each in listened if _fits(page, each)):
        return fitting
    brought = frozenset(_brought(page, table, tenant))
    return tuple(each for each in listened if each.source.id in brought and each.source.kind not in EVERYWHERE)


def everywhere(listened: Iterable[Listened]) -> tuple[Listened, ...]:
    """The sources in which the page may stand, because they bring pages of all sites."""
    return tuple(each for each in listened if each.source.kind in EVERYWHERE)


def site_of(url: str) -> str:
    """The host of an address, as `canonical_url` spells it, "" without one."""
    return urlsplit(canonical_url(url) or "").hostname or ""


def _fits(page: Page, listened: Listened) -> bool:
    if listened.source.kind in EVERYWHERE:
        return False
    if page.kind and listened.source.kind == page.kind:
        return True
    site = site_of(listened.source.locator)
    return bool(site) and (site == page.site or site.endswith(f".{page.site}") or page.site.endswith(f".{site}"))


def _brought(page: Page, table: Table, tenant: str) -> Iterator[str]:
    """The sources of stored mentions from the page's site; those that are places of stories stand in no list."""
    copies: list[str] = []
    for mention in _newest(table, tenant):
        if site_of(mention.url) == page.site:
            yield mention.source_id
        copies += (each.mention_id for each in mention.copies if site_of(each.url) == page.site)
    places = Mentions(table).get_many(tenant, copies[:MOST_READ])
    yield from (each.source_id for each in places.values())


def _newest(table: Table, tenant: str) -> Iterator[Mention]:
    cursor, read = "", 0
    while read < MOST_READ:
        listed = Listing(table).page(tenant, Filters(newest=True), cursor=cursor, limit=MAX_LIMIT)
        yield from listed.mentions
        read, cursor = read + MAX_LIMIT, listed.cursor
        if not cursor:
            return
