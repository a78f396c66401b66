"""Whoever listens to a blog hears its comments: once, whatever crashes, and not where there are none."""

from dataclasses import replace

import pytest

from builders import SOURCE, TENANT, a_page, a_response, a_schedule, a_source, a_subscription, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError, Gone, Malformed, Refused, Unreachable
from earshot.domain.source import Fetched, Source, Subscription, source_id
from earshot.ports.http import Response
from earshot.ports.table import Table
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher, Outcome
from earshot.services.inputs import SourceInput
from earshot.services.sourcing import Sourcing
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import NOW, CannedConnector, CannedHttp, FixedClock, RecordingBus, WordClassifier
from simulation.faults import Crash, CrashingTable, Fuse, Schedule

BLOG = "https://feeds.example/"
COMMENTS = "https://feeds.example/comments/feed/"
COMMENTS_ID = source_id("canned", COMMENTS)
MISSING = Refused("answered with 404", 404)


class Blog:
    """A subscribed feed that names its comments, and a fetcher that reads both."""

    def __init__(self, *, companions: tuple[str, ...] = (COMMENTS,)) -> None:
        self.table = DictTable()
        self.clock = FixedClock()
        self.http = CannedHttp()
        self.connector = CannedConnector(
            pages={"blog": a_page(an_item(), companions=companions), "comments": a_page(an_item("2"))}
        )
        self.listening = Listening(self.table)
        Company(self.table).watches.add(a_watch())
        self.listening.sources.add(a_source())
        self.listening.schedules.add(a_schedule(pace_s=7.0))
        self.subscribe(a_subscription(watches=("w_acme",), fetched=False))

    def subscribe(self, subscription: Subscription) -> None:
        self.listening.hear(subscription)
        self.listening.want(subscription)

    def fetcher(self, table: Table | None = None) -> Fetcher:
        table = table or self.table
        collector = Collector(table, RecordingBus(), WordClassifier(), self.clock)
        return Fetcher(table, self.http, {"canned": self.connector}, collector, self.clock)

    def read(
        self, answer: Response | FetchError | str = "blog", id_: str = SOURCE, table: Table | None = None
    ) -> Outcome:
        fetcher = self.fetcher(table)
        source = fetcher.source(id_)
        assert source is not None
        response = a_response(answer) if isinstance(answer, str) else answer
        return fetcher.take(source, response, correlation_id="c")

    @property
    def sourcing(self) -> Sourcing:
        return Sourcing(self.table, {"canned": self.connector}, lambda _: None, self.clock)

    @property
    def heard(self) -> list[str]:
        """The locators of what the tenant listens to."""
        return sorted(each.source.locator for each in self.sourcing.all(TENANT))

    def companion(self) -> Source:
        found = self.listening.source(COMMENTS_ID)
        assert found is not None
        return found


def test_the_comments_of_a_blog_are_heard_with_the_same_watches_at_the_pace_of_its_host() -> None:
    blog = Blog()

    blog.read()

    subscription = blog.listening.subscription(TENANT, COMMENTS_ID)
    schedule = blog.listening.schedule(COMMENTS_ID)
    assert subscription is not None
    assert schedule is not None
    assert (subscription.watches, subscription.companion_of, subscription.automatic) == (("w_acme",), SOURCE, False)
    assert (schedule.host, schedule.pace_s, schedule.due_at) == ("feeds.example:443", 7.0, NOW)
    assert [each.tenant for each in blog.listening.listeners(COMMENTS_ID)] == [TENANT]


def test_what_a_person_removed_does_not_come_again() -> None:
    blog = Blog()
    blog.read()
    blog.sourcing.remove(TENANT, COMMENTS_ID)

    blog.sourcing.pause(TENANT, SOURCE, paused=True)
    blog.sourcing.pause(TENANT, SOURCE, paused=False)
    blog.read()

    assert blog.heard == [BLOG]


def test_what_came_with_a_blog_goes_with_it() -> None:
    blog = Blog()
    blog.read()

    blog.sourcing.remove(TENANT, SOURCE)

    assert blog.heard == []


def test_a_companion_that_a_person_adds_is_theirs() -> None:
    blog = Blog()
    blog.read()
    blog.sourcing.add(TENANT, SourceInput(kind="canned", url=COMMENTS))

    blog.sourcing.remove(TENANT, SOURCE)

    assert blog.heard == [COMMENTS]


def test_a_companion_that_is_heard_already_stays_as_it_is() -> None:
    blog = Blog()
    blog.sourcing.add(TENANT, SourceInput(kind="canned", url=COMMENTS, name="Our comments"))
    before = blog.listening.subscription(TENANT, COMMENTS_ID)

    blog.read()

    assert blog.listening.subscription(TENANT, COMMENTS_ID) == before


def test_companions_have_no_companions() -> None:
    blog = Blog()
    blog.read()
    blog.connector.pages = {"comments": a_page(an_item("2"), companions=("https://feeds.example/more/",))}

    blog.read("comments", COMMENTS_ID)

    assert blog.heard == [BLOG, COMMENTS]


