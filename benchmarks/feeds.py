"""What a feed costs to read, by its size, beside what the standard library's XML parser takes for the same bytes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from xml.etree import ElementTree

from benchmarks.scale import Scale
from benchmarks.texts import some_texts
from benchmarks.timing import Row, digits, in_turn, shown
from builders import a_source
from earshot.ports.http import Response
from earshot.sources.feed import FeedConnector
from fakes import NOW

AREA = "feeds"
NAMED = "Café Morgenrot"
"""Stands in the title of every entry."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Stadtgespräch</title>'
    "<link>https://forum.example/</link><description>Was man so sagt</description>\n"
)


def measure(scale: Scale) -> list[Row]:
    """A line for each size, and one for the largest beside the standard library."""
    texts = some_texts(scale.texts).texts
    responses = {f"a feed of {count} entries": response(range(count), texts) for count in scale.entries}
    smallest, *_, largest = responses
    bare = "`ElementTree` on the same bytes"
    actions = {name: partial(FeedConnector().parse, each, a_source(kind="feed")) for name, each in responses.items()}
    turns = in_turn(
        {**actions, bare: partial(ElementTree.fromstring, responses[largest].body)},
        tries=scale.tries,
    )
    rows = []
    for name, each in responses.items():
        rate = len(each.body) / 1e6 / turns.median_s(name)
        size = f"{shown(turns.median_s(name))} ({len(each.body) / 1e3:.0f} KB, {digits(rate)} MB/s)"
        rows.append(turns.row(AREA, name, smallest, median=size))
    return [*rows, replace(turns.row(AREA, largest, bare), what=f"the feed of {scale.entries[-1]} entries")]


def response(numbers: range, texts: Sequence[str]) -> Response:
    """An RSS document with one entry for each number, the highest first, as a server would send it."""
    body = _HEAD + "".join(_entry(number, texts) for number in reversed(numbers)) + "</channel></rss>"
    url, received_at = "https://forum.example/feed", NOW + timedelta(days=1)
    return Response(status=200, url=url, headers={}, body=body.encode(), received_at=received_at)


def _entry(number: int, texts: Sequence[str]) -> str:
    said = [texts[(number + i) % len(texts)] for i in range(4)]
    paragraphs = "".join(f'<p>{escape(text)} <a href="https://forum.example/u/{number}">mehr</a></p>' for text in said)
    written = format_datetime(NOW + timedelta(minutes=number / 10))
    return (
        f"<item><title>{NAMED}: {escape(said[0][:60])}</title><link>https://forum.example/t/{number}</link>"
        f"<guid>https://forum.example/t/{number}</guid><pubDate>{written}</pubDate>"
        f"<author>anna{number % 17}@forum.example (Anna {number % 17})</author>"
        f"<description>{escape(paragraphs)}</description></item>\n"
    )
