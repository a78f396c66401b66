"""Findings: items and mentions cut down to what a job shows of them."""

from collections.abc import Iterable
from dataclasses import replace

from earshot.domain.item import Item
from earshot.domain.job import MAX_EXCERPT, MAX_TITLE, Finding, Heard
from earshot.domain.mention import Mention
from earshot.domain.watch import Span

_LEAD = 100
"""Characters before the first match that an excerpt shows for its sense."""


def finding(
    item: Item, heard: Iterable[Heard] = (), spans: Iterable[Span] = (), *, mention_id: str = "", is_old: bool = False
) -> Finding:
    """An item as a job shows it: the beginning of its text, or where the first match stands."""
    spans = tuple(spans)
    start = _start(item.text, spans)
    return Finding(
        url=item.url,
        title=item.title[:MAX_TITLE],
        excerpt=item.text[start : start + MAX_EXCERPT],
        posted_at=item.published_at,
        spans=tuple(_shown(spans, start)),
        heard=tuple(heard),
        mention_id=mention_id,
        is_history=is_old,
    )


def item_of(mention: Mention) -> Item:
    """A stored mention as the item it was, as far as it is stored: its text is the excerpt."""
    return Item(
        identity=mention.identity,
        native_id=mention.id,
        source_kind=mention.source_kind,
        url=mention.url,
        title=mention.title,
        text=mention.excerpt,
        published_at=mention.posted_at,
        author=mention.author,
        engagement=mention.engagement,
        rating=mention.rating,
        language=mention.language,
        parent_id=mention.parent_id,
        root_id=mention.root_id,
        thread_url=mention.thread_url,
        place=mention.place,
    )


def _start(text: str, spans: Iterable[Span]) -> int:
    first = min((span.start for span in spans if span.field == "text"), default=0)
    if first + _LEAD <= MAX_EXCERPT:
        return 0
    return text.rfind(" ", 0, first - _LEAD) + 1 or first - _LEAD


def _shown(spans: Iterable[Span], start: int) -> Iterable[Span]:
    for span in spans:
        if span.field == "title" and span.end <= MAX_TITLE:
            yield span
        elif span.field == "text" and start <= span.start and span.end <= start + MAX_EXCERPT:
            yield replace(span, start=span.start - start, end=span.end - start)
