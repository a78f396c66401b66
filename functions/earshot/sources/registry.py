"""Every kind of source there is, by name. A connector is loaded when it is first used, and never before."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import cast

from earshot.ports.connector import Connector
from earshot.sources.addresses import parts_of

_CLASSES: Mapping[str, str] = {
    "appstore": "AppStoreConnector",
    "bluesky": "BlueskyConnector",
    "facebook": "FacebookConnector",
    "discourse": "DiscourseConnector",
    "email_in": "EmailInConnector",
    "feed": "FeedConnector",
    "google_alerts": "GoogleAlertsConnector",
    "google_business": "GoogleBusinessConnector",
    "google_news": "GoogleNewsConnector",
    "google_play": "GooglePlayConnector",
    "hackernews": "HackerNewsConnector",
    "instagram": "InstagramConnector",
    "lemmy": "LemmyConnector",
    "stackexchange": "StackExchangeConnector",
    "mastodon": "MastodonConnector",
    "page_watch": "PageWatchConnector",
    "push": "PushConnector",
    "reddit": "RedditConnector",
    "trusted_shops": "TrustedShopsConnector",
    "trustpilot": "TrustpilotConnector",
    "youtube": "YouTubeConnector",
    "github": "GitHubConnector",
    "x": "XConnector",
    "webmention": "WebmentionConnector",
}
"""The class of each kind, in the module of `earshot.sources` that is named like the kind."""

_HOSTS: Mapping[str, str] = {
    "mastodon.online": "mastodon",
    "mastodon.social": "mastodon",
    "bsky.app": "bluesky",
    "feddit.org": "lemmy",
    "lemmy.world": "lemmy",
    "news.ycombinator.com": "hackernews",
    "stackoverflow.com": "stackexchange",
    "stackexchange.com": "stackexchange",
    "serverfault.com": "stackexchange",
    "superuser.com": "stackexchange",
    "askubuntu.com": "stackexchange",
    "mathoverflow.net": "stackexchange",
    "stackapps.com": "stackexchange",
    "github.com": "github",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "youtube-nocookie.com": "youtube",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "mybusiness.googleapis.com": "google_business",
    "news.google.com": "google_news",
    "play.google.com": "google_play",
    "apps.apple.com": "appstore",
    "itunes.apple.com": "appstore",
    "trustpilot.com": "trustpilot",
    "reddit.com": "reddit",
    "redd.it": "reddit",
    "x.com": "x",
    "twitter.com": "x",
}
"""Hosts whose addresses a kind may recognise or claim, those below them included."""


class _Registry(Mapping[str, Connector]):
    def __getitem__(self, kind: str) -> Connector:
        if kind not in _CLASSES:
            raise KeyError(kind)
        return _loaded(kind)

    def __contains__(self, kind: object) -> bool:
        return kind in _CLASSES

    def __iter__(self) -> Iterator[str]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


CONNECTORS: Mapping[str, Connector] = _Registry()
"""The connector of each kind."""


def connector_at(url: str) -> Connector | None:
    """The connector of the platform at an address, or None where nobody knows its host."""
    labels = parts_of(url).host.split(".")
    for start in range(len(labels)):
        if kind := _HOSTS.get(".".join(labels[start:])):
            return _loaded(kind)
    return None


def recognised(url: str) -> str | None:
    """The platform identity (`kind:native id`) of a permalink, or None when no platform claims it."""
    connector = connector_at(url)
    return connector.recognise(url) if connector else None


@cache
def _loaded(kind: str) -> Connector:
    module = import_module(f"earshot.sources.{kind}")
    return cast("Connector", getattr(module, _CLASSES[kind])())
