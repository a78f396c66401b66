"""The JSON API for what comes without being fetched: items that are handed in, and the mail room."""

from typing import Any

from earshot.domain.errors import EarshotError, NotFound
from earshot.domain.job import Job
from earshot.domain.mail_room import Forwarding, HeldMail
from earshot.domain.tenant import Scope
from earshot.web.answer import Answer, json_answer
from earshot.web.api_jobs import read_json_object
from earshot.web.asked_filters import only
from earshot.web.callers import caller
from earshot.web.job_representation import job_json
from earshot.web.parts import Parts
from earshot.web.request import Request


def add_items(parts: Parts, request: Request) -> Answer:
    """POST /v1/items: one item, or up to 50 in a list."""
    who = caller(parts, request, Scope.RESPOND)
    return _started(parts, parts.arrivals().handing_in.items(who.tenant, read_json_object(request.body)))


def mail(parts: Parts, request: Request) -> Answer:
    """GET /v1/mail: the address for mails, what was held back, and what providers ask."""
    # Whoever knows the address can write to it.
    who = caller(parts, request, Scope.ADMIN)
    only(request.query)
    found = parts.arrivals().mailboxes.of(who.tenant)
    return json_answer(
        {
            "address": found.address,
            "domain": found.domain,
            "held": [_held(each) for each in found.held],
            "forwardings": [_forwarding(each) for each in found.forwardings],
        }
    )


def renew_address(parts: Parts, request: Request) -> Answer:
    """POST /v1/mail/address: another address, because too many know this one."""
    who = caller(parts, request, Scope.ADMIN)
    mailboxes = parts.arrivals().mailboxes
    mailboxes.renew(who.tenant)
    return mail(parts, request)


def release_mail(parts: Parts, request: Request) -> Answer:
    """POST /v1/mail/{id}/release: takes a mail that was held back."""
    who = caller(parts, request, Scope.RESPOND)
    return _started(parts, parts.arrivals().mailboxes.release(who.tenant, request.id("h", _no_mail)))


def _held(mail: HeldMail) -> dict[str, Any]:
    verdict = mail.verdict
    return {
        "id": mail.id,
        "from": mail.sender,
        "subject": mail.subject,
        "received_at": mail.received_at,
        "reasons": list(mail.reasons),
        "spf": verdict.spf,
        "dkim": verdict.dkim,
        "dmarc": verdict.dmarc,
        "spam": verdict.spam,
        "virus": verdict.virus,
        "released_at": mail.released_at,
    }


def _forwarding(asked: Forwarding) -> dict[str, Any]:
    return {
        "id": asked.id,
        "from": asked.sender,
        "code": asked.code,
        "link": asked.link,
        "received_at": asked.received_at,
    }


def _started(parts: Parts, found: Job) -> Answer:
    where = {"Location": f"/v1/jobs/{found.id}"}
    return json_answer(job_json(found, parts.clock.now()), 202, headers=where)


def _no_mail(id_: str) -> EarshotError:
    return NotFound("mail", id_)
