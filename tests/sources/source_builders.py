"""Sources and responses for connector tests: a test names only what it is about."""

from datetime import UTC, datetime

from earshot.domain.source import Fetched, Source
from earshot.ports.http import Response
from earshot.sources.registry import CONNECTORS

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_source(kind: str = "feed", *, cursor: str = "", etag: str = "", last_modified: str = "") -> Source:
    return Source(
        id="s_test",
        kind=kind,
        locator="https://feeds.example/all.xml",
        created_at=NOW,
        cursor=cursor,
        etag=etag,
        last_modified=last_modified,
        entries_hash="known",
    )


def a_response(body: bytes | str, *, status: int = 200, **headers: str) -> Response:
    return Response(
        status=status,
        url="https://feeds.example/all.xml",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body.encode() if isinstance(body, str) else body,
        received_at=NOW,
    )


def parse(body: bytes | str, kind: str = "feed", *, cursor: str = "", **headers: str) -> Fetched:
    return CONNECTORS[kind].parse(a_response(body, **headers), a_source(kind, cursor=cursor))


def rss(items: str, channel: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        f' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>{channel}{items}</channel></rss>'
    )
