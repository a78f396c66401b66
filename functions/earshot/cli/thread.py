"""`earshot mentions thread`: what a mention answers, and what answers it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.asking import waited
from earshot.cli.context import Context, json_option, pass_context, printed

_STATES = {
    "looking": "it is still being read; ask again in a moment",
    "not_read": "it could not be read",
    "unreadable": "its place shows no threads",
}


@click.command(name="thread")
@click.argument("mention_id")
@click.option("--anew", is_flag=True, help="Read it again, unless that was done in the last two minutes.")
@json_option
@pass_context
def command(context: Context, mention_id: str, anew: bool, as_json: bool) -> None:
    """Shows the thread of a mention: what stands above it, the replies below, and who of us answered."""
    client, path = context.client(), f"/v1/mentions/{quote(mention_id, safe='')}/thread"
    answer = client.call("GET", path, query={"anew": "true"} if anew else {})
    if answer["state"] == "looking":
        waited(context, client, answer["job"], quiet=as_json)
        answer = client.call("GET", path)
    printed(answer, as_json, _lines)


def _lines(thread: dict[str, Any]) -> Iterable[str]:
    if thread["problem"]:
        yield f"the last time it could not be read: {thread['problem']}"
    if thread["state"] != "read":
        yield _STATES[thread["state"]]
        return
    yield f"ours: {', '.join(thread['ours'])}" if thread["ours"] else "none of ours has answered there"
    if thread["is_cut"]:
        yield "cut: there is more than was read"
    yield from (_line(said, said["depth"]) for said in thread["above"])
    yield f"{'  ' * len(thread['above'])}▸ {thread['mention']}"
    yield from (_line(said, len(thread["above"]) + said["depth"]) for said in thread["below"])
    if thread["left_out"]:
        yield f"{thread['left_out']} more replies are not shown"


def _line(said: dict[str, Any], depth: int) -> str:
    mark = " (ours)" if said["is_ours"] else ""
    text = " ".join(said["text"].split())
    return f"{'  ' * depth}{said['author'] or 'unknown'}{mark}, {said['posted_at'] or 'undated'}: {text}"
