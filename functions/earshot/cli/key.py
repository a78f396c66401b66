"""`earshot key`: keys for programs."""

from typing import Any

import click

from earshot.cli.context import Context, json_option, pass_context, printed
from earshot.domain.tenant import ApiKey


@click.group(name="key")
def command() -> None:
    """Keys with which programs use the API."""


@command.command()
@click.argument("name")
@click.option("--scope", default="read", show_default=True, help="read, respond (acknowledge too) or admin.")
@json_option
@pass_context
def create(context: Context, name: str, scope: str, as_json: bool) -> None:
    """Makes a key and shows its secret, this once."""
    operated, tenant = context.operated("key")
    key, secret = operated.access.create_key(tenant, name, scope)
    printed({**_json(key), "secret": secret}, as_json, lambda it: [secret, f"  {_line(it)} (shown this once)"])


@command.command(name="list")
@json_option
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Lists all keys, without their secrets."""
    operated, tenant = context.operated("key")
    answer = {"keys": [_json(key) for key in operated.access.keys(tenant)]}
    printed(answer, as_json, lambda it: [_line(key) for key in it["keys"]])


@command.command()
@click.argument("key_id")
@pass_context
def revoke(context: Context, key_id: str) -> None:
    """Ends a key at once."""
    operated, tenant = context.operated("key")
    operated.access.revoke_key(tenant, key_id)
    click.echo(f"revoked {key_id}")


def _json(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope.value,
        "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }


def _line(key: dict[str, Any]) -> str:
    ended = f"  revoked {key['revoked_at'][:16]}" if key["revoked_at"] else ""
    return f"{key['id']}  {key['scope']:<8}  {key['name']}{ended}"
