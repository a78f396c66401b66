"""`earshot credential`: what places gave you so that a program may ask there."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.errors import Invalid

MAX_INPUT = 20_000
"""Characters read from standard input."""


@click.group(name="credential")
def command() -> None:
    """Credentials for places that want one; they are kept apart from the data and never shown again."""


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Names what each place needs, and what of it is there; no value is shown but those that are no secrets."""
    answer = context.client().call("GET", "/v1/places")
    wanting = [place for place in answer["places"] if place["needs"] or place["takes"]]
    printed({"places": wanting}, as_json, lambda it: [line for place in it["places"] for line in _lines(place)])


@command.command(name="set")
@click.argument("kind")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read lines of name=value from standard input.")
@json_option
@pass_context
def set_(context: Context, kind: str, from_stdin: bool, as_json: bool) -> None:
    """Sets the credential for KIND: asks for each field without showing it. An empty answer keeps what is there.

    Nothing secret belongs on a command line, where others may see it; programs use --stdin.
    """
    client = context.client()
    place = _place(client.call("GET", "/v1/places"), kind)
    fields = _given() if from_stdin else _asked(place)
    if not fields:
        raise Invalid("credential", "nothing was given, so nothing has changed")
    answer = client.call("PUT", f"/v1/places/{place['kind']}/credential", body={"fields": fields})
    printed(answer, as_json, _lines)


@command.command()
@click.argument("kind")
@pass_context
def remove(context: Context, kind: str) -> None:
    """Forgets the credential for KIND; sources that need it say so."""
    client = context.client()
    place = _place(client.call("GET", "/v1/places"), kind)
    client.call("DELETE", f"/v1/places/{place['kind']}/credential")
    click.echo(f"forgot the credential for {place['name']}")


def _place(answer: dict[str, Any], kind: str) -> dict[str, Any]:
    wanting: dict[str, dict[str, Any]] = {
        place["kind"]: place for place in answer["places"] if place["needs"] or place["takes"]
    }
    if kind not in wanting:
        raise Invalid("kind", f"must be one of {', '.join(sorted(wanting))}")
    return wanting[kind]


def _given() -> dict[str, str]:
    fields = {}
    for line in sys.stdin.read(MAX_INPUT).splitlines():
        name, equals, value = line.partition("=")
        if line.strip() and not equals:
            raise Invalid("stdin", "each line must be name=value")
        if equals:
            # A key of several lines is written with \n, as in the files that places give out.
            fields[name.strip()] = value.strip().replace("\\n", "\n")
    return fields


def _asked(place: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in (*place["needs"], *place["takes"]):
        there = " (there; empty keeps it)" if name in place["present"] else ""
        there = there or ("" if name in place["needs"] else " (may be empty)")
        value = click.prompt(f"{name}{there}", default="", show_default=False, hide_input=name not in place["shown"])
        found |= {name: value.strip()} if value.strip() else {}
    return found


def _lines(place: Mapping[str, Any]) -> Iterable[str]:
    state = f"missing: {', '.join(place['missing'])}" if place["missing"] else "complete"
    nothing = not place["present"] and not place["needs"]
    yield f"{place['kind']:<16}  {place['name']}: {'none is needed, one helps' if nothing else state}"
    for name in place["present"]:
        yield f"    {name}: {place['shown'].get(name, 'present')}"
