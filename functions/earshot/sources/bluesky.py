"""Bluesky: one phrase of a tenant at a time, from the search for posts; the newest come first.

An answer holds 100 posts at most. What lies between them and what was known is a gap that the cursor keeps, and the
next requests close it from its newer end by `until`; the place's own cursor promises less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, unquote, urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import Malformed
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place, Quota, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import MAX_HOPS, Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.bluesky_items import POST_URI, gone_in, name_of_post, posts_in, times_in
from earshot.sources.bluesky_session import check, session_in, session_request
from earshot.sources.json_body import Node, child, children, is_true, name, read_object, text, values
from earshot.sources.posts import items_of
from earshot.sources.rechecks import left_out
from earshot.sources.searches import query_of, search_locator
from earshot.sources.threads import thread_in

LIMIT = 100
"""The most posts of one answer."""

MAX_PAGES = 5
"""Requests of one poll; what is left of a gap waits for the next one."""

OVERLAP_MS = 300_000
"""Read again each time: a post is found some time after the moment that its author's program wrote on it."""

_SCOPES = ("all",)
_HOST = "bsky.app"
_SIGNED_IN = "https://bsky.social/xrpc"
_PUBLIC = "https://public.api.bsky.app/xrpc"
_READS = frozenset({400, 401, 403, 429})
_READ = "read"
"""The cursor of a thread that has come."""

