"""Trustpilot: what people wrote about a company there, found by the domain of its website.

The first request of a source asks which business unit a domain has; the cursor remembers it.
"""

import re
from datetime import date
from urllib.parse import urlencode

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed, Refused
from earshot.domain.item import Author, Engagement
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, children, count, moment, name, read_object, text, values
from earshot.sources.newest_first import Walk
from earshot.sources.posts import Post, items_of
from earshot.sources.stars import rating, said

PAGE_SIZE = 100
"""The most reviews that one answer holds."""

_API = "https://api.trustpilot.com/v1"
_PLACE = "Trustpilot"
_SITE = "https://www.trustpilot.com"
_HOST = re.compile(r"(?:[a-z]{2}(?:-[a-z]{2})?\.)?trustpilot\.com", re.ASCII)
_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{4,253}}\Z){_LABEL}(?:\.{_LABEL})+", re.ASCII)


class TrustpilotConnector:
    """Listens to the reviews of one company.

    Source:
        developers.trustpilot.com/business-units-api, …/rate-limiting, …/api-module-best-practices; the key in a header:
        trustpilot/documentation-bruno-collection; fields of a review: dbt-labs/tap-trustpilot schemas/reviews.json;
        read 2026-11-24; not tried live.
    """

    kind = "trustpilot"
    place = Place(
        name=_PLACE,
        method="the business unit of a domain by /business-units/find, then its reviews, newest first, 100 an answer",
        limits="833 requests in 5 minutes and 10,000 an hour are advised; a contract allows so many a year",
        terms="an API key comes with a paid business account and its API module",
        evidence=Evidence.DOCUMENTED,
        documents=(
            "https://developers.trustpilot.com/business-units-api",
            "https://developers.trustpilot.com/rate-limiting",
            "https://developers.trustpilot.com/api-module-best-practices",
        ),
        read_on=date(2026, 11, 24),
        example="example.com",
        interval_s=3600,
        pace_s=0.36,
        needs=("api_key",),
    )

    def locator(self, text: str) -> str:
        """The domain under which a company is known there, from itself or from the address of its profile.

        Raises:
            Invalid: it is none.
        """
        domain = self.claim(text.strip()) or text.strip().lower()
        if not _DOMAIN.fullmatch(domain):
            raise Invalid("locator", "type the domain of the company, for instance example.com, or its Trustpilot page")
        return domain

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """Which business unit the domain has, or the newest of its reviews, or the next page of them."""
        unit, walk = _read(source.cursor)
        if not unit:
            return _get(f"business-units/find?{urlencode({'name': source.locator})}", credential)
        query = {"perPage": str(PAGE_SIZE), "orderBy": "createdat.desc"}
        if walk.token.isdecimal():
            query["page"] = walk.token
        return _get(f"business-units/{unit}/reviews?{urlencode(query)}", credential)

    def parse(self, response: Response, source: Source) -> Fetched:
        """Reviews as items, oldest first; or the business unit, and then its reviews are asked for at once.

        An answer of the company counts as one reply.

        Raises:
            Malformed: the body holds neither reviews nor a business unit.
            Refused: the key is not accepted, or there is no such company.
        """
        unit, walk = _read(source.cursor)
        if response.status == 404 and unit:
            # Profiles are merged now and then; the domain tells which unit it has today.
            return Fetched(cursor="")
        _refuse(response.status, self.kind, source.locator)
        body = read_object(response.body, _PLACE)
        if "stars" in body:
            items, skipped = items_of([_post(body, source.locator)], self.kind, response.received_at)
            return Fetched(items=items, skipped=skipped, cursor=source.cursor)
        if isinstance(body.get("reviews"), list):
            return self._reviews(body, unit, walk, response, source)
        found = name(body, "id")
        if not _ID.fullmatch(found):
            raise Malformed(f"{_PLACE} answered with something that holds neither reviews nor a company")
        return Fetched(cursor=_write(found, walk), title=text(body, "displayName"), more=not unit)

    def recognise(self, url: str) -> str | None:
        """`trustpilot:<id>` for the page of one review, in whatever language it is shown."""
        parts = parts_of(url)
        if not _HOST.fullmatch(parts.host) or len(parts.path) != 2 or parts.path[0] != "reviews":
            return None
        return f"{self.kind}:{parts.path[1]}" if _ID.fullmatch(parts.path[1]) else None

    def claim(self, url: str) -> str | None:
        """The domain in the address of a company's profile."""
        parts = parts_of(url)
        if not _HOST.fullmatch(parts.host) or len(parts.path) != 2 or parts.path[0] != "review":
            return None
        domain = parts.path[1].lower()
        return domain if _DOMAIN.fullmatch(domain) else None

    def _reviews(self, body: Node, unit: str, walk: Walk, response: Response, source: Source) -> Fetched:
        reviews = children(body, "reviews")
        items, skipped = items_of((_post(each, source.locator) for each in reviews), self.kind, response.received_at)
        page = int(walk.token) if walk.token.isdecimal() else 1
        following = str(page + 1) if len(values(body, "reviews")) >= PAGE_SIZE else ""
        after, goes_on = walk.stepped((moment(each, "createdAt") for each in reviews), following, response.received_at)
        cursor = _write(unit, after) if unit else source.cursor
        return Fetched(items=items, skipped=skipped, cursor=cursor, more=goes_on and bool(unit))


def _get(path: str, credential: Credential) -> Request:
    key = credential.get("api_key", "")
    return Request(
        url=f"{_API}/{path}",
        headers={"apikey": key} if key else {},
        accept="application/json",
        reads=frozenset({401, 403, 404}),
    )


def _read(cursor: str) -> tuple[str, Walk]:
    unit, _, walk = cursor.partition(" ")
    return (unit, Walk.read(walk)) if _ID.fullmatch(unit) else ("", Walk())


def _write(unit: str, walk: Walk) -> str:
    return f"{unit} {walk.write()}".rstrip()


def _refuse(status: int, kind: str, domain: str) -> None:
    if status == 401:
        raise Refused(f"{_PLACE} did not accept the key; set a new one: earshot credential set {kind}")
    if status == 403:
        raise Refused(f"{_PLACE}: the contract of this key does not include the reviews")
    if status >= 400:
        raise Refused(f"{_PLACE} knows no company with the domain {domain}")


def _post(review: Node, domain: str) -> Post:
    native_id = name(review, "id")
    consumer = name(review, "consumer", "id")
    stars = rating(review, "stars")
    title = text(review, "title")
    is_known = bool(_ID.fullmatch(native_id))
    return Post(
        native_id=native_id,
        url=f"{_SITE}/reviews/{native_id}" if is_known else "",
        title=title,
        text=said(text(review, "text"), stars if not title.strip() else None),
        published_at=moment(review, "createdAt"),
        updated_at=moment(review, "updatedAt"),
        author=Author(
            name=text(review, "consumer", "displayName"),
            id=consumer,
            url=f"{_SITE}/users/{consumer}" if _ID.fullmatch(consumer) else "",
        ),
        engagement=Engagement(
            likes=count(review, "numberOfLikes"), replies=1 if text(review, "companyReply", "text") else 0
        ),
        rating=stars,
        language=text(review, "language"),
        thread_url=f"{_SITE}/review/{domain}" if _DOMAIN.fullmatch(domain) else "",
        place=_PLACE,
    )
