"""Exploring: finds out what an address is, one request at a time. It decides what to read next and what the answer is.

The best offer is read for its items. Each step is a value that is stored before the next one is taken, so that whoever
goes on after a crash goes on there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from earshot.domain.errors import FetchError, Locked, Malformed
from earshot.domain.job import Answer, Trail, unread
from earshot.domain.offer import MAX_TITLE, MOST_OFFERS, Offer, What
from earshot.ports.http import Response
from earshot.sources.claiming import claims
from earshot.sources.discovery import guesses, offers

PAGE_KIND = "page_watch"
"""The kind by which an address is asked for that nobody knows yet: robots.txt binds whoever looks around."""

MOST_STEPS = 4
"""Places read for one address; the rules of its host make five requests of them."""


class Seen(NamedTuple):
    """What a place holds: the answer, what it calls itself, and where to go on at once, "" for nowhere."""

    answer: Answer
    title: str
    cursor: str = ""


See = Callable[[str, str, Response], Seen]
"""Reads a response as a source of a kind, at an address; raises FetchError where it is none."""


def begun(url: str, lacks: Callable[[str], tuple[str, ...]]) -> Trail:
    """Where to begin with a complete address; `lacks` tells which fields of its credential a kind lacks.

    What the address itself names needs no look around, unless all of it wants a credential that is not there.
    """
    known = tuple(replace(each, missing=lacks(each.kind)) for each in claims(url))
    first = next((each for each in known if not each.missing), None)
    if first is None:
        return Trail(url=url, offers=known)
    return Trail(url=first.url, kind=first.kind, offers=known)


@dataclass(frozen=True, slots=True)
class Explorer:
    """Goes on from one step of a trail to the next."""

    see: See
    now: datetime

    def after(self, trail: Trail, came: Response | FetchError) -> Trail | Answer:
        """What follows from what came of reading `trail.url`: the next step, or the answer."""
        trail = replace(trail, steps=trail.steps + 1)
        try:
            if isinstance(came, FetchError):
                raise came
            return self._read(trail, came) if trail.kind else self._looked(trail, came)
        except FetchError as exc:
            return self._past(trail, exc)

    def _read(self, trail: Trail, response: Response) -> Trail | Answer:
        """The answer with the items of the offer that was read; some places show theirs in the second step only."""
        seen = self.see(trail.kind, trail.url, response)
        if seen.cursor and not seen.answer.looked_at and trail.steps < MOST_STEPS:
            return replace(trail, cursor=seen.cursor)
        named = tuple(_titled(each, seen.title) if _is_at(each, trail) else each for each in trail.offers)
        return replace(seen.answer, offers=named, kind=trail.kind, url=trail.url)

    def _looked(self, trail: Trail, response: Response) -> Trail | Answer:
        """What to do with the body of an address that nobody knew."""
        found = offers(response, trail.url)
        first, is_page = found[0], len(found) > 1 or found[0].what is What.PAGE
        if trail.is_guess and (is_page or first.kind != "feed"):
            raise Malformed("there is no feed")
        if not is_page:
            known = replace(trail, url=first.url, kind=first.kind, offers=_joined(found, trail.offers))
            return self._read(known, response)
        shown = self._page(found[-1], response)
        if trail.offers or shown is None:
            # A platform's own pages tell nothing to whoever compares them.
            found, shown = found[:-1], None
        known = replace(trail, offers=_joined(trail.offers, found), shown=shown)
        ahead = _best_of(found)
        if ahead is not None:
            return replace(known, url=ahead.url, kind=ahead.kind)
        return self._guess(known, () if trail.offers else guesses(response))

    def _page(self, offer: Offer, response: Response) -> Answer | None:
        """What is heard of the page itself, None where nothing can be."""
        try:
            answer = self.see(offer.kind, offer.url, response).answer
        except FetchError:
            return None
        return replace(answer, kind=offer.kind, url=offer.url)

    def _past(self, trail: Trail, error: FetchError) -> Trail | Answer:
        """What to do after something could not be read."""
        if trail.is_guess:
            return self._guess(trail, trail.guesses)
        if not trail.kind:
            return self._settled(trail, error)
        at = next(number for number, each in enumerate(trail.offers) if _is_at(each, trail))
        ahead = _best_of(trail.offers[at + 1 :])
        if not error.transient and not isinstance(error, Locked):
            trail = replace(trail, offers=trail.offers[:at] + trail.offers[at + 1 :])
        if ahead is None or trail.steps >= MOST_STEPS:
            return self._settled(trail, error)
        return replace(trail, url=ahead.url, kind=ahead.kind, cursor="")

    def _guess(self, trail: Trail, left: tuple[str, ...]) -> Trail | Answer:
        if not left or trail.steps >= MOST_STEPS:
            return self._settled(trail, Malformed("there is no feed, and nothing on the page can be heard"))
        return replace(trail, url=left[0], guesses=left[1:], is_guess=True)

    def _settled(self, trail: Trail, error: FetchError) -> Answer:
        """The last word: what was seen, else what is missing where every offer lacks something, else the error."""
        if trail.offers and all(each.missing for each in trail.offers):
            error = Locked(trail.offers[0].kind, trail.offers[0].missing)
        return cut_short(trail, unread(error.reason, self.now, code=error.code))


def cut_short(trail: Trail, problem: Answer) -> Answer:
    """The answer where there is no going on: what was seen so far, else the problem."""
    return replace(trail.shown or problem, offers=trail.offers)


def _best_of(found: tuple[Offer, ...]) -> Offer | None:
    """The best offer that is to be read for its items; a page was read already."""
    return next((each for each in found if not each.missing and each.kind != PAGE_KIND), None)


def _is_at(offer: Offer, trail: Trail) -> bool:
    return (offer.kind, offer.url) == (trail.kind, trail.url)


def _titled(offer: Offer, title: str) -> Offer:
    return replace(offer, title=title[:MAX_TITLE]) if title else offer


def _joined(first: tuple[Offer, ...], more: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """Both, each place once; what can be heard at once stands before what lacks a credential."""
    joined = {(each.kind, each.url): each for each in (*first, *more)}
    return tuple(sorted(joined.values(), key=lambda each: bool(each.missing)))[:MOST_OFFERS]
