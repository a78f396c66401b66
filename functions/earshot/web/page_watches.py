"""The page of watches: what is listened for and what is not, in words, and the forms to change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.watch import Noise, Role, Terms, Watch
from earshot.services.alert_queries import alert_offers
from earshot.services.inputs import NoiseInput, SourceInput, TermsInput, WatchInput
from earshot.services.wording import read_noise
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.page_sources import told_of_alerts
from earshot.web.parts import Parts
from earshot.web.request import Request

MOST_OFFERS = 12
"""Searches shown for one watch; `earshot watch show` and the API have them all."""


MOST_TERMS = 24
"""Words shown of one list of a watch; they may be two thousand."""

_TERMS, _NOISE = TermsInput.__struct_fields__, NoiseInput.__struct_fields__
_WORDS, _NARROWING = _TERMS[:3], _TERMS[3:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list of a watch as it is shown: the key of its name, its first words, and how many more there are."""

    key: str
    terms: tuple[str, ...]
    more: int


def watches(parts: Parts, request: Request) -> Answer:
    """GET /watches."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    found = parts.watching.all(who.tenant.id)
    shown: dict[str, Any] = {
        "watches": found,
        "roles": list(Role),
        "lists": {watch.id: _lists(watch) for watch in found},
        "offers": {watch.id: alert_offers(watch) for watch in found},
        "most_offers": MOST_OFFERS,
        "words_of_all": _WORDS,
        "narrowing": _NARROWING,
        "noise": {name: getattr(who.tenant.noise, name) for name in _NOISE},
    }
    return page(parts, request, viewer, "watches.html", who=who, **shown)


def add(parts: Parts, request: Request) -> Answer:
    """POST /watches: the words of each field stand one a line."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    words = {name: _lines(form.get(name, "")) for name in _TERMS}
    query = form.get("query", "").strip()
    given = WatchInput(
        name=form.get("name", ""),
        role=form.get("role", ""),
        terms=None if query and not any(words.values()) else TermsInput(**words),
        query=query,
        noise=_noise(form, "noise."),
    )
    parts.watching.add(who.tenant.id, given)
    return see_other("/watches")


def change_noise(parts: Parts, request: Request) -> Answer:
    """POST /noise: puts this in place of what none of the watches is to hear."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    parts.watching.change_noise(who.tenant.id, read_noise(_noise(form, "")))
    return see_other("/watches#noise")


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


def _lists(watch: Watch) -> list[Listed]:
    """What is to be seen of the words and the noise of a watch."""
    return [*_listed("terms", watch.terms, _TERMS), *_listed("noise", watch.noise, _NOISE)]


def _listed(kind: str, words: Terms | Noise, names: tuple[str, ...]) -> list[Listed]:
    lists = {name: getattr(words, name) for name in names}
    return [
        Listed(key=f"{kind}.{name}", terms=each[:MOST_TERMS], more=max(0, len(each) - MOST_TERMS))
        for name, each in lists.items()
        if each
    ]


def _noise(form: Mapping[str, str], prefix: str) -> NoiseInput:
    return NoiseInput(**{name: _lines(form.get(prefix + name, "")) for name in _NOISE})


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _unknown(id_: str) -> EarshotError:
    return NotFound("watch", id_)
