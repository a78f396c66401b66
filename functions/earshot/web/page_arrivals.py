"""The page of what comes without being fetched: a link to paste, the address for mails, and what was held back."""

from dataclasses import dataclass

from earshot.domain.errors import EarshotError, Invalid, NotFound
from earshot.domain.ids import is_id
from earshot.domain.mail_room import Forwarding, HeldMail
from earshot.web.answer import Answer, see_other
from earshot.web.callers import visitor
from earshot.web.frame import page, viewer_for
from earshot.web.job_words import said_of_job
from earshot.web.marking import clean, one_line, safe_link
from earshot.web.parts import Parts
from earshot.web.request import Request
from earshot.web.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCard:
    """A mail that was held back, as people see it."""

    id: str
    sender: str
    subject: str
    reasons: str
    when: str
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingCard:
    """A provider that asks, as people see it; `link` is "" where it is none to be opened."""

    asks: str
    code: str
    link: str
    when: str


def arrivals(parts: Parts, request: Request) -> Answer:
    """GET /arrivals."""
    who = visitor(parts, request)
    viewer = viewer_for(parts, request, who)
    mail = parts.arrivals().mailboxes.of(who.tenant.id)
    return page(
        parts,
        request,
        viewer,
        "arrivals.html",
        who=who,
        watches=parts.watching.all(who.tenant.id),
        address=f"{mail.address}@{mail.domain}" if mail.domain else "",
        held=[_held(each, viewer) for each in mail.held],
        waiting=sum(each.released_at is None for each in mail.held),
        forwardings=[forwarding_card(each, viewer) for each in mail.forwardings],
        said=_said(parts, who.tenant.id, request.asked("job"), viewer),
    )


def act(parts: Parts, request: Request) -> Answer:
    """POST /arrivals: takes a link, or changes the address."""
    who = visitor(parts, request)
    form = request.form()
    parts.access.check_form(who.session, form.get("form_token", ""))
    if form.get("do") == "renew":
        parts.arrivals().mailboxes.renew(who.tenant.id)
        return see_other("/arrivals")
    url = form.get("url", "").strip()
    if not url:
        raise Invalid("url", "is missing")
    given = {"url": url, "watch": form.get("watch", "")}
    return see_other(f"/arrivals?job={parts.arrivals().handing_in.items(who.tenant.id, given).id}")


def release(parts: Parts, request: Request) -> Answer:
    """POST /arrivals/{id}: reads a mail that was held back."""
    who = visitor(parts, request)
    parts.access.check_form(who.session, request.form().get("form_token", ""))
    job = parts.arrivals().mailboxes.release(who.tenant.id, request.id("h", _no_mail))
    return see_other(f"/arrivals?job={job.id}")


def _said(parts: Parts, tenant: str, job: str, viewer: Viewer) -> tuple[str, ...]:
    """How far what was just handed in has come."""
    if not is_id("j", job):
        return ()
    try:
        found = parts.questions().jobs.get(tenant, job)
    except NotFound:
        return ()
    return tuple(one_line(clean(line), 300) for line in said_of_job(found, viewer.words))


def _held(mail: HeldMail, viewer: Viewer) -> HeldCard:
    return HeldCard(
        id=mail.id,
        sender=one_line(clean(mail.sender), 120) or viewer.words("mail.no.sender"),
        subject=one_line(clean(mail.subject), 200),
        reasons=one_line(clean("; ".join(mail.reasons)), 300),
        when=viewer.ago(mail.received_at),
        is_released=mail.released_at is not None,
    )


def forwarding_card(asked: Forwarding, viewer: Viewer) -> ForwardingCard:
    """A provider that wants to forward mails, as people see it."""
    return ForwardingCard(
        asks=viewer.words("mail.asked", sender=one_line(clean(asked.sender), 120)),
        code=viewer.words("mail.code", code=asked.code) if asked.code else "",
        link=safe_link(asked.link),
        when=viewer.ago(asked.received_at),
    )


def _no_mail(id_: str) -> EarshotError:
    return NotFound("mail", id_)
