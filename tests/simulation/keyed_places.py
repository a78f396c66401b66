"""Places that want a credential, answering in their documented shapes: Bluesky, YouTube, Reddit, X."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from earshot.ports.http import Request
from simulation.limits import bearer_of
from simulation.publications import Publication
from simulation.search_places import moment_in, phrases_in
from simulation.stream_places import Answer, Place, as_json, query_of, written


class Bluesky(Place):
    """The search for posts, for those who are signed in."""

    kind = "bluesky"
    hosts = ("bsky.social",)

    def answer(self, request: Request, at: datetime) -> Answer:
        method = urlsplit(request.url).path.rpartition(".")[2]
        if method in {"createSession", "refreshSession"}:
            tokens = {"accessJwt": f"a{hash(request.body)}", "refreshJwt": f"r{hash(request.body)}"}
            return as_json({**tokens, "did": "did:plc:us", "handle": "us.example", "active": True})
        if not bearer_of(request):
            return as_json({"error": "AuthMissing"}, status=401)
        query = query_of(request)
        since = moment_in(query["since"], at) if "since" in query else None
        until = moment_in(query["until"], at) if "until" in query else at
        found = self.found("all", phrases_in(query["q"]), at, None)
        newest = [each for each in found if (since is None or each.at >= since) and each.at <= until][::-1]
        most = int(query["limit"])
        cursor = {"cursor": str(most)} if len(newest) > most else {}
        return as_json({"posts": [_view(each) for each in newest[:most]], **cursor})


def _view(said: Publication) -> dict[str, Any]:
    who = f"did:plc:u{said.number % 61}"
    return {
        "uri": f"at://{who}/app.bsky.feed.post/3k{said.number:09d}",
        "cid": f"bafy{said.number}",
        "author": {"did": who, "handle": f"u{said.number % 61}.bsky.social"},
        "record": {"text": said.text, "createdAt": written(said.at), "langs": ["de"]},
        "indexedAt": written(said.shown_at),
        "likeCount": 0,
    }


class YouTube(Place):
    """The search for videos and their details; nobody comments."""

    kind = "youtube"
    hosts = ("www.googleapis.com",)

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Publication] = {}

    def put(self, publication: Publication) -> None:
        super().put(publication)
        self.known[_video(publication)] = publication

    def answer(self, request: Request, at: datetime) -> Answer:
        method, query = urlsplit(request.url).path.rpartition("/")[2], query_of(request)
        if method == "videos":
            items = [_details(self.known[each]) for each in query["id"].split(",")]
            return as_json({"kind": "youtube#videoListResponse", "items": items})
        if method == "commentThreads":
            return as_json({"kind": "youtube#commentThreadListResponse", "items": []})
        since = moment_in(query["publishedAfter"], at) if "publishedAfter" in query else None
        wanted = phrases_in(query["q"].replace("|", " OR "))
        found = [each for each in self.found("videos", wanted, at, None) if since is None or each.at >= since]
        newest, most = found[::-1], int(query["maxResults"])
        token = {"nextPageToken": "CDIQAA"} if len(newest) > most else {}
        return as_json({"kind": "youtube#searchListResponse", "items": [_hit(each) for each in newest[:most]], **token})


def _video(said: Publication) -> str:
    return f"v{said.number:010d}"


def _snippet(said: Publication) -> dict[str, Any]:
    return {
        "publishedAt": said.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": said.text,
        "description": said.text,
        "channelId": f"UC{said.number % 53:022d}",
        "channelTitle": f"Kanal {said.number % 53}",
    }


def _hit(said: Publication) -> dict[str, Any]:
    id_ = {"kind": "youtube#video", "videoId": _video(said)}
    return {"kind": "youtube#searchResult", "id": id_, "snippet": _snippet(said)}


def _details(said: Publication) -> dict[str, Any]:
    return {"kind": "youtube#video", "id": _video(said), "snippet": _snippet(said), "statistics": {"viewCount": "1"}}


class Reddit(Place):
    """The search for posts."""

    kind = "reddit"
    hosts = ("oauth.reddit.com", "www.reddit.com")

    def answer(self, request: Request, at: datetime) -> Answer:
        if request.url.endswith("/access_token"):
            name = request.headers["Authorization"].rpartition(" ")[2]
            return as_json({"access_token": name, "token_type": "bearer", "expires_in": 86400, "scope": "*"})
        query = query_of(request)
        found = self.found("all", phrases_in(query["q"]), at, None)[::-1]
        start = next((n for n, each in enumerate(found, 1) if f"t3_{each.number}" == query.get("after")), 0)
        page = found[start : start + int(query["limit"])]
        after = f"t3_{page[-1].number}" if start + len(page) < len(found) else None
        return as_json({"kind": "Listing", "data": {"children": [_link(each) for each in page], "after": after}})


def _link(said: Publication) -> dict[str, Any]:
    return {
        "kind": "t3",
        "data": {
            "name": f"t3_{said.number}",
            "id": str(said.number),
            "title": said.text,
            "selftext": said.text,
            "author": f"u{said.number % 59}",
            "author_fullname": f"t2_{said.number % 59}",
            "subreddit": "fragreddit",
            "permalink": f"/r/fragreddit/comments/{said.number}/x/",
            "created_utc": float(said.second),
            "is_self": True,
        },
    }


_X_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
COUNT_USD = POST_USD = 0.005
"""docs.x.com, pricing."""


LEAST_PAGE = 10
"""Posts that a search asks for at least."""


class X(Place):
    """Counts and searches of the last seven days; what was not counted before is not to be bought."""

    kind = "x"
    hosts = ("api.x.com",)

    def __init__(self) -> None:
        super().__init__()
        self.counted: dict[str, int] = defaultdict(int)
        self.counted_at: dict[str, datetime] = {}
        self.bought_uncounted = 0

    def answer(self, request: Request, at: datetime) -> Answer:
        query = query_of(request)
        since, until = int(query.get("since_id", "0")), int(query.get("until_id", str(10**19)))
        hits = self.found("all", phrases_in(query["query"].replace("-is:retweet", "")), at, None)
        found = [each for each in hits if since < _x_id(each) < until and each.at > at - timedelta(days=7)]
        key = f"{bearer_of(request)} {query['query']}"
        if "/counts/" in request.url:
            self.counted[key], self.counted_at[key] = len(found), at
            return as_json({"data": [], "meta": {"total_tweet_count": len(found)}}, spent=COUNT_USD)
        most = int(query["max_results"])
        page = found[::-1][:most]
        # What came up since the count may fill the smallest page that X sells; whatever was there is to be counted.
        counted, counted_at = max(self.counted[key], 0), self.counted_at.get(key)
        there = [each for each in page if counted_at is None or each.shown_at <= counted_at]
        self.bought_uncounted += max(0, len(there) - counted) + max(0, len(page) - max(counted, LEAST_PAGE))
        self.counted[key] -= len(there)
        if not page:
            return as_json({"meta": {"result_count": 0}})
        more = {"next_token": "b26v89"} if len(found) > most else {}
        meta = {"result_count": len(page), "newest_id": str(_x_id(page[0])), "oldest_id": str(_x_id(page[-1])), **more}
        return as_json({"data": [_post(each) for each in page], "meta": meta}, spent=POST_USD * len(page))


def _x_id(said: Publication) -> int:
    return (int((said.at - _X_EPOCH) / timedelta(milliseconds=1)) << 22) + said.number % 4096


def _post(said: Publication) -> dict[str, Any]:
    return {
        "id": str(_x_id(said)),
        "text": said.text,
        "created_at": written(said.at),
        "author_id": str(said.number % 67 + 1),
        "conversation_id": str(_x_id(said)),
        "lang": "de",
        "public_metrics": {"like_count": 0, "retweet_count": 0, "reply_count": 0},
    }
