"""Instagram: where one's own account is tagged, the comments under its own posts, and what stands under a hashtag.

A hashtag has an id, which is looked up before its posts are asked for. Every hashtag that was looked up counts for
seven days, so the id is kept that long and then asked for again: the count is the place's own.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.place import Evidence, Place, Quota
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Draw, Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.instagram_items import hashtag_id, is_list, moments_of, posts_in
from earshot.sources.json_body import Node
from earshot.sources.meta_graph import graph_request, misunderstood, next_page, read_graph
from earshot.sources.newest_first import Round, Walk, milliseconds
from earshot.sources.posts import items_of

HASHTAG_WINDOW = timedelta(days=7)
"""How long a hashtag that was looked up counts."""

_PLACE = "Instagram"
_LISTS = ("tags", "media")
_TAGGED = "id,caption,permalink,timestamp,username,comments_count,like_count"
_REPLY = "id,text,timestamp,username,like_count,user"
_COMMENT = f"{_REPLY},replies.limit(50){{{_REPLY}}}"
_FIELDS = {
    "tags": _TAGGED,
    # Without the caption: what the account itself posts is nobody's word about it.
    "media": f"id,permalink,timestamp,username,comments.limit(50){{{_COMMENT}}}",
    "recent_media": "id,caption,permalink,timestamp,comments_count,like_count",
}
_LOCATOR = re.compile(r"([0-9]{5,25})(?:\?#?(\w{1,100}))?")
_ID = re.compile(r"[0-9]{1,25}", re.ASCII)
_CODE = re.compile(r"[\w-]{5,64}", re.ASCII)
_LONGEST = 10**15
_DAY_S = 86_400


class InstagramConnector:
    """Listens to one business or creator account, or to one hashtag in its name.

    Source:
        developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference: ig-user/tags, ig-user/media,
        ig-media/comments, ig-hashtag-search, ig-hashtag/recent-media (24 hours, no author), error-codes; bodies in the
        tests of sns-sdks/python-facebook; read 2026-11-24; not tried live.
    """

    kind = "instagram"
    place = Place(
        name=_PLACE,
        method="posts that tag one's own account, comments under its newest posts, and posts of a day under a hashtag",
        limits="30 different hashtags in 7 days; else 4,800 requests in 24 hours for each time the account was seen",
        terms="own business or creator account; Meta reviews the app, for hashtags Public Content Access as well",
        evidence=Evidence.RECORDED,
        documents=(
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/tags",
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-hashtag/recent-media",
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments",
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes",
        ),
        read_on=date(2026, 11, 24),
        example="17841400000000000",
        interval_s=900,
        needs=("access_token",),
        quotas=(Quota(name="hashtags", amount=30, window=HASHTAG_WINDOW, unit="hashtags"),),
    )

    def locator(self, text: str) -> str:
        """The id of an account, or `id?hashtag`.

        Raises:
            Invalid: it is neither.
        """
        found = _LOCATOR.fullmatch("".join(text.split()))
        if found is None:
            raise Invalid(
                "locator", "type the number of your Instagram account, or number?hashtag; Meta Business shows it"
            )
        return f"{found[1]}?{found[2].lower()}" if found[2] else found[1]

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest of the list whose turn it is or its next page; for a hashtag first its id."""
        account, _, hashtag = source.locator.partition("?")
        if not hashtag:
            lists = Round.read(source.cursor, len(_LISTS))
            edge = _LISTS[lists.at]
            query = {"fields": _FIELDS[edge], "limit": "25"}
            return graph_request(f"{account}/{edge}", query, credential, page=lists.walk.token)
        known = _Hashtag.read(source.cursor)
        if not known.id:
            query = {"user_id": account, "q": hashtag}
            return graph_request("ig_hashtag_search", query, credential, draws=(Draw(quota="hashtags"),))
        query = {"user_id": account, "fields": _FIELDS["recent_media"], "limit": "50"}
        return graph_request(f"{known.id}/recent_media", query, credential, page=known.walk.token)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Posts and comments as items, oldest first; or the id of a hashtag, and then its posts are asked for at once.

        Raises:
            Malformed: the body holds none of these.
            Throttled: it was asked too often, or for too many hashtags.
            Unreachable: Meta could not answer just now.
            Refused: the token or its rights do not do.
        """
        body, code = read_graph(response, _PLACE, self.kind)
        if code:
            return _anew(source, code)
        if hashtag := hashtag_id(body):
            return _found(source, hashtag, response.received_at)
        if not (is_list(body) or "id" in body):
            raise misunderstood(_PLACE, code)
        posts, skipped = posts_in(body)
        items, unusable = items_of(posts, self.kind, response.received_at)
        found = Fetched(items=items, skipped=skipped + unusable, cursor=source.cursor)
        return _stepped(found, source, body, response.received_at) if is_list(body) else found

    def recognise(self, url: str) -> str | None:
        """`instagram:<code>` for a post or reel, `instagram:<comment id>` for a comment below it."""
        parts = parts_of(url)
        if parts.host not in {"instagram.com", "m.instagram.com"}:
            return None
        path = parts.path[1:] if len(parts.path) > 2 and parts.path[1] in {"p", "reel", "tv"} else parts.path
        if len(path) < 2 or path[0] not in {"p", "reel", "reels", "tv"} or not _CODE.fullmatch(path[1]):
            return None
        if len(path) == 4 and path[2] == "c" and _ID.fullmatch(path[3]):
            return f"{self.kind}:{path[3]}"
        return f"{self.kind}:{path[1]}" if len(path) == 2 else None

    def claim(self, url: str) -> None:
        """None: an address holds the name of an account, and the API wants its number."""
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hashtag:
    """What is known of a hashtag: its id and when that was asked for, and how far its posts were read."""

    id: str = ""
    asked_ms: int = 0
    walk: Walk = field(default_factory=Walk)

    @classmethod
    def read(cls, cursor: str) -> "_Hashtag":
        id_, asked, walk = (*cursor.split(" ", 2), "", "", "")[:3]
        if id_ == "-":
            return cls(walk=Walk.read(walk))
        if not (_ID.fullmatch(id_) and _ID.fullmatch(asked) and int(asked) < _LONGEST):
            return cls()
        return cls(id=id_, asked_ms=int(asked), walk=Walk.read(walk))

    def write(self) -> str:
        return f"{self.id or '-'} {self.asked_ms} {self.walk.write()}".rstrip()

    def kept(self, now: datetime) -> "_Hashtag":
        """The same, without its id once that counts no more."""
        is_over = milliseconds(now) - self.asked_ms >= HASHTAG_WINDOW // timedelta(milliseconds=1)
        return replace(self, id="", asked_ms=0) if is_over and not self.walk.token else self


def _stepped(found: Fetched, source: Source, body: Node, received_at: datetime) -> Fetched:
    """What was found, with the cursor after this page of a list."""
    times, page = moments_of(body), next_page(body)
    if "?" not in source.locator:
        lists, goes_on = Round.read(source.cursor, len(_LISTS)).stepped(times, page, received_at)
        return replace(found, cursor=lists.write(), more=goes_on)
    known = _Hashtag.read(source.cursor)
    if not known.id:
        # Nobody has used it so far, and every further look counts.
        return replace(found, min_interval_s=_DAY_S)
    walk, goes_on = known.walk.stepped(times, page, received_at)
    return replace(found, cursor=replace(known, walk=walk).kept(received_at).write(), more=goes_on)


def _found(source: Source, hashtag: str, received_at: datetime) -> Fetched:
    """The id of a hashtag noted; its posts are asked for at once."""
    known = _Hashtag.read(source.cursor)
    if "?" not in source.locator or known.id:
        return Fetched(cursor=source.cursor)
    return Fetched(cursor=replace(known, id=hashtag, asked_ms=milliseconds(received_at)).write(), more=True)


def _anew(source: Source, code: int) -> Fetched:
    """The list from its top, where only the mark of its page was wrong.

    Raises:
        Malformed: there was no such mark: the question itself is wrong.
    """
    if "?" in source.locator:
        known = _Hashtag.read(source.cursor)
        if known.walk.token:
            return Fetched(cursor=replace(known, walk=known.walk.restarted()).write())
    elif (lists := Round.read(source.cursor, len(_LISTS))).walk.token:
        after, goes_on = lists.restarted()
        return Fetched(cursor=after.write(), more=goes_on)
    raise misunderstood(_PLACE, code)
