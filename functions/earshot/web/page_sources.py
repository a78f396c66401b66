"""The page of sources: where we listen and how each place is doing, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.services.inputs import SourceInput
from earshot.services.sourcing import Listened
from earshot.sources.alerts_address import is_alerts_address
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.cards import source_kind
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean, host_of, one_line, safe_link
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.viewer import Viewer
from earshot.web.words import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source in words; `state` is one line, `problem` what to do about it, "" while all is well."""

    id: str
    name: str
    kind: str
    link: str
    is_paused: bool
    state: str
    problem: str


def sources(parts: Parts, request: Request) -> Answer:
    """GET /sources."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    places = [place(each, viewer) for each in parts.sourcing.all(who.tenant.id)]
    troubled = sum(bool(each.problem) for each in places)
    return page(parts, request, viewer, "sources.html", who=who, places=places, troubled=troubled)


def add(parts: Parts, request: Request) -> Answer:
    """POST /sources: listens to a feed, or to a Google Alert."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    url = form.get("url", "").strip()
    with told_of_alerts(is_alerts_address(url)):
        parts.sourcing.add(who.tenant.id, SourceInput(url=url, name=form.get("name", "")))
    return see_other("/sources")


@contextmanager
def told_of_alerts(are_meant: bool) -> Iterator[None]:
    """Where Google Alerts are meant, a wrong address is told in their words: where the right one is found."""
    try:
        yield
    except Invalid as exc:
        if are_meant and exc.field == "url":
            raise Invalid("alert", exc.reason) from exc
        raise


def change(parts: Parts, request: Request) -> Answer:
    """POST /sources/{id}: pauses, resumes or removes."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    id_, wanted = request.id("s", _unknown), form.get("do", "")
    if wanted not in ("pause", "resume", "remove"):
        raise Invalid("do", "must be pause, resume or remove")
    if wanted == "remove":
        parts.sourcing.remove(who.tenant.id, id_)
    else:
        parts.sourcing.pause(who.tenant.id, id_, paused=wanted == "pause")
    return see_other("/sources")


def place(listened: Listened, viewer: Viewer) -> Place:
    """A source as its people see it."""
    source = listened.source
    kind = source_kind(source.kind, viewer)
    name = one_line(clean(source.name), 120) or host_of(source.locator) or one_line(source.locator, 120) or kind
    return Place(
        id=source.id,
        name=name,
        kind=kind,
        link=safe_link(source.locator),
        is_paused=listened.subscription.paused or source.off_at is not None,
        state=" · ".join(_state(listened, viewer)),
        problem=_problem(listened, viewer),
    )


def _state(listened: Listened, viewer: Viewer) -> list[str]:
    words, source, schedule = viewer.words, listened.source, listened.schedule
    state = [words(_standing(listened))]
    if source.last_news_at:
        state.append(words("source.news", ago=viewer.ago(source.last_news_at)))
    else:
        state.append(words("source.no.news" if source.first_fetched_at else "source.new"))
    if schedule and not listened.subscription.paused:
        left = schedule.due_at - viewer.now
        is_soon = left.total_seconds() < 60
        when = words("source.soon") if is_soon else words("source.in", span=viewer.span(left, is_rough=True))
        state.append(words("source.next", when=when))
    return state


def _standing(listened: Listened) -> str:
    """The key of what is done about a source: paused by its tenant, given up, or listened to."""
    if listened.subscription.paused:
        return "source.paused"
    return "source.off" if listened.source.off_at else "source.listens"


def _problem(listened: Listened, viewer: Viewer) -> str:
    source, words = listened.source, viewer.words
    if not source.problem:
        return ""
    key = f"problem.{source.problem}"
    said = words(key if key in TABLES[words.language] else "problem.other", kind=source.kind)
    if source.moved_to:
        said += " " + words("problem.moved", url=one_line(source.moved_to, 200))
    if source.problem_at:
        said = words("problem.since", problem=said, ago=viewer.ago(source.problem_at))
    return said


def _unknown(id_: str) -> EarshotError:
    return NotFound("source", id_)
