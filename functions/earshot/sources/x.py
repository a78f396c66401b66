"""X: a paid search for the watches of a tenant, within a monthly budget.

Posts are counted before they are bought, bought in pages no larger than the count, and each one only once: what is
known already is never asked for again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ledger import MICRO_DOLLARS
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place, Quota, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Draw, Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, children, count, name, read_object
from earshot.sources.oauth import bearer
from earshot.sources.searches import query_of, search_locator
from earshot.sources.x_cursor import Cursor, moment_of
from earshot.sources.x_items import HANDLE, KIND, POST_ID, gone_in, items_of_posts, number_of, posts_of
from earshot.sources.x_refusals import READS, is_too_old, left_alone_s, refusal_of
from earshot.sources.x_threads import REPLIES, thread_of, wanted_of

POST_PRICE, AUTHOR_PRICE, COUNT_PRICE = 5_000, 10_000, 5_000
"""Micro-dollars for a post, for an author, and for a count."""

_API = "https://api.x.com/2/tweets"
_FIELDS = (
    "author_id,conversation_id,created_at,entities,in_reply_to_user_id,lang,note_tweet,public_metrics,referenced_tweets"
)
_HOSTS = frozenset({"x.com", "twitter.com", "mobile.x.com", "mobile.twitter.com", "m.twitter.com"})
_NO_PROFILES = frozenset(
    {
        *("compose", "explore", "hashtag", "home", "i", "intent", "jobs", "login", "messages", "notifications"),
        *("privacy", "search", "settings", "share", "signup", "tos"),
    }
)


class XConnector:
    """Searches the posts of the last seven days.

    Source:
        docs.x.com as of 2026-08-22 (xdevplatform/docs): search/integrate, counts, getting-started/pricing,
        fundamentals/post-cap, rate-limits, conversation-id, developer-terms/policy; read 2026-11-24; not tried live.
        Its openapi.json says post.fields and referenced_posts where all else says tweet.fields and referenced_tweets.
    """

    kind = KIND
    place = Place(
        name="X",
        method="a count of the posts since the last one, for packed phrases and without reposts; where there are any, "
        "these posts in pages no larger than the count; the first reading takes the newest ten",
        limits="450 searches and 300 counts in 15 minutes; 7 days back; 100 posts a page; 512 characters a query; 3 "
        "million posts a month",
        terms="paid: $0.005 a post, a count and a look whether a post is still there, $0.010 an author (only with "
        "authors=yes); what is deleted or changed there must be here too, within 24 hours of a request at the latest",
        evidence=Evidence.RECORDED,
        documents=(
            "https://docs.x.com/x-api/posts/search/introduction",
            "https://docs.x.com/x-api/posts/counts/introduction",
            "https://docs.x.com/x-api/getting-started/pricing",
            "https://docs.x.com/developer-terms/policy",
        ),
        read_on=date(2026, 11, 24),
        example="all?Acme",
        interval_s=3600,
        pace_s=3.0,
        is_off=True,
        search=Search(max_chars=490, max_words=30, scopes=("all",)),
        needs=("bearer_token", "monthly_dollars"),
        takes=("authors",),
        open_fields=("monthly_dollars", "authors"),
        quotas=(Quota(name="money", amount=0, window=timedelta(days=30), unit=MICRO_DOLLARS),),
        keeping=Keeping(rechecks=RECHECKED),
    )
    recheck_batch = 100

    def locator(self, text: str) -> str:
        """`all?query`; the query may use X's operators.

        Raises:
            Invalid: it is empty, too long, or the address of something else.
        """
        typed = self.claim(text.strip()) or text.strip()
        if "://" in typed:
            raise Invalid("url", "this is no profile, no hashtag and no search of X; type what to search for")
        return search_locator(typed, ("all",))

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """A count of the posts since the last known one, or a page of them where they have been counted."""
        cursor = Cursor.read(source.cursor)
        query = {"query": _query(source)}
        if cursor.since:
            query["since_id"] = str(cursor.since)
        if not cursor.wanted:
            return _request("/counts/recent", {**query, "granularity": "day"}, credential, COUNT_PRICE)
        if cursor.until:
            query["until_id"] = str(cursor.until)
        return _search(query, cursor.wanted, credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The posts of a search, a timeline or a look-up as items, oldest first; of a count what it found.

        Raises:
            Malformed: the body is none of these.
            Throttled: too many requests, or the cap on posts is reached.
            Refused: the token is not accepted, no credits are left, or X does not understand the search.
        """
        cursor = Cursor.read(source.cursor)
        if is_too_old(response) and (anew := cursor.restarted()) != cursor:
            return Fetched(cursor=anew.write(), more=True, spent={"money": 0})
        body = _body(response)
        counted = count(body, "meta", "total_tweet_count")
        counted = count(body, "meta", "total_post_count") if counted is None else counted
        if counted is not None:
            return _counted(counted, cursor, response)
        posts = _posts(body)
        items, skipped = items_of_posts(body, posts, response.received_at)
        cursor, goes_on = cursor.stepped(_ids(posts, response), is_cut=bool(name(body, "meta", "next_token")))
        return Fetched(
            items=items,
            skipped=skipped,
            title="X",
            cursor=cursor.write(),
            more=goes_on,
            wait_s=left_alone_s(response),
            spent={"money": _price(body, posts)},
            gone=tuple(sorted(f"{KIND}:{id_}" for id_ in gone_in(body))),
        )

    def recognise(self, url: str) -> str | None:
        """`x:<id>` for the page of a post, under its old and its new name."""
        host, pieces, _, _ = parts_of(url)
        start = next((at for at in (1, 2) if pieces[at : at + 1] in {("status",), ("statuses",)}), None)
        if host not in _HOSTS or start is None or len(pieces) < start + 2 or (start == 2 and pieces[0] != "i"):
            return None
        return f"{KIND}:{pieces[start + 1]}" if POST_ID.fullmatch(pieces[start + 1]) else None

    def claim(self, url: str) -> str | None:
        """The search for what a profile says, for a hashtag, or for what a page of results shows."""
        host, pieces, query, _ = parts_of(url)
        if host not in _HOSTS:
            return None
        searched = " ".join(query.get("q", "").split())
        if pieces == ("search",):
            return f"all?{searched}" if searched else None
        if len(pieces) == 2 and pieces[0] == "hashtag":
            return f"all?#{pieces[1]}" if pieces[1].isalnum() else None
        if len(pieces) == 1 and HANDLE.fullmatch(pieces[0]) and pieces[0].lower() not in _NO_PROFILES:
            return f"all?from:{pieces[0]}"
        return None

    def paid(self, response: Response) -> Mapping[str, int]:
        """The price of the posts, and of the authors, that an answer shows.

        Raises:
            Malformed: the body holds no posts.
            FetchError: X does not let us read.
        """
        body = _body(response)
        return {"money": _price(body, _posts(body))}

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The post above, one after the other, and then a search for the answers; each one is paid."""
        way, wanted = wanted_of(ref, thread)
        if way == "up":
            return _request("", {"ids": wanted, **_shown(credential)}, credential, _price_each(credential))
        return _search({"query": wanted}, REPLIES, credential) if way else None

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with the post above, or with the answers.

        Raises:
            Malformed: the body holds no posts.
            FetchError: X does not let us read.
        """
        body = _body(response)
        return thread_of(body, _posts(body), ref, thread, response.received_at)

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """The look-up of these posts, with nothing but their ids and texts; each one found is paid."""
        ids = [ref.native_id for ref in refs if POST_ID.fullmatch(ref.native_id)][: self.recheck_batch]
        return _request("", {"ids": ",".join(ids)}, credential, len(ids) * POST_PRICE)

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """The posts of which X says that they do not exist any more, or are not for everybody.

        Raises:
            Malformed: the body holds neither posts nor errors.
            FetchError: X does not let us read.
        """
        body = _body(response)
        _posts(body)
        return gone_in(body) & {ref.native_id for ref in refs}


