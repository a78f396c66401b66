"""The internet of the simulation: every place at its hosts, with latency, keeping its own limits."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from earshot.domain.errors import Unreachable
from earshot.ports.http import Request, Response
from simulation.keyed_places import Bluesky, Reddit, X, YouTube
from simulation.limits import LIMITS, Gauge, Limit
from simulation.publications import Publication
from simulation.search_places import GitHub, GoogleNews, Mastodon
from simulation.stream_places import HackerNews, Lemmy, Place, StackExchange

LATENCY_S = (0.15, 0.9)
PLACES: tuple[type[Place], ...] = (
    HackerNews,
    Lemmy,
    StackExchange,
    Mastodon,
    GoogleNews,
    GitHub,
    Bluesky,
    YouTube,
    Reddit,
    X,
)


class Internet:
    """Answers requests; `at` is the moment at which the next one is sent, later than the clock after a pause."""

    def __init__(
        self, publications: Iterable[Publication], rng: random.Random, limits: Iterable[Limit] = LIMITS
    ) -> None:
        self.at = datetime(1970, 1, 1, tzinfo=UTC)
        self.places = {place.kind: place for place in (each() for each in PLACES)}
        self.gauges: dict[str, list[Gauge]] = {kind: [] for kind in self.places}
        self.asked = dict.fromkeys(self.places, 0)
        self._at_host = {host: place for place in self.places.values() for host in place.hosts}
        self._rng = rng
        for limit in limits:
            self.gauges[limit.kind].append(Gauge(limit))
        for each in publications:
            self.places[each.kind].put(each)

    def send(self, request: Request) -> Response:
        """The answer of the place at the host of a request, some tenths of a second later."""
        place = self._at_host.get(urlsplit(request.url).hostname or "")
        if place is None:
            raise Unreachable(f"nobody is at {urlsplit(request.url).hostname}")
        answer = place.answer(request, self.at)
        self.asked[place.kind] += 1
        for gauge in self.gauges[place.kind]:
            gauge.note(request, self.at, answer.spent if gauge.limit.is_money else None)
        self.at += timedelta(seconds=self._rng.uniform(*LATENCY_S))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, url=request.url, headers=headers, body=answer.body, received_at=self.at)

    @property
    def broken(self) -> list[str]:
        """Every time that a limit was broken."""
        return [line for gauges in self.gauges.values() for gauge in gauges for line in gauge.broken]
