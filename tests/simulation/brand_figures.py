"""What a day of many brands has shown: delays, requests against what is allowed, and how evenly brands are served."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles

from earshot.domain.source import Source, Subscription
from earshot.ports.table import Key, Row
from earshot.sources.registry import CONNECTORS
from earshot.store.codec import from_row
from simulation.brand_world import BEGINS_AT, KEYED, WARM_UP, BrandWorld, automatic_kinds, tenant_of
from simulation.limits import Gauge
from simulation.publications import Publication, number_in

SOME_MINUTES_S = 300.0
ONE_POLL_S = 30.0
"""Reads of one source that are closer than this belong to one poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What there is to say of one kind; delays in seconds, 0.0 where nothing was heard.

    `late` counts what was not heard although it was public for twice the longest gap between two polls, or twice the
    declared one where that is longer. `evenness` is Jain's index over the polls that the sources of those got who share
    a quota, the lowest of them: 1.0 is perfectly even. `worst_s` is the median delay of the brand that hears it latest,
    `longest_gap_s` the longest between two polls of one source, `stretch` how many times the usual gap that is, among
    those who share a quota. `used` says of each limit how much of it was used at most.
    """

    kind: str
    sources: int
    requests: int
    heard: int
    late: int
    median_s: float
    p95_s: float
    max_s: float
    worst_s: float
    evenness: float
    usual_gap_s: float
    stretch: float
    longest_gap_s: float
    used: tuple[str, ...]
    broken: int


def lines(world: BrandWorld) -> tuple[Line, ...]:
    """A line for each kind that is heard by itself, in the order of the registry."""
    heard = _heard(world)
    return tuple(_line(world, kind, heard) for kind in automatic_kinds())


def jain(shares: Sequence[float]) -> float:
    """Jain's fairness index: 1.0 where all get the same, 1/n where one gets everything; 1.0 for nobody."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


def _line(world: BrandWorld, kind: str, heard: dict[int, datetime]) -> Line:
    polls = {id_: _polls(times) for id_, times in world.reads.items() if world.sources[id_].kind == kind}
    gaps = _gaps(polls.values())
    longest = max(gaps, default=0.0)
    said = [each for each in world.said.values() if each.kind == kind and _counts(world, each)]
    delays = {each.number: (heard[each.number] - each.at).total_seconds() for each in said if each.number in heard}
    by_brand: dict[int, list[float]] = defaultdict(list)
    for number, delay in delays.items():
        by_brand[world.said[number].brand].append(delay)
    all_delays = sorted(delays.values())
    public_until = world.ends_at - 2 * timedelta(seconds=max(longest, CONNECTORS[kind].place.interval_s))
    gauges = world.internet.gauges.get(kind, [])
    return Line(
        kind=kind,
        sources=len(polls),
        requests=world.internet.asked.get(kind, 0),
        heard=len(delays),
        late=sum(each.number not in heard and each.shown_at <= public_until for each in said),
        median_s=median(all_delays) if all_delays else 0.0,
        p95_s=quantiles(all_delays, n=20, method="inclusive")[-1] if len(all_delays) > 1 else sum(all_delays),
        max_s=max(all_delays, default=0.0),
        worst_s=max((median(each) for each in by_brand.values()), default=0.0),
        evenness=min((jain([len(polls[id_]) for id_ in group]) for group in _sharing(world, polls)), default=1.0),
        usual_gap_s=median(gaps) if gaps else 0.0,
        stretch=max((_stretch([polls[id_] for id_ in group]) for group in _sharing(world, polls)), default=0.0),
        longest_gap_s=longest,
        used=tuple(_used(gauge) for gauge in gauges if gauge.requests),
        broken=sum(len(gauge.broken) for gauge in gauges),
    )


def _gaps(polls: Iterable[Sequence[datetime]]) -> list[float]:
    """The seconds between one poll of a source and its next one, of several sources."""
    return [(later - earlier).total_seconds() for each in polls for earlier, later in pairwise(each)]


def _stretch(polls: Iterable[Sequence[datetime]]) -> float:
    """How many times as long as usual one of these sources had to wait; a wait of some minutes is none."""
    gaps = _gaps(polls)
    return max(gaps) / max(median(gaps), SOME_MINUTES_S) if gaps else 0.0


def _polls(times: Sequence[datetime]) -> list[datetime]:
    """When the polls of a source began, once the brands have come."""
    begun: list[datetime] = []
    last = datetime.min.replace(tzinfo=BEGINS_AT.tzinfo)
    for at in times:
        if (at - last).total_seconds() >= ONE_POLL_S and at >= BEGINS_AT + WARM_UP:
            begun.append(at)
        last = at
    return begun


def _sharing(world: BrandWorld, polls: dict[str, list[datetime]]) -> list[list[str]]:
    """The sources in groups: all that are asked with one credential, and all that are asked without one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for id_ in polls:
        source = world.sources[id_]
        groups[source.owner if source.kind in KEYED else ""].append(id_)
    return list(groups.values())


def _counts(world: BrandWorld, said: Publication) -> bool:
    """Whether a publication is measured: said after the warm-up, about a brand that hears this kind."""
    return said.brand >= 0 and said.at >= BEGINS_AT + WARM_UP and said.brand in KEYED.get(said.kind, (said.brand,))


def _heard(world: BrandWorld) -> dict[int, datetime]:
    """When the mention of each publication was stored for the brand that it is about, by its number."""
    found: dict[int, datetime] = {}
    for brand in world.brands:
        for row in _rows(world, tenant_of(brand), "mention#"):
            number = number_in(f"{row.body.get('title', '')} {row.body.get('excerpt', '')}")
            if number is not None and world.said[number].brand == brand.number:
                found[number] = datetime.fromisoformat(str(row.body["seen_at"]))
    return found


def _rows(world: BrandWorld, tenant: str, prefix: str) -> Iterator[Row]:
    after: tuple[str, ...] | None = None
    while True:
        page = world.table.query(f"TENANT#{tenant}", prefix=prefix, after=after, limit=1000)
        yield from page.rows
        after = page.after
        if after is None:
            return


def never_read(world: BrandWorld) -> list[str]:
    """The sources that a brand listens to and that were never read."""
    wanted = {
        from_row(row, Subscription).source_id
        for brand in world.brands
        for row in _rows(world, tenant_of(brand), "subscription#")
    }
    return sorted(_locator(world, id_) for id_ in wanted - world.reads.keys())


def _locator(world: BrandWorld, id_: str) -> str:
    row = world.table.get(Key(f"SOURCE#{id_}", "source"))
    source = from_row(row, Source) if row else None
    return f"{source.owner} {source.kind} {source.locator}" if source else id_


def _used(gauge: Gauge) -> str:
    return f"{gauge.most:.3g} of {gauge.limit.says}"
