"""Mentions as the JSON API and webhooks show them."""

from collections.abc import Mapping
from typing import Any

from earshot.domain.joining import story_of
from earshot.domain.mention import Acknowledgement, HistoryEntry, Mention
from earshot.domain.story import Copy
from earshot.domain.verdict import Verdict
from earshot.domain.watch import Match
from earshot.store.mentions import author_key


def mention_json(mention: Mention, watch_names: Mapping[str, str]) -> dict[str, Any]:
    """One mention; a match names its watch while the watch exists."""
    done = mention.acknowledgement
    return {
        "id": mention.id,
        "url": mention.url,
        "title": mention.title,
        "excerpt": mention.excerpt,
        "author": _author(mention),
        "source": {"id": mention.source_id, "kind": mention.source_kind, "place": mention.place},
        "posted_at": mention.posted_at,
        "seen_at": mention.seen_at,
        "edited_at": mention.edited_at,
        "gone_at": mention.gone_at,
        "is_history": mention.is_history,
        "is_own_voice": mention.is_own_voice,
        "status": mention.status,
        "kind": mention.kind,
        "role": mention.role,
        "verdict": _verdict(mention.verdict),
        "matches": [_match(match, watch_names) for match in mention.matches],
        "acknowledgement": _acknowledgement(done) if done else None,
        "story": _story(mention),
        "log": [_entry(entry) for entry in mention.history],
        "version": mention.version,
    }


def _story(mention: Mention) -> dict[str, Any] | None:
    """The story a mention tells, or that it is a further place of: its places stand at the mention of that id."""
    if mention.story_id:
        return {"id": mention.story_id, "places": [], "count": 0, "first": None, "loudest": None}
    story = story_of(mention)
    if story is None:
        return None
    return {
        "id": story.id,
        "places": [_place(each) for each in story.places],
        "count": story.count,
        "first": story.first.mention_id,
        "loudest": story.loudest.mention_id if story.loudest else None,
    }


def _place(place: Copy) -> dict[str, Any]:
    return {
        "mention": place.mention_id,
        "place": place.place,
        "url": place.url,
        "at": place.at,
        "reach": place.reach,
    }


def _author(mention: Mention) -> dict[str, Any]:
    author = mention.author
    return {
        "id": author_key(mention),
        "name": author.name,
        "handle": author.handle,
        "url": author.url,
        "followers": author.followers,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    p = verdict.probabilities
    return {
        "sentiment": verdict.sentiment,
        "probabilities": {"positive": p.positive, "neutral": p.neutral, "negative": p.negative},
        "question": verdict.question,
        "wish": verdict.wish,
        "language": verdict.language,
        "urgency": verdict.urgency,
        "confidence": verdict.confidence,
        "reasons": list(verdict.reasons),
    }


def _match(match: Match, watch_names: Mapping[str, str]) -> dict[str, Any]:
    spans = [{"field": s.field, "start": s.start, "end": s.end, "term": s.term} for s in match.spans]
    shown = {"watch": match.watch_id, "role": match.role, "spans": spans, "rule": match.rule}
    name = watch_names.get(match.watch_id)
    return {**shown, "watch_name": name} if name else shown


def _acknowledgement(done: Acknowledgement) -> dict[str, Any]:
    return {
        "outcome": done.outcome,
        "by": done.by,
        "at": done.at,
        "note": done.note,
        "answer_url": done.answer_url,
    }


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    return {"at": entry.at, "by": entry.by, "what": entry.what, "detail": entry.detail}
