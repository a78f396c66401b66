"""`earshot contact`: who is told."""

from collections.abc import Iterable
from typing import Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.contact import Contact
from earshot.domain.errors import NotFound
from earshot.services.inputs import ContactInput
from earshot.store import keys
from earshot.store.company import Company


@click.group(name="contact")
def command() -> None:
    """Who is told: mail addresses."""


@command.command()
@click.argument("email")
@click.option("--name", default="", help="What to call them.")
@click.option("--language", default="", help="Of their mails: de or en; else the company's.")
@click.option("--timezone", default="", help="Such as Europe/Berlin; else the company's.")
@pass_context
def add(context: Context, /, **given: str) -> None:
    """Adds an address, or changes what is known of it."""
    local, tenant = context.local("contact")
    local.telling.put(local.applier.tenant(tenant), ContactInput(**given))
    click.echo(f"{given['email']} is told from now on")


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all contacts."""
    local, tenant = context.local("contact")
    answer = {"contacts": [_json(each) for each in Company(local.table).contacts_of(tenant)]}
    printed(answer, as_json, _lines)


@command.command()
@click.argument("contact_id")
@pass_context
def remove(context: Context, contact_id: str) -> None:
    """Removes a contact; the links in its mails end at once."""
    local, tenant = context.local("contact")
    if not Company(local.table).contacts.remove(keys.of_tenant(tenant, "contact", contact_id)):
        raise NotFound("contact", contact_id)
    click.echo(f"removed {contact_id}")


def _json(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "language": contact.language,
        "timezone": contact.timezone,
    }


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    for each in answer["contacts"]:
        yield f"{each['id']}  {each['email']}  {each['name']} ({each['language']}, {each['timezone']})"
    if not answer["contacts"]:
        yield "Nobody yet. Add somebody: earshot contact add you@example.com"
