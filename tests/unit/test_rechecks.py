"""Posts are looked at again as their place wants it: what is gone vanishes, what is old loses its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_page, a_source, a_subscription, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import BusError, FetchError, Invalid, Malformed, Refused, Spent, Throttled, Unreachable
from earshot.domain.item import Author
from earshot.domain.mention import Mention
from earshot.domain.messages import Envelope, MessageType
from earshot.domain.place import RECHECKED, Keeping, Place, Quota
from earshot.domain.rechecking import MOST_TRIES
from earshot.domain.story import Copy
from earshot.domain.thread import Ref
from earshot.domain.todo import Purpose, Todo
from earshot.ports.connector import Connector
from earshot.ports.http import Draw, Request, Response
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.collecting import Collector
from earshot.services.fetching import Fetcher
from earshot.services.keeping import Keeper
from earshot.services.planning import Planner
from earshot.services.readers import readers
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.recheck_plan import hand_out_rechecks
from earshot.services.rechecks import Rechecks
from earshot.services.thread_plan import Handed
from earshot.services.threads import Threads
from earshot.store.company import Company
from earshot.store.due import due_rechecks
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos
from fakes import CANNED, NOW, CannedConnector, FixedClock, RecordingBus, WordClassifier
from simulation.faults import Crash, CrashingTable, Fuse, Schedule

DAY = timedelta(days=1)
PLACE = replace(CANNED, pace_s=0.0, keeping=Keeping(rechecks=RECHECKED))
AGING = replace(PLACE, keeping=Keeping(rechecks=RECHECKED, max_age=DAY * 30))


@dataclass
class RecheckingConnector(CannedConnector):
    """A place that tells which posts are there; posts whose name begins with "v" are of another sort."""

    place: Place = PLACE
    recheck_batch: int = 3
    there: set[str] = field(default_factory=set)
    asked: list[list[str]] = field(default_factory=list)
    error: FetchError | None = None

    def recheck_group(self, ref: Ref) -> str:
        return "video" if ref.native_id.startswith("v") else ""

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        return Request(url=f"https://posts.example/?{','.join(ref.native_id for ref in refs)}")

    def recheck_parse(self, response: Response, refs: Sequence[Ref]) -> frozenset[str]:
        self.asked.append([ref.native_id for ref in refs])
        if self.error is not None:
            raise self.error
        return frozenset(ref.native_id for ref in refs) - self.there


class AnyHttp:
    """Answers everything, or fails."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def send(self, request: Request) -> Response:
        if self.error is not None:
            raise self.error
        return Response(status=200, url=request.url, received_at=NOW)


class Desk:
    """A place, a company that listens there, plan and collect."""

    def __init__(self, connector: Connector | None = None, table: Table | None = None) -> None:
        self.table: Table = table or DictTable()
        self.clock, self.bus, self.http = FixedClock(), RecordingBus(), AnyHttp()
        self.connector = connector or RecheckingConnector()
        Company(self.table).watches.add(a_watch())
        Listening(self.table).sources.add(a_source())
        Listening(self.table).hear(a_subscription())
        self.open()

    def open(self, table: Table | None = None) -> None:
        """Begins anew, as a process that knows nothing; its writes go through `table`."""
        used, connectors = table or self.table, {"canned": self.connector}
        keeper = Keeper(used, connectors, self.clock)
        self.collector = Collector(used, self.bus, WordClassifier(), self.clock, keeper=keeper)
        fetcher = Fetcher(used, self.http, connectors, self.collector, self.clock)
        answering = Answering(used, self.http, connectors, self.clock)
        threads = Threads(used, self.bus, self.http, connectors, self.clock)
        self.rechecks = Rechecks(used, self.http, connectors, self.clock)
        self.fetcher, self.readers = fetcher, readers(answering, threads, rechecks=self.rechecks)
        self.planner = Planner(used, self.bus)

    def hear(self, *names: str, **changes: Any) -> None:
        """Stores mentions of posts."""
        author = Author(name="Erika", handle="@erika")
        items = [
            an_item(name, source_kind="canned", author=author, title=f"On {name}", published_at=NOW) for name in names
        ]
        source = replace(a_source(), **changes)
        self.collector.store(a_page(*items), source, [a_subscription()], correlation_id="c")

    def tick(self) -> list[Envelope]:
        """One run of plan, and of collect for what it sent."""
        self.bus.fetches.clear()
        self.planner.tick(self.clock.now())
        return self.read()

    def read(self, *, is_over: bool = False) -> list[Envelope]:
        sent = [(host, each) for host, each in self.bus.fetches if each.type is MessageType.RECHECK]
        errands = [Errand(receipt=str(at), host=host, envelope=each) for at, (host, each) in enumerate(sent)]
        self.failed = read_all(Reading(self.fetcher, others=self.readers, is_over=lambda: is_over), errands)
        return [each for _, each in sent]

    def mention(self, name: str) -> Mention:
        found = [each for each in self.mentions if each.native_id == name]
        return found[0]

    @property
    def mentions(self) -> list[Mention]:
        rows = self.table.query(f"TENANT#{TENANT}", prefix="mention#", limit=500).rows
        ids = [row.key.sk.partition("#")[2] for row in rows]
        return list(Mentions(self.table).get_many(TENANT, ids).values())

    @property
    def todos(self) -> list[Todo]:
        return list(due_rechecks(self.table, NOW + DAY * 9999))

    @property
    def canned(self) -> RecheckingConnector:
        assert isinstance(self.connector, RecheckingConnector)
        return self.connector


