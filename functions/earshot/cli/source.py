"""`earshot source`: where to listen."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.context import Context, json_option, pass_context, printed

KINDS = "feed, google_alerts or hackernews; the feed of a Google Alert is known by its address."


@click.group(name="source")
def command() -> None:
    """Where to listen: feeds, Google Alerts and Hacker News."""


@command.command()
@click.argument("url", default="")
@click.option("--kind", default="feed", show_default=True, help=KINDS)
@click.option("--name", default="", help="What people call it; else its own title.")
@click.option("--watch", "watches", multiple=True, help="Listen there with this watch only (repeat it); else with all.")
@json_option
@pass_context
def add(context: Context, url: str, kind: str, name: str, watches: tuple[str, ...], as_json: bool) -> None:
    """Listens to a source from now on."""
    body = {"kind": kind, "url": url, "name": name, "watches": list(watches)}
    printed(context.client().call("POST", "/v1/sources", body=body), as_json, lambda it: [f"listening to {_line(it)}"])


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all sources and how they are."""
    printed(context.client().call("GET", "/v1/sources"), as_json, _lines)


@command.command()
@click.argument("url", default="")
@click.option("--kind", default="feed", show_default=True, help=KINDS)
@json_option
@pass_context
def preview(context: Context, url: str, kind: str, as_json: bool) -> None:
    """Fetches a source once and shows its latest items; stores nothing."""
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
    click.echo(f"{'listening again to' if resume else 'paused'} {_line(answer)}")


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
        if not place["automatic"]:
            state = f"by address: earshot source add --kind {place['kind']} {place['example']}"
        elif not place["on"]:
            state = f"off; switch it on: earshot source on {place['kind']}"
        elif place["missing"]:
            state = f"needs {', '.join(place['missing'])}: earshot credential set {place['kind']}"
        else:
            state = "heard for all watches"
        yield f"{place['kind']:<16}  {place['name']}: {state}"


def _line(source: dict[str, Any]) -> str:
    return f"{source['id']}  {source['kind']:<13}  {source['name'] or source['url'] or source['kind']}"


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    if not answer["sources"]:
        yield "No sources yet. Add one: earshot source add https://example.com/feed"
    for source in answer["sources"]:
        yield _line(source)
        yield f"    {_state(source)}"


def _state(source: dict[str, Any]) -> str:
    if source["paused"]:
        return "paused"
    news = f"last news {_minute(source['last_news_at'])}" if source["last_news_at"] else "no news yet"
    due = f"next look {_minute(source['next_due_at'])}" if source["next_due_at"] else "not scheduled"
    problem = source["problem"]
    trouble = [f"since {_minute(problem['since'])}: {problem['detail']}"] if problem else []
    if source["off_at"]:
        return "; ".join(["given up, pause --resume takes it up again", *trouble, news])
    return "; ".join([*trouble, news, due])


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]} UTC"


def _items(answer: dict[str, Any]) -> Iterable[str]:
    yield f"{answer['title'] or 'without a title'}: {len(answer['items'])} items"
    for item in answer["items"][-10:]:
        yield f"  {item['published_at'] or 'undated':<20}  {item['title'] or item['text'][:80]}"
