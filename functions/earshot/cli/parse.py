"""`earshot parse`: one body in, one item a line out."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from earshot.domain.errors import Invalid
from earshot.domain.source import Source, source_id
from earshot.ports.http import MAX_BYTES, Response


@click.command(name="parse")
@click.argument("kind")
@click.argument("file", default="-")
@click.option("--url", default="https://source.example/", help="The address the body came from.")
def command(kind: str, file: str, url: str) -> None:
    """Reads one body of a source (FILE, or - for standard input) and prints one item a line as JSON.

    A body that is not what KIND promises ends with "malformed" and exit code 2.
    """
    from earshot.services.representing import item_json  # noqa: PLC0415
    from earshot.sources.registry import CONNECTORS  # noqa: PLC0415

    connector = CONNECTORS.get(kind)
    if connector is None:
        raise Invalid("kind", f"must be one of {', '.join(sorted(CONNECTORS))}")
    now = datetime.now(UTC)
    source = Source(id=source_id(kind, url), kind=kind, locator=url, created_at=now)
    fetched = connector.parse(Response(status=200, url=url, body=_body(file), received_at=now), source)
    if not fetched.items:
        unusable = f"; {fetched.skipped} entries had no id or nothing to read" if fetched.skipped else ""
        click.echo(f"no items in this body{unusable}", err=True)
    for item in fetched.items:
        click.echo(json.dumps(item_json(item), ensure_ascii=False))


def _body(file: str) -> bytes:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as exc:
        raise Invalid("file", f"{file} cannot be read: {exc.strerror}") from exc