def is_empty(mention: Mention) -> bool:
    return (mention.title, mention.excerpt, mention.author) == ("", "", Author())


def test_a_post_is_looked_at_after_one_three_seven_and_thirty_days_and_then_no_more() -> None:
    desk = Desk()
    desk.canned.there = {"1"}
    desk.hear("1")

    days = []
    for hour in range(24 * 40):
        if desk.tick():
            days.append(hour // 24)
        desk.clock.advance(hours=1)

    assert days == [1, 3, 7, 30]
    assert (desk.todos, is_empty(desk.mention("1"))) == ([], False)


def test_what_is_gone_at_its_place_vanishes_and_is_not_looked_at_again() -> None:
    desk = Desk()
    desk.canned.there = {"1"}
    desk.hear("1", "2")
    desk.clock.advance(days=1)

    desk.tick()

    assert [is_empty(desk.mention(name)) for name in ("1", "2")] == [False, True]
    assert desk.mention("2").gone_at == desk.clock.now()
    assert [todo.subject for todo in desk.todos] == [desk.mention("1").id]


def test_posts_of_one_sort_are_asked_for_together_as_many_as_one_request_takes() -> None:
    desk = Desk()
    desk.hear("1", "2", "3", "4", "v1", "v2")
    desk.clock.advance(days=1)

    sent = desk.tick()

    assert sorted(len(each.body["posts"]) for each in sent) == [1, 2, 3]
    assert sorted(sorted(each) for each in desk.canned.asked)[-1] == ["v1", "v2"]
    assert {host for host, _ in desk.bus.fetches} == {"posts.example:443"}


def test_a_connector_that_asks_for_fewer_leaves_the_others_to_their_todos() -> None:
    desk = Desk()
    desk.canned.there = {"1", "2", "3"}
    desk.hear("1", "2", "3")
    desk.clock.advance(days=1)
    desk.canned.recheck_batch = 2

    desk.tick()
    desk.clock.advance(minutes=5)
    desk.tick()

    assert sorted(len(each) for each in desk.canned.asked) == [1, 2]


@pytest.mark.parametrize("error", [Unreachable("no answer"), Refused("no"), Malformed("no list")])
def test_no_error_makes_a_post_vanish(error: FetchError) -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    desk.canned.error = error

    for _ in range(60):
        desk.tick()
        desk.clock.advance(hours=1)

    assert not is_empty(desk.mention("1"))
    assert desk.todos


def test_a_passing_trouble_lets_a_look_come_again_and_a_lasting_one_waits_for_the_next_age() -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    desk.http.error = Unreachable("no answer")

    for _ in range(MOST_TRIES):
        assert len(desk.tick()) == 1
        desk.clock.set(desk.todos[0].due_at)

    assert desk.todos[0].due_at == NOW + DAY * 3
    assert desk.todos[0].attempt == 0


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (Throttled(retry_after_s=600), timedelta(minutes=10)),
        (Throttled(retry_after_s=10**9), DAY),
        (Spent("requests", NOW + DAY * 1.5), DAY / 2),
    ],
)
def test_a_place_that_wants_us_to_wait_is_asked_later(error: FetchError, wait: timedelta) -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    desk.http.error = error

    desk.tick()

    assert [todo.due_at for todo in desk.todos] == [desk.clock.now() + wait]


def test_a_text_that_is_read_again_stays_and_one_that_is_not_goes_when_its_time_is_over() -> None:
    desk = Desk(RecheckingConnector(place=AGING))
    desk.canned.there = {"1"}
    desk.hear("1")
    for _ in range(24 * 100):
        desk.tick()
        desk.clock.advance(hours=1)
    kept = desk.mention("1")

    desk.canned.error = Refused("no")
    for _ in range(24 * 31):
        desk.tick()
        desk.clock.advance(hours=1)
    old = desk.mention("1")

    assert not is_empty(kept)
    assert is_empty(old)
    assert (old.gone_at, old.url, old.status) == (None, kept.url, kept.status)
    assert [entry.what for entry in old.history] == ["aged"]
    assert desk.todos == []


