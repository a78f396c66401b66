"""`earshot noise`: what none of the watches is to hear."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed

NOISE_LISTS = "accounts, voices, sites, authors or phrases"


@click.group(name="noise")
def command() -> None:
    """What is not to be heard: our own accounts and voices, and sites, authors and phrases that are noise."""


@command.command()
@json_option
@pass_context
def show(context: Context, as_json: bool) -> None:
    """Shows what none of the watches is to hear; `earshot watch show` has what a single one is not to hear."""
    printed(context.client().call("GET", "/v1/noise"), as_json, _lines)


@command.command()
@click.argument("list_", metavar="LIST")
@click.argument("values", metavar="VALUE...", nargs=-1, required=True)
@json_option
@pass_context
def add(context: Context, list_: str, values: tuple[str, ...], as_json: bool) -> None:
    """Adds to LIST: accounts, voices, sites, authors or phrases.

    \b
    accounts   our own accounts, and sites, which have a dot in them; what they say is no mention
    voices     colleagues who agreed to be named; what they say is shown as done, never alerted
    sites      what comes from there is no mention
    authors    what comes from them is no mention
    phrases    what holds one of them is no mention
    """
    _change(context, list_, as_json, lambda known: [*known, *values])


@command.command()
@click.argument("list_", metavar="LIST")
@click.argument("values", metavar="VALUE...", nargs=-1, required=True)
@json_option
@pass_context
def remove(context: Context, list_: str, values: tuple[str, ...], as_json: bool) -> None:
    """Takes from LIST, which `earshot noise show` shows; what is not in it is left out."""
    _change(context, list_, as_json, lambda known: [each for each in known if each not in values])


def _change(context: Context, name: str, as_json: bool, changed: Callable[[list[str]], list[str]]) -> None:
    client = context.client()
    noise = client.call("GET", "/v1/noise")
    # A list that there is not goes to the API as well, which says so.
    body = {**noise, name: changed(noise.get(name, []))}
    printed(client.call("PUT", "/v1/noise", body=body), as_json, _lines)


def _lines(noise: dict[str, Any]) -> Iterable[str]:
    lines = [f"{name}: {', '.join(entries)}" for name, entries in noise.items() if entries]
    return lines or ["Nothing yet. Add something: earshot noise add sites jobs.example"]
