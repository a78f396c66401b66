"""`earshot apply`: puts a file into effect."""

from pathlib import Path
from typing import Any

import click
import msgspec

from earshot.cli.client import ApiError, Client
from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.cli.local_table import with_local_table
from earshot.domain.errors import Invalid
from earshot.services.applying import MAX_FILE_BYTES, Applied, read_configuration
from earshot.services.inputs import Configuration, NoiseInput, WatchInput

_NAMES = {"noise": "noise entries"}


@click.command(name="apply")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_context
def command(context: Context, file: Path, as_json: bool) -> None:
    """Makes the company be as FILE says (see earshot.example.toml); doing it again changes nothing."""
    given = read_file(file)
    if context.settings.api:
        answer = _send(context.client(), given)
    else:
        answer = _apply_to_stack(context, given) if context.settings.stack else _apply(context, given)
    printed(answer, as_json, lambda it: [", ".join(f"{n} {_NAMES.get(what, what)} changed" for what, n in it.items())])


def read_file(file: Path) -> Configuration:
    """The configuration in a file.

    Raises:
        Invalid: it cannot be read, is too large, or holds something unknown.
    """
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise Invalid("file", f"{file} cannot be read: {exc.strerror}") from exc
    if len(data) > MAX_FILE_BYTES:
        raise Invalid("file", f"{file} is larger than 1 MB")
    try:
        return read_configuration(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("file", f"{file} is not UTF-8 text") from None


def _apply(context: Context, given: Configuration) -> dict[str, Any]:
    from earshot.bootstrap.local import Local  # noqa: PLC0415

    settings = with_local_table(context.settings, given.local, context.from_environment)
    local = Local(settings=settings, practice=bool(given.local.get("practice")))
    tenant = local.access.by_key(local.admin_key()).tenant
    return _counts(local.applier.apply(tenant, given))


def _apply_to_stack(context: Context, given: Configuration) -> dict[str, Any]:
    stack = context.stack()
    return _counts(stack.applier.apply(stack.tenant, given))


def _counts(applied: Applied) -> dict[str, Any]:
    return {
        "watches": applied.watches,
        "sources": applied.sources,
        "contacts": applied.contacts,
        "noise": applied.noise,
    }


def _send(client: Client, given: Configuration) -> dict[str, Any]:
    if given.tenant:
        raise Invalid("tenant", "cannot be changed with --api; take it out of the file, or use --stack")
    hushed = _add_noise(client, given.noise) if given.noise else 0
    for contact in given.contact:
        client.call("POST", "/v1/contacts", body=msgspec.to_builtins(contact))
    watches = sum(_put_watch(client, each) for each in given.watch)
    for source in given.source:
        client.call("POST", "/v1/sources", body=msgspec.to_builtins(source))
    return {"watches": watches, "sources": len(given.source), "contacts": len(given.contact), "noise": hushed}


def _add_noise(client: Client, given: NoiseInput) -> int:
    """Adds to what stands there, since a file that is sent takes nothing away."""
    before = client.call("GET", "/v1/noise")
    named = msgspec.to_builtins(given)
    after = client.call("PUT", "/v1/noise", body={name: [*known, *named[name]] for name, known in before.items()})
    return sum(len(after[name]) - len(known) for name, known in before.items())


def _put_watch(client: Client, watch: WatchInput) -> bool:
    body = msgspec.to_builtins(watch)
    try:
        client.call("POST", "/v1/watches", body=body)
    except ApiError as exc:
        if exc.status != 409:
            raise
        known = {each["name"]: each["id"] for each in client.call("GET", "/v1/watches")["watches"]}
        client.call("PUT", f"/v1/watches/{known[watch.name]}", body=body)
    return True
