"""The limits of places, enforced by the places themselves: whoever asks more than is allowed has broken the run."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from earshot.ports.http import Request

PACIFIC = timezone(timedelta(hours=-8))
EVERYBODY = "our address"
X_DOLLARS = 10
"""What a brand that hears X allows a month."""

Whose = Callable[[Request], Hashable | None]
"""Whom a request counts for, None where it does not count at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `amount` in any `window`, or in each day of a zone where `day_in` names one; from the place's documents.

    `is_money` marks a sum that its answers decide.
    """

    kind: str
    says: str
    amount: float
    window: timedelta = timedelta(days=1)
    whose: Whose = lambda _: EVERYBODY
    costs: Callable[[Request], float] = lambda _: 1.0
    day_in: timezone | None = None
    is_money: bool = False


@dataclass
class Gauge:
    """How much of one limit was used, and how often it was broken."""

    limit: Limit
    most: float = 0.0
    requests: int = 0
    broken: list[str] = field(default_factory=list)
    _recent: dict[Hashable, deque[tuple[datetime, float]]] = field(default_factory=lambda: defaultdict(deque))
    _sums: dict[Hashable, float] = field(default_factory=lambda: defaultdict(float))

    def note(self, request: Request, at: datetime, spent: float | None = None) -> None:
        """Counts a request; `spent` where its answer decides what it costs."""
        whose = self.limit.whose(request)
        if whose is None:
            return
        self.requests += 1
        key: Hashable = (whose, at.astimezone(self.limit.day_in).date()) if self.limit.day_in else whose
        cost = self.limit.costs(request) if spent is None else spent
        self._sums[key] += cost
        if not self.limit.day_in:
            self._forget(key, at)
            self._recent[key].append((at, cost))
        self.most = max(self.most, self._sums[key])
        if self._sums[key] > self.limit.amount + 1e-6:
            self.broken.append(f"{self.limit.kind}: {self._sums[key]:g} of {self.limit.says} at {at:%d %H:%M:%S}")

    def _forget(self, key: Hashable, at: datetime) -> None:
        recent = self._recent[key]
        while recent and recent[0][0] <= at - self.limit.window:
            self._sums[key] -= recent.popleft()[1]


def bearer_of(request: Request) -> str:
    """The token or key of a request, "" for none."""
    return request.headers.get("Authorization", "") or request.headers.get("X-Goog-Api-Key", "")


def _without_token(path: str) -> Whose:
    return lambda request: EVERYBODY if path in request.url and not bearer_of(request) else None


def _with_token(path: str) -> Whose:
    return lambda request: bearer_of(request) or None if path in request.url else None


def _at(*paths: str) -> Whose:
    return lambda request: EVERYBODY if any(path in request.url for path in paths) else None


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


LIMITS: tuple[Limit, ...] = (
    Limit(kind="hackernews", says="10,000 an hour and address", amount=10_000, window=_minutes(60)),
    Limit(kind="lemmy", says="180 a minute, feddit.org", amount=180, window=_minutes(1), whose=_at("//feddit.org/")),
    Limit(kind="lemmy", says="180 a minute, lemmy.world", amount=180, window=_minutes(1), whose=_at("//lemmy.world/")),
    Limit(kind="stackexchange", says="300 a day and address", amount=300, whose=_without_token("/"), day_in=UTC),
    Limit(kind="stackexchange", says="30 a second and address", amount=30, window=timedelta(seconds=1)),
    Limit(kind="mastodon", says="300 in 5 minutes and address", amount=300, window=_minutes(5)),
    Limit(
        kind="github",
        says="10 searches a minute",
        amount=10,
        window=_minutes(1),
        whose=_without_token("/search/issues"),
    ),
    Limit(
        kind="github",
        says="30 searches a minute and token",
        amount=30,
        window=_minutes(1),
        whose=_with_token("/search/issues"),
    ),
    Limit(kind="google_news", says="none stated; ours: one in 2 s", amount=1, window=timedelta(seconds=2)),
    Limit(kind="bluesky", says="3,000 in 5 minutes and address", amount=3000, window=_minutes(5)),
    Limit(
        kind="bluesky",
        says="30 sign-ins in 5 minutes and account",
        amount=30,
        window=_minutes(5),
        whose=lambda request: request.body or None if "createSession" in request.url else None,
    ),
    Limit(
        kind="bluesky",
        says="300 sign-ins a day and account",
        amount=300,
        whose=lambda request: request.body or None if "createSession" in request.url else None,
    ),
    Limit(kind="youtube", says="100 searches a day and key", amount=100, whose=_with_token("/search?"), day_in=PACIFIC),
    Limit(
        kind="youtube",
        says="10,000 units a day and key",
        amount=10_000,
        whose=lambda request: bearer_of(request) if "/search?" not in request.url else None,
        day_in=PACIFIC,
    ),
    Limit(
        kind="reddit", says="1,000 in 10 minutes and client", amount=1000, window=_minutes(10), whose=_with_token("/")
    ),
    Limit(
        kind="x",
        says="450 searches in 15 minutes",
        amount=450,
        window=_minutes(15),
        whose=_with_token("/search/recent"),
    ),
    Limit(
        kind="x",
        says=f"USD {X_DOLLARS} in 30 days and token",
        amount=X_DOLLARS,
        window=timedelta(days=30),
        whose=_with_token("/"),
        is_money=True,
    ),
    Limit(kind="x", says="300 counts in 15 minutes", amount=300, window=_minutes(15), whose=_with_token("/counts/")),
)
"""What the documents of each place say; see docs/sources.md."""
