"""Google Play: what people wrote about one's own app in the last week.

The order of the list is not documented, so it is read as a whole every time, some pages in each poll.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ids import digest
from earshot.domain.item import Author, Engagement
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.google_api import NEEDS, OPEN_FIELDS, READS, SignsInAtGoogle, refuse, status_of
from earshot.sources.json_body import Node, child, children, count, name, read_object, text
from earshot.sources.newest_first import MAX_PAGES, MAX_TOKEN
from earshot.sources.oauth import bearer
from earshot.sources.posts import Post, items_of
from earshot.sources.stars import rating

PAGE_SIZE = 100
"""The most reviews that one answer holds."""

_API = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications"
_PLACE = "Google Play"
_SITE = "play.google.com"
_PACKAGE = re.compile(r"[A-Za-z]\w{0,99}(?:\.[A-Za-z]\w{0,99}){1,9}", re.ASCII)
_CURSOR = re.compile(rf"([0-9])\|([!-~]{{1,{MAX_TOKEN}}})", re.ASCII)
_REVIEW_ID = re.compile(r"[\w:.-]{1,200}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


class GooglePlayConnector(SignsInAtGoogle):
    """Listens to the reviews of one app.

    Source:
        developers.google.com/android-publisher/reply-to-reviews (access by OAuth client or service account, scope
        androidpublisher; last week, with text, production only), …/api-ref/rest/v3/reviews,
        …/authorization (refresh token), …/quotas; read 2026-11-24; not tried live.
    """

    kind = "google_play"
    place = Place(
        name=_PLACE,
        method="the reviews of one's own app by reviews.list of the Google Play Developer API",
        limits="3,000 requests a minute; only reviews with text, of the last week, of the production version",
        terms="own apps only; a Google account that may reply to reviews in the Play Console gives access",
        evidence=Evidence.RECORDED,
        documents=(
            "https://developers.google.com/android-publisher/reply-to-reviews",
            "https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/list",
            "https://developers.google.com/android-publisher/authorization",
            "https://developers.google.com/android-publisher/quotas",
        ),
        read_on=date(2026, 11, 24),
        example="com.example.app",
        interval_s=3600,
        pace_s=0.02,
        needs=NEEDS,
        open_fields=OPEN_FIELDS,
    )

    def locator(self, text: str) -> str:
        """The package name of an app, from itself or from the app's page in the shop.

        Raises:
            Invalid: it is none.
        """
        package = self.claim(text.strip()) or text.strip()
        if not _PACKAGE.fullmatch(package):
            raise Invalid(
                "locator", "this is no app of Google Play; type its package name, for instance com.example.app"
            )
        return package

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The first page of the reviews, or the next one."""
        query = {"maxResults": str(PAGE_SIZE)}
        if found := _CURSOR.fullmatch(source.cursor):
            query["token"] = found[2]
        url = f"{_API}/{quote(source.locator, safe='')}/reviews?{urlencode(query)}"
        return Request(url=url, headers=bearer(credential), accept="application/json", reads=READS)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Reviews as items, oldest first. An answer of ours counts as one reply.

        Raises:
            Malformed: the body is neither a list of reviews nor a review.
            Throttled: it was asked too often.
            Refused: the access is not accepted, or the app is not there for it.
        """
        body = read_object(response.body, _PLACE)
        status = status_of(response, body)
        refuse(status, body, _PLACE, self.kind)
        if status >= 400:
            if source.cursor:
                # The mark of its page is not accepted any more.
                return Fetched(cursor="")
            raise Malformed(f"{_PLACE} did not understand the question; is {source.locator} a package name?")
        if body and not any(key in body for key in ("reviews", "reviewId", "tokenPagination", "pageInfo")):
            raise Malformed(f"{_PLACE} answered with something that holds no reviews")
        reviews = [body] if "reviewId" in body else children(body, "reviews")
        items, skipped = items_of(_posts(reviews, source.locator), self.kind, response.received_at)
        if "reviewId" in body:
            return Fetched(items=items, skipped=skipped, cursor=source.cursor)
        cursor, goes_on = _after(source.cursor, text(body, "tokenPagination", "nextPageToken"))
        # A hash of one page among several would tell nothing about the others, and would hold the cursor back.
        is_whole = not source.cursor and not cursor
        hash_ = digest(*map(repr, items)).hex() if is_whole else ""
        return Fetched(
            items=items, skipped=skipped, title=source.locator, cursor=cursor, entries_hash=hash_, more=goes_on
        )

    def recognise(self, url: str) -> str | None:
        """`google_play:<review id>` for the address of a review in the shop."""
        parts = parts_of(url)
        review = parts.query.get("reviewId", "")
        return f"{self.kind}:{review}" if _is_app(parts.host, parts.path) and _REVIEW_ID.fullmatch(review) else None

    def claim(self, url: str) -> str | None:
        """The package name in the address of an app in the shop."""
        parts = parts_of(url)
        package = parts.query.get("id", "")
        return package if _is_app(parts.host, parts.path) and _PACKAGE.fullmatch(package) else None


def _is_app(host: str, path: tuple[str, ...]) -> bool:
    return host == _SITE and path == ("store", "apps", "details")


def _after(cursor: str, token: str) -> tuple[str, bool]:
    """The cursor for the next page, "" at the end of the list, and whether it is to be asked for at once."""
    found = _CURSOR.fullmatch(cursor)
    pages = (int(found[1]) if found else 0) + 1
    is_full = pages >= MAX_PAGES
    after = f"{0 if is_full else pages}|{token}"
    return (after, not is_full) if _CURSOR.fullmatch(after) else ("", False)


def _posts(reviews: tuple[Node, ...] | list[Node], package: str) -> Iterator[Post]:
    for review in reviews:
        native_id = name(review, "reviewId")
        comments = children(review, "comments")
        said = next((child(each, "userComment") for each in comments if "userComment" in each), {})
        is_answered = any("developerComment" in each for each in comments)
        words = text(said, "originalText") or text(said, "text")
        title, tab, body = words.partition("\t")
        query = urlencode({"id": package, "reviewId": native_id}, safe=":")
        yield Post(
            native_id=native_id if _REVIEW_ID.fullmatch(native_id) else "",
            url=f"https://{_SITE}/store/apps/details?{query}",
            title=title if tab else "",
            text=body if tab else words,
            updated_at=_moment(said),
            author=Author(name=text(review, "authorName")),
            engagement=Engagement(likes=count(said, "thumbsUpCount"), replies=1 if is_answered else 0),
            rating=rating(said, "starRating"),
            language=text(said, "reviewerLanguage"),
            place=_PLACE,
        )


def _moment(comment: Node) -> datetime | None:
    """When it was last changed: JSON has the 64 bits of the seconds as text, older answers as a number."""
    seconds = name(comment, "lastModified", "seconds")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds)) if _SECONDS.fullmatch(seconds) else None
