"""GitHub: issues, pull requests and discussions found by a search, or everything new at one repository."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import FetchError, Invalid, Refused
from earshot.domain.place import Evidence, Place, Quota, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources import github_requests as requests
from earshot.sources import github_threads as threads
from earshot.sources.addresses import parts_of
from earshot.sources.github_cursor import OF_REPOSITORY, SEARCHED, Cursor, advanced
from earshot.sources.github_errors import MISSING, graphql_errors, refusal_in
from earshot.sources.github_items import is_repository, native_id_at, nodes_of, posts_of, repository_at
from earshot.sources.json_body import child, is_true, moment, read_json, text
from earshot.sources.posts import items_of
from earshot.sources.searches import query_of, search_locator

_MAX_WORDS = 6
"""Six words have five OR between them, and GitHub takes five operators."""

_MAX_CHARS = 170
"""GitHub takes 256; the rest is for the kind, the fields and the date."""

_MAX_ENCODED = 1600
"""Characters of a query as an address writes it."""

_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b")
_LISTS = frozenset({"issues", "pulls", "discussions"})
_NO_OWNERS = frozenset(
    {
        *(
            "about",
            "apps",
            "collections",
            "contact",
            "customer-stories",
            "dashboard",
            "enterprise",
            "events",
            "explore",
        ),
        *("features", "issues", "join", "login", "marketplace", "new", "notifications", "organizations", "orgs"),
        *("pricing", "pulls", "search", "security", "sessions", "settings", "signup", "site", "sponsors", "stars"),
        *("team", "topics", "trending", "users"),
    }
)
"""First pieces of paths that are GitHub's own pages, and no accounts."""

_CLOSED = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"})
"""Errors of a question for discussions that concern these alone: the repository has none, or the token may not."""


