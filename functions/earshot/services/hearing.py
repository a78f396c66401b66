"""What watches make of items: matches, and for what does not match the rule that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.item import Item
from earshot.domain.job import Heard, Lack
from earshot.domain.watch import Match, Noise, Watch
from earshot.matching.document import TellLanguage
from earshot.matching.matcher import Matcher, explain
from earshot.ports.clock import Clock
from earshot.services.matchers import MAX_AGE
from earshot.store.company import Company

_MOST_NAMED = 5
"""Words that one reason names."""


class Ears:
    """The watches of one tenant with its noise, built for one look at many items."""

    def __init__(self, watches: Sequence[Watch], noise: Noise, tell_language: TellLanguage | None = None) -> None:
        self._watches = sorted(watches, key=lambda watch: (watch.role.strength, watch.name.casefold()))
        self._by_id = {watch.id: watch for watch in watches}
        self._noise = noise
        self._tell_language = tell_language
        self._matcher = Matcher(self._watches, noise, tell_language)

    def match(self, item: Item) -> tuple[Match, ...]:
        """The watches that hear the item, strongest role first, with where."""
        return self._matcher.match(item)

    def explain(self, item: Item) -> tuple[Heard, ...]:
        """What each watch makes of the item, strongest role first."""
        return tuple(self._explained(watch, item) for watch in self._watches)

    def of_matches(self, matches: Sequence[Match]) -> tuple[Heard, ...]:
        """Matches with the names of their watches."""
        return tuple(_heard(self._by_id[match.watch_id], matched=True, rule=match.rule) for match in matches)

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The watches, strongest role first."""
        return tuple(self._watches)

    def _explained(self, watch: Watch, item: Item) -> Heard:
        found = explain(watch, item, self._noise, self._tell_language)
        lacks = tuple(Lack(why=miss.why, what=miss.what[:_MOST_NAMED]) for miss in found.misses)
        return _heard(watch, matched=found.matched, rule=found.rule, filtered=found.filtered, lacks=lacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """All ears of a tenant, with the edition that was the present one before their watches were read."""

    tenant: str
    edition: str
    expires_at: datetime
    ears: Ears


class AllEars:
    """The present watches of a tenant as ears, kept from one part of a job to the next: asking reads one small row."""

    def __init__(self, company: Company, clock: Clock, tell_language: TellLanguage | None = None) -> None:
        self._company = company
        self._clock = clock
        self._tell_language = tell_language
        self._kept: _Kept | None = None

    def of(self, tenant: str) -> Ears:
        """All watches of a tenant, built anew when they or its noise have changed."""
        # The edition comes before what it stands for: a change in between then counts as not seen yet.
        edition, now = self._company.editions.of(tenant), self._clock.now()
        kept = self._kept
        if kept is None or (kept.tenant, kept.edition) != (tenant, edition) or kept.expires_at <= now:
            ears = Ears(self._company.watches_of(tenant), self._company.noise_of(tenant), self._tell_language)
            kept = self._kept = _Kept(tenant=tenant, edition=edition, expires_at=now + MAX_AGE, ears=ears)
        return kept.ears


def _heard(watch: Watch, *, matched: bool, rule: str, filtered: str = "", lacks: tuple[Lack, ...] = ()) -> Heard:
    return Heard(
        watch_id=watch.id,
        watch_name=watch.name,
        role=watch.role,
        matched=matched,
        rule=rule,
        filtered=filtered,
        lacks=lacks,
    )
