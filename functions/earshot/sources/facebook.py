"""Facebook: what is said on one's own page, and where others name it.

Each poll reads two lists: the posts that tag the page, then the page's feed with the newest comments under each post.
What the page itself wrote is left out: it is nobody's word about us.
"""

import re
from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import Parts, parts_of
from earshot.sources.facebook_items import moments_of, posts_in, story_of
from earshot.sources.meta_graph import graph_request, misunderstood, next_page, read_graph
from earshot.sources.newest_first import Round
from earshot.sources.posts import items_of

COMMENTS = 50
"""The newest comments that are read under each of the newest posts, in every poll."""

_PLACE = "Facebook"
_LISTS = ("tagged", "feed")
_AUTHOR = "from{id,name,username}"
_POST = f"id,message,created_time,permalink_url,shares,reactions.limit(0).summary(total_count),{_AUTHOR}"
_COMMENT = f"id,message,created_time,permalink_url,like_count,comment_count,parent{{id,{_AUTHOR}}},{_AUTHOR}"
_COMMENTS = f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS}){{{_COMMENT}}}"
_FIELDS = {"tagged": _POST, "feed": f"{_POST},{_COMMENTS}"}

_HOST = re.compile(r"(?:(?:m|web|mbasic|[a-z]{2}-[a-z]{2})\.)?facebook\.com", re.ASCII)
_PAGE = re.compile(r"[0-9]{5,20}|[A-Za-z0-9][A-Za-z0-9.]{3,79}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,25}", re.ASCII)
_NO_PAGES = {
    *(
        "ads",
        "business",
        "dialog",
        "events",
        "gaming",
        "groups",
        "hashtag",
        "help",
        "legal",
        "live",
        "login",
        "marketplace",
    ),
    *("messages", "notes", "people", "photo", "photos", "plugins", "policies", "policy", "public", "reel", "search"),
    *("settings", "share", "sharer", "stories", "terms", "watch", "permalink.php", "photo.php", "profile.php"),
    *("sharer.php", "story.php", "home.php", "login.php", "dialog.php"),
}


class FacebookConnector:
    """Listens to one page, by an access token of that page.

    Source:
        developers.facebook.com/docs/graph-api/reference/page/tagged, …/page-feed, …/post, …/comment (v26.0);
        bodies in the tests of sns-sdks/python-facebook; read 2026-11-24; not tried live.
    """

    kind = "facebook"
    place = Place(
        name=_PLACE,
        method="one's own page by /tagged and /feed of the Graph API, with the newest 50 comments under newest posts",
        limits="4,800 requests in 24 hours for each person who dealt with the page in that time",
        terms="own pages only, with pages_read_user_content; Meta reviews the app and verifies the business",
        evidence=Evidence.RECORDED,
        documents=(
            "https://developers.facebook.com/docs/graph-api/reference/page/tagged",
            "https://developers.facebook.com/docs/graph-api/reference/page/feed",
            "https://developers.facebook.com/docs/graph-api/reference/comment",
            "https://developers.facebook.com/docs/graph-api/guides/error-handling",
        ),
        read_on=date(2026, 11, 24),
        example="123456789012345",
        interval_s=900,
        needs=("access_token",),
    )

    def locator(self, text: str) -> str:
        """The id or the name of a page, from itself or from the page's address.

        Raises:
            Invalid: it is none.
        """
        page = self.claim(text.strip()) or text.strip().removeprefix("@")
        if not _PAGE.fullmatch(page) or page.lower() in _NO_PAGES:
            raise Invalid("locator", "this is no Facebook page; type its name or id, or its address")
        return page.lower()

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest of the list whose turn it is, or its next page."""
        lists = Round.read(source.cursor, len(_LISTS))
        edge = _LISTS[lists.at]
        query = {"fields": _FIELDS[edge], "limit": "25"}
        return graph_request(f"{source.locator}/{edge}", query, credential, page=lists.walk.token)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Posts and comments as items, oldest first, without those of the page itself.

        Raises:
            Malformed: the body holds neither posts nor comments.
            Throttled: it was asked too often.
            Unreachable: Meta could not answer just now.
            Refused: the token or its rights do not do.
        """
        body, code = read_graph(response, _PLACE, self.kind)
        lists = Round.read(source.cursor, len(_LISTS))
        if code and lists.walk.token:
            after, goes_on = lists.restarted()
            return Fetched(cursor=after.write(), more=goes_on)
        is_list = isinstance(body.get("data"), list)
        if code or not (is_list or "id" in body):
            raise misunderstood(_PLACE, code)
        posts, skipped = posts_in(body, source.locator)
        items, unusable = items_of(posts, self.kind, response.received_at)
        found = Fetched(items=items, skipped=skipped + unusable, cursor=source.cursor)
        if not is_list:
            return found
        after, goes_on = lists.stepped(moments_of(body), next_page(body), response.received_at)
        return Fetched(items=found.items, skipped=found.skipped, cursor=after.write(), more=goes_on)

    def recognise(self, url: str) -> str | None:
        """`facebook:<story>`, or `facebook:<story>_<comment>`, for permalinks that hold numbers; others hide theirs."""
        parts = parts_of(url)
        story = story_of(parts) if _HOST.fullmatch(parts.host) else ""
        if not story:
            return None
        comment = parts.query.get("reply_comment_id") or parts.query.get("comment_id", "")
        return f"{self.kind}:{story}_{comment}" if _NUMBER.fullmatch(comment) else f"{self.kind}:{story}"

    def claim(self, url: str) -> str | None:
        """The name or id of a page in its address."""
        parts = parts_of(url)
        return _page(parts) if _HOST.fullmatch(parts.host) else None


def _page(parts: Parts) -> str | None:
    if parts.path == ("profile.php",):
        page = parts.query.get("id", "")
    elif len(parts.path) == 3 and parts.path[0] in {"pages", "people"}:
        page = parts.path[2]
    elif len(parts.path) == 1:
        # Newer pages without a name of their own stand under their title and their id.
        title, dash, number = parts.path[0].rpartition("-")
        page = number if title and dash and _NUMBER.fullmatch(number) else parts.path[0]
    else:
        return None
    return page.lower() if _PAGE.fullmatch(page) and page.lower() not in _NO_PAGES else None
