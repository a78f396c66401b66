"""The page of sources: where we listen and how each place is doing, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.services.inputs import SourceInput
from earshot.services.presets import preset_input
from earshot.sources.alerts_address import is_alerts_address
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.page_arrivals import forwarding_card
from earshot.web.parts import Parts
from earshot.web.preset_words import preset_groups
from earshot.web.request import Request
from earshot.web.source_card import kinds_of, source_card

_FEW = 12
"""Up to so many sources, none of them is folded away."""


def sources(parts: Parts, request: Request) -> Answer:
    """GET /sources."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    listened = parts.sourcing.all(who.tenant.id)
    names = {watch.id: watch.name for watch in parts.watching.all(who.tenant.id)}
    cards = [source_card(each, viewer, names) for each in listened]
    return page(
        parts,
        request,
        viewer,
        "sources.html",
        who=who,
        troubled=[each for each in cards if each.problem],
        kinds=kinds_of(each for each in cards if not each.problem),
        are_open=len(cards) <= _FEW,
        sources=len(cards),
        forwardings=[forwarding_card(each, viewer) for each in parts.arrivals().mailboxes.forwardings(who.tenant.id)],
        presets=preset_groups(listened, viewer),
    )


def add(parts: Parts, request: Request) -> Answer:
    """POST /sources: listens to a place; a preset, or without a kind what its address names."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    url = form.get("url", "").strip()
    with told_of_alerts(is_alerts_address(url)):
        typed = SourceInput(kind=form.get("kind", ""), url=url, name=form.get("name", ""))
        parts.sourcing.add(who.tenant.id, preset_input(form["preset"]) if "preset" in form else typed)
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


def _unknown(id_: str) -> EarshotError:
    return NotFound("source", id_)
