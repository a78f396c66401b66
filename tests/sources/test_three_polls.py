"""Every kind of source is read three times by the real fetcher: no poll leaves it where the next one goes astray."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from source_builders import rss

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.source import Source, Subscription
from earshot.ports.http import Request, Response
from earshot.services.collecting import Collector
from earshot.services.credentials import Credentials
from earshot.services.fetching import Fetcher
from earshot.sources.registry import CONNECTORS
from earshot.store.listening import Listening
from fakes import NOW, DictSecrets, FixedClock, RecordingBus, WordClassifier
from simulation.internet import PLACES, Internet
from simulation.publications import Publication

SIGN_IN = json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 600_000})
MOST_STEPS = 10
UNPOLLED = {"push", "email_in", "webmention"}
"""What comes there comes by doors of its own."""

Body = Callable[[str, Mapping[str, str]], tuple[int, object]]
"""What a place answers to a path and its query: a status, and a text or what is to be JSON."""


@dataclass
class Wire:
    """A network with one place; it keeps what was asked there, without the requests for a session."""

    body: Body
    clock: FixedClock
    asked: list[str] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        query = {name: each[0] for name, each in parse_qs(parts.query).items()}
        if request.method == "POST":
            return self._response(request, 200, SIGN_IN)
        if parts.path == "/robots.txt":
            return self._response(request, 200, "")
        status, body = self.body(parts.path, query)
        token = next((f"!{query[each]}" for each in ("token", "pageToken", "after", "page") if each in query), "")
        self.asked.append(parts.path.rpartition("/")[2] + token)
        return self._response(request, status, body if isinstance(body, str) else json.dumps(body))

    def _response(self, request: Request, status: int, body: str) -> Response:
        return Response(status=status, url=request.url, body=body.encode(), received_at=self.clock.now())


class Simulated(Wire):
    """The same with the places of the simulation."""

    def __init__(self, clock: FixedClock, *publications: Publication) -> None:
        super().__init__(lambda _path, _query: (404, ""), clock)
        self.internet = Internet(publications, random.Random(1), limits=())

    def send(self, request: Request) -> Response:
        self.internet.at = self.clock.now()
        self.asked.append(urlsplit(request.url).path)
        return self.internet.send(request)


class Ear:
    """One source of a kind, its example or another one, and whoever reads it."""

    def __init__(
        self,
        kind: str,
        wire: Wire,
        clock: FixedClock,
        *,
        locator: str = "",
        words: tuple[str, ...] = (),
        cursor: str = "",
    ) -> None:
        connector = CONNECTORS[kind]
        self.wire, self.clock = wire, clock
        table, secrets = DictTable(), DictSecrets()
        fields = dict.fromkeys({*connector.place.needs, *(("access_token",) if kind == "mastodon" else ())}, "x")
        named = {name: value for name, value in (("monthly_dollars", "999"), ("instance", "")) if name in fields}
        secrets.put(f"{TENANT}/{kind}", fields | named)
        self.listening = Listening(table)
        self.listening.sources.add(
            Source(
                id="s",
                kind=kind,
                locator=locator or connector.locator(connector.place.example),
                owner="" if connector.place.public else TENANT,
                words=words,
                cursor=cursor,
                created_at=NOW,
            )
        )
        self.listening.hear(Subscription(tenant=TENANT, source_id="s", started_at=NOW, fetched=True))
        collector = Collector(table, RecordingBus(), WordClassifier(), clock)
        credentials = Credentials(secrets, clock)
        self.fetcher = Fetcher(table, wire, {kind: connector}, collector, clock, credentials=credentials)

    def poll(self) -> list[str]:
        """What one whole poll asks for, an hour after the last one."""
        self.clock.advance(hours=1)
        self.wire.asked.clear()
        for _ in range(MOST_STEPS):
            source = self.fetcher.source("s")
            assert source is not None
            outcome = self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c")
            assert outcome.error is None, outcome.error
            assert not outcome.is_put_off
            if not outcome.wants_more:
                return [*self.wire.asked]
        raise AssertionError(f"this poll does not end: {self.wire.asked}")

    @property
    def cursor(self) -> str:
        """As it is stored."""
        source = self.listening.source("s")
        assert source is not None
        return source.cursor


def polls_of(kind: str, body: Body, **changes: str | tuple[str, ...]) -> list[list[str]]:
    clock = FixedClock()
    ear = Ear(kind, Wire(body, clock), clock, **changes)  # type: ignore[arg-type]
    return [ear.poll() for _ in range(3)]


def always(body: object) -> Body:
    return lambda _path, _query: (200, body)


REVIEW = {"reviewId": "r", "starRating": "FIVE", "comment": "x", "createTime": "2026-11-20T08:00:00Z"}
SAID = {"reviewId": "r", "comments": [{"userComment": {"text": "x", "lastModified": {"seconds": "1795200000"}}}]}
SHOP = {"id": "rev-1", "rating": 2, "comment": "x", "submittedAt": "2026-11-20T08:00:00.000Z"}
UNIT, MERGED = "46d6a890ffa235a75b00021d", "56d6a890ffa235a75b00021e"
STATUS = {
    "id": "1000",
    "created_at": "2026-11-24T10:00:00.000Z",
    "visibility": "public",
    "url": "https://mastodon.social/@anna/1000",
    "uri": "https://mastodon.social/users/anna/statuses/1000",
    "content": "<p>x</p>",
    "account": {"id": "1", "acct": "anna", "url": "https://mastodon.social/@anna"},
}
POST = {"id": "1000001_700", "message": "x", "created_time": "2026-11-20T08:00:00+0000", "from": {"id": "9"}}
MEDIUM = {"id": "1790", "caption": "x", "timestamp": "2026-11-20T08:00:00+0000", "permalink": "https://i.example/p/C/"}


def mastodon(*statuses: object) -> Body:
    return lambda path, _query: (200, {"statuses": list(statuses)} if "search" in path else list(statuses))


def trustpilot(*reviews: object) -> Body:
    return lambda path, _query: (
        200,
        {"id": UNIT, "displayName": "Acme"} if "find" in path else {"reviews": [*reviews]},
    )


QUIET: dict[str, tuple[Body, list[str]]] = {
    "facebook": (always({"data": []}), ["tagged", "feed"]),
    "instagram": (always({"data": []}), ["tags", "media"]),
    "google_play": (always({}), ["reviews"]),
    "google_business": (always({}), ["reviews"]),
    "trusted_shops": (always({"items": []}), ["reviews"]),
    "trustpilot": (trustpilot(), ["reviews"]),
    "feed": (always(rss("")), [""]),
    "google_alerts": (always('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>'), ["5678"]),
    "discourse": (always({"latest_posts": []}), ["posts.json"]),
    "page_watch": (always("<html><body><p>Wir haben heute geöffnet.</p></body></html>"), ["news"]),
    "appstore": (always({"feed": {"author": {}, "entry": [{"im:name": {"label": "Acme"}}]}}), ["json"]),
}
ONE_PAGE: dict[str, Body] = {
    "facebook": always({"data": [POST]}),
    "instagram": always({"data": [MEDIUM]}),
    "google_play": always({"reviews": [SAID]}),
    "google_business": always({"reviews": [REVIEW]}),
    "trusted_shops": always({"items": [SHOP]}),
    "trustpilot": trustpilot({"id": UNIT, "stars": 2, "text": "x", "createdAt": "2026-11-20T08:00:00Z"}),
    "feed": always(rss("<item><title>x</title><link>https://feeds.example/1</link></item>")),
    "discourse": always({"latest_posts": [{"id": 5, "raw": "x", "topic_slug": "t", "topic_id": 1, "post_number": 1}]}),
}


def test_every_kind_is_played_here() -> None:
    assert {*QUIET, *(each.kind for each in PLACES), *UNPOLLED} == {*CONNECTORS}


@pytest.mark.parametrize("kind", sorted(QUIET))
def test_three_quiet_polls_ask_for_the_same(kind: str) -> None:
    body, lists = QUIET[kind]

    first, second, third = polls_of(kind, body)

    assert [first[-len(lists) :], second, third] == [lists, lists, lists]


@pytest.mark.parametrize("kind", sorted(ONE_PAGE))
def test_three_polls_of_one_page_ask_for_the_same(kind: str) -> None:
    _, lists = QUIET[kind]

    first, second, third = polls_of(kind, ONE_PAGE[kind])

    assert [first[-len(lists) :], second, third] == [lists, lists, lists]


@pytest.mark.parametrize("statuses", [(), (STATUS,)], ids=["quiet", "one page"])
def test_mastodon_with_a_token_searches_in_every_poll(statuses: tuple[object, ...]) -> None:
    polls = polls_of("mastodon", mastodon(*statuses), words=("acme",), locator="mastodon.social#1")

    assert polls == [["search", "acme"]] * 3


@pytest.mark.parametrize("is_said", [False, True], ids=["quiet", "something said"])
@pytest.mark.parametrize("kind", sorted(each.kind for each in PLACES))
def test_third_poll_of_a_simulated_place_is_like_the_second(kind: str, *, is_said: bool) -> None:
    place = next(each for each in PLACES if each.kind == kind)
    search = CONNECTORS[kind].place.search
    scopes = ("all", "videos", "issues", "de", "mastodon.social", "feddit.org", "stackoverflow")
    at = NOW - timedelta(minutes=5)
    said = [
        Publication(number=n, kind=place.kind, scope=scope, brand=0, phrase="acme", at=at, shown_at=at)
        for n, scope in enumerate(scopes, 1)
    ]
    clock = FixedClock()
    ear = Ear(kind, Simulated(clock, *(said if is_said else [])), clock)
    assert search is None or search.max_chars

    polls = [ear.poll() for _ in range(4)]

    assert polls[3]
    assert polls[2] == polls[3]


def test_google_play_reads_all_pages_in_every_poll() -> None:
    def two(_path: str, query: Mapping[str, str]) -> tuple[int, object]:
        more = {} if "token" in query else {"tokenPagination": {"nextPageToken": "TOK"}}
        return 200, {"reviews": [SAID], **more}

    assert polls_of("google_play", two) == [["reviews", "reviews!TOK"]] * 3


def test_google_play_begins_from_the_top_once_a_token_is_refused() -> None:
    def refusing(_path: str, query: Mapping[str, str]) -> tuple[int, object]:
        return (400, {"error": {"code": 400}}) if "token" in query else (200, {"reviews": [SAID]})

    assert polls_of("google_play", refusing, cursor="0|OLD") == [["reviews!OLD"], ["reviews"], ["reviews"]]


@pytest.mark.parametrize("kind", ["google_business", "trusted_shops"])
def test_first_walk_whose_token_is_refused_begins_from_the_top(kind: str) -> None:
    def refusing(_path: str, query: Mapping[str, str]) -> tuple[int, object]:
        if query.get("pageToken") or query.get("after"):
            return 400, {"error": {"code": 400, "status": "INVALID_ARGUMENT"}}
        paging = {"cursor": {"after": "TOK"}, "links": {"next": "https://api.etrusted.com/reviews?after=TOK"}}
        return 200, {"reviews": [REVIEW], "nextPageToken": "TOK", "items": [SHOP], "paging": paging}

    assert polls_of(kind, refusing) == [["reviews", "reviews!TOK"]] * 3
    assert polls_of(kind, refusing, cursor="0|1795200000000|0|OLD")[:2] == [["reviews!OLD"], ["reviews", "reviews!TOK"]]


def test_trustpilot_asks_for_the_unit_again_once_it_is_gone() -> None:
    def merged(path: str, _query: Mapping[str, str]) -> tuple[int, object]:
        if "find" in path:
            return 200, {"id": UNIT, "displayName": "Acme"}
        return (404, {}) if MERGED in path else (200, {"reviews": []})

    polls = polls_of("trustpilot", merged, cursor=f"{MERGED} 1790000000000")

    assert polls == [["reviews"], ["find", "reviews"], ["reviews"]]
