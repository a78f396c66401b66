"""YouTube by its Data API: new videos for a search, the comments below them, and all comments at one channel."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import quote, unquote

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed, Refused
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place, Quota, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources import youtube_cursor as cursors
from earshot.sources import youtube_threads as threads
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, moment, name, read_object, text
from earshot.sources.posts import items_of
from earshot.sources.rechecks import left_out
from earshot.sources.searches import search_locator
from earshot.sources.youtube_cursor import Cursor
from earshot.sources.youtube_errors import MISSING, PAGELESS, SILENT, error_of, reasons_of
from earshot.sources.youtube_items import CHANNEL, COMMENT, VIDEO, posts_of, resources_of
from earshot.sources.youtube_requests import asking, comments_of, found_by

_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_PAGES = frozenset({"shorts", "embed", "live", "v"})
_CHANNEL = "channel/"
_HANDLE = re.compile(r"@[\w.·-]{3,60}")
_MIDNIGHT = timedelta(hours=8)
"""Of Pacific standard time, by UTC. In summer the quotas begin anew an hour earlier than we count."""

_MAX_ENCODED = 1600
"""Characters of a query as an address writes it."""


class YouTubeConnector:
    """Listens to searches for videos and to the comments at channels.

    Source:
        developers.google.com/youtube/v3/docs (search, videos, channels, commentThreads, comments, errors) and
        determine_quota_cost; developers.google.com/youtube/terms/developer-policies, III.E.4;
        cloud.google.com/apis/docs/system-parameters (X-Goog-Api-Key); read 2026-11-24.
    """

    kind = "youtube"
    place = Place(
        name="YouTube",
        method=(
            "Data API v3: the newest videos for a search, their descriptions and the comments below the latest 20 of "
            "them, or all comments at a channel; a channel's videos alone come without a key, by its feed"
        ),
        limits="100 searches and 10,000 other requests a day and project; both begin anew at midnight Pacific time",
        terms="stored data is deleted or read again within 30 days, and what was deleted there goes",
        evidence=Evidence.RECORDED,
        documents=(
            "https://developers.google.com/youtube/v3/docs",
            "https://developers.google.com/youtube/v3/determine_quota_cost",
            "https://developers.google.com/youtube/terms/developer-policies",
        ),
        read_on=date(2026, 11, 24),
        example="videos?acme",
        interval_s=1800,
        search=Search(max_chars=150, max_words=10, scopes=("videos",)),
        needs=("key",),
        quotas=(
            Quota(name="searches", amount=100, window=timedelta(days=1), unit="searches", begins=_MIDNIGHT),
            Quota(name="units", amount=10_000, window=timedelta(days=1), unit="units", begins=_MIDNIGHT),
        ),
        keeping=Keeping(rechecks=RECHECKED, max_age=timedelta(days=30)),
    )
    recheck_batch = 50

    def locator(self, text: str) -> str:
        """`channel/UC…` or `channel/@handle` for a channel or its address, else a search for videos.

        Raises:
            Invalid: the address is that of something else, or the search is empty or too long.
        """
        typed = text.strip()
        if CHANNEL.fullmatch(typed):
            return _CHANNEL + typed
        if typed.startswith(_CHANNEL):
            typed = f"https://www.youtube.com/{typed.removeprefix(_CHANNEL) if '@' in typed else typed}"
        if "://" in typed:
            if channel := self.claim(typed):
                return channel
            raise Invalid("url", "give the address of a channel (/channel/UC… or /@name), or words to search for")
        locator = search_locator(typed, self.place.search.scopes if self.place.search else ())
        if len(quote(locator, safe="")) > _MAX_ENCODED:
            raise Invalid("url", "this search is too long; leave some words out")
        return locator

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The next step of a poll: the details of videos just found, a gap, comments, else the newest of the search."""
        cursor = _begun(Cursor.read(source.cursor), source.locator)
        if cursor.details:
            return asking("videos", {"part": "snippet,statistics", "id": ",".join(cursor.details)}, credential)
        if cursor.waiting and not cursor.high:
            return asking("commentThreads", comments_of(cursor), credential)
        if source.locator.startswith(_CHANNEL):
            named = {"part": "snippet", "forHandle": source.locator.removeprefix(_CHANNEL)}
            return asking("channels", named, credential)
        return asking("search", found_by(source, cursor), credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The videos and comments of any answer of the API, oldest first.

        Search results are told again with their whole description by the next step. A video without comments, or one
        that is gone, is passed over.

        Raises:
            Malformed: the body holds no resources.
            Throttled: a quota is used up, or requests came too fast.
            Refused: the key, the project or the channel is not as it must be.
        """
        body = read_object(response.body, "YouTube")
        cursor = _begun(Cursor.read(source.cursor), source.locator)
        if "error" in body:
            cursor, more = cursors.stepped(_despite(body, response, cursor, source.locator))
            return Fetched(title="YouTube", cursor=cursor.write(), more=more)
        kind, resources = resources_of(body)
        posts = [tuple(posts_of(resource)) for resource in resources]
        items, unusable = items_of((post for some in posts for post in some), self.kind, response.received_at)
        skipped = unusable + sum(not some for some in posts)
        advanced = _advanced(kind, body, cursor, response.received_at, source.locator)
        if advanced is None:
            return Fetched(items=items, skipped=skipped, title="YouTube", cursor=source.cursor)
        cursor, more = cursors.stepped(advanced)
        return Fetched(items=items, skipped=skipped, title="YouTube", cursor=cursor.write(), more=more)

    def recognise(self, url: str) -> str | None:
        """`youtube:<id>` of a video, or of the comment that its address points to."""
        parts = parts_of(url)
        video = ""
        if parts.host == "youtu.be" and parts.path:
            video = parts.path[0]
        elif parts.host in _HOSTS and parts.path == ("watch",):
            video = parts.query.get("v", "")
        elif parts.host in _HOSTS and len(parts.path) == 2 and parts.path[0] in _PAGES:
            video = parts.path[1]
        if not VIDEO.fullmatch(video):
            return None
        comment = parts.query.get("lc", "")
        return f"youtube:{comment if COMMENT.fullmatch(comment) else video}"

    def claim(self, url: str) -> str | None:
        """The comments at a channel, by the address of the channel; its feed is none of these."""
        parts = parts_of(url)
        if parts.host not in _HOSTS or not parts.path:
            return None
        if parts.path[0] == "channel" and len(parts.path) > 1 and CHANNEL.fullmatch(parts.path[1]):
            return _CHANNEL + parts.path[1]
        handle = unquote(parts.path[0]).lower()
        return _CHANNEL + handle if _HANDLE.fullmatch(handle) else None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The video above a comment, the comment above a reply, then page by page what stands below."""
        step = threads.next_step(ref, thread)
        return asking(*step, credential) if step else None

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with one more answer; where comments are switched off or gone, it ends.

        Raises:
            Malformed: the body holds no resources.
            FetchError: as for `parse`.
        """
        body = read_object(response.body, "YouTube")
        if reasons := reasons_of(body):
            if reasons & (SILENT | MISSING | PAGELESS):
                return threads.ended(thread, is_cut=not reasons & SILENT)
            raise error_of(body, response)
        _, resources = resources_of(body)
        posts = (post for each in resources for post in posts_of(each, threads.video_of(ref)))
        items, _ = items_of(posts, self.kind, response.received_at, most=None)
        return threads.advanced(thread, ref, items, text(body, "nextPageToken"))

    def recheck_group(self, ref: Ref) -> str:
        """Whether it is a video or a comment."""
        return "video" if VIDEO.fullmatch(ref.native_id) else "comment"

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """Asks for those of the refs that are videos, or comments, as the first one is: no request takes both."""
        asked = _alike(refs)
        method = "videos" if VIDEO.fullmatch(asked[0]) else "comments"
        return asking(method, {"part": "id", "id": ",".join(asked)}, credential)

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """Those that were asked for and did not come; none where none came, unless YouTube says why.

        Raises:
            Malformed: the body is no list of what was asked for.
            FetchError: as for `parse`.
        """
        body, asked = read_object(response.body, "YouTube"), _alike(refs)
        if reasons := reasons_of(body):
            if reasons & MISSING and len(asked) == 1:
                return frozenset(asked)
            raise error_of(body, response)
        kind, resources = resources_of(body)
        if kind != ("videoListResponse" if VIDEO.fullmatch(asked[0]) else "commentListResponse"):
            raise Malformed("YouTube answered with something else than was asked for")
        return left_out(asked, (name(each, "id") for each in resources if isinstance(each, Mapping)))


def _begun(cursor: Cursor, locator: str) -> Cursor:
    """The cursor of a channel waits for its comments from the start, as soon as its id is known."""
    if cursor.waiting or not locator.startswith(_CHANNEL):
        return cursor
    named = locator.removeprefix(_CHANNEL)
    streams = cursor.streams or (((named, 0),) if CHANNEL.fullmatch(named) else ())
    return replace(cursor, streams=streams, waiting=tuple(key for key, _ in streams[:1]))


def _despite(body: Node, response: Response, cursor: Cursor, locator: str) -> Cursor:
    """The cursor after an error that concerns a video or a page only; raises any other."""
    reasons, is_channel = reasons_of(body), locator.startswith(_CHANNEL)
    if cursor.details and reasons & MISSING:
        return replace(cursor, details=())
    if cursor.waiting and reasons & (SILENT | PAGELESS):
        return cursors.passed(cursor, forgets=not (is_channel or reasons & PAGELESS))
    if cursor.waiting and reasons & MISSING and not is_channel:
        return cursors.passed(cursor, forgets=True)
    raise error_of(body, response)


def _advanced(kind: str, body: Node, cursor: Cursor, at: datetime, locator: str) -> Cursor | None:
    """The cursor after an answer of this kind; None where it was not asked for."""
    _, resources = resources_of(body)
    nodes = [each for each in resources if isinstance(each, Mapping)]
    token = text(body, "nextPageToken")
    if kind == "searchListResponse":
        moments = [(name(node, "id", "videoId"), moment(node, "snippet", "publishedAt")) for node in nodes]
        # A date ahead of us would hide everything until then.
        found = [(id_, int(told.timestamp())) for id_, told in moments if VIDEO.fullmatch(id_) and told and told <= at]
        return cursors.after_search(cursor, sorted(found, key=lambda pair: -pair[1]), is_cut=bool(token), at=at)
    if kind == "videoListResponse" and cursor.details:
        return replace(cursor, details=())
    if kind == "commentThreadListResponse" and cursor.waiting:
        tops = [moment(node, "snippet", "topLevelComment", "snippet", "publishedAt") for node in nodes]
        return cursors.after_comments(cursor, [int(told.timestamp()) for told in tops if told and told <= at], token)
    if kind == "channelListResponse" and locator.startswith(f"{_CHANNEL}@") and not cursor.streams:
        ids = [name(node, "id") for node in nodes if CHANNEL.fullmatch(name(node, "id"))]
        if not ids:
            raise Refused("there is no such channel", 404)
        return replace(cursor, streams=((ids[0], 0),), waiting=(ids[0],))
    return None


def _alike(refs: Sequence[Ref]) -> tuple[str, ...]:
    """The ids of the same sort as the first one."""
    is_video = VIDEO.fullmatch(refs[0].native_id) is not None
    return tuple(ref.native_id for ref in refs if (VIDEO.fullmatch(ref.native_id) is not None) == is_video)