def _query(source: Source) -> str:
    asked = query_of(source)
    return asked if not asked or "is:retweet" in asked else f"({asked}) -is:retweet"


def _search(query: dict[str, str], posts: int, credential: Credential) -> Request:
    asked = {**query, "max_results": str(posts), "sort_order": "recency", **_shown(credential)}
    return _request("/search/recent", asked, credential, posts * _price_each(credential))


def _shown(credential: Credential) -> dict[str, str]:
    """What is wanted of each post; authors only for those who pay for them."""
    if not _wants_authors(credential):
        return {"tweet.fields": _FIELDS}
    return {"tweet.fields": _FIELDS, "expansions": "author_id", "user.fields": "name,public_metrics,username"}


def _wants_authors(credential: Credential) -> bool:
    return credential.get("authors", "").strip().lower() in {"yes", "true", "1", "ja"}


def _price_each(credential: Credential) -> int:
    return POST_PRICE + (AUTHOR_PRICE if _wants_authors(credential) else 0)


def _request(path: str, query: dict[str, str], credential: Credential, price: int) -> Request:
    return Request(
        url=f"{_API}{path}?{urlencode(query, safe=',:')}",
        headers=bearer(credential, "bearer_token"),
        accept="application/json",
        follows=False,
        reads=READS,
        draws=(Draw(quota="money", amount=price),),
    )


def _body(response: Response) -> Node:
    if error := refusal_of(response):
        raise error
    return read_object(response.body, "X")


def _posts(body: Node) -> tuple[Node, ...]:
    posts = posts_of(body)
    if posts is None:
        raise Malformed("X answered with something that is neither posts nor a count")
    return posts


def _counted(posts: int, cursor: Cursor, response: Response) -> Fetched:
    after = cursor.counted(max(posts, 0))
    return Fetched(
        title="X",
        cursor=after.write(),
        # A quiet hour leaves no trace.
        entries_hash="" if after.left else "none",
        more=bool(after.left),
        wait_s=left_alone_s(response),
    )


def _ids(posts: Sequence[Node], response: Response) -> list[int]:
    """The ids of posts; one from the future would hide everything until then."""
    numbers = [number for post in posts if (number := number_of(post)) is not None]
    return [each for each in numbers if (written := moment_of(each)) is None or written <= response.received_at]


def _price(body: Node, posts: Sequence[Node]) -> int:
    others = children(body, "includes", "tweets") or children(body, "includes", "posts")
    return POST_PRICE * (len(posts) + len(others)) + AUTHOR_PRICE * len(children(body, "includes", "users"))
