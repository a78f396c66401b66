"""Matchers by tenant, built once per change of watches and kept between fetches."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.domain.watch import Watch
from earshot.matching.document import TellLanguage
from earshot.matching.matcher import Matcher
from earshot.ports.clock import Clock
from earshot.store.company import Company

MAX_AGE = timedelta(minutes=5)
"""How long a matcher is kept at most: so long it may miss a change whose writer died half-way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """A matcher, the watches it is made of, and the edition that was the present one before they were read."""

    edition: str
    expires_at: datetime
    matcher: Matcher
    watches: dict[str, Watch]


class Matchers:
    """Keeps the automaton of each tenant until its watches or its noise change; asking costs one read of a small row.

    `tell_language` gives the language of a text and a hint, for watches that want one and items that do not say theirs.
    """

    def __init__(self, company: Company, clock: Clock, tell_language: TellLanguage | None = None) -> None:
        self._company = company
        self._clock = clock
        self._tell_language = tell_language
        self._built: dict[str, _Built] = {}

    def of(self, tenant: str) -> tuple[Matcher, dict[str, Watch]]:
        """The matcher over a tenant's present watches, and those watches by id."""
        # The edition comes before what it stands for: a change in between then counts as not seen yet.
        edition = self._company.editions.of(tenant)
        built = self._built.get(tenant)
        if built is None or built.edition != edition or built.expires_at <= self._clock.now():
            built = self._build(tenant, edition)
            # A warm process must not keep the matcher of everybody it ever worked for.
            self._built = {**self._fresh(), tenant: built}
        return built.matcher, built.watches

    def _fresh(self) -> dict[str, _Built]:
        now = self._clock.now()
        return {tenant: built for tenant, built in self._built.items() if built.expires_at > now}

    def _build(self, tenant: str, edition: str) -> _Built:
        watches = self._company.watches_of(tenant)
        return _Built(
            edition=edition,
            expires_at=self._clock.now() + MAX_AGE,
            matcher=Matcher(watches, self._company.noise_of(tenant), self._tell_language),
            watches={watch.id: watch for watch in watches},
        )
