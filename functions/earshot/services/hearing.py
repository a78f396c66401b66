"""What watches make of items: matches, and for what does not match the rule that failed."""

from collections.abc import Sequence

from earshot.domain.item import Item
from earshot.domain.job import Heard, Lack
from earshot.domain.watch import Match, Noise, Watch
from earshot.matching.document import TellLanguage
from earshot.matching.matcher import Matcher, explain

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

    def _explained(self, watch: Watch, item: Item) -> Heard:
        found = explain(watch, item, self._noise, self._tell_language)
        lacks = tuple(Lack(why=miss.why, what=miss.what[:_MOST_NAMED]) for miss in found.misses)
        return _heard(watch, matched=found.matched, rule=found.rule, filtered=found.filtered, lacks=lacks)


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
