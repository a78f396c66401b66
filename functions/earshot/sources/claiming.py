"""What an address says by itself: the platform that knows it, and the open feed beside it. Nothing is fetched."""

import re
from collections.abc import Iterator

from earshot.domain.errors import Invalid
from earshot.domain.offer import Offer, What
from earshot.sources.addresses import Parts, parts_of
from earshot.sources.registry import CONNECTORS, connector_at

_WHATS = {
    "appstore": What.APP,
    "bluesky": What.SEARCH,
    "discourse": What.FORUM,
    "facebook": What.PROFILE,
    "github": What.PROJECT,
    "google_alerts": What.SEARCH,
    "google_business": What.REVIEWS,
    "google_news": What.SEARCH,
    "google_play": What.APP,
    "hackernews": What.COMMUNITY,
    "lemmy": What.COMMUNITY,
    "mastodon": What.SEARCH,
    "page_watch": What.PAGE,
    "reddit": What.COMMUNITY,
    "stackexchange": What.FORUM,
    "trustpilot": What.REVIEWS,
    "x": What.SEARCH,
    "youtube": What.CHANNEL,
}
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,49}")
_HANDLE = re.compile(r"[a-z0-9.-]{1,100}\.[a-z]{2,20}|did:plc:[a-z0-9]{10,40}")
_IS_FEED = re.compile(r"\.(?:rss|atom|xml)(?:[?#]|$)", re.IGNORECASE)
_LEMMY = frozenset({"feddit.org", "lemmy.world"})


def claims(url: str) -> tuple[Offer, ...]:
    """What the address itself names, best first; () where its host is nobody's in particular.

    `url` is a complete address. Who reads it through the platform's interface gets more than its feed tells; the
    address of a feed means that feed.
    """
    if _IS_FEED.search(url):
        return ()
    return (*_narrower(parts_of(url)), *_claimed(url), *_keyless(parts_of(url)))


def what_of(kind: str) -> What:
    """What the places of a kind are to a person, as far as the kind tells."""
    return _WHATS.get(kind, What.FEED)


def _claimed(url: str) -> Iterator[Offer]:
    connector = connector_at(url)
    named = connector.claim(url) if connector else None
    if connector is None or named is None:
        return
    try:
        locator = connector.locator(named)
    except Invalid:
        return
    is_profile = locator.partition("?")[2].startswith("from:")
    what = What.PROFILE if is_profile else what_of(connector.kind)
    yield Offer(kind=connector.kind, url=locator, what=what)


def _narrower(parts: Parts) -> Iterator[Offer]:
    """The feed of what is meant, where the platform is heard as a whole only.

    Source:
        LemmyNet/lemmy, crates/routes/src/feeds.rs (`/feeds/c/{name}.xml`); read 2026-11-24; not tried live.
    """
    match parts.path:
        case ("c", name) if parts.host in _LEMMY and _NAME.fullmatch(name):
            yield _feed(f"https://{parts.host}/feeds/c/{name}.xml?sort=New", What.COMMUNITY)


def _keyless(parts: Parts) -> Iterator[Offer]:
    """The open feed of what else needs a credential.

    Source:
        The `<link rel="alternate">` of a channel's page at youtube.com and of a profile's at bsky.app;
        reddit.com/wiki/rss; read 2026-11-24; not tried live.
    """
    match (parts.host, *parts.path):
        case ("youtube.com", "channel", channel, *_) if _CHANNEL.fullmatch(channel):
            yield _feed(f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}", What.CHANNEL)
        case ("bsky.app", "profile", who) if _HANDLE.fullmatch(who.lower()):
            yield _feed(f"https://bsky.app/profile/{who.lower()}/rss", What.PROFILE)
        case ("reddit.com" | "old.reddit.com", "r", name, *rest) if _NAME.fullmatch(name) and "comments" not in rest:
            yield _feed(f"https://www.reddit.com/r/{name.lower()}/new/.rss", What.COMMUNITY)


def _feed(url: str, what: What) -> Offer:
    return Offer(kind="feed", url=CONNECTORS["feed"].locator(url), what=what)
