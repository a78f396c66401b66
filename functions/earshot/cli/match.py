"""`earshot match`: what a query finds."""

import click

from earshot.cli.lines import each_line


@click.command(name="match")
@click.argument("query")
def command(query: str) -> None:
    """Tells for each JSON line whether QUERY matches it, where, and why.

    A line: {"text", "title"?, "url"?, "author"?, "language"?, "type"?}. The text tells a language that is not given.

    \b
    Queries:
      "Acme GmbH" OR @acme -jobs            either name, no jobs
      apple NEAR (iphone OR mac)            at most 20 words apart; NEAR/5 for 5
      site:heise.de lang:de title:recall    also author: and type:
      Must*                                 words that begin like this
      Bild~case "Deutsche Bahn"~-endings    switches of a term: umlauts, accents, hyphens, endings,
                                            compounds, case, exact
    """
    from earshot.classify.language import LanguageDetector  # noqa: PLC0415
    from earshot.matching.records import QueryMatcher  # noqa: PLC0415

    each_line(QueryMatcher(query, LanguageDetector().detect).match)
