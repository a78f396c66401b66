"""`earshot contact`: who is told."""

from collections.abc import Iterable
from typing import Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed


@click.group(name="contact")
def command() -> None:
    """Who is told: mail addresses, telephones, webhooks."""


@command.command()
@click.argument("email", required=False, default="")
@click.option("--phone", default="", help="Gets an SMS for what cannot wait, such as +49 151 12345678.")
@click.option("--webhook", default="", help="An https address that gets what the mails tell, signed.")
@click.option("--name", default="", help="What to call them.")
@click.option("--language", default="", help="Of their messages: de or en; else the company's.")
@click.option("--timezone", default="", help="Such as Europe/Berlin; else the company's.")
@json_option
@pass_context
def add(context: Context, /, as_json: bool, **given: str) -> None:
    """Adds an address, or changes what is known of it. At least one of EMAIL, --phone and --webhook is needed."""
    body = {name: value for name, value in given.items() if value}
    printed(context.client().call("POST", "/v1/contacts", body=body), as_json, _told)


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all contacts."""
    printed(context.client().call("GET", "/v1/contacts"), as_json, _lines)


@command.command()
@click.argument("contact_id")
@pass_context
def remove(context: Context, contact_id: str) -> None:
    """Removes a contact; the links in its messages end at once."""
    context.client().call("DELETE", f"/v1/contacts/{contact_id}")
    click.echo(f"removed {contact_id}")


def _told(contact: dict[str, Any]) -> Iterable[str]:
    yield f"{contact['name']} is told from now on ({_addresses(contact)})"
    if not contact["email"] and not contact["webhook"]:
        yield "An SMS comes only for what cannot wait, and can get lost without a word: give a mail address too."
    if secret := contact.get("signing_secret"):
        yield f"Calls of the webhook are signed with {secret} (see docs/operations.md)"


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    for each in answer["contacts"]:
        yield f"{each['id']}  {_addresses(each)}  {each['name']} ({each['language']}, {each['timezone']})"
    if not answer["contacts"]:
        yield "Nobody yet. Add somebody: earshot contact add you@example.com"


def _addresses(contact: dict[str, Any]) -> str:
    return ", ".join(contact[way] for way in ("email", "phone", "webhook") if contact[way])
