"""Every kind of source there is, by name. A connector is loaded when it is first used, and never before."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import cast

from earshot.ports.connector import Connector
from earshot.sources.addresses import parts_of

_CLASSES: Mapping[str, str] = {
    "feed": "FeedConnector",
    "google_alerts": "GoogleAlertsConnector",
    "hackernews": "HackerNewsConnector",
}
"""The class of each kind, in the module of `earshot.sources` that is named like the kind."""

_HOSTS: Mapping[str, str] = {
    "news.ycombinator.com": "hackernews",
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
