"""Trusted Shops: the reviews that one's own customers left, of the shop and of its products.

Reviews are moderated after they were submitted, so every poll also reads those of the last days again: one that was
rejected since is gone.
"""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential, Session
from earshot.domain.errors import Invalid, Malformed, Refused
from earshot.domain.item import Author, Engagement
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.json_body import Node, child, children, moment, name, read_object, text
from earshot.sources.newest_first import Walk, moment_at
from earshot.sources.oauth import bearer, session_of, token_request
from earshot.sources.posts import Post, items_of
from earshot.sources.stars import rating, said

PAGE_SIZE = 100
"""Reviews of one answer; the place would give a thousand."""

OVERLAP = timedelta(days=3)
"""How far back from the newest known review each poll looks again."""

ALL = "all"
"""The locator of all channels of an account."""

_API = "https://api.etrusted.com"
_TOKENS = "https://login.etrusted.com/oauth/token"
_PLACE = "Trusted Shops"
_CHANNEL = re.compile(r"chl-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class TrustedShopsConnector:
    """Listens to the reviews of an account, or of one of its channels.

    Source:
        developers.etrusted.com/reference/getreviews, …/reviews-api/reviews-api.html (filters, paging), …/docs/reviews
        (an answer), …/docs/faq (no hard limits); statuses and orders as PipedreamHQ/pipedream components/etrusted has
        them; read 2026-11-24; not tried live.
    """

    kind = "trusted_shops"
    place = Place(
        name=_PLACE,
        method="the reviews of one's own account by GET /reviews of the eTrusted API",
        limits="no fixed limits are set; unusually many requests are looked into",
        terms="own reviews only; members make a client in the eTrusted Control Centre under Settings, API clients",
        evidence=Evidence.DOCUMENTED,
        documents=(
            "https://developers.etrusted.com/reference/getreviews",
            "https://developers.etrusted.com/reviews-api/reviews-api.html",
            "https://developers.etrusted.com/docs/reviews",
            "https://developers.etrusted.com/docs/faq",
        ),
        read_on=date(2026, 11, 24),
        example=ALL,
        interval_s=1800,
        needs=("client_id", "client_secret"),
        open_fields=("client_id",),
    )

    def locator(self, text: str) -> str:
        """The id of a channel, `chl-…`, or "all".

        Raises:
            Invalid: it is neither.
        """
        typed = text.strip().lower()
        if typed not in {"", ALL} and not _CHANNEL.fullmatch(typed):
            raise Invalid("locator", "type the id of a channel (chl-…), or all for every channel of the account")
        return typed or ALL

    def sign_in(self, credential: Credential) -> Request:
        """The request for an access token by the client's own id and secret."""
        fields = {field: credential.get(field, "") for field in self.place.needs}
        return token_request(_TOKENS, fields | {"grant_type": "client_credentials", "audience": _API})

    def signed_in(self, response: Response, credential: Credential) -> Session:
        """The session that the place grants.

        Raises:
            Refused: the client is not accepted.
            Malformed: it grants none.
        """
        return session_of(response, _PLACE, self.kind)

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest reviews, back to some days before the known ones, or the next page of them."""
        walk = Walk.read(source.cursor)
        query = {"count": str(PAGE_SIZE), "orderBy": "submittedAt"}
        if source.locator != ALL:
            query["channels"] = source.locator
        if walk.known:
            since = moment_at(walk.known) - OVERLAP
            query["submittedAfter"] = since.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        if walk.token:
            query["after"] = walk.token
        return Request(
            url=f"{_API}/reviews?{urlencode(query, safe=':')}",
            headers=bearer(credential),
            accept="application/json",
            reads=frozenset({400, 401, 403, 404}),
        )

    def parse(self, response: Response, source: Source) -> Fetched:
        """Reviews as items, oldest first; one without words says its stars. Rejected reviews are gone.

        Raises:
            Malformed: the body is neither a list of reviews nor a review.
            Refused: the access is not accepted, or the channel is not there for it.
        """
        walk = Walk.read(source.cursor)
        if response.status in {400, 404} and walk.token:
            return Fetched(cursor=walk.restarted().write())
        _refuse(response.status, self.kind)
        body = read_object(response.body, _PLACE)
        is_one = name(body, "id") != "" and "rating" in body
        if not is_one and not isinstance(body.get("items"), list):
            raise Malformed(f"{_PLACE} answered with something that holds no reviews")
        reviews = (body,) if is_one else children(body, "items")
        gone = tuple(f"{self.kind}:{id_}" for each in reviews if _is_rejected(each) and (id_ := name(each, "id")))
        posts = (_post(each) for each in reviews if not _is_rejected(each))
        items, skipped = items_of(posts, self.kind, response.received_at)
        if is_one:
            return Fetched(items=items, skipped=skipped, gone=gone, cursor=source.cursor)
        times = (moment(each, "submittedAt") for each in reviews)
        after, goes_on = walk.stepped(times, _next(body), response.received_at, overlap=OVERLAP)
        return Fetched(items=items, skipped=skipped, title=_PLACE, gone=gone, cursor=after.write(), more=goes_on)

    def recognise(self, url: str) -> None:
        """None: reviews have no addresses of their own."""
        return

    def claim(self, url: str) -> None:
        """None: the address of a shop's profile does not tell whether the shop is one's own."""
        return


def _is_rejected(review: Node) -> bool:
    return text(review, "status") == "REJECTED"


def _next(body: Node) -> str:
    return text(body, "paging", "cursor", "after") if text(body, "paging", "links", "next") else ""


def _refuse(status: int, kind: str) -> None:
    if status == 401:
        raise Refused(f"{_PLACE} did not accept the access; set a new client: earshot credential set {kind}")
    if status >= 400:
        raise Refused(f"{_PLACE} refused the question with status {status}; may this client read this channel?")


def _post(review: Node) -> Post:
    stars = rating(review, "rating")
    return Post(
        native_id=name(review, "id"),
        title=text(review, "title"),
        text=said(text(review, "comment"), stars if not text(review, "title").strip() else None),
        published_at=moment(review, "submittedAt") or moment(review, "createdAt"),
        updated_at=moment(review, "updatedAt"),
        author=Author(name=_short_name(child(review, "customer"))),
        engagement=Engagement(replies=1 if text(review, "reply", "comment") else 0),
        rating=stars,
        place=_PLACE,
    )


def _short_name(customer: Node) -> str:
    """First name and initial, as the place itself shows customers; the whole name and the address are not ours."""
    first, last = text(customer, "firstName").strip(), text(customer, "lastName").strip()
    return f"{first} {last[:1]}." if first and last else first
