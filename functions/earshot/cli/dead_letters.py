"""`earshot dead-letters`: what could not be processed, kept until somebody looks."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import click

from earshot.cli.context import Context, counted, json_option, pass_context, printed
from earshot.domain.delivery import Delivery
from earshot.domain.errors import NotFound
from earshot.services.dead_letters import DeadLetters

if TYPE_CHECKING:
    from earshot.adapters.aws.dead_letters import AwsDeadLetters
    from earshot.adapters.queues import SqliteQueues


class Messages(Protocol):
    """The dead letters of the queues."""

    def all(self) -> Sequence[dict[str, Any]]:
        """All of them, as JSON values with `id`, `queue`, `received` and `envelope`."""
        ...

    def redrive(self, ids: Sequence[str] | None) -> tuple[int, int]:
        """Sends those named, or all, again; tells how many, and how many nobody can read."""
        ...

    def remove(self, ids: Sequence[str]) -> int:
        """Forgets those named; tells how many."""
        ...


@click.group(name="dead-letters")
def command() -> None:
    """Messages and deliveries that failed too often."""


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists them: messages, then deliveries, oldest first."""
    printed({"dead_letters": _all(context)}, as_json, _lines)


@command.command()
@click.argument("letter_id")
@pass_context
def show(context: Context, letter_id: str) -> None:
    """Shows one."""
    for letter in _all(context):
        if str(letter["id"]) == letter_id:
            printed(letter, True, list)
            return
    raise NotFound("dead letter", letter_id)


@command.command()
@click.argument("letter_ids", nargs=-1)
@pass_context
def redrive(context: Context, letter_ids: tuple[str, ...]) -> None:
    """Tries them again: those named, or all. A delivery that may have arrived goes again only when it is named."""
    messages, deliveries = _piles(context)
    of_deliveries = [each for each in letter_ids if each.startswith("d_")]
    of_messages = [each for each in letter_ids if each not in of_deliveries]
    done, unreadable = messages.redrive(of_messages if letter_ids else None)
    done += deliveries.redrive(of_deliveries if letter_ids else None)
    if letter_ids and not done and not unreadable:
        raise NotFound("dead letter", " or ".join(letter_ids))
    click.echo(f"{done} will be tried again, at the next tick at the latest")
    if unreadable:
        click.echo(
            f"{unreadable} cannot be read and left where they are; `earshot dead-letters show` tells what they hold"
        )
    missing = len(set(letter_ids)) - done - unreadable
    if missing > 0:
        click.echo(f"{missing} of those you named not found")


@command.command()
@click.argument("letter_ids", nargs=-1, required=True)
@pass_context
def remove(context: Context, letter_ids: tuple[str, ...]) -> None:
    """Forgets those that are named, for good."""
    messages, deliveries = _piles(context)
    of_deliveries = [each for each in letter_ids if each.startswith("d_")]
    removed = messages.remove([each for each in letter_ids if each not in of_deliveries])
    removed += deliveries.remove(of_deliveries)
    click.echo(f"removed {removed} of {len(set(letter_ids))}")


def _piles(context: Context) -> tuple[Messages, DeadLetters]:
    if context.settings.stack and not context.settings.api:
        stack = context.stack()
        deliveries = DeadLetters(stack.cloud.table, stack.cloud.clock, only=context.settings.tenant)
        return _OfStack(stack.dead_letters), deliveries
    context.local_only("dead-letters")
    from earshot.bootstrap.local import Local  # noqa: PLC0415 - a stack needs none of it

    local = Local(settings=context.settings)
    return _OfFolder(local.queues), DeadLetters(local.table, local.clock)


class _OfFolder:
    def __init__(self, queues: "SqliteQueues") -> None:
        self._queues = queues

    def all(self) -> Sequence[dict[str, Any]]:
        return self._queues.dead_letters()

    def redrive(self, ids: Sequence[str] | None) -> tuple[int, int]:
        return self._queues.redrive(None if ids is None else _numbers(ids)), 0

    def remove(self, ids: Sequence[str]) -> int:
        return self._queues.remove(_numbers(ids))


class _OfStack:
    def __init__(self, letters: "AwsDeadLetters") -> None:
        self._letters = letters

    def all(self) -> Sequence[dict[str, Any]]:
        return self._letters.list()

    def redrive(self, ids: Sequence[str] | None) -> tuple[int, int]:
        if ids == []:
            return 0, 0
        redriven = self._letters.redrive(ids)
        return redriven.sent, redriven.unreadable

    def remove(self, ids: Sequence[str]) -> int:
        return self._letters.remove(ids) if ids else 0


def _numbers(ids: Sequence[str]) -> list[int]:
    return [int(each) for each in ids if each.isdecimal()]


def _all(context: Context) -> list[dict[str, Any]]:
    messages, deliveries = _piles(context)
    return [*messages.all(), *(_given_up(each) for each in deliveries.all())]


def _given_up(delivery: Delivery) -> dict[str, Any]:
    return {"id": delivery.id, "queue": "deliver", "received": delivery.attempt, "problem": delivery.problem}


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    for letter in answer["dead_letters"]:
        tried = f"tried {counted(letter['received'], 'time')}"
        yield f"{letter['id']}  {letter['queue']:<8}  {tried}  {letter.get('problem', '')}"
    if not answer["dead_letters"]:
        yield "None: everything was processed."
