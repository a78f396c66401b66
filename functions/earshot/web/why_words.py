"""Why something was missed, in sentences: what happened to it, and what to do next."""

from collections.abc import Iterator

from earshot.domain.job import Heard
from earshot.domain.why import Place, Verdict, Why
from earshot.web.marking import clean, one_line
from earshot.web.rule_words import list_in
from earshot.web.viewer import Viewer
from earshot.web.words import TABLES, Words

_MOST_NAMED = 3
_SITES = {"hackernews": "Hacker News"}


def said(why: Why, viewer: Viewer) -> Iterator[str]:
    """What happened, the decisive sentence first."""
    words, place = viewer.words, why.places[0] if why.places else None
    problem = next((each.problem for each in why.places if each.problem), "")
    told = {
        "site": _SITES.get(why.kind, why.site),
        "places": _named(why, viewer),
        "problem": one_line(clean(problem), 200),
        "ago": viewer.ago(place.at) if place and place.at else "",
        "list": ", ".join(dict.fromkeys(list_in(words, each.filtered) for each in _heard(why) if each.filtered)),
    }
    yield words(f"why.{_key(why.verdict)}", **told)
    if why.verdict in (Verdict.FAILING, Verdict.UNREADABLE):
        yield from dict.fromkeys(_problem(each, words) for each in why.places if each.problem)
    if why.verdict is Verdict.UNCOVERED and why.job is not None:
        yield words("why.uncovered.alerts")
    if why.verdict is Verdict.NOT_MATCHED and not _heard(why):
        yield words("why.no.watch")
    oldest_at = min((each.oldest_at for each in why.places if each.oldest_at), default=None)
    if why.verdict is Verdict.ABSENT and oldest_at:
        yield words("why.reaches.back", day=viewer.day(oldest_at))
    if why.finding and why.finding.is_history:
        yield words("why.history")


def advice(why: Why, viewer: Viewer) -> Iterator[str]:
    """What to do next, nothing where nothing needs to be done."""
    words = viewer.words
    if why.verdict is Verdict.UNCOVERED:
        if why.kind in _SITES:
            yield words("why.do.add.platform", site=_SITES[why.kind])
            return
        yield words("why.do.add.feed", site=why.site)
        if why.job is None:
            yield words("why.do.add.alerts")
    elif f"why.do.{_key(why.verdict)}" in _ADVICE:
        yield words(f"why.do.{_key(why.verdict)}")


_ADVICE = frozenset(
    f"why.do.{verdict.replace('_', '.')}"
    for verdict in (
        Verdict.PAUSED,
        Verdict.NEVER_FETCHED,
        Verdict.FAILING,
        Verdict.LOOKING,
        Verdict.NOT_ANSWERED,
        Verdict.FILTERED,
        Verdict.NOT_MATCHED,
        Verdict.ABSENT,
        Verdict.UNREADABLE,
    )
)


def _key(verdict: Verdict) -> str:
    return verdict.replace("_", ".")


def _problem(place: Place, words: Words) -> str:
    """What is wrong with a source, as the page of sources says it."""
    key = f"problem.{place.code}"
    return words(key, kind=place.kind) if key in TABLES[words.language] else one_line(clean(place.problem), 200)


def _heard(why: Why) -> tuple[Heard, ...]:
    return why.finding.heard if why.finding else ()


def _named(why: Why, viewer: Viewer) -> str:
    """The sources by name, as many as a sentence bears."""
    words = viewer.words
    names = [words("quoted", text=one_line(clean(each.name), 80)) for each in why.places]
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (words("why.more", n=more) if more > 0 else "")
