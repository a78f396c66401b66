"""`earshot source presets`: places that many companies want to hear, and adding them by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from earshot.cli.client import Client
from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.errors import Invalid


@click.command()
@click.argument("group", default="")
@json_option
@pass_context
def presets(context: Context, group: str, as_json: bool) -> None:
    """Lists ready-made sources, those of GROUP or all; none of the addresses was tried live."""
    answer = context.client().call("GET", "/v1/presets", query={"group": group} if group else None)
    printed(answer, as_json, _lines)


def add_presets(client: Client, names: Iterable[str], watches: Iterable[str]) -> list[dict[str, Any]]:
    """Listens to presets by name, each of which must be known before the first one is added.

    Raises:
        Invalid: there is no such preset, or it has no address to add.
    """
    known = {each["id"]: each for each in client.call("GET", "/v1/presets")["presets"]}
    chosen = [_checked(known, name) for name in names]
    return [
        client.call(
            "POST",
            "/v1/sources",
            body={"kind": each["kind"], "url": each["url"], "name": each["name"], "watches": list(watches)},
        )
        for each in chosen
    ]


def _checked(known: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    preset = known.get(name)
    if preset is None:
        raise Invalid("preset", f"there is no {name}; earshot source presets lists them")
    if not preset["url"]:
        raise Invalid("preset", f"{preset['name']} has no address to add: {_what_to_do(preset)}")
    return preset


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    group = ""
    for each in answer["presets"]:
        if each["group"] != group:
            group = each["group"]
            yield f"{group}:"
        yield f"  {each['id']:<20}  {each['name']} ({each['country']}): {_standing(each)}"


def _standing(preset: Mapping[str, Any]) -> str:
    if preset["source"]:
        return f"heard already as {preset['source']}"
    if not preset["url"]:
        return _what_to_do(preset)
    wants = f"; needs a credential: earshot credential set {preset['kind']}" if preset["way"] == "reddit" else ""
    return f"{preset['url']} ({preset['confirmed']}){wants}"


def _what_to_do(preset: Mapping[str, Any]) -> str:
    if preset["way"] in ("account", "address"):
        first = f"earshot credential set {preset['kind']}, then " if preset["way"] == "account" else ""
        return f"{preset['method']}: {first}earshot source add --kind {preset['kind']} ADDRESS"
    return f"{preset['method']}; earshot watch show NAME has the searches"
