"""Matchers by tenant, built once per change of watches and kept between fetches."""

from earshot.domain.watch import Watch
from earshot.matching.matcher import Matcher
from earshot.store.company import Company


class Matchers:
    """Keeps the automaton of each tenant until its watches change."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._built: dict[str, tuple[tuple[tuple[str, int], ...], Matcher, dict[str, Watch]]] = {}

    def of(self, tenant: str) -> tuple[Matcher, dict[str, Watch]]:
        """The matcher over a tenant's present watches, and those watches by id."""
        watches = self._company.watches_of(tenant)
        state = tuple((watch.id, watch.revision) for watch in watches)
        built = self._built.get(tenant)
        if built is None or built[0] != state:
            built = (state, Matcher(watches), {watch.id: watch for watch in watches})
            self._built[tenant] = built
        return built[1], built[2]
