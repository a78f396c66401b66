"""Reddit: a search of posts for the watches of a tenant, the stream of chosen subreddits, and mentions of an account.

Lists give the newest first and are read from their top every time. Reddit's own way back, `before`, gives nothing for
good once the post that it names was deleted.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ids import digest
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place, Search
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref, Thread
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import read_json
from earshot.sources.newest_first import Walk
from earshot.sources.oauth import bearer, session_of, token_request
from earshot.sources.reddit_items import FULLNAME, KIND, Page, identity_of_thing, items_of_page, moments, page_of
from earshot.sources.reddit_refusals import READS, left_alone_s, raise_for
from earshot.sources.reddit_threads import READ, thread_of
from earshot.sources.searches import query_of, scope_of, search_locator

PER_PAGE = 100
"""The most that Reddit gives in one page of a list."""

_API = "https://oauth.reddit.com"
_SUB = r"[a-z0-9][a-z0-9_]{1,23}"
_STREAM = re.compile(rf"/?r/({_SUB}(?:\+{_SUB}){{0,19}})(?:/(comments|new))?/?", re.ASCII)
_SCOPE = re.compile(rf"r\.{_SUB}", re.ASCII)
_ID = re.compile(r"[0-9a-z]{1,13}", re.ASCII)
_INBOX = "inbox"


class RedditConnector:
    """Searches Reddit's posts, and hears all comments or posts of subreddits that a person chose.

    Source:
        Reddit Data API Wiki (support.reddithelp.com 16160319875092, as of 2026-03); reddit.com/dev/api and, for what it
        leaves open, reddit-archive/reddit (r2/controllers/front.py, api.py, oauth2.py; r2/models/builder.py); shapes
        from the cassettes of praw-dev/praw; read 2026-11-24; not tried live.
    """

    kind = KIND
    place = Place(
        name="Reddit",
        method="a search of all posts, or of one subreddit's, for packed phrases; comments are in no search and are "
        "heard in chosen subreddits only; mentions of an account where its refresh token is given",
        limits="100 requests a minute and client, averaged over ten minutes; 100 entries a page, some 1,000 in a list; "
        "512 characters a query",
        terms="every client needs Reddit's approval beforehand (Responsible Builder Policy), commercial use a "
        "contract; what was deleted there must be deleted here, and looking within 48 hours is strongly recommended",
        evidence=Evidence.RECORDED,
        documents=(
            "https://www.reddit.com/dev/api",
            "https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki",
            "https://support.reddithelp.com/hc/articles/42728983564564",
            "https://github.com/reddit-archive/reddit/wiki/OAuth2",
        ),
        read_on=date(2026, 11, 24),
        example="all?Acme",
        interval_s=300,
        pace_s=0.6,
        is_off=True,
        search=Search(max_chars=500, max_words=20, scopes=("all",)),
        needs=("client_id", "client_secret"),
        takes=("refresh_token",),
        keeping=Keeping(rechecks=RECHECKED),
    )
    recheck_batch = 100

    def locator(self, text: str) -> str:
        """`all?query`, `r.subreddit?query`, `r/subreddit/comments`, `r/subreddit/new` or `inbox`.

        Several subreddits are joined by a plus sign. A query alone searches everywhere.

        Raises:
            Invalid: it is empty, too long, or the address of something else.
        """
        typed = self.claim(text.strip()) or text.strip()
        if typed.lower() == _INBOX:
            return _INBOX
        if found := _STREAM.fullmatch(typed.lower()):
            return f"r/{found[1]}/{found[2] or 'comments'}"
        if "://" in typed:
            raise Invalid("url", "this is no subreddit and no search of Reddit; type r/NAME or what to search for")
        scope = re.split("[?#]", typed.lower(), maxsplit=1)[0].strip()
        return search_locator(typed, ("all", scope) if _SCOPE.fullmatch(scope) else ("all",))

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest hundred of a list, or the page where reading stopped."""
        path, query = _asked(source)
        if after := Walk.read(source.cursor).token:
            query["after"] = after
        return _request(path, {**query, "limit": str(PER_PAGE)}, credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """The posts and comments of a list, a thread or a single thing as items, oldest first.

        What was deleted or removed is in `Fetched.gone`, and so is what a deleted account wrote.

        Raises:
            Malformed: the body is none of these.
            Throttled: too many requests.
            Refused: the sign-in is not accepted, or the subreddit is private, banned or not there.
        """
        page = _page(response)
        items, skipped = items_of_page(page, response.received_at)
        gone = tuple(identity_of_thing(thing.fullname) for thing in page.things if thing.is_gone)
        walk = Walk.read(source.cursor)
        if walk.token and not walk.pages and not page.things:
            # The post after which we wanted to go on, some minutes later, was deleted meanwhile.
            walk, goes_on = walk.restarted(), True
        else:
            walk, goes_on = walk.stepped(moments(page), page.after, response.received_at)
        said = [f"{item.identity} {item.title} {item.text}" for item in items]
        return Fetched(
            items=items,
            skipped=skipped,
            title=_title(source.locator),
            cursor=walk.write(),
            entries_hash="" if walk.token or goes_on else digest(*said, *gone).hex(),
            more=goes_on,
            wait_s=left_alone_s(response),
            gone=gone,
        )

    def recognise(self, url: str) -> str | None:
        """`reddit:t3_…` for the page of a post, `reddit:t1_…` for that of a comment, under any of Reddit's hosts."""
        host, pieces, _, _ = parts_of(url.lower())
        if host == "redd.it":
            return _named("t3", pieces[0]) if len(pieces) == 1 else None
        if not _is_reddit(host):
            return None
        if len(pieces) == 2 and pieces[0] == "gallery":
            return _named("t3", pieces[1])
        start = next((at for at in (0, 2) if pieces[at : at + 1] == ("comments",)), None)
        if start is None or len(pieces) < start + 2:
            return None
        post, comment = pieces[start + 1], pieces[start + 3 : start + 4]
        return _named("t1", comment[0]) if comment and _ID.fullmatch(post) else _named("t3", post)

    def claim(self, url: str) -> str | None:
        """The comments of the subreddit at an address, or the search that it shows; not its feed, which is a feed."""
        host, pieces, query, _ = parts_of(url)
        if not _is_reddit(host) or self.recognise(url) or any(".rss" in piece for piece in pieces):
            return None
        searched = " ".join(query.get("q", "").split())
        if pieces == ("search",):
            return f"all?{searched}" if searched else None
        found = _STREAM.fullmatch("/".join(pieces[:2]).lower())
        if not found:
            return None
        if pieces[2:3] == ("search",) and searched and _SCOPE.fullmatch(f"r.{found[1]}"):
            return f"r.{found[1]}?{searched}"
        return f"r/{found[1]}/{'new' if pieces[2:3] == ('new',) else 'comments'}"

    def sign_in(self, credential: Credential) -> Request:
        """The request for an access token: of an account where its refresh token is there, else of the client alone."""
        token = credential.get("refresh_token", "")
        fields = {"grant_type": "refresh_token", "refresh_token": token}
        asked = token_request(
            "https://www.reddit.com/api/v1/access_token", fields if token else {"grant_type": "client_credentials"}
        )
        pair = f"{credential.get('client_id', '')}:{credential.get('client_secret', '')}"
        return replace(asked, headers={**asked.headers, "Authorization": f"Basic {b64encode(pair.encode()).decode()}"})

    def signed_in(self, response: Response, credential: Credential) -> Session:
        """The session that an answer grants, usually for a day.

        Raises:
            Refused: the credential is not accepted.
            Malformed: it grants none.
        """
        return session_of(response, "Reddit", KIND)

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        """The thread of a post, or a comment with eight above it and what is below; further up in further requests."""
        post, focus = ref.root_id or ref.native_id, thread.cursor or ref.native_id
        if thread.cursor == READ or not (FULLNAME.fullmatch(post) and FULLNAME.fullmatch(focus)):
            return None
        if not post.startswith("t3_"):
            return None
        query = {"sort": "old", "limit": "200"}
        if focus.startswith("t1_"):
            query |= {"comment": focus[3:], "context": "8"}
        return _request(f"/comments/{post[3:]}", query, credential)

    def thread_parse(self, response: Response, ref: Ref, thread: Thread) -> Thread:
        """What stands above and below the mention, as far as this answer shows it.

        Raises:
            Malformed: the body is no thread.
            FetchError: it says that we may not read.
        """
        return thread_of(_page(response), ref, thread, response.received_at)

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """The request for what these posts and comments are today."""
        names = [ref.native_id for ref in refs if FULLNAME.fullmatch(ref.native_id)]
        return _request("/api/info", {"id": ",".join(names[: self.recheck_batch])}, credential)

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """What is deleted or removed, what a deleted account wrote, and what is not shown any more.

        An answer that shows nothing at all says nothing: it is likelier that we see too little.

        Raises:
            Malformed: the body is no list.
            FetchError: it says that we may not read.
        """
        things = {thing.fullname: thing for thing in _page(response).things}
        asked = {ref.native_id for ref in refs if FULLNAME.fullmatch(ref.native_id)}
        if not asked & things.keys():
            return frozenset()
        return frozenset(each for each in asked if each not in things or things[each].is_gone)


def _asked(source: Source) -> tuple[str, dict[str, str]]:
    """The path and the query of a source's list."""
    if source.locator == _INBOX:
        return "/message/mentions", {"mark": "false"}
    if _STREAM.fullmatch(source.locator):
        return f"/{source.locator}", {}
    query = {"q": query_of(source), "sort": "new", "type": "link"}
    scope = scope_of(source.locator)
    return (f"/r/{scope[2:]}/search", query | {"restrict_sr": "1"}) if _SCOPE.fullmatch(scope) else ("/search", query)


def _request(path: str, query: dict[str, str], credential: Credential) -> Request:
    # Unknown subreddits redirect to a search for their name.
    return Request(
        url=f"{_API}{path}?{urlencode({**query, 'raw_json': '1'}, safe=',')}",
        headers=bearer(credential),
        accept="application/json",
        follows=False,
        reads=READS,
    )


def _page(response: Response) -> Page:
    raise_for(response)
    page = page_of(read_json(response.body, "Reddit"))
    if page is None:
        raise Malformed("Reddit answered with something that is no list of posts or comments")
    return page


def _is_reddit(host: str) -> bool:
    return host == "reddit.com" or host.endswith(".reddit.com")


def _named(kind: str, id_: str) -> str | None:
    return identity_of_thing(f"{kind}_{id_}") if _ID.fullmatch(id_) else None


def _title(locator: str) -> str:
    found = _STREAM.fullmatch(locator)
    return f"r/{found[1]}" if found else "Reddit"
