"""`earshot watch`: what to listen for."""

import shlex
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.client import Client
from earshot.cli.context import Context, json_option, pass_context, printed


@click.group(name="watch")
def command() -> None:
    """What to listen for: names, products, people, competitors."""


@command.command()
@click.argument("name")
@click.option("--role", default="own", show_default=True, help="own, product, person, competitor or industry.")
@click.option("--any", multiple=True, help="One of these must stand in the text (repeat it); else the name.")
@click.option("--all", multiple=True, help="Each of these must stand in the text.")
@click.option("--none", multiple=True, help="None of these may stand in the text.")
@click.option("--since", help="Older posts are history: shown, never alerted. A date such as 2026-11-01.")
@json_option
@pass_context
def add(context: Context, /, name: str, role: str, since: str | None, as_json: bool, **words: tuple[str, ...]) -> None:
    """Adds a watch. Without words it listens for its name."""
    terms = {field: list(given) for field, given in words.items()}
    if not terms["any"] and not terms["all"]:
        terms["any"] = [name]
    body: dict[str, Any] = {"name": name, "role": role, "terms": terms}
    if since:
        body["since"] = since if "T" in since else f"{since}T00:00:00Z"
    printed(context.client().call("POST", "/v1/watches", body=body), as_json, lambda it: [f"watching {_line(it)}"])


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all watches."""
    printed(context.client().call("GET", "/v1/watches"), as_json, _lines)


@command.command()
@click.argument("watch_id")
@json_option
@pass_context
def show(context: Context, watch_id: str, as_json: bool) -> None:
    """Shows one watch, and the searches that let Google Alerts hear for it."""
    client = context.client()
    printed(client.call("GET", f"/v1/watches/{_id(client, watch_id)}"), as_json, _details)


@command.command()
@click.argument("watch_id")
@pass_context
def remove(context: Context, watch_id: str) -> None:
    """Removes a watch; its mentions stay."""
    client = context.client()
    client.call("DELETE", f"/v1/watches/{_id(client, watch_id)}")
    click.echo(f"removed {watch_id}")


def _id(client: Client, id_or_name: str) -> str:
    """The id of a watch that is named by its id or its name."""
    by_name = {each["name"]: str(each["id"]) for each in client.call("GET", "/v1/watches")["watches"]}
    return by_name.get(id_or_name, quote(id_or_name, safe=""))


def _line(watch: dict[str, Any]) -> str:
    return f"{watch['id']}  {watch['role']:<10}  {watch['name']}"


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    watches = answer["watches"]
    return [_line(watch) for watch in watches] or ['No watches yet. Add one: earshot watch add "Your Company"']


def _details(watch: dict[str, Any]) -> Iterable[str]:
    yield _line(watch)
    for name, words in watch["terms"].items():
        if words:
            yield f"  {name}: {', '.join(words)}"
    if watch.get("since"):
        yield f"  news since {watch['since']}"
    if watch.get("alert_offers"):
        yield from _offers(watch)


def _offers(watch: dict[str, Any]) -> Iterable[str]:
    yield "  Hear more through Google Alerts:"
    for offer in watch["alert_offers"]:
        yield f"    {offer['about']}: {offer['query']}"
        yield f"      {offer['link']}"
    yield '  Open a link; "Show options"; "Deliver to": "RSS feed", "How often": "As-it-happens"; "Create Alert".'
    yield "  Then copy the address of the RSS sign beside the alert:"
    yield f"    earshot source add ADDRESS --watch {shlex.quote(watch['name'])}"
