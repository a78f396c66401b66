"""`earshot why`: why something was not heard."""

from collections.abc import Iterable
from typing import Any

import click

from earshot.cli.asking import waited
from earshot.cli.context import Context, json_option, pass_context, printed


@click.command(name="why")
@click.argument("url")
@json_option
@pass_context
def command(context: Context, url: str, as_json: bool) -> None:
    """Tells why the page at URL is no mention, or which one it is, and what to do.

    The page itself is not fetched; the sources that should bring it are read anew.
    """
    client = context.client()
    answer = client.call("GET", "/v1/why", query={"url": url})
    if answer["verdict"] == "looking":
        waited(context, client, answer["job"], quiet=as_json)
        answer = client.call("GET", "/v1/why", query={"url": url})
    printed(answer, as_json, _lines)


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    yield answer["url"]
    yield from (f"  {sentence}" for sentence in answer["says"])
    yield from (f"    {each['name']}: {each['problem']}" for each in answer["sources"] if each["problem"])
    if answer["mention"]:
        yield from _stored(answer["mention"])
    if answer["item"]:
        yield from _watches(answer["item"])
    for sentence in answer["advice"]:
        yield f"  → {sentence}"


def _stored(mention: dict[str, Any]) -> Iterable[str]:
    title = mention["title"] or mention["excerpt"][:80]
    yield f"  {mention['id']}  {mention['kind']}  {mention['status']}  {title}"
    for match in mention["matches"]:
        yield f"    {match.get('watch_name', match['watch'])} ({match['role']}): {match['rule']}"
    yield f"  → earshot mentions show {mention['id']}"


def _watches(item: dict[str, Any]) -> Iterable[str]:
    for each in item["watches"]:
        yield f"    {each['watch_name']} ({each['role']}): {_verdict(each)}"


def _verdict(watch: dict[str, Any]) -> str:
    if watch["matched"]:
        return "hears it"
    return f"kept out by {watch['filtered']}" if watch["filtered"] else str(watch["rule"])
