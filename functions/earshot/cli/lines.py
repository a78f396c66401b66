"""JSON lines in, JSON lines out, one at a time."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from earshot.domain.errors import Invalid

MAX_LINE_BYTES = 1_000_000


def each_line(answer: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    """Answers each JSON object on standard input with one on standard output, at once.

    Raises:
        Invalid: a line is no JSON object, is too long, or has a field that cannot be used; its number is named.
    """
    for number, record in _records():
        try:
            value = answer(record)
        except Invalid as exc:
            raise Invalid(f"line {number}: {exc.field}", exc.reason) from exc
        click.echo(json.dumps(value, ensure_ascii=False))
        sys.stdout.flush()


def _records() -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := sys.stdin.buffer.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise Invalid(f"line {number}", "is longer than 1 MB")
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise Invalid(f"line {number}", "is not JSON") from None
        if not isinstance(record, dict):
            raise Invalid(f"line {number}", 'must be an object such as {"text": "…"}')
        yield number, record
