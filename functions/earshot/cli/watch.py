"""`earshot watch`: what to listen for."""

import shlex
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.asking import waited
from earshot.cli.client import Client
from earshot.cli.context import Context, F, json_option, pass_context, printed
from earshot.cli.noise import NOISE_LISTS
from earshot.cli.previewing import preview_lines
from earshot.domain.errors import Invalid


@click.group(name="watch")
def command() -> None:
    """What to listen for: names, products, people, competitors."""


LISTS = {
    "any": "One of these must stand in the text (repeat it); else the name.",
    "all": "Each of these must stand in the text.",
    "none": "None of these may stand in the text.",
    "near": "One of these must stand near one of --any: context for names that are ordinary words.",
    "site": "Only what stands on one of these sites, such as heise.de or heise.de/forum.",
    "lang": "Only what is written in one of these languages, such as de.",
    "author": "Only what one of these authors wrote.",
    "type": "Only these types: article, post, comment, review.",
}


def _list_options(command: F) -> F:
    """Adds an option for each list of terms."""
    for name, says in reversed(LISTS.items()):
        command = click.option(f"--{name}", multiple=True, metavar="WORDS", help=says)(command)
    return command


@command.command()
@click.argument("name")
@click.option("--role", default="own", show_default=True, help="own, product, person, competitor or industry.")
@click.option("--query", default="", help='Instead of lists, such as "Acme GmbH" OR @acme -jobs lang:de.')
@_list_options
@click.option("--noise", multiple=True, metavar="LIST=VALUE", help=f"What it is not to hear; LIST is {NOISE_LISTS}.")
@click.option("--since", help="Older posts are history: shown, never alerted. A date such as 2026-11-01.")
@json_option
@pass_context
def add(
    context: Context,
    /,
    name: str,
    role: str,
    query: str,
    noise: tuple[str, ...],
    since: str | None,
    as_json: bool,
    **words: tuple[str, ...],
) -> None:
    """Adds a watch. Without words it listens for its name. docs/matching.md says what words and queries can do."""
    terms = {field: list(given) for field, given in words.items() if given}
    if not query and not words["any"] and not words["all"]:
        terms["any"] = [name]
    body: dict[str, Any] = {"name": name, "role": role, "query": query, "noise": _noise(noise)}
    if terms:
        body["terms"] = terms
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
    """Shows one watch, its words as one query, and the searches that let Google Alerts hear for it."""
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


@command.command()
@click.argument("name", default="")
@click.option("--query", default="", help="A query to try, instead of a watch that is there.")
@_list_options
@json_option
@pass_context
def test(context: Context, /, name: str, query: str, as_json: bool, **words: tuple[str, ...]) -> None:
    """Shows what a watch would have caught, and what nearly: among stored mentions and in its sources now.

    NAME is a watch that is there, or with --query or words to listen for, none.
    """
    terms = {field: list(given) for field, given in words.items() if given}
    if not (name or query or terms):
        raise Invalid("name", "give the name of a watch, or --query, or words such as --any")
    body: dict[str, Any] = {"watch": name}
    if query or terms:
        body = {"name": name or "preview", "query": query} | ({"terms": terms} if terms else {})
    client = context.client()
    job = client.call("POST", "/v1/watches/preview", body=body)
    printed(waited(context, client, job, quiet=as_json), as_json, preview_lines)


def _noise(given: Iterable[str]) -> dict[str, list[str]]:
    """The lists of noise in options such as sites=jobs.example; the API says which lists there are."""
    lists: dict[str, list[str]] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise Invalid("noise", f"{each} must be written as LIST=VALUE, such as sites=jobs.example")
        lists.setdefault(name.strip(), []).append(value)
    return lists


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
    yield f"  query: {watch['query']}"
    for name, entries in watch["noise"].items():
        if entries:
            yield f"  does not hear {name}: {', '.join(entries)}"
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
