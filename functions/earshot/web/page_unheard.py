"""The page that tells what cannot be heard: at the moment, and in general, each with the next best way."""

from collections.abc import Iterator
from dataclasses import dataclass

from earshot.domain.watch import Watch
from earshot.services.alert_queries import AlertOffer, alert_offers
from earshot.sources.unheard import UNHEARD, Unheard
from earshot.web.answer import Answer
from earshot.web.api_places import all_places
from earshot.web.callers import Visitor, visitor
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean, one_line
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.words import Words

MOST_SEARCHES = 3
"""Ready searches that a row links to; the page of watches has all."""

_Offers = list[tuple[str, AlertOffer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A ready search for Google Alerts, called like its watch."""

    name: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What is not heard at the moment, and the command that opens it."""

    said: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sort of places that cannot be heard; `has_more` says that there are searches beyond `searches`."""

    name: str
    why: str
    way: str
    searches: tuple[Search, ...]
    has_more: bool


def unheard(parts: Parts, request: Request) -> Answer:
    """GET /unheard."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    watches = [each for each in parts.watching.all(who.tenant.id) if each.role.is_ours]
    offers = [(_name(watch), offer) for watch in watches for offer in alert_offers(watch)]
    troubled = sum(bool(each.source.problem) for each in parts.sourcing.all(who.tenant.id))
    return page(
        parts,
        request,
        viewer,
        "unheard.html",
        who=who,
        now=tuple(_not_now(parts, who, viewer.words)),
        troubled=troubled,
        rows=[_row(each, offers, viewer.words) for each in UNHEARD],
    )


def _not_now(parts: Parts, who: Visitor, words: Words) -> Iterator[Closed]:
    """What is off or lacks a credential."""
    for place in all_places(parts, who.tenant.id):
        if place["automatic"] and not place["on"]:
            yield Closed(said=words("unheard.off", name=place["name"]), command=f"earshot source on {place['kind']}")
        elif place["missing"]:
            key = "unheard.missing" if place["automatic"] else "unheard.account"
            said = words(key, name=place["name"], fields=", ".join(place["missing"]))
            yield Closed(said=said, command=f"earshot credential set {place['kind']}")


def _row(each: Unheard, offers: _Offers, words: Words) -> Row:
    found = [Search(name=name, link=offer.link) for name, offer in offers if each.about == offer.about]
    return Row(
        name=words(f"unheard.{each.key}.name"),
        why=words(f"unheard.{each.key}.why"),
        way=words(f"unheard.{each.key}.way"),
        searches=tuple(found[:MOST_SEARCHES]),
        has_more=len(found) > MOST_SEARCHES,
    )


def _name(watch: Watch) -> str:
    return one_line(clean(watch.name), 80)
