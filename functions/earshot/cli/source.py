"""`earshot source`: where to listen."""

import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.client import Client
from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.cli.presets import add_presets
from earshot.cli.presets import presets as list_presets
from earshot.cli.source_lines import source_line, source_lines
from earshot.domain.errors import Invalid

KINDS = "A kind of place, as `source kinds` lists them; without it, it is found out."


@click.group(name="source")
def command() -> None:
    """Where to listen: blogs, forums, profiles, channels, apps, pages."""


@command.command()
@click.argument("url", default="")
@click.option("--kind", default="", help=KINDS)
@click.option("--name", default="", help="What people call it; else its own title.")
@click.option("--watch", "watches", multiple=True, help="Listen there with this watch only (repeat it); else with all.")
@click.option(
    "--preset", "presets", multiple=True, help="A ready-made source, as `source presets` lists them (repeat it)."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_context
def add(  # noqa: PLR0913 - one argument an option
    context: Context,
    /,
    url: str,
    kind: str,
    name: str,
    watches: tuple[str, ...],
    presets: tuple[str, ...],
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Listens to a source from now on.

    Without --kind Earshot looks what there is to listen to at URL and shows it before anything is saved.
    """
    client = context.client()
    if presets:
        if url or kind or name:
            raise Invalid("preset", "brings its own address, kind and name")
        added = {"sources": add_presets(client, presets, watches)}
        printed(added, as_json, lambda it: [f"listening to {source_line(each)}" for each in it["sources"]])
        return
    if not kind:
        offer = _offer(context, client, url, watches, quiet=as_json)
        if not (yes or as_json or _agreed()):
            click.echo("nothing was added")
            return
        kind, url = offer["kind"], offer["url"]
    body = {"kind": kind, "url": url, "name": name, "watches": list(watches)}
    printed(client.call("POST", "/v1/sources", body=body), as_json, lambda it: [f"listening to {source_line(it)}"])


def _offer(context: Context, client: Client, url: str, watches: Iterable[str], *, quiet: bool) -> dict[str, Any]:
    """The best offer at an address, after all of them were shown."""
    from earshot.cli.offering import checked_watches, chosen, item_lines, looked, offer_lines  # noqa: PLC0415

    checked_watches(client, watches)
    job = looked(context, client, url, quiet=quiet)
    taken = chosen(job)
    for line in () if quiet else (*offer_lines(job), *item_lines(job)):
        click.echo(line)
    return taken


def _agreed() -> bool:
    """What somebody at a terminal answers; without a terminal nobody is asked."""
    return not sys.stdin.isatty() or click.confirm("Listen to it?", default=True)


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all sources and how they are."""
    printed(context.client().call("GET", "/v1/sources"), as_json, source_lines)


@command.command()
@click.argument("url", default="")
@click.option("--kind", default="", help=KINDS)
@json_option
@pass_context
def preview(context: Context, url: str, kind: str, as_json: bool) -> None:
    """Shows what there is to listen to at URL, and its latest items; stores nothing."""
    if not kind:
        from earshot.cli.offering import looked, offer_lines  # noqa: PLC0415
        from earshot.cli.previewing import preview_lines  # noqa: PLC0415

        job = looked(context, context.client(), url, quiet=as_json)
        printed(job, as_json, lambda it: (*offer_lines(it), *preview_lines(it)))
        return
    if context.settings.api or context.settings.stack:
        from earshot.cli.asking import waited  # noqa: PLC0415
        from earshot.cli.previewing import preview_lines  # noqa: PLC0415

        client = context.client()
        job = client.call("POST", "/v1/sources/preview", body={"kind": kind, "url": url})
        printed(waited(context, client, job, quiet=as_json), as_json, preview_lines)
        return
    from earshot.bootstrap.local import Local  # noqa: PLC0415
    from earshot.services.previewing import preview as preview_source  # noqa: PLC0415
    from earshot.services.representing import item_json  # noqa: PLC0415

    local = Local(settings=context.settings)
    fetched = preview_source(local.http, local.sourcing, kind, url, local.clock.now())
    answer = {"title": fetched.title, "skipped": fetched.skipped, "items": [item_json(it) for it in fetched.items]}
    printed(answer, as_json, _items)


@command.command()
@click.argument("source_id")
@click.option("--resume", is_flag=True, help="Take listening up again.")
@pass_context
def pause(context: Context, source_id: str, resume: bool) -> None:
    """Stops listening to a source for a while."""
    answer = context.client().call("PUT", f"/v1/sources/{quote(source_id, safe='')}", body={"paused": not resume})
    click.echo(f"{'listening again to' if resume else 'paused'} {source_line(answer)}")


@command.command()
@click.argument("source_id")
@pass_context
def remove(context: Context, source_id: str) -> None:
    """Ends listening to a source; mentions found there stay."""
    context.client().call("DELETE", f"/v1/sources/{quote(source_id, safe='')}")
    click.echo(f"removed {quote(source_id, safe='')}")


@command.command()
@json_option
@pass_context
def kinds(context: Context, as_json: bool) -> None:
    """Lists every kind of place: which are heard by themselves, and what to type for the others."""
    printed(context.client().call("GET", "/v1/places"), as_json, _kinds)


@command.command()
@click.argument("kind")
@pass_context
def on(context: Context, kind: str) -> None:
    """Lets KIND be searched for all watches, from now on."""
    _switch(context, kind, is_on=True)


@command.command()
@click.argument("kind")
@pass_context
def off(context: Context, kind: str) -> None:
    """Ends searching KIND for all watches; sources there that you added yourself stay."""
    _switch(context, kind, is_on=False)


def _switch(context: Context, kind: str, *, is_on: bool) -> None:
    answer = context.client().call("PUT", f"/v1/places/{quote(kind, safe='')}", body={"on": is_on})
    click.echo("\n".join(_kinds({"places": [answer]})))


def _kinds(answer: dict[str, Any]) -> Iterable[str]:
    for place in answer["places"]:
        if not place["polled"]:
            state = f"comes in by itself; {place['method']}"
        elif not place["automatic"]:
            state = f"by address: earshot source add --kind {place['kind']} {place['example']}"
        elif not place["on"]:
            state = f"off; switch it on: earshot source on {place['kind']}"
        elif place["missing"]:
            state = f"needs {', '.join(place['missing'])}: earshot credential set {place['kind']}"
        else:
            state = "heard for all watches"
        yield f"{place['kind']:<16}  {place['name']}: {state}"


def _items(answer: dict[str, Any]) -> Iterable[str]:
    yield f"{answer['title'] or 'without a title'}: {len(answer['items'])} items"
    for item in answer["items"][-10:]:
        yield f"  {item['published_at'] or 'undated':<20}  {item['title'] or item['text'][:80]}"


command.add_command(list_presets)
