"""A poll of several steps that brings nothing new writes nothing, and one that does loses nothing."""

import json
from dataclasses import replace
from datetime import timedelta

from test_budgets import MeteredPost

from builders import SOURCE, TENANT, a_page, a_schedule, a_source, a_subscription, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Spent, Unreachable
from earshot.domain.source import Source
from earshot.ports.http import Request, Response
from earshot.services.collecting import Collector
from earshot.services.credentials import Credentials
from earshot.services.fetching import Fetcher
from earshot.sources.registry import CONNECTORS
from earshot.store.listening import Listening
from fakes import NOW, DictSecrets, FixedClock, RecordingBus, WordClassifier

ALREADY_READ = 1990000000000000000


class Steps(MeteredPost):
    """A source of two lists, asked in turns: its cursor ends where it began."""

    def __init__(self) -> None:
        super().__init__()
        quiet = an_item("9", text="nothing of interest")
        self.connector.pages = {
            "posts": a_page(quiet, cursor="comments", more=True, entries_hash=""),
            "news": a_page(an_item("1"), cursor="comments", more=True, entries_hash=""),
            "comments": a_page(quiet, cursor="posts", entries_hash=""),
        }
        self.read("posts")
        self.read("comments")

    @property
    def present(self) -> Source:
        """As the next step would ask for it."""
        found = self.fetcher.source(SOURCE)
        assert found is not None
        return found

    @property
    def stored(self) -> Source:
        found = Listening(self.table).source(SOURCE)
        assert found is not None
        return found


def test_a_quiet_poll_of_two_steps_writes_nothing() -> None:
    post = Steps()

    with post.meter.fresh() as meter:
        post.read("posts")
        between = post.fetcher.source(SOURCE)
        post.read("comments")

    assert between is not None
    assert between.cursor == "comments"
    assert post.stored.cursor == "posts"
    assert meter.bills == []


def test_a_step_that_brings_news_is_stored_before_the_next_one() -> None:
    post = Steps()

    post.read("news")

    assert post.stored.cursor == "comments"


def test_who_dies_between_two_quiet_steps_begins_again() -> None:
    post = Steps()

    post.read("posts")

    assert post.stored.cursor == "posts"


def test_steps_that_are_put_back_go_on_where_they_were() -> None:
    post = Steps()

    post.read("posts")
    post.fetcher.put_back(SOURCE)

    assert post.stored.cursor == "comments"


def test_an_error_between_two_steps_keeps_how_far_they_came() -> None:
    post = Steps()
    post.read("posts")
    source = post.fetcher.source(SOURCE)
    assert source is not None

    post.fetcher.take(source, Unreachable("did not answer in time"), correlation_id="c")

    assert (post.stored.cursor, post.stored.problem) == ("comments", "unreachable")


def test_a_quota_that_ends_between_two_steps_keeps_how_far_they_came() -> None:
    post = Steps()
    post.read("posts")

    outcome = post.fetcher.take(post.present, Spent("money", NOW + timedelta(hours=1)), correlation_id="c")

    assert outcome.is_put_off
    assert post.stored.cursor == "comments"
    assert post.present == post.stored


def test_a_host_that_falls_silent_between_two_steps_keeps_how_far_they_came() -> None:
    post = Steps()
    post.read("posts")

    post.fetcher.pass_over(post.present)

    assert post.stored.cursor == "comments"
    assert post.present == post.stored


def test_steps_that_nobody_went_on_with_are_forgotten() -> None:
    post = Steps()
    post.read("posts")

    post.clock.advance(minutes=14)
    before = post.present.cursor
    post.clock.advance(minutes=1)
    Listening(post.table).sources.save(replace(post.stored, words=("new",)))

    assert before == "comments"
    assert (post.present.cursor, post.present.words) == ("posts", ("new",))


class Dear:
    """A place that asks for money: each search finds twenty posts, and the budget does not reach for one an hour."""

    def __init__(self) -> None:
        self.clock, table, secrets = FixedClock(), DictTable(), DictSecrets()
        secrets.put(f"{TENANT}/x", {"bearer_token": "t", "monthly_dollars": "1"})
        self.asked: list[str] = []
        self.listening = Listening(table)
        known = a_source(kind="x", locator="all?acme", owner=TENANT, cursor=f"{ALREADY_READ}", read_at=NOW)
        self.listening.sources.add(known)
        self.listening.schedules.add(a_schedule(kind="x", interval_s=3600))
        self.listening.hear(a_subscription())
        collector = Collector(table, RecordingBus(), WordClassifier(), self.clock)
        credentials = Credentials(secrets, self.clock)
        self.fetcher = Fetcher(table, self, {"x": CONNECTORS["x"]}, collector, self.clock, credentials=credentials)

    def send(self, request: Request) -> Response:
        self.asked.append("count" if "counts" in request.url else "search")
        body: dict[str, object] = {"data": [], "meta": {"total_tweet_count": 20}}
        if self.asked[-1] == "search":
            first = ALREADY_READ + 100 * len(self.asked)
            at = "2026-11-24T11:00:00.000Z"
            posts = [{"id": f"{first + n}", "text": "x", "author_id": "1", "created_at": at} for n in range(20)]
            body = {"data": posts, "meta": {"result_count": 20}}
        return Response(status=200, url=request.url, body=json.dumps(body).encode(), received_at=self.clock.now())

    def hour(self) -> None:
        """An hour, with a poll where one is due."""
        schedule = self.listening.schedule(SOURCE)
        assert schedule is not None
        wants_more = schedule.due_at <= self.clock.now()
        if wants_more:
            self.listening.schedules.save(replace(schedule, due_at=self.clock.now() + timedelta(hours=1)))
        while wants_more:
            source = self.fetcher.source(SOURCE)
            assert source is not None
            wants_more = self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c").wants_more
        self.clock.advance(hours=1)


def test_a_budget_that_ends_after_a_count_is_kept_for_what_was_counted() -> None:
    place = Dear()

    for _ in range(6 * 24):
        place.hour()

    assert place.asked.count("search") > 7
    assert place.asked.count("count") <= place.asked.count("search") + 1
