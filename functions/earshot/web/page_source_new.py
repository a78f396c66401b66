"""The page that shows what there is to listen to at an address, before anything is saved."""

from dataclasses import dataclass, replace

from earshot.domain.errors import Conflict, Invalid
from earshot.domain.job import Answer as Found
from earshot.domain.job import Finding, Job, State
from earshot.domain.offer import Offer
from earshot.services.inputs import MAX_NAME, SourceInput
from earshot.sources.alerts_address import is_alerts_address
from earshot.web.answer import Answer
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean, one_line, safe_link
from earshot.web.page_sources import told_of_alerts
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.viewer import Viewer
from earshot.web.words import TABLES

REFRESH_S = 4
"""While the address is being read, the page loads itself again after this time."""

MOST_ITEMS = 8
"""Entries that are shown; a preview by the API has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An offer in words; `hint` says what it is, or what it lacks. `is_open` when it can be chosen."""

    kind: str
    url: str
    what: str
    title: str
    hint: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the place; `watches` says which of them would hear it, "" for none."""

    title: str
    link: str
    when: str
    watches: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was found; `trouble` says what stood in the way, "" for nothing."""

    is_looking: bool = False
    trouble: str = ""
    choices: tuple[Choice, ...] = ()
    entries: tuple[Entry, ...] = ()


def new(parts: Parts, request: Request) -> Answer:
    """GET /sources/new: the form, and with ?url= what there is to listen to."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    url, name = request.asked("url").strip(), one_line(request.asked("name"), MAX_NAME)
    shown, trouble = None, ""
    if url:
        try:
            with told_of_alerts(is_alerts_address(url)):
                job = parts.questions().previews.of_source(who.tenant.id, SourceInput(url=url))
            shown = _shown(job, _heard(parts, who.tenant.id), viewer)
        except Invalid as exc:
            trouble = viewer.words("invalid.alert" if exc.field == "alert" else "invalid.url")
        except Conflict:
            trouble = viewer.words("why.busy")
    template, asked = "source_new.html", one_line(url, 2048)
    answer = page(parts, request, viewer, template, who=who, asked=asked, name=name, trouble=trouble, shown=shown)
    if shown is None or not shown.is_looking:
        return answer
    return replace(answer, headers={**answer.headers, "Refresh": str(REFRESH_S)})


def _heard(parts: Parts, tenant: str) -> frozenset[tuple[str, str]]:
    return frozenset((each.source.kind, each.source.locator) for each in parts.sourcing.all(tenant))


def _shown(job: Job, heard: frozenset[tuple[str, str]], viewer: Viewer) -> Shown:
    (part,) = job.parts
    if part.answer is None:
        is_late = job.state(viewer.now) is State.NOT_ANSWERED
        return Shown(is_looking=not is_late, trouble=viewer.words("find.not.answered") if is_late else "")
    return Shown(
        trouble=_trouble(part.answer, viewer) if part.answer.problem else "",
        choices=tuple(_choice(each, heard, viewer) for each in part.answer.offers),
        entries=tuple(_entry(each, viewer) for each in part.answer.found[:MOST_ITEMS]),
    )


def _trouble(found: Found, viewer: Viewer) -> str:
    words, key = viewer.words, f"problem.{found.code}"
    kind = next((each.kind for each in found.offers if each.missing), "")
    if key in TABLES[words.language] and found.code != "malformed":
        return words(key, kind=kind)
    return f"{words('find.nothing')}: {one_line(clean(found.problem), 200)}"


def _choice(offer: Offer, heard: frozenset[tuple[str, str]], viewer: Viewer) -> Choice:
    words, is_heard = viewer.words, (offer.kind, offer.url) in heard
    key = f"what.{offer.what}.hint"
    hint = words(key) if key in TABLES[words.language] else ""
    if offer.missing:
        hint = words("find.missing", fields=", ".join(offer.missing), kind=offer.kind)
    return Choice(
        kind=offer.kind,
        url=offer.url,
        what=words(f"what.{offer.what}"),
        title=one_line(clean(offer.title), 120) or one_line(clean(offer.url), 200),
        hint=words("find.heard") if is_heard else hint,
        is_open=not is_heard and not offer.missing,
    )


def _entry(finding: Finding, viewer: Viewer) -> Entry:
    watches = ", ".join(one_line(clean(each.watch_name), 60) for each in finding.heard if each.matched)
    return Entry(
        title=one_line(clean(finding.title or finding.excerpt), 160) or one_line(finding.url, 160),
        link=safe_link(finding.url),
        when=viewer.day(finding.posted_at) if finding.posted_at else viewer.words("find.undated"),
        watches=viewer.words("find.would.hear", watches=watches) if watches else "",
    )