@pytest.mark.parametrize("url", ["https://elsewhere.example/feed", "http://feeds.example/feed", "nonsense", BLOG])
def test_only_another_address_of_the_same_host_is_a_companion(url: str) -> None:
    blog = Blog(companions=(url,))

    blog.read()

    assert blog.heard == [BLOG]


def test_a_host_to_which_the_feed_led_counts_as_its_own() -> None:
    blog = Blog(companions=("https://www.feeds.example/comments/feed/",))

    blog.read(replace(a_response("blog"), url="https://www.feeds.example/"))

    assert blog.heard == [BLOG, "https://www.feeds.example/comments/feed/"]


def test_one_that_was_given_up_is_not_taken_up_again() -> None:
    blog = Blog()
    blog.listening.sources.add(a_source(id=COMMENTS_ID, locator=COMMENTS, off_at=NOW))

    blog.read()

    assert blog.heard == [BLOG]


def test_an_address_with_a_secret_belongs_to_its_tenant() -> None:
    url = "https://feeds.example/comments?token=abc"
    blog = Blog(companions=(url,))

    blog.read()

    assert blog.listening.source(source_id("canned", url, TENANT)) is not None


def test_a_source_that_is_not_scheduled_any_more_brings_nothing() -> None:
    blog = Blog()
    blog.table.delete(keys.of_source(SOURCE, "schedule"))

    blog.read()

    assert blog.heard == [BLOG]


def test_who_is_just_being_subscribed_hears_the_comments_too() -> None:
    blog = Blog()
    blog.table.delete(keys.of_tenant(TENANT, "subscription", SOURCE))

    blog.read()

    assert blog.heard == [COMMENTS]


@pytest.mark.parametrize("error", [MISSING, Gone("410"), Malformed("no feed")])
def test_a_companion_that_never_could_be_read_is_let_go_in_silence(error: FetchError) -> None:
    blog = Blog()
    blog.read()

    outcome = blog.read(error, COMMENTS_ID)

    assert (blog.heard, outcome.error) == ([BLOG], None)
    assert blog.companion().problem == ""
    assert not blog.listening.is_heard(COMMENTS_ID)


@pytest.mark.parametrize("error", [Unreachable("no answer"), Refused("answered with 403", 403)])
def test_a_companion_that_cannot_be_read_for_now_is_tried_again(error: FetchError) -> None:
    blog = Blog()
    blog.read()

    blog.read(error, COMMENTS_ID)

    assert (blog.heard, blog.companion().problem) == ([BLOG, COMMENTS], error.code)


def test_a_companion_that_was_read_before_is_a_source_like_any_other() -> None:
    blog = Blog()
    blog.read()
    blog.read("comments", COMMENTS_ID)

    blog.read(MISSING, COMMENTS_ID)

    assert (blog.heard, blog.companion().problem) == ([BLOG, COMMENTS], "refused")


def test_whoever_added_it_by_hand_is_told_what_is_wrong() -> None:
    blog = Blog()
    blog.read()
    blog.subscribe(a_subscription(COMMENTS_ID, tenant="t_other", fetched=False))

    blog.read(MISSING, COMMENTS_ID)

    assert (blog.heard, blog.companion().problem) == ([BLOG], "refused")
    assert [each.tenant for each in blog.listening.subscribers(COMMENTS_ID)] == ["t_other"]


def test_whatever_crashes_while_it_is_subscribed_it_is_heard_after_the_next_fetch() -> None:
    whole = Blog()
    fuse = Fuse(Schedule())
    whole.read(table=CrashingTable(whole.table, fuse))
    assert len(fuse.calls) > 6

    for number in range(1, len(fuse.calls) + 1):
        for when in ("before", "after"):
            blog = Blog()
            with pytest.raises(Crash):
                blog.read(table=CrashingTable(blog.table, Fuse(Schedule(crashes=((number, when),)))))  # type: ignore[arg-type]

            blog.read()

            assert blog.heard == [BLOG, COMMENTS], (number, when)
            assert blog.listening.schedule(COMMENTS_ID) is not None
            (listener,) = blog.listening.listeners(SOURCE)
            assert listener.fetched


def test_whatever_crashes_while_it_is_let_go_it_is_gone_after_the_next_fetch() -> None:
    for number in (1, 2):
        for when in ("before", "after"):
            blog = Blog()
            blog.read()
            with pytest.raises(Crash):
                blog.read(MISSING, COMMENTS_ID, CrashingTable(blog.table, Fuse(Schedule(crashes=((number, when),)))))  # type: ignore[arg-type]

            blog.read(MISSING, COMMENTS_ID)

            assert blog.heard == [BLOG], (number, when)
            assert not blog.listening.is_heard(COMMENTS_ID)


def test_a_feed_without_companions_costs_nothing() -> None:
    blog = Blog()
    blog.connector.pages = {"blog": Fetched(items=(an_item(),), entries_hash="h")}
    fuse = Fuse(Schedule())

    blog.read(table=CrashingTable(blog.table, fuse))

    assert not [call for call in fuse.calls if "companion" in call]
    assert blog.heard == [BLOG]
