"""A source is read politely, its state is kept, and its cursor is saved last."""

import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import SOURCE, a_page, a_response, a_schedule, a_source, a_subscription, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError, Malformed, Refused, Throttled, Unreachable
from earshot.domain.source import Fetched, Schedule, Source
from earshot.ports.http import Response
from earshot.services.collecting import Collector, Found
from earshot.services.fetching import Fetcher, Outcome
from earshot.sources.timer import PARSE_S
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import NOW, CannedConnector, CannedHttp, FixedClock, RecordingBus, WordClassifier

QUARTER = timedelta(minutes=15)


class Post:
    """A fetcher for one subscribed source whose pages are prepared."""

    def __init__(self, **pages: Fetched) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.http = CannedHttp()
        self.connector = CannedConnector(pages=pages)
        self.bus = RecordingBus()
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        self.fetcher = Fetcher(self.table, self.http, {"canned": self.connector}, collector, self.clock)
        self.listening = Listening(self.table)
        Company(self.table).watches.add(a_watch())
        self.listening.sources.add(a_source())
        self.listening.schedules.add(a_schedule())
        self.listening.hear(a_subscription(fetched=False))

    def read(self, answer: Response | FetchError | str) -> Outcome:
        """One fetch, answered with a page's name, a response or an error."""
        response = a_response(answer) if isinstance(answer, str) else answer
        self.http.answers["https://feeds.example/"] = response
        source = self.source
        return self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c")

    @property
    def source(self) -> Source:
        found = self.fetcher.source(SOURCE)
        assert found is not None
        return found

    @property
    def schedule(self) -> Schedule:
        found = self.listening.schedule(SOURCE)
        assert found is not None
        return found


def test_a_page_is_stored_and_the_source_remembers_where_it_was() -> None:
    post = Post(one=a_page(an_item(), cursor="7", title="A forum"))

    outcome = post.read(a_response("one", etag='"e1"', last_modified="yesterday"))

    assert outcome.found == Found(items=1, new=1)
    source = post.source
    assert (source.cursor, source.etag, source.last_modified, source.name) == ("7", '"e1"', "yesterday", "A forum")
    assert (source.last_news_at, source.first_fetched_at) == (NOW, NOW)


def test_a_source_keeps_the_name_its_owner_gave_and_the_cursor_of_an_empty_page() -> None:
    post = Post(one=a_page(an_item(), cursor="7"), two=Fetched(entries_hash="x", title="Other"))
    post.listening.sources.save(replace(post.source, name="Our forum"))

    post.read("one")
    post.clock.advance(hours=1)
    outcome = post.read("two")

    assert (outcome.name, post.source.cursor, post.source.last_news_at) == ("Our forum", "7", NOW)


def test_a_page_that_ends_where_the_list_begins_is_followed_by_its_top() -> None:
    post = Post(one=a_page(an_item(), cursor="7"), two=a_page(an_item("2"), cursor=""))
    post.read("one")

    post.read("two")

    assert post.source.cursor == ""


def test_a_page_is_read_within_a_bounded_time() -> None:
    post = Post()
    left_s: list[float] = []

    class Timed(dict[str, Fetched]):
        def get(self, _name: str, _default: object = None) -> Fetched:  # type: ignore[override]
            left_s.append(signal.getitimer(signal.ITIMER_REAL)[0])
            return a_page(an_item())

    post.connector.pages = Timed()
    post.read("one")

    assert len(left_s) == 1
    assert 0 < left_s[0] <= PARSE_S


@pytest.mark.parametrize("answer", ["one", a_response(status=304)], ids=["same entries", "not modified"])
def test_an_unchanged_source_writes_nothing(answer: Response | str) -> None:
    post = Post(one=a_page(an_item()))
    post.read("one")
    before = post.source

    outcome = post.read(answer)

    assert post.source == before
    assert outcome.found.new == 0


