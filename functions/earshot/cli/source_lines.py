"""Sources in lines: how each is doing and what to do about it, those with a problem first."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MOST_WORDS = 8
"""Phrases of a search that a line names; it counts the others."""


def source_line(source: Mapping[str, Any]) -> str:
    """One source by its id, its kind and its name."""
    return f"{source['id']}  {source['kind']:<13}  {source['name'] or source['url'] or source['kind']}"


def source_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """All sources: those that want something first, the others by kind."""
    sources = answer["sources"]
    if not sources:
        yield "No sources yet. Add one: earshot source add https://example.com/feed"
    troubled = [each for each in sources if each["advice"]]
    well: dict[str, list[Mapping[str, Any]]] = {}
    for each in sources:
        if not each["advice"]:
            well.setdefault(each["kind"], []).append(each)
    if troubled:
        yield f"{len(troubled)} of {len(sources)} want something:"
    for each in troubled:
        yield from _told(each)
    for kind, found in sorted(well.items()):
        yield f"{kind}: {len(found)}"
        for each in found:
            yield from _told(each)


def _told(source: Mapping[str, Any]) -> Iterator[str]:
    yield source_line(source)
    if source["advice"]:
        yield f"    {source['advice']}"
    yield f"    {'; '.join(_state(source))}"
    if source["words"]:
        yield f"    follows the watches and asks for {_listed(source['words'])}"
    elif source["automatic"]:
        yield "    follows the watches"


def _state(source: Mapping[str, Any]) -> Iterator[str]:
    if source["paused"]:
        yield "paused"
        return
    if source["off_at"]:
        yield "given up, pause --resume takes it up again"
    if problem := source["problem"]:
        yield f"since {minute(problem['since'])}: {problem['detail']}"
    if source["moved_to"]:
        yield f"moved to {source['moved_to']}"
    yield f"last news {minute(source['last_news_at'])}" if source["last_news_at"] else "no news yet"
    if source["off_at"]:
        return
    if source["last_asked_at"]:
        yield f"last look {minute(source['last_asked_at'])}"
    if gap_s := source["real_interval_s"]:
        yield f"heard about every {span(gap_s)}"
    if source["waiting_since"]:
        yield f"waits for a quota since {minute(source['waiting_since'])}"
    yield f"next look {minute(source['next_due_at'])}" if source["next_due_at"] else "not scheduled"


def _listed(words: Iterable[str]) -> str:
    phrases = list(words)
    more = len(phrases) - _MOST_WORDS
    return ", ".join(phrases[:_MOST_WORDS]) + (f" and {more} more" if more > 0 else "")


def minute(at: str | None) -> str:
    """A time to the minute, as people write it."""
    return f"{at[:10]} {at[11:16]} UTC" if at else "some time"


def span(seconds: int) -> str:
    """A span of time in its largest unit."""
    for size, unit in ((172_800, 86_400), (7_200, 3_600)):
        if seconds >= size:
            return f"{round(seconds / unit)} {'days' if unit == 86_400 else 'hours'}"
    return f"{max(round(seconds / 60), 1)} minutes" if seconds >= 90 else "minute"