def test_a_text_goes_with_time_also_where_nobody_can_look_again() -> None:
    place = replace(PLACE, keeping=Keeping(max_age=DAY * 10))
    desk = Desk(CannedConnector(place=place))
    desk.hear("1")

    desk.clock.advance(days=9)
    desk.tick()
    before = desk.mention("1")
    desk.clock.advance(days=1)
    desk.tick()

    assert (is_empty(before), is_empty(desk.mention("1"))) == (False, True)
    assert desk.todos == []


def test_a_place_that_keeps_no_texts_leaves_where_it_matched_and_the_verdict() -> None:
    place = replace(PLACE, keeping=Keeping(keeps_text=False))
    desk = Desk(RecheckingConnector(place=place))
    desk.hear("1")

    mention = desk.mention("1")

    assert is_empty(mention)
    assert mention.matches[0].spans
    assert mention.verdict.probabilities.negative > 0.5
    assert desk.todos == []


def test_what_a_feed_brought_of_another_place_follows_the_feed() -> None:
    desk = Desk()
    desk.hear("1", kind="feed")

    assert desk.todos == []


def test_ten_thousand_posts_at_once_are_asked_for_bit_by_bit_and_hide_no_other_host() -> None:
    desk = Desk()
    todos = Todos(desk.table)
    template = Todo(tenant=TENANT, purpose=Purpose.RECHECK, subject="", due_at=NOW, created_at=NOW - DAY)
    for i in range(2000):
        group = "busy.example:443 canned  "
        todos.add(replace(template, subject=f"m_{i}", group=group, pace_s=1.0, at_once=3))
    late = replace(template, subject="m_late", group="calm.example:443 canned  ", due_at=NOW + timedelta(seconds=1))
    todos.add(late)

    hosts: list[str] = []
    for _ in range(1, 9):
        desk.bus.fetches.clear()
        desk.clock.advance(minutes=1)
        planned = desk.planner.tick(desk.clock.now())
        assert planned.todos <= 11
        hosts += [host for host, _ in desk.bus.fetches]

    assert hosts.count("busy.example:443") == 8 * 10
    assert "calm.example:443" in hosts


def test_a_queue_that_takes_nothing_is_noticed_and_the_posts_stay_due() -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)

    class Refusing(RecordingBus):
        def request_fetch(self, host: str, envelope: Envelope) -> None:
            raise BusError("full")

        def publish(self, envelopes: Sequence[Envelope]) -> int:
            return 0

    with pytest.raises(BusError):
        Planner(desk.table, Refusing()).tick(desk.clock.now())
    desk.clock.advance(minutes=3)

    assert len(desk.tick()) == 1


def test_a_post_whose_lease_another_tick_won_is_not_asked_for() -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    seen_before = desk.todos
    Todos(desk.table).lease(seen_before[0], desk.clock.now())

    handed = hand_out_rechecks(seen_before, Todos(desk.table), desk.bus, desk.clock.now(), "c")

    assert (handed, desk.bus.fetches) == (Handed(), [])


def test_a_text_goes_once_and_its_story_forgets_the_author() -> None:
    desk = Desk()
    desk.hear("1", "2")
    head, place = desk.mention("1"), desk.mention("2")
    copy = Copy(mention_id=place.id, place="", author="Erika", at=NOW)
    Mentions(desk.table).save(replace(head, copies=(copy,)))
    Mentions(desk.table).save(replace(place, story_id=head.id))

    for _ in range(2):
        desk.rechecks.vanishing.age(desk.mention("2"))

    assert desk.mention("1").copies == (replace(copy, author=""),)
    assert [entry.what for entry in desk.mention("2").history] == ["aged"]
    assert is_empty(desk.mention("2"))


def test_a_todo_without_a_mention_has_its_day_and_ends() -> None:
    desk = Desk()
    desk.hear("1")
    desk.table.delete(next(iter(desk.table.query(f"TENANT#{TENANT}", prefix="mention#", limit=1).rows)).key)
    young = replace(desk.todos[0], subject="m_young", created_at=NOW + DAY, revision=0)
    Todos(desk.table).add(young)
    desk.clock.advance(days=1)

    desk.tick()

    assert [todo.subject for todo in desk.todos] == ["m_young"]


def test_messages_that_come_twice_or_late_ask_for_nothing_again() -> None:
    desk = Desk()
    desk.canned.there = {"1"}
    desk.hear("1", "2")
    desk.clock.advance(days=1)
    desk.tick()

    desk.read()

    assert len(desk.canned.asked) == 1


