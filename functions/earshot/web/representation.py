"""Values as the JSON API shows them."""

from collections.abc import Mapping
from typing import Any

from earshot.domain.contact import Contact
from earshot.domain.mention import Acknowledgement, HistoryEntry, Mention
from earshot.domain.verdict import Verdict
from earshot.domain.watch import Match, Watch
from earshot.services.alert_queries import alert_offers
from earshot.services.sourcing import Listened
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
        "is_history": mention.is_history,
        "status": mention.status,
        "kind": mention.kind,
        "role": mention.role,
        "verdict": _verdict(mention.verdict),
        "matches": [_match(match, watch_names) for match in mention.matches],
        "acknowledgement": _acknowledgement(done) if done else None,
        "log": [_entry(entry) for entry in mention.history],
        "version": mention.version,
    }


def watch_json(watch: Watch) -> dict[str, Any]:
    """One watch."""
    terms = watch.terms
    return {
        "id": watch.id,
        "name": watch.name,
        "role": watch.role,
        "terms": {"any": list(terms.any), "all": list(terms.all), "none": list(terms.none)},
        "since": watch.since,
        "created_at": watch.created_at,
    }


def watch_with_offers_json(watch: Watch) -> dict[str, Any]:
    """One watch with the searches that let Google Alerts hear for it."""
    offers = [{"about": each.about, "query": each.query, "link": each.link} for each in alert_offers(watch)]
    return {**watch_json(watch), "alert_offers": offers}


def source_json(listened: Listened) -> dict[str, Any]:
    """One source and how it is doing; `problem` is null while all is well."""
    source, subscription, schedule = listened.source, listened.subscription, listened.schedule
    problem = {"code": source.problem, "detail": source.problem_detail, "since": source.problem_at}
    return {
        "id": source.id,
        "kind": source.kind,
        "url": source.locator,
        "name": source.name,
        "watches": list(subscription.watches),
        "paused": subscription.paused,
        "listening_since": subscription.started_at,
        "last_news_at": source.last_news_at,
        "problem": problem if source.problem else None,
        "moved_to": source.moved_to or None,
        "next_due_at": schedule.due_at if schedule and not subscription.paused else None,
        "interval_s": schedule.interval_s if schedule else None,
    }


def contact_json(contact: Contact) -> dict[str, Any]:
    """One contact."""
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "webhook": contact.webhook,
        "language": contact.language,
        "timezone": contact.timezone,
        "created_at": contact.created_at,
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