_CURSOR = re.compile(r"([0-9]{1,13})(?::([0-9]{1,13})-([0-9]{1,13})(?:/([1-9]))?)?", re.ASCII)
_HANDLE = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,150}")
_KEY = re.compile(r"[A-Za-z0-9._~:-]{1,100}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BlueskyConnector:
    """Listens to what Bluesky finds for the phrases of the watches, or for a query that somebody typed.

    The search wants an account; threads and rechecks are asked where nobody signs in.

    Source:
        Lexicons app.bsky.feed.searchPosts, getPosts, getPostThread, app.bsky.feed.post (bluesky-social/atproto,
        2026-08-20); docs.bsky.app: rate limits, timestamps, API hosts and auth (bsky-docs, 2026-04-21); no OR:
        christopherkenny/bskyr#19; no search without an account: bsky-docs#296; read 2026-11-24; not tried live.
    """

    kind = "bluesky"
    place = Place(
        name="Bluesky",
        method="the search for posts, newest first, one phrase a query, with an app password of any account",
        limits="3,000 requests in 5 minutes and address, 300 sign-ins a day and account; 100 posts an answer",
        terms="services must be able to delete what its author deleted; the search is meant for what people look for",
        evidence=Evidence.RECORDED,
        documents=(
            "https://docs.bsky.app/docs/api/app-bsky-feed-search-posts",
            "https://docs.bsky.app/docs/advanced-guides/rate-limits",
            "https://docs.bsky.app/docs/support/developer-guidelines",
            "https://github.com/bluesky-social/bsky-docs/issues/296",
        ),
        read_on=date(2026, 11, 24),
        example="acme",
        interval_s=600,
        pace_s=0.1,
        search=Search(max_chars=300, max_words=1, scopes=_SCOPES),
        needs=("handle", "app_password"),
        open_fields=("handle",),
        quotas=(Quota(name="sign-ins", amount=300, window=timedelta(days=1)),),
        keeping=Keeping(rechecks=RECHECKED),
    )
    recheck_batch = 25

    def locator(self, text: str) -> str:
        """The canonical form of a query as one would type it there, such as `"Acme GmbH" lang:de`.

        Raises:
            Invalid: it is empty or too long.
        """
        return search_locator(text, _SCOPES)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """What is newer than the cursor, with some overlap, or the rest of a gap; without a cursor the newest 100."""
        query = {"q": query_of(source), "sort": "latest", "limit": str(LIMIT), **_Cursor.read(source.cursor).window()}
        token = credential.get("access_token", "")
        return Request(
            url=f"{_SIGNED_IN}/app.bsky.feed.searchPosts?{urlencode(query, quote_via=quote)}",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            accept="application/json",
            reads=_READS,
        )

    def parse(self, response: Response, source: Source) -> Fetched:
        """The posts of a search, a timeline, a thread, a record or an event, oldest first; only a search moves on.

        Raises:
            Malformed: the body holds no posts.
            Refused: the search was not understood, or the session is not accepted.
            Throttled: too much was asked for.
        """
        check(response)
        body = read_object(response.body, "Bluesky")
        items, skipped = items_of(posts_in(body), self.kind, response.received_at)
        found = Fetched(items=items, skipped=skipped, title="Bluesky", cursor=source.cursor, gone=gone_in(body))
        if not isinstance(body.get("posts"), list):
            return found
        latest = _milliseconds(response.received_at)
        times = [time for time in map(_milliseconds, times_in(body)) if time <= latest]
        cursor = _Cursor.read(source.cursor).advanced(times, is_cut=bool(text(body, "cursor")))
        return replace(found, cursor=cursor.write(), more=cursor.pages > 0)

    def recognise(self, url: str) -> str | None:
        """`bluesky:at://…` for the page of a post.

        Posts are named by their author's id. An address with a handle tells only that, and names another thing until
        somebody looks up whose handle it is.
        """
        parts = parts_of(url)
        match parts.path:
            case ("profile", who, "post", key) if parts.host == _HOST and _KEY.fullmatch(key) and (known := _who(who)):
                return f"{self.kind}:{name_of_post(known, key)}"
        return None

    def claim(self, url: str) -> str | None:
        """The query for a profile, a hashtag or a search there."""
        parts = parts_of(url)
        if parts.host != _HOST:
            return None
        match parts.path:
            case ("profile", who) if _HANDLE.fullmatch(who.lower()):
                return f"from:{who.lower()}"
            case ("hashtag", tag) if re.fullmatch(r"\w{1,64}", tag):
                return f"#{tag}"
            case ("search",) if parts.query.get("q", "").strip():
                return parts.query["q"].strip()
        return None

    def sign_in(self, credential: Credential) -> Request:
        """Asks for a session with the app password, or for another one with what the last one gave."""
        return session_request(credential)

    def signed_in(self, response: Response, credential: Credential) -> Session:
        """The session with its two tokens.

        Raises:
            Malformed: there is none in the answer.
            Refused: handle and app password are not accepted, or the last session is over for good.
        """
        return session_in(response, credential)

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """What stands above and below a post, in one answer; nobody need sign in for that."""
        if thread.cursor == _READ or not POST_URI.fullmatch(ref.native_id):
            return None
        query = urlencode({"uri": ref.native_id, "depth": str(MAX_HOPS), "parentHeight": str(MAX_HOPS + 1)})
        return Request(url=f"{_PUBLIC}/app.bsky.feed.getPostThread?{query}", accept="application/json")

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """What stands above and below a post.

        Raises:
            Malformed: the body holds no posts.
        """
        items, _ = items_of(posts_in(read_object(response.body, "Bluesky")), self.kind, response.received_at, most=None)
        return replace(thread_in(items, ref.native_id), cursor=_READ)

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """Asks for up to 25 posts by name; for a single one by its thread, which says where there is none."""
        if len(refs) == 1:
            query = urlencode({"uri": refs[0].native_id, "depth": "0", "parentHeight": "0"})
            url = f"{_PUBLIC}/app.bsky.feed.getPostThread?{query}"
            return Request(url=url, accept="application/json", reads=frozenset({400}))
        query = urlencode([("uris", ref.native_id) for ref in refs[: self.recheck_batch]])
        return Request(url=f"{_PUBLIC}/app.bsky.feed.getPosts?{query}", accept="application/json")

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """The names of those that were asked for and did not come; none where none came.

        Raises:
            Malformed: the body is no list of posts, or for a single one no thread.
        """
        body = read_object(response.body, "Bluesky")
        if len(refs) == 1:
            return _gone_alone(body, response, refs[0])
        if not isinstance(body.get("posts"), list) or len(children(body, "posts")) != len(values(body, "posts")):
            raise Malformed("Bluesky answered with something that is no list of posts")
        there = {name(post, "uri") for post in children(body, "posts")}
        return left_out((ref.native_id for ref in refs[: self.recheck_batch]), there)


def _gone_alone(body: Node, response: Response, ref: Ref) -> frozenset[str]:
    if text(body, "error") == "NotFound" or is_true(body, "thread", "notFound"):
        return frozenset({ref.native_id})
    if response.status == 400 or not child(body, "thread"):
        raise Malformed("Bluesky answered with something that is no thread")
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cursor:
    """`newest` is the latest millisecond known, 0 at the start; if `high` > 0, posts from `low` to `high` are missing.

    `pages` counts the requests of this poll while there is more to ask for.
    """

    newest: int = 0
    low: int = 0
    high: int = 0
    pages: int = 0

    @classmethod
    def read(cls, written: str) -> "_Cursor":
        match = _CURSOR.fullmatch(written)
        if match is None:
            return cls()
        newest, low, high, pages = (int(group or 0) for group in match.groups())
        return cls(newest=newest, low=low, high=high, pages=pages)

    def write(self) -> str:
        if not self.newest:
            return ""
        gap = f":{self.low}-{self.high}" if self.high else ""
        return f"{self.newest}{gap}" + (f"/{self.pages}" if self.pages else "")

    def window(self) -> dict[str, str]:
        """The parameters `since` (which is inside) and `until` (which is not) of the next request."""
        if self.high:
            return {"since": _written(self.low), "until": _written(self.high)}
        return {"since": _written(self.newest - OVERLAP_MS)} if self.newest else {}

    def advanced(self, times: Sequence[int], *, is_cut: bool) -> "_Cursor":
        """The cursor after an answer with posts of `times`; the very first one opens no gap.

        The millisecond where an answer was cut is asked for again, because posts of one may be on both sides.
        """
        newest = max([self.newest, *times])
        whole = _Cursor(newest=newest)
        if not self.newest or not is_cut or not times:
            return whole
        low = self.low if self.high else max(self.newest - OVERLAP_MS, 0)
        high = min(times) + 1
        if self.high:
            # One millisecond with more posts than an answer holds would be asked for for ever.
            high = min(high, self.high - 1)
        if high <= low:
            return whole
        return _Cursor(newest=newest, low=low, high=high, pages=(self.pages + 1) % MAX_PAGES)


def _milliseconds(moment: datetime) -> int:
    return max((moment - _EPOCH) // timedelta(milliseconds=1), 0)


def _written(milliseconds: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=max(milliseconds, 0))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _who(written: str) -> str:
    """A handle in lower case, or an id; "" for anything else."""
    who = unquote(written)
    if _DID.fullmatch(who):
        return who
    return who.lower() if _HANDLE.fullmatch(who.lower()) else ""
