"""`earshot dead-letters`: what could not be processed, kept until somebody looks."""

from collections.abc import Iterable
from typing import Any

import click

from earshot.bootstrap.local import Local
from earshot.cli.context import Context, counted, json_option, pass_context, printed
from earshot.domain.errors import NotFound
from earshot.services.dead_letters import DeadLetters


@click.group(name="dead-letters")
def command() -> None:
    """Messages and deliveries that failed too often."""


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists them, oldest first."""
    printed({"dead_letters": _all(_local(context))}, as_json, _lines)


@command.command()
@click.argument("letter_id")
@pass_context
def show(context: Context, letter_id: str) -> None:
    """Shows one."""
    for letter in _all(_local(context)):
        if str(letter["id"]) == letter_id:
            printed(letter, True, list)
            return
    raise NotFound("dead letter", letter_id)


@command.command()
@click.argument("letter_ids", nargs=-1)
@pass_context
def redrive(context: Context, letter_ids: tuple[str, ...]) -> None:
    """Tries them again: those named, or all."""
    local = _local(context)
    numbers = [int(each) for each in letter_ids if each.isdecimal()]
    done = local.queues.redrive(numbers if letter_ids else None)
    done += _failed(local).redrive([each for each in letter_ids if not each.isdecimal()] if letter_ids else None)
    click.echo(f"{done} will be tried again at the next tick")


def _local(context: Context) -> Local:
    context.local_only("dead-letters")
    return Local(settings=context.settings)


def _failed(local: Local) -> DeadLetters:
    return DeadLetters(local.table, local.clock)


def _all(local: Local) -> list[dict[str, Any]]:
    deliveries = [
        {"id": each.id, "queue": "deliver", "received": each.attempt, "problem": each.problem}
        for each in _failed(local).all()
    ]
    return [*local.queues.dead_letters(), *deliveries]


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    for letter in answer["dead_letters"]:
        tried = f"tried {counted(letter['received'], 'time')}"
        yield f"{letter['id']}  {letter['queue']:<8}  {tried}  {letter.get('problem', '')}"
    if not answer["dead_letters"]:
        yield "None: everything was processed."
