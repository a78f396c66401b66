"""`earshot mentions`: the inbox on the command line."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli import thread
from earshot.cli.context import Context, json_option, pass_context, printed

SIGNS = {"praise": "▲", "criticism": "▼", "question": "?", "neutral": "●", "unclassified": "◇"}


@click.group(name="mentions")
def command() -> None:
    """What was found: list, show, acknowledge."""


@command.command(name="list")
@click.option("--status", help="open or done; both without it.")
@click.option("--kind", help="criticism, question, praise, neutral or unclassified.")
@click.option("--role", help="own, product, person, competitor or industry.")
@click.option("--watch", help="The id of a watch.")
@click.option("--source", help="The id of a source.")
@click.option("--author", help="The name or handle of an author.")
@click.option("--story", help="The id of a mention that tells a story: all its places.")
@click.option("-q", "--query", "q", help="Words that must stand in title, text or author.")
@click.option("--since", help="From this time on, such as 2026-11-01T00:00:00Z.")
@click.option("--until", help="Before this time.")
@click.option("--newest", is_flag=True, help="The newest first, instead of the most pressing.")
@click.option("--limit", default=50, show_default=True, help="How many, 1 to 100.")
@click.option("--cursor", help="Where to go on, as the page before said.")
@json_option
@pass_context
def list_(context: Context, /, newest: bool, limit: int, as_json: bool, **filters: str | None) -> None:
    """Lists mentions, those that wait for somebody first."""
    query = {name: value for name, value in filters.items() if value is not None}
    query["limit"] = str(limit)
    if newest:
        query["sort"] = "newest"
    printed(context.client().call("GET", "/v1/mentions", query=query), as_json, _lines)


command.add_command(thread.command)


@command.command()
@click.argument("url", default="")
@click.option("--text", default="", help="What was said, where the page need not be read or has no address.")
@click.option("--title", default="", help="Its title.")
@click.option("--author", default="", help="Who said it.")
@click.option("--watch", default="", help="The watch it is for, by id or name, whatever it says.")
@json_option
@pass_context
def add(context: Context, url: str, text: str, title: str, author: str, watch: str, as_json: bool) -> None:
    """Adds what you found yourself: a page by its URL, which is read once, or a --text."""
    from earshot.cli.asking import waited  # noqa: PLC0415

    client = context.client()
    item = {"url": url, "text": text, "title": title, "author": {"name": author}}
    job = client.call("POST", "/v1/items", body={"items": [item], "watch": watch})
    printed(waited(context, client, job, quiet=as_json), as_json, _added)


@command.command()
@click.argument("mention_id")
@json_option
@pass_context
def show(context: Context, mention_id: str, as_json: bool) -> None:
    """Shows one mention."""
    printed(context.client().call("GET", f"/v1/mentions/{quote(mention_id, safe='')}"), as_json, _details)


@command.command()
@click.argument("mention_id")
@click.argument("outcome")
@click.option("--note", default="", help="A note; needed when it is ignored.")
@click.option("--answer-url", default="", help="The link to the answer.")
@click.option("--version", type=int, help="The version you saw; else the present one.")
@json_option
@pass_context
def ack(
    context: Context,
    mention_id: str,
    outcome: str,
    note: str,
    answer_url: str,
    version: int | None,
    as_json: bool,
) -> None:
    """Acknowledges a mention: thanked, answered, reported, ignored or irrelevant."""
    client = context.client()
    if version is None:
        version = client.call("GET", f"/v1/mentions/{quote(mention_id, safe='')}")["version"]
    body = {"outcome": outcome, "version": version, "note": note, "answer_url": answer_url}
    answer = client.call("PUT", f"/v1/mentions/{quote(mention_id, safe='')}/acknowledgement", body=body)
    printed(answer, as_json, lambda it: [f"{outcome}: {_line(it)}"])


@command.command()
@click.argument("mention_id")
@json_option
@pass_context
def reopen(context: Context, mention_id: str, as_json: bool) -> None:
    """Opens a mention again."""
    answer = context.client().call("DELETE", f"/v1/mentions/{quote(mention_id, safe='')}/acknowledgement")
    printed(answer, as_json, lambda it: [f"open again: {_line(it)}"])


@command.command()
@click.argument("story_id")
@click.argument("mention_id")
@json_option
@pass_context
def split(context: Context, story_id: str, mention_id: str, as_json: bool) -> None:
    """Takes a mention out of a story it does not belong to, for good; STORY_ID is the mention that tells the story."""
    path = f"/v1/stories/{quote(story_id, safe='')}/split"
    answer = context.client().call("POST", path, body={"mention": mention_id})
    printed(answer, as_json, lambda it: [f"split off: {_line(it)}"])


def _added(job: dict[str, Any]) -> Iterable[str]:
    yield from job["says"]
    for found in job["found"]:
        yield f"{found['mention']}  {found['title'] or found['excerpt'][:80]}"


def _line(mention: dict[str, Any]) -> str:
    title = mention["title"] or mention["excerpt"][:80]
    return f"{mention['id']}  {SIGNS.get(mention['kind'], ' ')} {mention['kind']:<12}  {mention['status']:<4}  {title}"


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    if not answer["mentions"]:
        yield "Nothing here." if not answer["next"] else "Nothing among the ones looked at; go on with the cursor."
    for mention in answer["mentions"]:
        yield _line(mention)
    if answer["next"]:
        yield f"More: --cursor {answer['next']}"


def _details(mention: dict[str, Any]) -> Iterable[str]:
    yield _line(mention)
    place = mention["source"]["place"] or mention["source"]["kind"]
    yield f"  {place} · {mention['author']['name'] or 'unknown author'}"
    yield f"  {mention['url']}"
    yield f"  {mention['excerpt']}"
    yield f"  why: {', '.join(mention['verdict']['reasons']) or 'no single reason'}"
    yield from _story_lines(mention)
    done = mention["acknowledgement"]
    if done:
        yield f"  {done['outcome']} by {done['by']} at {done['at']}  {done['note']}"


def _story_lines(mention: dict[str, Any]) -> Iterable[str]:
    story = mention["story"]
    if story is None:
        return
    if story["id"] != mention["id"]:
        yield f"  a further place of the story {story['id']}"
        return
    yield f"  told in {story['count']} places:"
    for place in story["places"]:
        marks = [mark for mark in ("first", "loudest") if story[mark] == place["mention"]]
        yield f"    {place['mention']}  {place['place'] or place['url']}{''.join(f' · {mark}' for mark in marks)}"
