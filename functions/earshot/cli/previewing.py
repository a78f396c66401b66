"""How previews are printed: what would have been caught, with its matches marked, and the nearest misses."""

from collections.abc import Iterable, Iterator
from typing import Any

MOST_SHOWN = 20


def preview_lines(job: dict[str, Any]) -> Iterator[str]:
    """A preview in words."""
    yield from job["says"]
    for each in job["found"][:MOST_SHOWN]:
        yield ""
        yield from _finding(each)
    more = len(job["found"]) - MOST_SHOWN
    if more > 0:
        yield f"… and {more} more"
    if job["missed"]:
        yield ""
        yield "Nearest misses:"
        for each in job["missed"]:
            yield from _miss(each)


def marked(text: str, spans: Iterable[dict[str, Any]], field: str) -> str:
    """The text in one line, with what matched between **asterisks**."""
    out, at = [], 0
    for start, end in sorted((span["start"], span["end"]) for span in spans if span["field"] == field):
        if start >= at and end <= len(text):
            out += [text[at:start], "**", text[start:end], "**"]
            at = end
    return " ".join("".join([*out, text[at:]]).split())


def _finding(each: dict[str, Any]) -> Iterator[str]:
    where = each["source"]["name"] if each["source"] else f"stored as {each['mention']}"
    date = (each["posted_at"] or "undated")[:10]
    yield f"{date}  {marked(each['title'], each['spans'], 'title') or '(without a title)'}  [{where}]"
    yield f"    {marked(each['excerpt'], each['spans'], 'text')}"
    yield f"    {each['url']}"
    for watch in each["watches"]:
        yield f"    {watch['watch_name']}: {watch['rule']}"


def _miss(each: dict[str, Any]) -> Iterator[str]:
    yield f"  {each['title'] or each['excerpt'][:80] or each['url']}"
    for watch in each["watches"]:
        yield "    " + (f"kept out by {watch['filtered']}" if watch["filtered"] else watch["rule"])
