"""Jobs and whys as the JSON API shows them, with sentences in English for whoever prints them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from earshot.domain.job import STORED, Answer, Finding, Heard, Job, JobKind, Part
from earshot.domain.why import Place, Why
from earshot.web.job_words import said_of_job
from earshot.web.viewer import Viewer
from earshot.web.why_words import advice, said
from earshot.web.words import Words


def job_json(job: Job, now: datetime) -> dict[str, Any]:
    """One job: how far it is, what was found so far, what nearly was, and what came of each part."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state(now),
        "asked": _asked(job),
        "asked_at": job.asked_at,
        "ends_at": job.ends_at,
        "says": list(said_of_job(job, Words("en"))),
        "parts": [_part(part) for part in job.parts],
        "left_out": job.left_out,
        "offers": [offer for part in job.parts if part.answer for offer in _offers(part.answer)],
        "found": list(_findings(job, "found")),
        "missed": list(_findings(job, "missed")),
    }


def why_json(why: Why, mention: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """The answer to a why; `mention` is the stored one, where there is one."""
    viewer = Viewer(words=Words("en"), zone=ZoneInfo("UTC"), now=now)
    return {
        "url": why.url,
        "verdict": why.verdict,
        "says": list(said(why, viewer)),
        "advice": list(advice(why, viewer)),
        "mention": mention,
        "story": why.story_id or None,
        "sources": [_place(each) for each in why.places],
        "item": finding_json(why.finding) if why.finding else None,
        "job": job_json(why.job, now) if why.job else None,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "url": finding.url,
        "title": finding.title,
        "excerpt": finding.excerpt,
        "posted_at": finding.posted_at,
        "spans": [{"field": s.field, "start": s.start, "end": s.end, "term": s.term} for s in finding.spans],
        "watches": [_heard(each) for each in finding.heard],
        "mention": finding.mention_id or None,
        "is_history": finding.is_history,
    }


def _findings(job: Job, which: str) -> Iterator[dict[str, Any]]:
    """The findings of all parts, those of what is stored first; what a source holds as well is shown once."""
    seen: set[str] = set()
    for part in job.parts:
        for finding in getattr(part.answer, which, ()):
            if finding.url and finding.url in seen:
                continue
            seen.add(finding.url)
            source = None if part.id == STORED else {"id": part.id, "name": part.name}
            yield {"source": source, **finding_json(finding)}


def _part(part: Part) -> dict[str, Any]:
    answer = part.answer
    return {
        "id": part.id,
        "name": part.name,
        "state": "waiting" if answer is None else "failed" if answer.problem else "answered",
        "looked_at": answer.looked_at if answer else 0,
        "caught": answer.caught if answer else 0,
        "problem": answer.problem if answer else "",
    }


def _offers(answer: Answer) -> Iterator[dict[str, Any]]:
    """What there is to listen to; `shown` is the one whose items were found."""
    for each in answer.offers:
        yield {
            "kind": each.kind,
            "url": each.url,
            "title": each.title,
            "what": each.what,
            "missing": list(each.missing),
            "shown": (each.kind, each.url) == (answer.kind, answer.url),
        }


def _asked(job: Job) -> dict[str, Any]:
    if job.kind is JobKind.PREVIEW:
        return {"watch": job.asked["watch"]["name"]}
    return {name: job.asked[name] for name in ("kind", "url", "mention") if name in job.asked}


def _heard(heard: Heard) -> dict[str, Any]:
    return {
        "watch": heard.watch_id,
        "watch_name": heard.watch_name,
        "role": heard.role,
        "matched": heard.matched,
        "rule": heard.rule,
        "filtered": heard.filtered,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "last_read_at": place.at,
        "problem": place.problem,
        "oldest_item_at": place.oldest_at,
    }
