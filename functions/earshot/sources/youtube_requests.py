"""Requests to YouTube's Data API: its methods, their parameters, and which quota each one takes."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from earshot.domain.credential import Credential
from earshot.domain.source import Source
from earshot.ports.http import Draw, Request
from earshot.sources.searches import query_of
from earshot.sources.youtube_cursor import OVERLAP_S, Cursor
from earshot.sources.youtube_errors import READS
from earshot.sources.youtube_items import CHANNEL

_API = "https://www.googleapis.com/youtube/v3"
_LANGUAGE = re.compile(r"(?<!\S)lang:([A-Za-z]{2})(?!\S)")


def asking(method: str, parameters: Mapping[str, str], credential: Credential) -> Request:
    """The request for a method of the API, with the quota it takes; the key stands in a header only."""
    key = credential.get("key", "")
    return Request(
        url=f"{_API}/{method}?{urlencode(parameters, safe=',:')}",
        headers={"X-Goog-Api-Key": key} if key else {},
        accept="application/json",
        reads=READS,
        draws=(Draw(quota="searches" if method == "search" else "units"),),
    )


def found_by(source: Source, cursor: Cursor) -> dict[str, str]:
    """The parameters of a search: what is newer than the cursor, or lies in its gap; `lang:de` prefers a language."""
    asked = query_of(source, joined_by="|").replace(" OR ", "|")
    language = _LANGUAGE.search(asked)
    words = " ".join(_LANGUAGE.sub(" ", asked).split())
    parameters = {"part": "snippet", "type": "video", "order": "date", "maxResults": "50", "q": words}
    if language:
        parameters["relevanceLanguage"] = language[1].lower()
    if cursor.newest:
        since = cursor.low if cursor.high else cursor.newest - OVERLAP_S
        parameters["publishedAfter"] = _written(since)
    if cursor.high:
        # One second more: the documentation leaves open whether the end itself belongs to it.
        parameters["publishedBefore"] = _written(cursor.high + 1)
    return parameters


def comments_of(cursor: Cursor) -> dict[str, str]:
    """The parameters of a page of the first stream that waits."""
    key = cursor.waiting[0]
    where = "allThreadsRelatedToChannelId" if CHANNEL.fullmatch(key) else "videoId"
    parameters = {"part": "snippet,replies", where: key, "order": "time", "maxResults": "100", "textFormat": "html"}
    return {**parameters, "pageToken": cursor.token} if cursor.token else parameters


def _written(second: int) -> str:
    return datetime.fromtimestamp(max(second, 0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
