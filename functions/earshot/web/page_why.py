"""The page that tells why something was not heard: a form for an address, and the answer."""

from dataclasses import dataclass, replace

from earshot.domain.errors import Conflict, Invalid
from earshot.domain.job import Heard
from earshot.domain.why import Verdict, Why
from earshot.web.answer import Answer
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.marking import clean, one_line, safe_link
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.rule_words import rule_in
from earshot.web.viewer import Viewer
from earshot.web.why_words import advice, said

_REFRESH_S = 4
"""While sources are being read, the page loads itself again after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one watch makes of the item; `rule` is one sentence."""

    name: str
    role: str
    rule: str
    matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer in words; links are "" where there is nothing to open."""

    said: tuple[str, ...]
    advice: tuple[str, ...]
    is_looking: bool
    mention: str
    link: str
    title: str
    excerpt: str
    rows: tuple[Row, ...]


def why(parts: Parts, request: Request) -> Answer:
    """GET /why: the form, and with ?url= the answer."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    url = request.asked("url").strip()
    found, trouble = None, ""
    if url:
        try:
            found = parts.questions().whys.of(who.tenant.id, url)
        except Invalid:
            trouble = viewer.words("invalid.url")
        except Conflict:
            trouble = viewer.words("why.busy")
    shown = _shown(found, viewer) if found else None
    answer = page(parts, request, viewer, "why.html", who=who, asked=one_line(url, 2048), trouble=trouble, shown=shown)
    if shown is None or not shown.is_looking:
        return answer
    return replace(answer, headers={**answer.headers, "Refresh": str(_REFRESH_S)})


def _shown(found: Why, viewer: Viewer) -> Shown:
    finding, is_looking = found.finding, found.verdict is Verdict.LOOKING
    return Shown(
        said=tuple(said(found, viewer)),
        advice=() if is_looking else tuple(advice(found, viewer)),
        is_looking=is_looking,
        mention=f"/mentions/{found.story_id or found.mention_id}" if found.mention_id else "",
        link=safe_link(finding.url) if finding else "",
        title=one_line(clean(finding.title), 200) if finding else "",
        excerpt=clean(finding.excerpt) if finding else "",
        rows=tuple(_row(each, viewer) for each in finding.heard) if finding else (),
    )


def _row(heard: Heard, viewer: Viewer) -> Row:
    words = viewer.words
    rule = one_line(clean(rule_in(words, heard)), 300)
    return Row(name=heard.watch_name, role=words(f"role.{heard.role}"), rule=rule, matched=heard.matched)
