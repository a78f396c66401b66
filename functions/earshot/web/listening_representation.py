"""Watches, sources, noise and contacts as the JSON API shows them."""

from datetime import datetime
from typing import Any

from earshot.domain.condition import condition_of
from earshot.domain.contact import Contact
from earshot.domain.silence import Silence, silence_of
from earshot.domain.watch import Noise, Watch
from earshot.services.alert_queries import alert_offers
from earshot.services.doors import DOORS
from earshot.services.inputs import NoiseInput, TermsInput
from earshot.services.sourcing import Listened
from earshot.services.wording import as_query
from earshot.web.source_card import advice
from earshot.web.words import Words


def watch_json(watch: Watch) -> dict[str, Any]:
    """One watch; `query` says the same as `terms`, whose lists are empty where a query was given instead."""
    return {
        "id": watch.id,
        "name": watch.name,
        "role": watch.role,
        "terms": {name: list(getattr(watch.terms, name)) for name in TermsInput.__struct_fields__},
        "query": as_query(watch.terms),
        "noise": noise_json(watch.noise),
        "since": watch.since,
        "created_at": watch.created_at,
    }


def watch_with_offers_json(watch: Watch) -> dict[str, Any]:
    """One watch with the searches that let Google Alerts hear for it."""
    offers = [{"about": each.about, "query": each.query, "link": each.link} for each in alert_offers(watch)]
    return {**watch_json(watch), "alert_offers": offers}


def noise_json(noise: Noise) -> dict[str, Any]:
    """What is not to be heard, of a watch or of the company."""
    return {name: list(getattr(noise, name)) for name in NoiseInput.__struct_fields__}


def source_json(listened: Listened, now: datetime) -> dict[str, Any]:
    """One source and how it is doing; `problem` is null while all is well, and `advice` says what to do in English."""
    source, subscription, schedule = listened.source, listened.subscription, listened.schedule
    condition = condition_of(source, subscription, schedule, now)
    silence = silence_of(source, schedule, now, is_polled=source.kind not in DOORS)
    problem = {"code": source.problem, "detail": source.problem_detail, "since": source.problem_at}
    return {
        "id": source.id,
        "kind": source.kind,
        "url": source.locator,
        "name": source.name,
        "watches": list(subscription.watches),
        "automatic": subscription.automatic,
        "paused": subscription.paused,
        "listening_since": subscription.started_at,
        "last_news_at": source.last_news_at,
        "problem": problem if source.problem else None,
        "moved_to": source.moved_to or None,
        "off_at": source.off_at,
        "next_due_at": schedule.due_at if schedule and not subscription.paused else None,
        "interval_s": schedule.interval_s if schedule else None,
        "real_interval_s": schedule.real_s if schedule else None,
        "words": list(source.words),
        "condition": condition,
        "advice": advice(condition, source.kind, Words("en")),
        "silence": _silence_json(Silence() if subscription.paused else silence),
        "last_asked_at": schedule.asked_at if schedule else None,
        "waiting_since": schedule.waiting_since if schedule else None,
    }


def _silence_json(silence: Silence) -> dict[str, Any]:
    """The silence of a source; `unusual_after_s` is null while too little has come from it to tell."""
    after = silence.unusual_after
    return {
        "state": silence.hush,
        "since": silence.since,
        "unusual_after_s": int(after.total_seconds()) if after else None,
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
