"""The JSON API for who is told: contacts, which are personal data and so for admins only."""

from earshot.domain.errors import EarshotError, NotFound
from earshot.domain.tenant import Scope
from earshot.services.inputs import ContactInput, read_json
from earshot.services.links import webhook_secret
from earshot.web.answer import Answer, json_answer, nothing
from earshot.web.asked_filters import only
from earshot.web.callers import caller, tenant_of
from earshot.web.listening_representation import contact_json
from earshot.web.parts import Parts
from earshot.web.request import Request


def contacts(parts: Parts, request: Request) -> Answer:
    """GET /v1/contacts."""
    who = caller(parts, request, Scope.ADMIN)
    only(request.query)
    return json_answer({"contacts": [contact_json(each) for each in parts.telling.all(who.tenant)]})


def add_contact(parts: Parts, request: Request) -> Answer:
    """POST /v1/contacts; 201 for a new one, 200 for one whose first address was known.

    One with a webhook comes with the secret that its calls are signed with.
    """
    who = caller(parts, request, Scope.ADMIN)
    known = {each.id for each in parts.telling.all(who.tenant)}
    contact, _ = parts.telling.put(tenant_of(parts, who.tenant), read_json(ContactInput, request.body))
    signed = {"signing_secret": webhook_secret(parts.access.secret, contact)} if contact.webhook else {}
    location = {"Location": f"/v1/contacts/{contact.id}"}
    return json_answer({**contact_json(contact), **signed}, 200 if contact.id in known else 201, headers=location)


def contact(parts: Parts, request: Request) -> Answer:
    """GET /v1/contacts/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    only(request.query)
    return json_answer(contact_json(parts.telling.get(who.tenant, request.id("c", _no_contact))))


def remove_contact(parts: Parts, request: Request) -> Answer:
    """DELETE /v1/contacts/{id}."""
    who = caller(parts, request, Scope.ADMIN)
    parts.telling.remove(who.tenant, request.id("c", _no_contact))
    return nothing()


def _no_contact(id_: str) -> EarshotError:
    return NotFound("contact", id_)