def test_a_source_that_works_again_is_well_again() -> None:
    post = Post(one=a_page(an_item()))
    post.read("one")
    post.read(Unreachable("time-out"))

    post.read(a_response(status=304))

    assert (post.source.failures, post.source.problem, post.source.problem_at) == (0, "", None)


def test_the_first_fetch_of_a_subscription_is_noted_once_it_is_stored() -> None:
    post = Post(one=a_page(an_item(published_at=None)), two=a_page(an_item("2", published_at=None)))

    post.read("one")
    noted = post.listening.listeners(SOURCE)[0].fetched
    post.read("two")

    assert noted
    assert [event.type for event in post.bus.events] == ["mention.stored"]


def test_a_pause_during_the_first_fetch_is_not_overwritten() -> None:
    post = Post(one=a_page(an_item()))
    subscription = post.listening.listeners(SOURCE)[0]
    post.listening.hear(replace(subscription, paused=True))

    post.listening.mark_fetched(subscription)

    assert post.listening.listeners(SOURCE) == ()


@pytest.mark.parametrize(
    ("error", "code", "wait"),
    [
        (Unreachable(), "unreachable", 2 * QUARTER),
        (Throttled(), "throttled", 2 * QUARTER),
        (Refused("HTTP 403", 403), "refused", 4 * QUARTER),
        (Malformed("no feed"), "malformed", 2 * QUARTER),
    ],
)
def test_a_problem_is_shown_at_the_source_and_the_next_try_comes_later(
    error: FetchError, code: str, wait: timedelta
) -> None:
    post = Post()

    outcome = post.read(error)

    assert outcome == Outcome(source_id=SOURCE, name="https://feeds.example/", error=error)
    assert (post.source.problem, post.source.problem_detail, post.source.failures) == (code, error.reason, 1)
    assert post.source.problem_at == NOW
    assert post.schedule.due_at == NOW + wait


def test_a_page_that_cannot_be_read_is_a_problem_of_the_source() -> None:
    outcome = Post().read("unknown page")

    assert isinstance(outcome.error, Malformed)


def test_a_place_that_asks_us_to_wait_is_not_asked_before() -> None:
    post = Post(one=a_page(an_item()))

    post.read(Throttled(retry_after_s=7200))
    asked = post.schedule.not_before
    post.read("one")

    assert asked == NOW + timedelta(hours=2)
    assert post.schedule.not_before is None


def test_a_source_that_names_its_own_pace_is_read_no_faster() -> None:
    post = Post(one=a_page(an_item(), min_interval_s=3600), two=a_page(an_item("2"), min_interval_s=60))

    post.read("one")
    slow = post.schedule.interval_s
    post.read("two")

    assert (slow, post.schedule.interval_s) == (3600, 900)


@pytest.mark.parametrize("answer", ["one", Unreachable()])
def test_a_source_whose_schedule_is_gone_is_read_without_complaint(answer: str | FetchError) -> None:
    post = Post(one=a_page(an_item()))
    post.table.delete(post.listening.schedules.key(a_schedule()))

    post.read(answer)

    assert post.listening.schedule(SOURCE) is None


def test_a_source_that_was_changed_while_it_was_read_is_read_again() -> None:
    post = Post(one=a_page(an_item()))
    old = post.source
    post.listening.sources.save(replace(old, etag=""))

    outcome = post.fetcher.take(old, a_response("one", etag='"e1"'), correlation_id="c")

    assert outcome.found.new == 1
    assert (post.source.etag, post.source.entries_hash) == ("", "")


def test_an_unknown_source_is_none() -> None:
    assert Post().fetcher.source("s_unknown") is None
    assert Post().fetcher.source(SOURCE) == replace(a_source(), revision=1)


def test_a_source_that_nobody_got_round_to_is_due_again_now() -> None:
    post = Post()
    post.listening.schedules.save(replace(post.schedule, due_at=NOW + QUARTER))

    post.fetcher.put_back(SOURCE)
    post.fetcher.put_back("s_unknown")

    assert post.schedule.due_at == NOW