class GitHubConnector:
    """Listens to searches and repositories; with a token to their discussions too.

    Source:
        docs.github.com/en/rest/search/search, rest/issues/issues, rest/issues/comments; search-github, "Troubleshooting
        search queries" (256 characters, five operators) and "Searching discussions"; graphql/guides, "Using the GraphQL
        API for Discussions"; rest/using-the-rest-api, "Rate limits"; terms of service, H; read 2026-11-24. Some
        tokens may not search for issues and pull requests at once (422), so each is asked for alone.
    """

    kind = "github"
    place = Place(
        name="GitHub",
        method=(
            "REST search for the newest issues and pull requests, or all issues and comments of a repository; with a "
            "token discussions and their last comments by GraphQL"
        ),
        limits=(
            "10 searches a minute, with a token 30; 60 other requests an hour, with a token 5,000; a token counts for "
            "what follows the watches and for what is added once it is set"
        ),
        terms="open to programs within the rate limits, but not for sending spam or for selling personal data",
        evidence=Evidence.RECORDED,
        documents=(
            "https://docs.github.com/en/rest/search/search",
            "https://docs.github.com/en/rest/issues/comments",
            "https://docs.github.com/en/graphql/guides/using-the-graphql-api-for-discussions",
            "https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api",
            "https://docs.github.com/en/site-policy/github-terms/github-terms-of-service",
        ),
        read_on=date(2026, 11, 24),
        example="issues?acme",
        interval_s=900,
        pace_s=6.0,
        # Issues and pull requests are asked for one after the other.
        steps=2,
        public=True,
        search=Search(max_chars=_MAX_CHARS, max_words=_MAX_WORDS, scopes=("issues",)),
        takes=("token",),
        quotas=(Quota(name="core", amount=60, window=timedelta(hours=1)),),
    )

    def locator(self, text: str) -> str:
        """`owner/name` for a repository or its address, else a search for issues and pull requests.

        Raises:
            Invalid: the address is that of something else, or GitHub would not take the search.
        """
        typed = text.strip()
        if "://" in typed:
            if repository := self.claim(typed):
                return repository
            raise Invalid("url", "give the address of a repository (https://github.com/owner/name), or words")
        if _is_name(typed):
            return typed.lower()
        locator = search_locator(typed, ("issues",))
        query = locator.partition("?")[2]
        if len(query) > _MAX_CHARS or len(quote(query, safe="")) > _MAX_ENCODED:
            raise Invalid("url", f"GitHub takes short searches only: at most {_MAX_CHARS} characters")
        if len(_OPERATOR.findall(query)) > _MAX_WORDS - 1:
            raise Invalid("url", f"GitHub takes at most {_MAX_WORDS - 1} of AND, OR and NOT in one search")
        return locator

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The next page of the list under way: with a token the discussions first, then the others in their order."""
        cursor, is_search = Cursor.read(source.cursor), not _is_name(source.locator)
        words = query_of(source) if is_search else f"repo:{source.locator}"
        if cursor.at in {"", "discussions"} and credential.get("token"):
            return requests.discussions_request(words, cursor, credential)
        if is_search:
            return requests.search_request(words, cursor, _under_way(cursor, SEARCHED), credential)
        return requests.repository_request(source.locator, cursor, _under_way(cursor, OF_REPOSITORY), credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The issues, pull requests, discussions and comments of any answer, oldest first.

        Raises:
            Malformed: the body holds none of these.
            Throttled: a primary or secondary rate limit was hit.
            Refused: the token or the search is not accepted, or the repository is not there.
        """
        body, cursor = read_json(response.body, self.place.name), Cursor.read(source.cursor)
        if error := refusal_in(body, response):
            return _without_discussions(error, body, cursor, source)
        shape, nodes = nodes_of(body)
        posts = [tuple(posts_of(node)) for node in nodes]
        items, unusable = items_of((post for some in posts for post in some), self.kind, response.received_at)
        skipped = unusable + sum(not some for some in posts)
        listed = _list_of(shape, cursor, source)
        if listed is None:
            return Fetched(items=items, skipped=skipped, title=_title(source), cursor=source.cursor)
        said = "updatedAt" if shape == "discussions" else "created_at"
        moments = [moment(node, said) for node in nodes if isinstance(node, Mapping)]
        # A date ahead of us would hide everything until then.
        seconds = [int(at.timestamp()) for at in moments if at and at <= response.received_at]
        page = _next_page(shape, body, cursor, listed, seconds)
        is_partial = isinstance(body, Mapping) and is_true(body, "incomplete_results")
        cursor, more = advanced(cursor, listed, _lists(source), seconds, page, is_partial=is_partial)
        return Fetched(items=items, skipped=skipped, title=_title(source), cursor=cursor.write(), more=more)

    def recognise(self, url: str) -> str | None:
        """`github:owner/name#number` of an issue, pull request or discussion, or the id of the comment pointed to."""
        native_id = native_id_at(url)
        return f"github:{native_id}" if native_id else None

    def claim(self, url: str) -> str | None:
        """The repository, by the address of its first page or of one of its lists."""
        path = parts_of(url).path
        is_first_page = len(path) == 2 or (len(path) == 3 and path[2] in _LISTS)
        named = repository_at(url).removesuffix(".git")
        return named if is_first_page and _is_name(named) else None

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The issue above a comment, then page by page what came after; a discussion whole, where there is a token."""
        return threads.next_request(ref, thread, credential)

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """The thread with one more answer; where the issue is gone, it ends and is cut.

        Raises:
            Malformed: the body holds neither issues, discussions nor comments.
            FetchError: as for `parse`.
        """
        body = read_json(response.body, self.place.name)
        error = refusal_in(body, response)
        if error and (response.status in MISSING or graphql_errors(body) & _CLOSED):
            return Thread(ancestors=thread.ancestors, replies=thread.replies, is_cut=True, cursor=threads.READ)
        if error:
            raise error
        _, nodes = nodes_of(body)
        posts = (post for node in nodes for post in posts_of(node))
        items, _ = items_of(posts, self.kind, response.received_at, most=None)
        return threads.advanced(thread, ref, body, len(nodes), items)


def _is_name(text: str) -> bool:
    path = tuple(text.split("/"))
    return len(path) == 2 and path[0].lower() not in _NO_OWNERS and is_repository(path)


def _lists(source: Source) -> tuple[str, ...]:
    return OF_REPOSITORY if _is_name(source.locator) else SEARCHED


def _title(source: Source) -> str:
    return f"GitHub: {source.locator}" if _is_name(source.locator) else "GitHub"


def _under_way(cursor: Cursor, lists: Sequence[str]) -> str:
    """The list that is read by REST: the one under way, else the first one."""
    return cursor.at if cursor.at in lists[1:] else lists[1]


def _list_of(shape: str, cursor: Cursor, source: Source) -> str | None:
    """Which list an answer is about; None where none of them was asked for like this."""
    lists = _lists(source)
    if shape == "discussions":
        return shape if cursor.at in {"", shape} else None
    is_asked = shape == ("list" if lists == OF_REPOSITORY else "search")
    return _under_way(cursor, lists) if is_asked else None


def _next_page(shape: str, body: object, cursor: Cursor, listed: str, seconds: Sequence[int]) -> str:
    """What leads to the next page; "" where it would hold nothing new."""
    if shape == "discussions" and isinstance(body, Mapping):
        held = child(body, "data", "search") or child(body, "data", "repository", "discussions")
        return text(held, "pageInfo", "endCursor") if is_true(held, "pageInfo", "hasNextPage") else ""
    number = cursor.number() if cursor.at == listed else 1
    nodes = nodes_of(body)[1]
    is_read = shape == "list" and seconds and min(seconds) <= cursor.known.get(listed, 0)
    return str(number + 1) if len(nodes) >= requests.PER_PAGE and number < requests.MAX_PAGES and not is_read else ""


def _without_discussions(error: FetchError, body: object, cursor: Cursor, source: Source) -> Fetched:
    """What follows where only the discussions cannot be read; raises any other error."""
    is_closed = isinstance(error, Refused) and bool(graphql_errors(body)) and graphql_errors(body) <= _CLOSED
    if not is_closed or cursor.at not in {"", "discussions"}:
        raise error
    cursor, more = advanced(cursor, "discussions", _lists(source), (), "", is_partial=True)
    return Fetched(title=_title(source), cursor=cursor.write(), more=more)
