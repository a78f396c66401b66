"""Google Business Profile: the reviews of one's own locations on Google Maps and in Google Search.

The list comes by the time of the last change, newest first, so an edited review comes again under its id.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.item import Author, Engagement
from earshot.domain.place import RECHECKED, Evidence, Keeping, Place
from earshot.domain.source import Fetched, Source
from earshot.domain.thread import Ref
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.google_api import NEEDS, OPEN_FIELDS, READS, SignsInAtGoogle, refuse, status_of
from earshot.sources.json_body import Node, child, children, is_true, moment, name, read_object, text
from earshot.sources.newest_first import Walk
from earshot.sources.oauth import bearer
from earshot.sources.posts import Post, items_of
from earshot.sources.stars import rating, said

PAGE_SIZE = 50
"""The most reviews that one answer holds."""

_API = "https://mybusiness.googleapis.com/v4"
_PLACE = "Google Business Profile"
_LOCATION = re.compile(r"accounts/[0-9A-Za-z][\w-]{0,63}/locations/[0-9A-Za-z][\w-]{0,63}", re.ASCII)
_TRANSLATED = "(Translated by Google)"
_ORIGINAL = "(Original)"
_SHAPES = ("reviews", "locationReviews", "averageRating", "totalReviewCount")


class GoogleBusinessConnector(SignsInAtGoogle):
    """Listens to the reviews of one location.

    Source:
        developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews and its methods list, get;
        developers.google.com/my-business/content/review-data, …/content/limits; a body in the test of
        steipete/gogcli; read 2026-11-24; not tried live.
    """

    kind = "google_business"
    place = Place(
        name=_PLACE,
        method="the reviews of one's own location by accounts.locations.reviews, those changed last first",
        limits="300 requests a minute and project once Google has granted access, none before; 50 reviews an answer",
        terms="own or managed locations only; Google grants access to the API on application, free of charge",
        evidence=Evidence.RECORDED,
        documents=(
            "https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews",
            "https://developers.google.com/my-business/content/review-data",
            "https://developers.google.com/my-business/content/policies",
        ),
        read_on=date(2026, 11, 24),
        example="accounts/123456789/locations/987654321",
        interval_s=900,
        pace_s=0.2,
        needs=NEEDS,
        open_fields=OPEN_FIELDS,
        keeping=Keeping(rechecks=RECHECKED),
    )

    def locator(self, text: str) -> str:
        """The resource name of a location, `accounts/…/locations/…`, also out of an address of the API.

        Raises:
            Invalid: it is none.
        """
        location = self.claim(text.strip()) or text.strip().strip("/")
        if not _LOCATION.fullmatch(location):
            raise Invalid("locator", "this is no location; type accounts/<number>/locations/<number>")
        return location

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The reviews that changed last, or the next page of them."""
        query = {"pageSize": str(PAGE_SIZE), "orderBy": "updateTime desc"}
        if token := Walk.read(source.cursor).token:
            query["pageToken"] = token
        return self._get(f"{source.locator}/reviews?{urlencode(query)}", credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Reviews as items, oldest first; one without words says its stars. A reply of ours counts as one reply.

        Raises:
            Malformed: the body is neither a list of reviews nor a review.
            Throttled: it was asked too often.
            Refused: the access is not accepted, or the location is not there for it.
        """
        body = read_object(response.body, _PLACE)
        walk = Walk.read(source.cursor)
        status = status_of(response, body)
        refuse(status, body, _PLACE, self.kind)
        if status >= 400:
            if walk.token:
                return Fetched(cursor=walk.restarted().write())
            raise Malformed(f"{_PLACE} did not understand the question; is {source.locator} a location?")
        if body and not any(key in body for key in (*_SHAPES, "reviewId")):
            raise Malformed(f"{_PLACE} answered with something that holds no reviews")
        reviews = tuple(_reviews(body))
        items, skipped = items_of(map(_post, reviews), self.kind, response.received_at)
        if "reviewId" in body:
            return Fetched(items=items, skipped=skipped, cursor=source.cursor)
        times = (moment(review, "updateTime") or moment(review, "createTime") for review in reviews)
        after, goes_on = walk.stepped(times, text(body, "nextPageToken"), response.received_at)
        return Fetched(items=items, skipped=skipped, title="Google reviews", cursor=after.write(), more=goes_on)

    def recognise(self, url: str) -> None:
        """None: the API names no address of a review, and those of Google Maps do not hold its id."""
        return

    def claim(self, url: str) -> str | None:
        """The location in an address of the API, else None."""
        parts = parts_of(url)
        location = "/".join(parts.path[1:5])
        return location if parts.host == "mybusiness.googleapis.com" and _LOCATION.fullmatch(location) else None

    recheck_batch = 1

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        """The request for one review by its name."""
        return self._get(f"{refs[0].locator}/reviews/{refs[0].native_id}", credential)

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        """The review, where Google says that it does not exist or was deleted.

        Raises:
            Malformed: the body is no JSON object.
            Refused: the access is not accepted.
        """
        body = read_object(response.body, _PLACE)
        if response.status == 404 and text(body, "error", "status") == "NOT_FOUND":
            return frozenset({refs[0].native_id})
        refuse(response.status, body, _PLACE, self.kind)
        return frozenset()

    def _get(self, path: str, credential: Credential) -> Request:
        return Request(url=f"{_API}/{path}", headers=bearer(credential), accept="application/json", reads=READS)


def _reviews(body: Node) -> Iterator[Node]:
    if "reviewId" in body:
        yield body
    yield from children(body, "reviews")
    for each in children(body, "locationReviews"):
        yield child(each, "review")


def _post(review: Node) -> Post:
    stars = rating(review, "starRating")
    is_anonymous = is_true(review, "reviewer", "isAnonymous")
    return Post(
        native_id=name(review, "reviewId"),
        text=said(_original(text(review, "comment")), stars),
        published_at=moment(review, "createTime"),
        updated_at=moment(review, "updateTime"),
        author=Author(name="" if is_anonymous else text(review, "reviewer", "displayName")),
        engagement=Engagement(replies=1 if text(review, "reviewReply", "comment") else 0),
        rating=stars,
        place="Google",
    )


def _original(comment: str) -> str:
    """What the person wrote: Google puts its translation before it or behind it, in the same text."""
    if _TRANSLATED not in comment:
        return comment
    before, _, behind = comment.partition(_TRANSLATED)
    return before if before.strip() else behind.partition(_ORIGINAL)[2] or behind
