"""`earshot mail`: takes a mail from a file, and shows the mail room."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from earshot.cli.asking import waited
from earshot.cli.context import Context, counted, json_option, pass_context, printed
from earshot.domain.errors import Invalid
from earshot.ports.http import MAX_BYTES


class _FileOrCommand(click.Group):
    """What is no command of the group is the name of a file."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "take", self.commands["take"], args
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A lone dash is standard input; click would take it for an option of the group.
        return super().parse_args(ctx, ["take", *args] if args[:1] == ["-"] else args)


@click.group(name="mail", cls=_FileOrCommand)
def command() -> None:
    """Mails of portals: earshot mail FILE.eml takes one, - reads standard input.

    Files that are put into the folder mail-in of the data are taken by a run by itself.
    """


@command.command(hidden=True)
@click.argument("file")
@json_option
@pass_context
def take(context: Context, file: str, as_json: bool) -> None:
    """Takes a mail as it was sent (RFC 5322); the same mail again changes nothing."""
    from earshot.adapters.queues import LocalBus  # noqa: PLC0415
    from earshot.bootstrap.local_arrivals import arrivals_of, mailing_in_of  # noqa: PLC0415
    from earshot.domain.mail_room import Arrived  # noqa: PLC0415

    local, tenant = context.local("mail")
    raw = _read(file)
    # The door for mails is open from the first one on.
    arrivals_of(local, LocalBus(local.queues))().mailboxes.of(tenant)
    received = mailing_in_of(local).receive(Arrived(raw=raw, tenant=tenant), correlation_id="mail")
    found = received.found
    answer = {
        "fate": received.fate,
        "items": found.items,
        "new": found.new,
        "edited": found.edited,
        "reasons": list(received.reasons),
    }
    printed(answer, as_json, _fate)


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Shows the address for mails, those that were held back, and what providers ask."""
    printed(context.client().call("GET", "/v1/mail"), as_json, _room)


@command.command()
@click.option("--renew", is_flag=True, help="Another one; nothing reaches the one before any more.")
@json_option
@pass_context
def address(context: Context, renew: bool, as_json: bool) -> None:
    """Shows the address for mails, or changes it."""
    client = context.client()
    answer = client.call("POST", "/v1/mail/address") if renew else client.call("GET", "/v1/mail")
    printed(answer, as_json, lambda it: [_address(it)])


@command.command()
@click.argument("mail_id")
@json_option
@pass_context
def release(context: Context, mail_id: str, as_json: bool) -> None:
    """Reads a mail that was held back, whoever sent it."""
    client = context.client()
    job = client.call("POST", f"/v1/mail/{quote(mail_id, safe='')}/release")
    printed(waited(context, client, job, quiet=as_json), as_json, lambda it: it["says"])


def _read(file: str) -> bytes:
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as exc:
        raise Invalid("file", f"{file} cannot be read: {exc.strerror}") from exc


def _fate(answer: dict[str, Any]) -> Iterable[str]:
    if answer["fate"] == "stored":
        yield f"{counted(answer['items'], 'item')} read, {counted(answer['new'], 'new mention')}"
    elif answer["fate"] == "asked":
        yield "a provider asks whether it may forward mails: earshot mail list"
    else:
        yield f"{answer['fate']}: {'; '.join(answer['reasons'])}"
    if answer["fate"] == "held":
        yield "read it anyway: earshot mail list, then earshot mail release ID"


def _address(answer: dict[str, Any]) -> str:
    if answer["domain"]:
        return f"{answer['address']}@{answer['domain']}"
    return f"{answer['address']}@… (no mails are received here; take files: earshot mail FILE.eml)"


def _room(answer: dict[str, Any]) -> Iterable[str]:
    yield _address(answer)
    for asked in answer["forwardings"]:
        code = f", code {asked['code']}" if asked["code"] else ""
        yield f"{asked['from']} would like to forward mails here{code}: {asked['link'] or 'without a link'}"
    if not answer["held"]:
        yield "No mail was held back."
    for mail in answer["held"]:
        state = "read" if mail["released_at"] else "held back"
        yield f"{mail['id']}  {state}  {mail['from'] or 'no sender'}  {mail['subject']}"
        yield f"    {'; '.join(mail['reasons'])}"
