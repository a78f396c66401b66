"""Previews: one fetch of a source that stores nothing."""

from datetime import datetime

from earshot.domain.source import Fetched, Source, source_id
from earshot.ports.http import Http
from earshot.services.sourcing import Sourcing


def preview(http: Http, sourcing: Sourcing, kind: str, text: str, now: datetime) -> Fetched:
    """What a source holds now.

    Raises:
        Invalid: the kind is unknown or the address cannot be used.
        FetchError: it cannot be read.
    """
    connector, locator = sourcing.located(kind, text)
    source = Source(id=source_id(connector.kind, locator), kind=connector.kind, locator=locator, created_at=now)
    return connector.parse(http.send(connector.request(source)), source)
