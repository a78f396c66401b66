"""`earshot setup`: what a deployed stack needs once, and a link to sign in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.errors import Invalid
from earshot.domain.tenant import Tenant
from earshot.services.inputs import TenantInput, read
from earshot.store import keys
from earshot.store.company import Company

if TYPE_CHECKING:
    from earshot.bootstrap.stack import Stack
    from earshot.services.applying import Applier

_SENDERS = {
    "verified": "Mails come from {}.",
    "pending": "Mails come from {}, once somebody has clicked the link in the mail that SES has sent there.",
    "unknown": "Mails come from {}, once SES has verified it: look at Amazon SES, identities, in this region.",
}


@click.command(name="setup")
@click.option("--name", help="The company's name.")
@click.option("--language", help="Of its pages and mails: de or en (en, until you say so).")
@click.option("--timezone", help="Where its days begin, such as Europe/Berlin (UTC, until you say so).")
@click.option("--sign-in", is_flag=True, help="Print a new link that signs you in once; a new tenant gets one anyway.")
@json_option
@pass_context
def command(context: Context, /, as_json: bool, sign_in: bool, **given: str | None) -> None:
    """Prepares a deployed stack (give --stack before it) and tells where its inbox is.

    Makes the secret behind links and forms and the tenant, if they are not there yet, and lets SES know the sender of
    mails; doing it again changes nothing.
    """
    if not context.settings.stack:
        raise Invalid("stack", "is missing: earshot --stack earshot setup")
    stack = context.stack(may_be_new=True)
    stack.make_secret()
    is_new = not Company(stack.cloud.table).tenants.at(keys.of_deployment("tenant", stack.tenant))
    tenant = _tenant(stack.applier, stack.tenant, {name: value for name, value in given.items() if value})
    base_url = stack.cloud.settings.base_url
    answer = {
        "tenant": tenant.id,
        "inbox": f"{base_url}/",
        "sign_in": _link(stack, tenant) if is_new or sign_in else None,
        "mail_from": stack.cloud.settings.mail_from,
        "sender": stack.make_sender_known(),
    }
    printed(answer, as_json, lambda it: _lines(it, tenant.name))


def _lines(answer: dict[str, Any], name: str) -> Iterator[str]:
    yield f"{name} is ready (tenant {answer['tenant']})."
    yield f"Inbox:   {answer['inbox']}"
    if answer["sign_in"]:
        yield f"Sign in: {answer['sign_in']}   (once, within 24 hours)"
    yield _SENDERS[answer["sender"]].format(answer["mail_from"])


def _link(stack: "Stack", tenant: Tenant) -> str:
    return f"{stack.cloud.settings.base_url}/login/{stack.access.sign_in_link(tenant.id, 'owner')}"


def _tenant(applier: "Applier", id_: str, given: dict[str, str]) -> Tenant:
    known = applier.tenant(id_)
    wanted = {"name": known.name, "language": known.language, "timezone": known.timezone} | given
    return applier.put_tenant(id_, read(TenantInput, wanted)) if given else known
