"""Why something was missed: what the table knows at once, and a job that looks at the sources for the rest."""

from collections.abc import Sequence
from dataclasses import replace

from earshot.domain.job import Job, JobKind
from earshot.domain.mention import Mention, mention_id
from earshot.domain.why import Place, Verdict, Why, answer_of, decided
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.covering import Page, covering, everywhere, page_at
from earshot.services.jobs import Asking
from earshot.services.previews import MOST_SOURCES, parts_for
from earshot.services.sourcing import Listened, Sourcing
from earshot.store.company import Company
from earshot.store.mentions import Mentions


class Whys:
    """Answers why a page is no mention, or which one it is. The page itself is never fetched, only its sources are."""

    def __init__(self, table: Table, asking: Asking, sourcing: Sourcing, clock: Clock) -> None:
        self._table = table
        self._asking = asking
        self._sourcing = sourcing
        self._clock = clock
        self._company = Company(table)

    def of(self, tenant: str, url: str) -> Why:
        """The answer for the page at this address; while a job looks for it, the verdict is `LOOKING`.

        Raises:
            Invalid: the address cannot be that of a page.
            Conflict: too many other jobs are under way.
            BusError: collect could not be told.
        """
        page = page_at(url)
        known = Why(url=page.url, site=page.site, kind=page.kind, verdict=Verdict.UNCOVERED)
        id_ = mention_id(tenant, page.identity)
        mention = Mentions(self._table).get_many(tenant, [id_]).get(id_)
        if mention is not None:
            return _stored(known, mention)
        listened = self._sourcing.all(tenant)
        sources = covering(page, listened, self._table, tenant)
        if standing := _standing(sources):
            return replace(known, verdict=standing, places=tuple(_place(each) for each in sources))
        is_sure = bool(sources)
        able = [each for each in (sources if is_sure else everywhere(listened)) if _is_able(each)][:MOST_SOURCES]
        return self._looked(tenant, page, known, able, is_sure=is_sure) if able else known

    def _looked(self, tenant: str, page: Page, known: Why, sources: Sequence[Listened], *, is_sure: bool) -> Why:
        asked = {
            "url": page.url,
            "identity": page.identity,
            "edition": self._company.editions.of(tenant),
            "sources": sorted(each.source.id for each in sources),
        }
        now = self._clock.now()
        job = self._asking.start(tenant, JobKind.WHY, asked, parts_for(sources, now))
        verdict, part = decided(job, now)
        if verdict is Verdict.ABSENT and not is_sure:
            return replace(known, job=job)
        answer = answer_of(job, part)
        about = [each for each in sources if not part or each.source.id == part or verdict is Verdict.ABSENT]
        return replace(
            known,
            verdict=verdict,
            places=tuple(_place(each, job) for each in about),
            finding=answer.found[0] if answer and answer.found else None,
            job=job,
        )


def _stored(known: Why, mention: Mention) -> Why:
    verdict = Verdict.MERGED if mention.story_id else Verdict.STORED
    return replace(known, verdict=verdict, mention_id=mention.id, story_id=mention.story_id)


def _standing(sources: Sequence[Listened]) -> Verdict | None:
    """Why none of the sources can have brought anything; None where one can, or where there are none."""
    if not sources or any(_is_able(each) for each in sources):
        return None
    heard = [each for each in sources if not each.subscription.paused]
    if not heard:
        return Verdict.PAUSED
    return Verdict.FAILING if any(each.source.problem for each in heard) else Verdict.NEVER_FETCHED


def _is_able(listened: Listened) -> bool:
    """Whether a source is read and answers, so that a look at it tells something."""
    source, schedule = listened.source, listened.schedule
    is_heard = not listened.subscription.paused and schedule is not None
    return is_heard and source.first_fetched_at is not None and not source.problem


def _place(listened: Listened, job: Job | None = None) -> Place:
    source = listened.source
    answer = answer_of(job, source.id) if job else None
    return Place(
        id=source.id,
        name=source.name or source.locator or source.kind,
        kind=source.kind,
        at=source.read_at or source.first_fetched_at,
        problem=(answer.problem if answer else "") or source.problem_detail,
        code=(answer.code if answer else "") or source.problem,
        oldest_at=answer.oldest_at if answer else None,
    )
