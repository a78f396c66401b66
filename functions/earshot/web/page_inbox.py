"""The inbox page: what waits for an answer, the most pressing first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from earshot.domain.errors import NotFound
from earshot.domain.ids import is_id
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind
from earshot.services.listing import Filters, Listed
from earshot.web.answer import Answer
from earshot.web.api_mentions import watch_names
from earshot.web.balance import WEEK, Balance, week
from earshot.web.callers import Visitor, visitor
from earshot.web.cards import card
from earshot.web.frame import page, viewer_for
from earshot.web.parts import Parts
from earshot.web.people import names_of
from earshot.web.request import Request
from earshot.web.words import Words

PAGE = 20
MOST_COUNTED = 100
"""How many of those who wait are counted; beyond that the page says "more than"."""

MOST_OF_A_WEEK = 500
"""Mentions that are read for the week's balance at most."""

SHOWS = {
    "open": Filters(status=Status.OPEN),
    "criticism": Filters(status=Status.OPEN, kind=Kind.CRITICISM),
    "questions": Filters(status=Status.OPEN, kind=Kind.QUESTION),
    "thanks": Filters(status=Status.OPEN, kind=Kind.PRAISE),
    "all": Filters(newest=True),
}
"""The chips above the list, by what they narrow it to."""

_CHIPS = tuple((show, filters.kind) for show, filters in SHOWS.items() if filters.kind)
_NARROWED = ("q", "watch", "source", "author")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How the page opens; `is_many`: more wait than were counted, `is_new`: nothing was ever heard.

    `counts` are ready to be shown. `week` is None when there was too much to count.
    """

    waiting: int
    is_many: bool
    is_new: bool
    counts: Mapping[str, str]
    week: Balance | None


def inbox(parts: Parts, request: Request) -> Answer:
    """GET /: ?show= one of `SHOWS`, ?q= words to search for, ?watch=, ?source= and ?author= by id."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    show = request.asked("show") if request.asked("show") in SHOWS else "open"
    narrowed = {name: text for name in _NARROWED if (text := request.asked(name).strip()[:300])}
    filters = replace(SHOWS[show], **narrowed)  # type: ignore[arg-type]  # all four are texts
    listed = parts.inbox.list(who.tenant.id, filters, cursor=request.asked("cursor"), limit=PAGE)
    just_done = _just_done(parts, request, who)
    watches = watch_names(parts, who.tenant.id)
    as_card = partial(
        card,
        viewer=viewer,
        watch_names=watches,
        names=names_of(parts, who.tenant.id, (*listed.mentions, *just_done)),
    )
    return page(
        parts,
        request,
        viewer,
        "inbox.html",
        who=who,
        lead=_lead(parts, who),
        most_of_a_week=MOST_OF_A_WEEK,
        cards=[as_card(each) for each in listed.mentions],
        just_done=[as_card(each) for each in just_done],
        show=show,
        q=narrowed.get("q", ""),
        only=_only(viewer.words, narrowed, watches),
        links=_links(show, narrowed, listed),
        back=_address(show, narrowed, request.asked("cursor")),
    )


def _only(words: Words, narrowed: Mapping[str, str], watches: Mapping[str, str]) -> str:
    """What the list is narrowed to, in words, "" when to nothing."""
    said = []
    if "q" in narrowed:
        said.append(words("narrowed.q", q=words("quoted", text=narrowed["q"])))
    if "watch" in narrowed:
        name = watches.get(narrowed["watch"], narrowed["watch"])
        said.append(words("narrowed.watch", watch=words("quoted", text=name)))
    said += [words(f"narrowed.{name}") for name in ("author", "source") if name in narrowed]
    return words("narrowed", said=", ".join(said)) if said else ""


def _lead(parts: Parts, who: Visitor) -> Lead:
    """How many wait, of which kinds, and the last week."""
    inbox, tenant, now = parts.inbox, who.tenant.id, parts.clock.now()
    waiting = inbox.waiting(tenant, most=MOST_COUNTED + 1)
    lately = inbox.lately(tenant, now - WEEK, most=MOST_OF_A_WEEK)
    return Lead(
        waiting=min(waiting, MOST_COUNTED),
        is_many=waiting > MOST_COUNTED,
        is_new=not waiting and not inbox.list(tenant, Filters(status=Status.DONE), limit=1).mentions,
        counts={show: _counted(inbox.waiting(tenant, kind=kind, most=MOST_COUNTED + 1)) for show, kind in _CHIPS},
        week=None if lately is None else week(lately, now),
    )


def _counted(n: int) -> str:
    return f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n or "")


def _just_done(parts: Parts, request: Request, who: Visitor) -> list[Mention]:
    """The mention that was closed a moment ago, so that this can be undone."""
    id_ = request.asked("done")
    if not is_id("m", id_):
        return []
    try:
        found = parts.inbox.get(who.tenant.id, id_)
    except NotFound:
        return []
    return [found] if found.acknowledgement else []


def _links(show: str, narrowed: dict[str, str], listed: Listed) -> dict[str, str]:
    more = _address(show, narrowed, listed.cursor) if listed.cursor else ""
    return {"more": more, "wide": _address(show, {}), **{name: _address(name, narrowed) for name in SHOWS}}


def _address(show: str, narrowed: dict[str, str], cursor: str = "") -> str:
    query = {"show": show if show != "open" else "", **narrowed, "cursor": cursor}
    text = urlencode({name: value for name, value in query.items() if value})
    return f"/?{text}" if text else "/"
