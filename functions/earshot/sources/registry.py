"""Every kind of source there is, by name; importing this loads no parser."""

from collections.abc import Mapping
from types import MappingProxyType

from earshot.ports.connector import Connector
from earshot.sources.feed import FeedConnector
from earshot.sources.google_alerts import GoogleAlertsConnector
from earshot.sources.hackernews import HackerNewsConnector

_ALL: tuple[Connector, ...] = (FeedConnector(), GoogleAlertsConnector(), HackerNewsConnector())

CONNECTORS: Mapping[str, Connector] = MappingProxyType({connector.kind: connector for connector in _ALL})
"""The connector of each kind."""
