"""`earshot match`: what a query finds."""

import click

from earshot.cli.lines import each_line


@click.command(name="match")
@click.argument("query")
def command(query: str) -> None:
    r"""Tells for each JSON line {"text", "title"?, "url"?, "author"?, "language"?} whether QUERY matches, and where.

    \b
    A query: "Acme GmbH" OR @acme -jobs
    """
    from earshot.matching.records import QueryMatcher  # noqa: PLC0415

    each_line(QueryMatcher(query).match)
