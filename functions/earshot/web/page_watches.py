"""The page of watches: what is listened for, in words, and the forms to add and remove."""

from typing import Any

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.watch import Role
from earshot.services.alert_queries import alert_offers
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.page_sources import told_of_alerts
from earshot.web.parts import Parts
from earshot.web.request import Request

MOST_OFFERS = 12
"""Searches shown for one watch; `earshot watch show` and the API have them all."""


def watches(parts: Parts, request: Request) -> Answer:
    """GET /watches."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    found = parts.watching.all(who.tenant.id)
    offers = {watch.id: alert_offers(watch) for watch in found}
    shown: dict[str, Any] = {"watches": found, "roles": list(Role), "offers": offers, "most_offers": MOST_OFFERS}
    return page(parts, request, viewer, "watches.html", who=who, **shown)


def add(parts: Parts, request: Request) -> Answer:
    """POST /watches: the words of each field stand one a line."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    any_, all_, none = (_lines(form.get(name, "")) for name in ("any", "all", "none"))
    name = form.get("name", "")
    given = WatchInput(name=name, role=form.get("role", ""), terms=TermsInput(any=any_, all=all_, none=none))
    parts.watching.add(who.tenant.id, given)
    return see_other("/watches")


def change(parts: Parts, request: Request) -> Answer:
    """POST /watches/{id}: removes the watch, or listens to a Google Alert with it."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    id_, wanted = request.id("w", _unknown), form.get("do", "")
    if wanted not in ("listen", "remove"):
        raise Invalid("do", "must be listen or remove")
    if wanted == "listen":
        return _listen(parts, who.tenant.id, id_, form.get("url", ""))
    parts.watching.remove(who.tenant.id, id_)
    return see_other("/watches")


def _listen(parts: Parts, tenant: str, watch_id: str, url: str) -> Answer:
    watch = parts.watching.get(tenant, watch_id)
    with told_of_alerts(True):
        listened = parts.sourcing.join(tenant, SourceInput(kind="google_alerts", url=url, watches=[watch.id]))
    return see_other(f"/sources#{listened.source.id}")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _unknown(id_: str) -> EarshotError:
    return NotFound("watch", id_)
