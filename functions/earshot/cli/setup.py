"""`earshot setup`: what a deployed stack needs once, and a link to sign in."""

from typing import TYPE_CHECKING

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.errors import Invalid
from earshot.domain.tenant import Tenant
from earshot.services.inputs import TenantInput

if TYPE_CHECKING:
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
@json_option
@pass_context
def command(context: Context, /, as_json: bool, **given: str | None) -> None:
    """Prepares a deployed stack (give --stack before it) and prints a link that signs you in once.

    Makes the secret behind links and forms and the tenant, if they are not there yet, and lets SES know the sender of
    mails; doing it again changes nothing.
    """
    if not context.settings.stack:
        raise Invalid("stack", "is missing: earshot --stack earshot setup")
    stack = context.stack()
    stack.make_secret()
    tenant = _tenant(stack.applier, stack.tenant, {name: value for name, value in given.items() if value})
    base_url = stack.cloud.settings.base_url
    answer = {
        "tenant": tenant.id,
        "inbox": f"{base_url}/",
        "sign_in": f"{base_url}/login/{stack.access.sign_in_link(tenant.id, 'owner')}",
        "mail_from": stack.cloud.settings.mail_from,
        "sender": stack.make_sender_known(),
    }
    printed(
        answer,
        as_json,
        lambda it: [
            f"{tenant.name} is ready (tenant {it['tenant']}).",
            f"Inbox:   {it['inbox']}",
            f"Sign in: {it['sign_in']}   (once, within 24 hours)",
            _SENDERS[it["sender"]].format(it["mail_from"]),
        ],
    )


def _tenant(applier: "Applier", id_: str, given: dict[str, str]) -> Tenant:
    known = applier.tenant(id_)
    stored = {"name": known.name, "language": known.language, "timezone": known.timezone}
    return applier.put_tenant(id_, TenantInput(**(stored | given))) if given else known
