"""A source as its people see it: how it is doing, what to do about it, and everything else when it is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from earshot.domain.condition import Condition, condition_of
from earshot.services.sourcing import Listened
from earshot.sources.registry import CONNECTORS
from earshot.web.cards import source_kind
from earshot.web.marking import clean, host_of, one_line, safe_link
from earshot.web.story_card import KNOWN_KINDS
from earshot.web.viewer import Viewer
from earshot.web.words import Words

_MOST_WORDS = 12
"""Phrases of a search that a card names; it counts the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """A source in words: `state` is one line, `problem` what to do about it, "" while all is well, `facts` the rest."""

    id: str
    name: str
    kind: str
    link: str
    is_paused: bool
    state: str
    problem: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfSources:
    """The sources of one kind that are well."""

    name: str
    cards: tuple[SourceCard, ...]


def source_card(listened: Listened, viewer: Viewer, watch_names: Mapping[str, str]) -> SourceCard:
    """A source for this viewer; `watch_names` are the names of the tenant's watches by id."""
    source = listened.source
    kind = kind_name(source.kind, viewer)
    name = one_line(clean(source.name), 120) or host_of(source.locator) or one_line(source.locator, 120) or kind
    return SourceCard(
        id=source.id,
        name=name,
        kind=kind,
        link=safe_link(source.locator),
        is_paused=listened.subscription.paused or source.off_at is not None,
        state=" · ".join(_state(listened, viewer)),
        problem=_problem(listened, viewer),
        facts=tuple(_facts(listened, viewer, watch_names)),
    )


def kinds_of(cards: Iterable[SourceCard]) -> tuple[KindOfSources, ...]:
    """The cards by kind, the kinds by name."""
    by_kind: dict[str, list[SourceCard]] = {}
    for card in cards:
        by_kind.setdefault(card.kind, []).append(card)
    return tuple(KindOfSources(name=name, cards=tuple(by_kind[name])) for name in sorted(by_kind, key=str.casefold))


def kind_name(kind: str, viewer: Viewer) -> str:
    """What a kind of source is called."""
    if kind in KNOWN_KINDS or kind not in CONNECTORS:
        return source_kind(kind, viewer)
    return CONNECTORS[kind].place.name


def advice(condition: Condition, kind: str, words: Words) -> str:
    """What is wrong with a source and what to do about it; "" where nothing is."""
    return words(f"problem.{condition}", kind=kind) if condition.is_trouble else ""


def _state(listened: Listened, viewer: Viewer) -> Iterator[str]:
    words, source, schedule = viewer.words, listened.source, listened.schedule
    yield words(_standing(listened))
    if source.last_news_at:
        yield words("source.news", ago=viewer.ago(source.last_news_at))
    else:
        yield words("source.no.news" if source.first_fetched_at else "source.new")
    if schedule and not listened.subscription.paused and source.off_at is None:
        left = schedule.due_at - viewer.now
        is_soon = left.total_seconds() < 60
        when = words("source.soon") if is_soon else words("source.in", span=viewer.span(left, is_rough=True))
        yield words("source.next", when=when)


def _standing(listened: Listened) -> str:
    """The key of what is done about a source: paused by its tenant, given up, or listened to."""
    if listened.subscription.paused:
        return "source.paused"
    return "source.off" if listened.source.off_at else "source.listens"


def _problem(listened: Listened, viewer: Viewer) -> str:
    source, words = listened.source, viewer.words
    condition = condition_of(source, listened.subscription, listened.schedule, viewer.now)
    said = advice(condition, source.kind, words)
    if said and source.moved_to:
        said += " " + words("problem.moved", url=one_line(source.moved_to, 200))
    if said and source.problem_at:
        said = words("problem.since", problem=said, ago=viewer.ago(source.problem_at))
    return said


def _facts(listened: Listened, viewer: Viewer, watch_names: Mapping[str, str]) -> Iterator[str]:
    words, source, subscription = viewer.words, listened.source, listened.subscription
    if subscription.automatic:
        yield words("source.follows")
    if source.words:
        yield _asked_for(source.words, words)
    if subscription.watches:
        names = [
            words("quoted", text=one_line(clean(watch_names.get(each, each)), 80)) for each in subscription.watches
        ]
        yield words("source.only", watches=", ".join(names))
    if subscription.companion_of:
        yield words("source.companion")
    yield from _times(listened, viewer)
    if source.moved_to and not source.problem:
        yield words("problem.moved", url=one_line(source.moved_to, 200))
    if source.problem_detail:
        yield words("source.detail", detail=one_line(clean(source.problem_detail), 300))
    if not subscription.automatic:
        yield words("source.locator", url=one_line(clean(source.locator), 300))


def _times(listened: Listened, viewer: Viewer) -> Iterator[str]:
    words, schedule = viewer.words, listened.schedule
    if schedule is None or listened.subscription.paused or listened.source.off_at:
        return
    if schedule.asked_at:
        yield words("source.asked", ago=viewer.ago(schedule.asked_at))
    key, gap_s = ("source.real", schedule.real_s) if schedule.real_s else ("source.usual", schedule.interval_s)
    yield words(key, span=viewer.span(timedelta(seconds=gap_s), is_rough=True))
    if schedule.waiting_since:
        yield words("source.waits", ago=viewer.ago(schedule.waiting_since))


def _asked_for(phrases: tuple[str, ...], words: Words) -> str:
    named = ", ".join(words("quoted", text=one_line(clean(each), 80)) for each in phrases[:_MOST_WORDS])
    more = len(phrases) - _MOST_WORDS
    return words("source.asks.more", words=named, n=more) if more > 0 else words("source.asks", words=named)
