"""A source that moves, vanishes, waits or is given up keeps its schedule and its state in step."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import SOURCE, TENANT, a_page, a_response, a_schedule, a_source, a_subscription, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError, Gone, Locked, Refused, Spent, Throttled, Unreachable
from earshot.domain.mention import Mention, mention_id
from earshot.domain.place import Quota
from earshot.domain.source import Fetched, Schedule, Source
from earshot.ports.http import Draw, Response
from earshot.ports.table import Row
from earshot.services.collecting import Collector, Found
from earshot.services.credentials import Credentials
from earshot.services.fetching import Fetcher, Outcome
from earshot.services.timing import group_of
from earshot.store.company import Company
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from fakes import CANNED, NOW, CannedConnector, CannedHttp, DictSecrets, FixedClock, RecordingBus, WordClassifier
from metering import MeteredTable
from visit_desk import SIGN_IN, ClosedConnector, SigningConnector

FEED = "https://feeds.example/"
NEW = "https://new.example:8443/feed"
QUARTER = timedelta(minutes=15)
CALLS = Quota(name="calls", amount=1, window=timedelta(minutes=10))


class MovingConnector(ClosedConnector):
    """Asks a source where it is now."""

    def request(self, source: Source, credential: Any = None) -> Any:
        return replace(super().request(source), url=source.moved_to or source.locator, etag=source.etag)


class Desk:
    """A fetcher for one source that is listened to, and its state."""

    def __init__(self, table: DictTable | None = None, *, place: Any = CANNED, draws: tuple[Draw, ...] = ()) -> None:
        self.table = MeteredTable(table or DictTable())
        self.clock = FixedClock()
        self.http = CannedHttp()
        self.connector: CannedConnector = MovingConnector(place=place, draws=draws)
        collector = Collector(self.table, RecordingBus(), WordClassifier(), self.clock)
        self.fetcher = Fetcher(self.table, self.http, {"canned": self.connector}, collector, self.clock)
        self.listening = Listening(self.table)
        Company(self.table).watches.add(a_watch())
        self.listening.sources.add(a_source())
        self.listening.schedules.add(a_schedule(due_at=NOW + QUARTER))
        self.listening.hear(a_subscription(fetched=False))

    def read(self, answer: Fetched | Response | FetchError, **response: Any) -> Outcome:
        """One fetch that is answered with a page, a response or an error."""
        if isinstance(answer, Fetched):
            self.connector.pages = {"page": answer}
            answer = replace(a_response("page"), **response)
        source = self.source
        self.http.answers |= {source.locator: answer, source.moved_to or source.locator: answer}
        return self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c")

    def writes(self, answer: Fetched | Response | FetchError, **response: Any) -> int:
        with self.table.meter.fresh() as meter:
            self.read(answer, **response)
        return meter.writes

    def mention(self, name: str) -> Mention | None:
        id_ = mention_id(TENANT, an_item(name).identity)
        return Mentions(self.table).get_many(TENANT, [id_]).get(id_)

    @property
    def source(self) -> Source:
        found = self.fetcher.source(SOURCE)
        assert found is not None
        return found

    @property
    def schedule(self) -> Schedule | None:
        return self.listening.schedule(SOURCE)

    def due_in(self) -> timedelta:
        assert self.schedule is not None
        return self.schedule.due_at - self.clock.now()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_page_with_more_is_stored_with_its_cursor_and_says_so(desk: Desk) -> None:
    outcome = desk.read(a_page(an_item(), cursor="2", more=True))

    assert (outcome.wants_more, outcome.found.new, desk.source.cursor) == (True, 1, "2")


def test_a_first_fetch_in_several_steps_ends_with_the_last_of_them(desk: Desk) -> None:
    desk.read(a_page(an_item("1", published_at=None), cursor="2", more=True))
    between = desk.listening.listeners(SOURCE)[0].fetched
    desk.read(a_page(an_item("2", published_at=None), cursor="3"))

    second = desk.mention("2")
    assert (between, desk.listening.listeners(SOURCE)[0].fetched) == (False, True)
    assert second is not None
    assert second.is_history


def test_a_step_whose_page_is_the_same_moves_on_all_the_same(desk: Desk) -> None:
    desk.read(a_page(cursor="2", more=True))

    assert desk.read(a_page(cursor="3", more=True)).wants_more
    assert desk.source.cursor == "3"


def test_a_place_that_asks_to_be_left_alone_gets_no_further_step(desk: Desk) -> None:
    outcome = desk.read(a_page(an_item(), more=True, wait_s=7200))

    assert not outcome.wants_more
    assert desk.schedule == a_schedule(due_at=NOW + timedelta(hours=2), not_before=NOW + timedelta(hours=2), revision=2)


@pytest.mark.parametrize("wait_s", [10**7, 10**30])
def test_no_place_is_left_alone_for_more_than_a_day(desk: Desk, wait_s: int) -> None:
    desk.read(a_page(an_item(), wait_s=wait_s))

    assert desk.due_in() == timedelta(days=1)


def test_a_page_without_news_may_ask_to_be_left_alone_too(desk: Desk) -> None:
    desk.read(a_page(an_item()))
    desk.read(a_page(an_item(), wait_s=3600))
    waiting = desk.due_in()

    desk.read(a_page(an_item("2")))

    assert waiting == timedelta(hours=1)
    assert desk.schedule is not None
    assert desk.schedule.not_before is None


@pytest.mark.parametrize("is_news", [True, False])
def test_what_an_answer_shows_as_deleted_loses_its_text(desk: Desk, is_news: bool) -> None:
    desk.read(a_page(an_item("1")))
    later = a_page(an_item("2")) if is_news else a_page(an_item("1"))

    desk.read(replace(later, gone=(an_item("1").identity, "url:unknown")))

    gone = desk.mention("1")
    assert gone is not None
    assert (gone.excerpt, gone.gone_at) == ("", NOW)


def test_a_late_answer_does_not_bring_back_what_is_deleted(desk: Desk) -> None:
    desk.read(a_page(an_item("1")))
    desk.read(a_page(gone=(an_item("1").identity,)))

    desk.read(a_page(an_item("1", text="Acme ist noch schlechter")))

    gone = desk.mention("1")
    assert gone is not None
    assert gone.excerpt == ""


def test_a_quota_that_is_used_up_puts_a_source_off_without_a_problem() -> None:
    desk = Desk(place=replace(CANNED, quotas=(CALLS,)), draws=(Draw(quota="calls"),))
    desk.read(a_page())
    before = desk.source

    outcome = desk.read(a_page())

    assert (outcome.is_put_off, outcome.error, outcome.found) == (True, None, Found())
    assert desk.source == before
    assert desk.schedule is not None
    assert (desk.due_in(), desk.schedule.waiting_since) == (timedelta(minutes=10), NOW)


def test_waiting_begins_with_the_first_time_and_ends_when_the_source_is_read() -> None:
    desk = Desk(place=replace(CANNED, quotas=(CALLS,)))
    desk.read(a_page())
    waits = []
    for answer in (Spent("calls", NOW), Spent("calls", NOW + QUARTER), a_response(status=304)):
        desk.clock.advance(minutes=1)
        desk.read(answer)
        assert desk.schedule is not None
        waits.append(desk.schedule.waiting_since)

    assert waits == [NOW + timedelta(minutes=1), NOW + timedelta(minutes=1), None]


def test_what_an_answer_says_it_took_is_given_back() -> None:
    desk = Desk(place=replace(CANNED, quotas=(CALLS,)), draws=(Draw(quota="calls"),))

    outcomes = [desk.read(a_page(an_item(f"{n}"), spent={"calls": 0})) for n in range(3)]

    assert [each.is_put_off for each in outcomes] == [False, False, False]


def test_a_missing_credential_is_shown_and_looked_for_every_hour_without_a_write_each_time(desk: Desk) -> None:
    desk.connector.place = replace(CANNED, needs=("key",))
    first = desk.read(a_page())
    desk.clock.advance(hours=1)
    before = desk.source

    desk.read(a_page())

    assert isinstance(first.error, Locked)
    assert (desk.source, desk.source.problem, desk.source.failures) == (before, "credential", 0)
    assert (desk.due_in(), desk.http.requests) == (timedelta(hours=1), [])


def test_an_answer_whose_body_does_not_accept_the_session_lets_us_sign_in_anew() -> None:
    class Doorkeeper(SigningConnector):
        def parse(self, response: Response, source: Source) -> Fetched:
            raise Refused("the session is not accepted", 401)

    desk, secrets = Desk(), DictSecrets({f"{TENANT}/canned": {"user": "anna", "password": "hush"}})
    desk.listening.sources.save(replace(desk.source, owner=TENANT))
    collector = Collector(desk.table, RecordingBus(), WordClassifier(), desk.clock)
    door = {"canned": Doorkeeper()}
    credentials = Credentials(secrets, desk.clock)
    desk.http.answers[SIGN_IN] = a_response("t1")
    desk.fetcher = Fetcher(desk.table, desk.http, door, collector, desk.clock, credentials=credentials)

    desk.read(a_response("page"))

    assert [each.url for each in desk.http.requests] == [SIGN_IN, FEED]
    assert (desk.source.problem, credentials.session(TENANT, "canned")) == ("refused", None)


def test_what_is_gone_for_good_is_off_at_once_and_says_so(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.read(Gone("answered with 410 (gone)"))

    assert (desk.schedule, desk.source.off_at, desk.source.problem) == (None, NOW, "gone")
    assert "given up" in caplog.text


def test_what_is_off_and_not_read_any_more_stays_off(desk: Desk) -> None:
    desk.read(Gone())

    desk.read(a_page())

    assert desk.source.off_at == NOW


def test_a_crash_between_the_note_and_the_schedule_is_made_good_by_the_next_answer(desk: Desk) -> None:
    desk.listening.sources.save(replace(desk.source, off_at=NOW, problem="gone"))

    desk.read(a_page())

    assert (desk.source.off_at, desk.source.problem) == (None, "")


def test_a_source_that_changed_meanwhile_is_not_given_up_without_a_note(desk: Desk) -> None:
    old = desk.source
    desk.listening.sources.save(replace(old, name="changed"))

    desk.fetcher.take(old, Gone(), correlation_id="c")

    assert (desk.source.off_at, desk.schedule is not None) == (None, True)


def test_a_missing_page_is_probed_and_then_given_up_in_the_end(desk: Desk) -> None:
    waits = []
    while desk.schedule is not None:
        desk.read(Refused("answered with 404 (not found)", 404))
        if desk.schedule is not None:
            waits.append(desk.due_in())
            desk.clock.set(desk.schedule.due_at)

    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=7)
    assert timedelta(days=30) <= desk.clock.now() - NOW < timedelta(days=40)


def test_a_source_is_where_permanent_redirects_led_for_a_day(desk: Desk) -> None:
    page = a_page(an_item())
    writes = [desk.writes(page, moved_to=NEW)]
    for _ in range(24):
        desk.clock.advance(hours=1)
        writes.append(desk.writes(page, moved_to=NEW))
    desk.read(page)

    assert (desk.source.moved_to, desk.source.moving_to) == (NEW, "")
    assert sum(map(bool, writes[1:])) == 3
    assert desk.schedule is not None
    assert desk.schedule.host == "new.example:8443"
    assert desk.http.requests[-1].url == NEW


def test_a_redirect_counts_also_where_nothing_was_modified(desk: Desk) -> None:
    for hours in (0, 1, 24):
        desk.clock.set(NOW + timedelta(hours=hours))
        desk.read(replace(a_response(status=304), moved_to=NEW))

    assert desk.source.moved_to == NEW


def test_a_new_address_that_is_gone_sends_us_back_to_the_old_one_at_once(desk: Desk) -> None:
    desk.listening.sources.save(replace(desk.source, moved_to=NEW, etag='"e"'))

    desk.read(Gone())
    desk.read(a_page())

    assert (desk.source.moved_to, desk.source.off_at, desk.source.failures) == ("", None, 0)
    assert desk.http.requests[-1].url == FEED
    assert desk.schedule is not None
    assert desk.schedule.host == "feeds.example:443"


def test_an_old_address_that_is_gone_too_is_given_up(desk: Desk) -> None:
    desk.listening.sources.save(replace(desk.source, moved_to=NEW))

    desk.read(Gone())
    due_in = desk.due_in()
    desk.read(Gone())

    assert (due_in, desk.source.off_at) == (timedelta(0), NOW)


@pytest.mark.parametrize(("hours", "interval_s"), [(1, 1800), (0.1, 900), (9, 3600)])
def test_a_feed_is_read_at_the_pace_of_its_news(hours: float, interval_s: int) -> None:
    desk = Desk(place=replace(CANNED, adapts=True))
    items = [an_item(f"{n}", published_at=NOW - n * timedelta(hours=hours)) for n in range(20)]

    desk.read(a_page(*items), headers={"etag": '"e"'})

    assert desk.schedule is not None
    assert desk.schedule.interval_s == interval_s


def test_the_pace_of_a_feed_is_written_only_where_it_has_changed_by_a_fifth() -> None:
    desk = Desk(place=replace(CANNED, adapts=True))
    for hours in (1, 1.1, 1.5):
        items = [an_item(f"{n} {hours}", published_at=NOW - n * timedelta(hours=hours)) for n in range(20)]
        desk.read(a_page(*items), headers={"etag": '"e"'})

    assert desk.schedule is not None
    assert (desk.schedule.interval_s, desk.schedule.revision) == (2700, 3)


def test_a_host_whose_rules_ask_for_time_gets_it() -> None:
    desk = Desk(place=replace(CANNED, obeys_robots=True))
    desk.http.answers["https://feeds.example/robots.txt"] = a_response("User-agent: *\nCrawl-delay: 1000")

    desk.read(a_page())

    assert desk.schedule is not None
    assert (desk.schedule.pace_s, desk.schedule.interval_s) == (1000.0, 1000)


def test_a_host_whose_rules_ask_for_time_gets_it_also_where_its_page_stays_the_same() -> None:
    desk = Desk(place=replace(CANNED, obeys_robots=True))
    robots = "https://feeds.example/robots.txt"
    desk.http.answers[robots] = a_response("")
    desk.read(a_page(entries_hash="same"))
    desk.clock.advance(hours=25)
    desk.http.answers[robots] = a_response("User-agent: *\nCrawl-delay: 2000")

    desk.read(a_page(entries_hash="same"))

    assert desk.schedule is not None
    assert (desk.schedule.pace_s, desk.schedule.interval_s) == (2000.0, 2000)


def test_a_host_whose_rules_ask_for_less_time_is_asked_faster_again() -> None:
    desk = Desk(place=replace(CANNED, obeys_robots=True))
    robots = "https://feeds.example/robots.txt"
    desk.http.answers[robots] = a_response("User-agent: *\nCrawl-delay: 1000")
    desk.read(a_page())
    desk.clock.advance(hours=25)
    desk.http.answers[robots] = a_response("")

    desk.read(a_page(an_item("new")))

    assert desk.schedule is not None
    assert desk.schedule.pace_s == CANNED.pace_s


@pytest.mark.parametrize(
    ("before", "due_in"), [({}, QUARTER), ({"failures": 2, "problem": "unreachable"}, 4 * QUARTER)]
)
def test_a_source_at_a_silent_host_waits_as_for_its_own_failures(
    desk: Desk, before: dict[str, Any], due_in: timedelta
) -> None:
    desk.listening.sources.save(replace(desk.source, **before))
    source = desk.source

    desk.fetcher.pass_over(source)

    assert desk.due_in() == due_in
    assert desk.source == source


@pytest.mark.parametrize("answer", [Unreachable(), Throttled(), Gone(), Spent("calls", NOW)])
def test_a_source_without_a_schedule_stays_without(desk: Desk, answer: FetchError) -> None:
    desk.listening.schedules.remove(desk.listening.schedules.key(a_schedule()))

    desk.read(answer)

    assert desk.schedule is None


def test_a_schedule_that_cannot_be_written_leaves_the_state_so_that_it_happens_again() -> None:
    class Broken(DictTable):
        is_broken = False

        def put_if_revision(self, row: Row, revision: int) -> bool:
            if self.is_broken and row.kind == "schedule":
                raise RuntimeError("cut off")
            return super().put_if_revision(row, revision)

    table = Broken()
    desk = Desk(table)
    table.is_broken = True
    with pytest.raises(RuntimeError):
        desk.read(a_page(an_item(), wait_s=60, cursor="7"))
    table.is_broken = False

    outcome = desk.read(a_page(an_item(), wait_s=60, cursor="7"))

    assert (outcome.found.items, outcome.found.new, desk.source.cursor) == (1, 0, "7")


@pytest.mark.parametrize(
    ("url", "group"),
    [("https://a.example/x", "a.example:443"), ("http://A.example", "a.example:80"), (NEW, "new.example:8443")],
)
def test_a_host_and_its_port_are_one_group(url: str, group: str) -> None:
    assert group_of(url) == group
