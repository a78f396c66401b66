"""`earshot setup`: what a deployed stack needs once, and a link to sign in."""

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.errors import Invalid
from earshot.services.inputs import TenantInput


@click.command(name="setup")
@click.option("--name", default="", help="The company's name, for a new tenant.")
@click.option("--language", default="en", show_default=True, help="Of its pages and mails: de or en.")
@click.option("--timezone", default="UTC", show_default=True, help="Where its days begin, such as Europe/Berlin.")
@json_option
@pass_context
def command(context: Context, name: str, language: str, timezone: str, as_json: bool) -> None:
    """Prepares a deployed stack (give --stack before it) and prints a link that signs you in once.

    Makes the secret behind links and forms and the tenant, if they are not there yet; doing it again changes neither.
    """
    if not context.settings.stack:
        raise Invalid("stack", "is missing: earshot --stack earshot setup")
    stack = context.stack()
    stack.make_secret()
    given = TenantInput(name=name, language=language, timezone=timezone) if name else None
    tenant = stack.applier.put_tenant(stack.tenant, given) if given else stack.applier.tenant(stack.tenant)
    base_url = stack.cloud.settings.base_url
    answer = {
        "tenant": tenant.id,
        "inbox": f"{base_url}/",
        "sign_in": f"{base_url}/login/{stack.access.sign_in_link(tenant.id, 'owner')}",
        "mail_from": stack.cloud.settings.mail_from,
    }
    printed(
        answer,
        as_json,
        lambda it: [
            f"{tenant.name} is ready (tenant {it['tenant']}).",
            f"Inbox:   {it['inbox']}",
            f"Sign in: {it['sign_in']}   (once, within 24 hours)",
            f"Mails come from {it['mail_from']}; SES sends them once it has verified that address.",
        ],
    )
