"""App Store: the customer reviews of one app in one country, newest first, fifty on a page."""

import re
from collections.abc import Iterable
from datetime import date

from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Malformed
from earshot.domain.ids import digest
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.place import Evidence, Place
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Request, Response
from earshot.sources.addresses import parts_of
from earshot.sources.json_body import Node, child, children, moment, name, read_object, text
from earshot.sources.newest_first import Walk
from earshot.sources.posts import Post, items_of
from earshot.sources.stars import said

MAX_PAGE = 10
"""The last page that Apple gives (amrrs/itunesr#1, jcoynel/app-store-reviews#4)."""

HALF_A_PAGE = 25
"""A page with fewer reviews is the last one: full ones have some fifty."""

_PLACE = "App Store"
_API = "https://itunes.apple.com"
_SITE = "https://apps.apple.com"
_HOSTS = frozenset({"apps.apple.com", "itunes.apple.com"})
_HOME = "de"
"""The country that is meant where none is named."""

_LOCATOR = re.compile(r"(?:([a-z]{2})/)?(?:id)?([1-9][0-9]{4,14})", re.ASCII)
_COUNTRY = re.compile(r"[a-z]{2}", re.ASCII)
_APP = re.compile(r"id=?([1-9][0-9]{4,14})", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_USER = re.compile(r"id([0-9]{1,15})", re.ASCII)


class AppStoreConnector:
    """Listens to the reviews of one app in one country.

    Source:
        Apple documents the feed no more. Shape and address as read by others on 2026-09-20 (the recorded body); ten
        pages: amrrs/itunesr#1; the app itself may be the first entry, and `entry` be missing:
        facundoolano/app-store-scraper#59. Read 2026-11-24; not tried live.
    """

    kind = "appstore"
    place = Place(
        name="App Store",
        method=(
            "the feed of customer reviews of one app in one country, fifty on a page; each country is a source of its "
            "own, and without one Germany is meant"
        ),
        limits="ten pages of fifty reviews for each country; no rate is stated",
        terms="Apple's own feed, without a key; Apple does not document it any more, and no terms for it were found",
        evidence=Evidence.RECORDED,
        documents=(
            "https://github.com/amrrs/itunesr/issues/1",
            "https://github.com/facundoolano/app-store-scraper/issues/59",
        ),
        read_on=date(2026, 11, 24),
        example="de/310633997",
        public=True,
        interval_s=1800,
    )

    def locator(self, text: str) -> str:
        """Country and number of an app, from these (`de/310633997`, `310633997`) or from its page in the App Store.

        Raises:
            Invalid: it names no app.
        """
        found = _LOCATOR.fullmatch(self.claim(text.strip()) or text.strip().lower())
        if found is None:
            raise Invalid("url", "type the address of the app's page in the App Store, or for instance de/310633997")
        return f"{found[1] or _HOME}/{found[2]}"

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        """The newest reviews, or the next page of them."""
        country, _, app = source.locator.partition("/")
        page = _page(Walk.read(source.cursor))
        # The form without a page is the one that was seen to answer; a wrong one answers without reviews.
        pages = f"page={page}/" if page > 1 else ""
        return Request(
            url=f"{_API}/{country}/rss/customerreviews/{pages}id={app}/sortBy=mostRecent/json",
            accept="application/json, text/javascript;q=0.9",
        )

    def parse(self, response: Response, source: Source) -> Fetched:
        """Reviews as items, oldest first; the app itself, where it is an entry, gives its name.

        Apple dates a review by its last change. Entries without a number or anything to read are counted in
        `Fetched.skipped`.

        Raises:
            Malformed: the body is no such feed, or its first page has no entry at all.
        """
        if response.status == 304:
            return Fetched(cursor=source.cursor, entries_hash=source.entries_hash)
        walk = Walk.read(source.cursor)
        page = _page(walk)
        entries = _entries(read_object(response.body, _PLACE), is_first=page == 1)
        reviews = [entry for entry in entries if not _is_app(entry)]
        items, skipped = items_of((_post(each, source.locator) for each in reviews), self.kind, response.received_at)
        following = str(page + 1) if len(reviews) >= HALF_A_PAGE and page < MAX_PAGE else ""
        moments = (moment(review, "updated", "label") for review in reviews)
        after, goes_on = walk.stepped(moments, following, response.received_at)
        return Fetched(
            items=items,
            skipped=skipped,
            title=next((_label(entry, "im:name") for entry in entries if _is_app(entry)), ""),
            cursor=after.write(),
            entries_hash=_hash(page, items),
            more=goes_on,
        )

    def recognise(self, url: str) -> None:
        """None: a review has no page of its own."""
        return

    def claim(self, url: str) -> str | None:
        """Country and number of the app whose page an address is, or whose feed of reviews."""
        parts = parts_of(url)
        if parts.host not in _HOSTS or not {"app", "review", "customerreviews"} & set(parts.path):
            return None
        named = [found[1] for piece in parts.path if (found := _APP.fullmatch(piece))]
        named += [found[1] for found in [_APP.fullmatch(f"id{parts.query.get('id', '')}")] if found]
        if not named:
            return None
        country = parts.path[0].lower()
        return f"{country if _COUNTRY.fullmatch(country) else _HOME}/{named[0]}"


def _page(walk: Walk) -> int:
    page = int(walk.token) if re.fullmatch("[0-9]{1,2}", walk.token) else 1
    return page if 1 < page <= MAX_PAGE else 1


def _entries(body: Node, *, is_first: bool) -> tuple[Node, ...]:
    """The entries of a feed; a single one is an object and no list, and behind the last page there are none."""
    feed = child(body, "feed")
    if not feed:
        raise Malformed("the App Store answered with something that is no feed of reviews")
    if "entry" not in feed and is_first:
        raise Malformed(
            "the App Store has no reviews at this address: check the number of the app and the country; a new app may "
            "have none yet"
        )
    alone = child(feed, "entry")
    return (alone,) if alone else children(feed, "entry")


def _is_app(entry: Node) -> bool:
    return "im:name" in entry and "im:rating" not in entry


def _post(review: Node, locator: str) -> Post:
    stars = _stars(review)
    title = _label(review, "title")
    user = parts_of(_label(review, "author", "uri"))
    number = _USER.fullmatch(user.path[-1]) if user.path else None
    return Post(
        native_id=name(review, "id", "label"),
        url=_address(review, locator),
        title=title,
        text=said(_label(review, "content"), stars if not title.strip() else None),
        updated_at=moment(review, "updated", "label"),
        author=Author(
            name=_label(review, "author", "name"),
            id=number[1] if number else "",
            url=_label(review, "author", "uri"),
        ),
        engagement=Engagement(score=_count(review, "im:voteSum")),
        rating=stars,
        place=_PLACE,
    )


def _address(review: Node, locator: str) -> str:
    """The page of the app's reviews; what the feed links to would open a form to write one."""
    linked = parts_of(text(review, "link", "attributes", "href"))
    app = _LOCATOR.fullmatch(linked.query.get("id", ""))
    country = linked.path[0] if linked.path and _COUNTRY.fullmatch(linked.path[0]) else ""
    found = _LOCATOR.fullmatch(f"{country}/{app[2]}" if app and country else locator)
    return f"{_SITE}/{found[1] or _HOME}/app/id{found[2]}?see-all=reviews" if found else ""


def _label(entry: Node, *path: str) -> str:
    return text(entry, *path, "label")


def _stars(review: Node) -> float | None:
    written = _label(review, "im:rating")
    return float(written) if written in {"1", "2", "3", "4", "5"} else None


def _count(review: Node, key: str) -> int | None:
    written = _label(review, key)
    return int(written) if _NUMBER.fullmatch(written) else None


def _hash(page: int, items: Iterable[Item]) -> str:
    """Changes when a review comes, goes or is written anew, but not with each vote on one."""
    said_ = (f"{each.native_id} {each.published_at} {each.rating} {each.title}\n{each.text}" for each in items)
    return digest(str(page), *said_).hex()
