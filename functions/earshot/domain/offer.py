"""Offers: what there is to listen to at an address."""

from dataclasses import dataclass
from enum import StrEnum

MOST_OFFERS = 12
"""Offers of one address that are shown."""

MAX_TITLE = 200


class What(StrEnum):
    """What an offer is to a person; its kind is what it is to us."""

    FEED = "feed"
    COMMENTS = "comments"
    PAGE = "page"
    NEWS = "news"
    FORUM = "forum"
    COMMUNITY = "community"
    PROFILE = "profile"
    CHANNEL = "channel"
    PROJECT = "project"
    APP = "app"
    REVIEWS = "reviews"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One place to listen to: `kind` and `url` are what to add; `missing` are the fields that its credential lacks."""

    kind: str
    url: str
    title: str = ""
    what: What = What.FEED
    missing: tuple[str, ...] = ()