def test_a_mention_that_vanished_in_the_meantime_needs_no_look() -> None:
    desk = Desk()
    desk.hear("1")
    desk.rechecks.vanishing.vanish(desk.mention("1"))
    desk.clock.advance(days=1)

    desk.tick()

    assert (desk.canned.asked, desk.todos) == ([], [])


def test_what_there_was_no_time_for_or_met_a_defect_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    desk.bus.fetches.clear()
    desk.planner.tick(desk.clock.now())
    desk.read(is_over=True)
    reader = desk.rechecks.of(desk.bus.fetches[0][1])
    source = reader.source("canned")
    assert source is not None
    reader.give_up(source, correlation_id="c")
    assert reader.source("canned") is not None
    reader.pass_over(source)

    desk.clock.advance(minutes=3)
    desk.canned.there = {"1"}
    desk.tick()

    assert desk.canned.asked == [["1"]]
    assert reader.is_past(NOW)


def test_a_kind_that_this_code_does_not_know_any_more_ends_without_harm() -> None:
    desk = Desk()
    desk.hear("1")
    desk.clock.advance(days=1)
    desk.planner.tick(desk.clock.now())
    rechecks = Rechecks(desk.table, desk.http, {}, desk.clock)

    assert rechecks.of(desk.bus.fetches[-1][1]).source("canned") is None
    assert (desk.todos, is_empty(desk.mention("1"))) == ([], False)


def test_a_source_that_is_gone_leaves_its_posts_to_their_names() -> None:
    desk = Desk()
    desk.canned.there = {"1"}
    desk.hear("1")
    desk.table.delete(Listening(desk.table).sources.key(a_source()))
    desk.clock.advance(days=1)

    desk.tick()

    assert desk.canned.asked == [["1"]]


def test_looks_that_were_broken_off_are_forgotten_in_the_end() -> None:
    desk = Desk()
    desk.hear(*[f"{i}" for i in range(3 * 10)])
    desk.clock.advance(days=1)
    desk.planner.tick(desk.clock.now())
    envelope = desk.bus.fetches[-1][1]
    for i in range(100):
        assert desk.rechecks.of(replace(envelope, id=f"e{i}")).source("canned") is not None

    assert len(desk.rechecks.looks) == 64


@pytest.mark.parametrize("body", [{"posts": "m_1"}, {"posts": ["m_1"]}, {"posts": [1]}, {"owner": None}])
def test_a_message_that_makes_no_sense_is_refused(body: dict[str, object]) -> None:
    whole = {"kind": "canned", "group": "g", "owner": "", "posts": ["t/m_1"], **body}
    envelope = Envelope(type=MessageType.RECHECK, id="e", correlation_id="c", body=whole)

    with pytest.raises(Invalid):
        Desk().rechecks.of(envelope)


def run_with_crash(number: int, when: Any) -> tuple[Desk, int]:
    """Two posts, one of them deleted, looked at with a crash somewhere; then everything comes again."""
    desk = Desk()
    desk.canned.there = {"1"}
    fuse = Fuse(Schedule(crashes=((number, when),)))
    desk.open(CrashingTable(desk.table, fuse))
    for step in (lambda: desk.hear("1", "2"), desk.tick, desk.tick, desk.tick):
        try:
            step()
        except Crash:
            desk.open()
            desk.hear("1", "2")
        desk.clock.advance(hours=25)
    return desk, fuse.crashed


def test_every_process_may_die_at_any_write() -> None:
    desk, _ = run_with_crash(0, "before")
    for number in range(1, 40):
        for when in ("before", "after"):
            desk, crashed = run_with_crash(number, when)
            if not crashed:
                assert number > 8
                continue
            assert [is_empty(desk.mention(name)) for name in ("1", "2")] == [False, True], (number, when)
            assert [todo.subject for todo in desk.todos] == [desk.mention("1").id], (number, when)
            assert len(desk.mentions) == 2


@dataclass
class PaidConnector(RecheckingConnector):
    """A place that is paid for each post it shows."""

    def recheck_request(self, refs: Sequence[Ref], credential: Credential = NO_CREDENTIAL) -> Request:
        return replace(super().recheck_request(refs), draws=(Draw(quota="posts", amount=len(refs)),))

    def paid(self, response: Response) -> Mapping[str, int]:
        return {"posts": len(self.there)}


def test_only_what_was_shown_is_paid() -> None:
    quota = Quota(name="posts", amount=10, window=timedelta(hours=1))
    desk = Desk(PaidConnector(place=replace(PLACE, quotas=(quota,)), there={"1"}))
    desk.hear("1", "2", "3")
    desk.clock.advance(days=1)

    desk.tick()

    assert [row.body["spent"] for row in desk.table.query("DEPLOYMENT", prefix="ledger#").rows] == [1]
