"""The page behind a link in a mail: shows one mention and lets its contact act, without signing in."""

from earshot.domain.errors import Conflict, Denied, NotFound
from earshot.domain.mention import Mention
from earshot.services.links import opened
from earshot.store import keys
from earshot.store.deliveries import LinkToken
from earshot.web.acting import REOPENED, Act, act_in, perform
from earshot.web.answer import Answer
from earshot.web.api_mentions import watch_names
from earshot.web.callers import tenant_of
from earshot.web.cards import card
from earshot.web.frame import page, viewer_of
from earshot.web.parts import Parts
from earshot.web.people import names_of
from earshot.web.request import Request
from earshot.web.viewer import Viewer


def link(parts: Parts, request: Request) -> Answer:
    """GET /a/{token}: shows the mention and changes nothing, since mail scanners follow links too."""
    try:
        token, mention = _open(parts, request)
    except Denied:
        return _dead(parts, request)
    return _page(parts, request, token, mention, said="already" if mention.acknowledgement else "")


def act(parts: Parts, request: Request) -> Answer:
    """POST /a/{token}: acts for the contact the mail went to; the link stays valid, so that one can undo it."""
    try:
        token, before = _open(parts, request)
    except Denied:
        return _dead(parts, request)
    wanted = act_in(request)
    try:
        after = _perform(parts, token, before, wanted)
    except Conflict:
        current = parts.inbox.get(token.tenant, token.mention_id)
        return _page(parts, request, token, current, status=409)
    return _page(parts, request, token, after, said="reopened" if wanted.outcome == REOPENED else "thanks")


def _open(parts: Parts, request: Request) -> tuple[LinkToken, Mention]:
    token = opened(request.args["token"], parts.deliveries, parts.company, parts.clock.now())
    try:
        return token, parts.inbox.get(token.tenant, token.mention_id)
    except NotFound:
        raise Denied("the mention of this link was deleted", 410) from None


def _perform(parts: Parts, token: LinkToken, before: Mention, wanted: Act) -> Mention:
    """The mention after the act; what somebody has done already is not overwritten, only reopened."""
    by = f"contact:{token.contact_id}"
    done = before.acknowledgement
    if done and wanted.outcome != REOPENED and (done.outcome, done.by) != (wanted.outcome, by):
        raise Conflict("mention", before.id)
    return perform(parts, token.tenant, before.id, wanted, by=by)


def _page(
    parts: Parts, request: Request, token: LinkToken, mention: Mention, *, said: str = "", status: int = 200
) -> Answer:
    viewer = _viewer(parts, request, token)
    names = names_of(parts, token.tenant, [mention])
    shown = card(mention, viewer, watch_names=watch_names(parts, token.tenant), names=names)
    return page(parts, request, viewer, "link.html", status=status, card=shown, said=said, is_late=status == 409)


def _viewer(parts: Parts, request: Request, token: LinkToken) -> Viewer:
    contact = parts.company.contacts.need(keys.of_tenant(token.tenant, "contact", token.contact_id))
    tenant = tenant_of(parts, token.tenant)
    return viewer_of(
        parts, request, language=contact.language or tenant.language, timezone=contact.timezone or tenant.timezone
    )


def _dead(parts: Parts, request: Request) -> Answer:
    return page(parts, request, viewer_of(parts, request), "link_dead.html", status=410)
