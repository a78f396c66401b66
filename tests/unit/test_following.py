"""After our answer replies are looked for, more and more rarely, and each one opens its mention once."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import (
    TENANT,
    a_contact,
    a_match,
    a_mention,
    a_page,
    a_source,
    a_subscription,
    a_watch,
    an_acknowledgement,
    an_item,
)
from earshot.adapters.memory import DictTable
from earshot.domain.errors import BusError, Conflict
from earshot.domain.following import next_look, opened_at, told_anew
from earshot.domain.item import Author
from earshot.domain.kept_thread import KEPT_ABOVE, KEPT_BELOW, MAX_BYTES, MAX_DEPTH, MAX_KNOWN, kept
from earshot.domain.mention import HistoryEntry, Mention, Outcome, Status, mention_id
from earshot.domain.place import Keeping
from earshot.domain.thread import MAX_REPLIES, Thread
from earshot.domain.vanishing import vanished
from earshot.domain.verdict import Kind
from earshot.domain.watch import Noise
from earshot.ports.table import Row, Table
from earshot.services.alerting import Alerter
from earshot.services.thread_plan import hand_out
from earshot.store.codec import to_row
from earshot.store.company import Company
from earshot.store.threads import _key
from fakes import NOW, FixedClock, RecordingBus
from metering import MeteredTable
from simulation.faults import Crash, CrashingTable, Fuse
from simulation.faults import Schedule as Faults
from taking_turns import take_turns
from thread_desk import OURS, ThreadDesk, said

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def desk() -> ThreadDesk:
    desk = ThreadDesk()
    desk.open_up()
    return desk


def state(desk: ThreadDesk, mention: Mention) -> tuple[Status, int, list[str]]:
    """Open or done, the version, and what happened so far."""
    stored = desk.stored(mention)
    return stored.status, stored.version, [entry.what for entry in stored.history]


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.THANKED])
def test_a_reply_to_our_answer_opens_the_mention_within_one_poll(desk: ThreadDesk, outcome: Outcome) -> None:
    mention = desk.has()
    desk.thread()
    desk.answer(mention, outcome)
    desk.thread(said("2", at=SOON))

    assert desk.tick(minutes=10) == 0
    assert desk.tick(minutes=5) == 1

    assert state(desk, mention) == (Status.OPEN, 3, [outcome, "reply"])
    opened = desk.stored(mention)
    assert (opened.acknowledgement, opened.history[-1].detail) == (None, "Bea, https://forum.example/2")
    assert [event.body["mention"] for event in desk.bus.events] == [mention.id]


@pytest.mark.parametrize("outcome", [Outcome.REPORTED, Outcome.IGNORED, Outcome.IRRELEVANT])
def test_what_was_not_answered_is_not_followed(desk: ThreadDesk, outcome: Outcome) -> None:
    mention = desk.has()
    desk.thread()

    desk.answer(mention, outcome, note="not ours")

    assert desk.todo(mention) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"author": OURS},
        {"author": Author(name="Cem Colleague")},
        {"url": "https://forum.example/answer/"},
        {"at": NOW - timedelta(minutes=1)},
        {"at": NOW},
        {"at": None},
    ],
    ids=["our account", "a voice of the watch", "the answer itself", "before", "at once", "undated"],
)
def test_what_is_no_news_to_us_opens_nothing(desk: ThreadDesk, changes: dict[str, Any]) -> None:
    Company(desk.table).watches.become(a_watch(noise=Noise(voices=("Cem Colleague",))))
    mention = desk.has()
    desk.thread(said("2", **{"at": SOON, **changes}))
    desk.answer(mention, answer_url="https://forum.example/answer")

    desk.tick(minutes=15)

    assert state(desk, mention) == (Status.DONE, 2, ["answered"])


def test_a_watch_that_is_gone_calls_nobody_its_own(desk: ThreadDesk) -> None:
    mention = desk.has(matches=(a_match(watch_id="w_gone"),))
    desk.thread(said("2", at=SOON))
    desk.answer(mention)

    desk.tick(minutes=15)

    assert state(desk, mention)[0] is Status.OPEN


def test_an_undated_reply_counts_where_it_was_not_there_before(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2", at=None))
    desk.answer(mention)
    desk.tick(minutes=15)
    desk.thread(said("2", at=None), said("3", at=None))

    desk.tick(minutes=15)

    assert state(desk, mention)[0] is Status.OPEN


def test_a_reply_between_our_answer_there_and_our_note_of_it_counts(desk: ThreadDesk) -> None:
    mention = desk.has()
    early = NOW - timedelta(minutes=20)
    desk.thread(said("2", at=early, author=OURS), said("3", at=early + timedelta(minutes=5)))
    desk.answer(mention)

    desk.tick(minutes=15)

    assert state(desk, mention)[0] is Status.OPEN


def test_a_reply_opens_once_also_where_it_is_answered_again_at_once(desk: ThreadDesk) -> None:
    mention = desk.has()
    early = NOW - timedelta(minutes=20)
    replies = [said("2", at=early, author=OURS), said("3", at=early + timedelta(minutes=5))]
    desk.thread(*replies)
    desk.answer(mention)
    desk.tick(minutes=15)
    desk.answer(mention, Outcome.THANKED)
    desk.tick(minutes=15)
    again = state(desk, mention)
    desk.thread(*replies, said("4", at=desk.clock.now()))
    desk.tick(minutes=15)

    assert again == (Status.DONE, 4, ["answered", "reply", "thanked"])
    assert state(desk, mention) == (Status.OPEN, 5, ["answered", "reply", "thanked", "reply"])


def test_what_a_person_opened_is_not_followed_any_more(desk: ThreadDesk) -> None:
    mention = desk.has(kind=Kind.PRAISE)
    desk.thread()
    desk.answer(mention)
    desk.inbox.reopen(TENANT, mention.id, by="key:anna")

    assert desk.tick(minutes=15) == 0
    assert desk.todo(mention) is None


def test_a_reply_that_somebody_looking_sees_first_opens_the_mention_too(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2", at=SOON))
    desk.answer(mention)
    desk.clock.advance(minutes=6)
    desk.asked.of(TENANT, mention.id)

    desk.read(*(envelope for _, envelope in desk.bus.fetches))

    assert state(desk, mention)[0] is Status.OPEN


def test_people_are_told_of_a_reply_once_more(desk: ThreadDesk) -> None:
    Company(desk.table).contacts.become(a_contact())
    mention = desk.has()
    alerter = Alerter(desk.table, desk.bus, desk.clock)
    desk.thread(said("2", at=NOW + timedelta(minutes=7)))

    def told() -> set[str]:
        desk.planner.tick(desk.clock.advance(minutes=5))
        stored = [event for event in desk.bus.events if event.type == "mention.stored"]
        for event in stored * 2:
            alerter.handle(event)
        rows = desk.table.query(f"TENANT#{TENANT}", prefix="delivery#").rows
        return {row.key.sk for row in rows}

    desk.collector._announcer.prepare(mention)
    first = told()
    desk.answer(mention)
    desk.tick(minutes=15)
    second = told()

    assert (len(first), len(second)) == (1, 2)
    assert told_anew(mention) == 0
    assert told_anew(desk.stored(mention)) > 0


def test_following_asks_often_at_first_and_ends_after_two_weeks(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread()
    desk.answer(mention)

    days = [sum(desk.tick(minutes=5) for _ in range(24 * 12)) for _ in range(20)]

    assert 90 <= days[0] <= 96
    assert all(23 <= day <= 25 for day in days[1:3])
    assert all(3 <= day <= 5 for day in days[3:13])
    assert sum(days) <= 200
    assert days[15:] == [0] * 5
    assert desk.todo(mention) is None


@pytest.mark.parametrize(
    ("after", "gap"),
    [
        (timedelta(), timedelta(minutes=2)),
        (timedelta(hours=2), timedelta(minutes=10)),
        (timedelta(days=2), timedelta(hours=1)),
        (timedelta(days=13), timedelta(hours=6)),
    ],
)
def test_a_thread_is_read_within_one_poll_at_first_and_more_rarely_later(after: timedelta, gap: timedelta) -> None:
    mention = a_mention(acknowledgement=an_acknowledgement(Outcome.ANSWERED))

    assert next_look(mention, 120, NOW + after) == NOW + after + gap
    assert next_look(mention, 30 * 86400, NOW) == NOW + timedelta(days=30)
    assert next_look(mention, 120, NOW + timedelta(days=14)) is None
    assert next_look(a_mention(), 120, NOW) is None


def test_what_is_deleted_is_not_followed() -> None:
    mention = vanished(a_mention(acknowledgement=an_acknowledgement(Outcome.ANSWERED)), NOW)

    assert next_look(mention, 120, NOW) is None


def test_a_new_answer_while_its_thread_is_read_keeps_being_followed(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread()
    desk.following.look(mention, desk.following.source_of(mention))  # type: ignore[arg-type]
    desk.planner.tick(NOW)
    ((_, envelope),) = desk.bus.fetches
    reader = desk.threads.of(envelope)
    source = reader.source(mention.id)
    assert source is not None
    answer = reader.ask(source)

    desk.answer(mention)
    reader.take(source, answer, correlation_id="c")

    todo = desk.todo(mention)
    assert todo is not None
    assert (todo.due_at, todo.attempt) == (NOW + timedelta(minutes=15), 0)


def test_a_queue_that_takes_nothing_leaves_threads_due(desk: ThreadDesk) -> None:
    class Full(RecordingBus):
        def request_fetch(self, host: str, envelope: object) -> None:
            raise BusError("full")

    mention = desk.has()
    desk.thread()
    desk.answer(mention)
    todo = desk.todo(mention)
    assert todo is not None

    handed = hand_out([todo], desk.todos, Full(), NOW, "c")

    later = desk.todo(mention)
    assert (handed.taken, handed.refused) == (0, 1)
    assert later is not None
    assert later.due_at == NOW + timedelta(minutes=2)
    assert hand_out([todo], desk.todos, desk.bus, NOW, "c") == (0, 0)


def test_following_costs_two_units_more_for_a_mention_three_for_an_answer_and_eleven_a_look() -> None:
    table = MeteredTable(DictTable())
    desk = ThreadDesk(table)
    desk.open_up()
    desk.thread(said("2", at=NOW))
    costs = []

    with table.meter.fresh() as meter:
        desk.collector.store(
            a_page(an_item("1", source_kind="canned")), a_source(), [a_subscription()], correlation_id=""
        )
        costs.append(meter.units)
    mention = desk.mentions.get(TENANT, mention_id(TENANT, an_item("1").identity))
    with table.meter.fresh() as meter:
        desk.answer(mention)
        costs.append(meter.units)
    with table.meter.fresh() as meter:
        desk.planner.tick(desk.clock.advance(minutes=15))
        desk.read(*(envelope for _, envelope in desk.bus.fetches))
        costs.append(meter.units)

    assert all(cost <= most for cost, most in zip(costs, (9, 9, 13), strict=True)), costs


class Story:
    """Criticism comes, its thread is read, it is answered, and somebody replies; any process may die at any write."""

    def __init__(self, crash: tuple[int, str] | None = None) -> None:
        self.inner = DictTable()
        self.clock = FixedClock()
        self.healthy = ThreadDesk(self.inner, self.clock)
        self.healthy.open_up()
        self.mention = self.healthy.has()
        self.fuse = Fuse(Faults(crashes=(crash,) if crash else ()))  # type: ignore[arg-type]
        self.desk = self._process()

    def _process(self) -> ThreadDesk:
        return self.healthy.over(CrashingTable(self.inner, self.fuse))

    def run(self) -> None:
        source = self.desk.following.source_of(self.mention)
        assert source is not None
        self.healthy.thread(said("0", at=NOW - timedelta(days=1)))
        self._do(lambda: self.desk.following.look(self.mention, source))
        self._ticks(3)
        self._do(self._answer)
        self._ticks(6)
        self.healthy.thread(said("0", at=NOW - timedelta(days=1)), said("2", at=self.clock.now()))
        self._ticks(12)

    def _answer(self) -> None:
        self.desk.answer(self.mention)

    def _ticks(self, count: int) -> None:
        for _ in range(count):
            self._do(lambda: self.desk.tick(minutes=5))

    def _do(self, work: Callable[[], object]) -> None:
        crashed = self.fuse.crashed
        with contextlib.suppress(Crash):
            work()
        if self.fuse.crashed > crashed:
            self.desk = self._process()
            work()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 41))
def test_whatever_write_the_process_dies_at_a_reply_opens_the_mention_once(step: int, when: str) -> None:
    story = Story((step, when))

    story.run()

    assert state(story.healthy, story.mention) == (Status.OPEN, 3, ["answered", "reply"])
    assert story.healthy.todo(story.mention) is None
    assert len(story.healthy.row(story.mention).below) == 2


def test_the_story_has_as_many_writes_as_are_broken_off() -> None:
    story = Story()

    story.run()

    assert 15 <= len(story.fuse.calls) <= 40, story.fuse.calls


@pytest.mark.parametrize("seed", range(40))
def test_two_workers_that_read_at_once_open_it_once(seed: int) -> None:
    inner = DictTable()
    healthy = ThreadDesk(inner)
    healthy.open_up()
    mention = healthy.has()
    healthy.thread()
    healthy.answer(mention)
    healthy.thread(said("2", at=SOON))
    healthy.clock.advance(minutes=15)
    healthy.planner.tick(healthy.clock.now())
    ((_, envelope),) = healthy.bus.fetches

    def work(table: Table) -> None:
        desk = healthy.over(table)
        reader = desk.threads.of(envelope)
        source = reader.source(mention.id)
        if source is not None:
            reader.take(source, reader.ask(source), correlation_id="c")

    take_turns(inner, [work, work], random.Random(seed))

    assert state(healthy, mention) == (Status.OPEN, 3, ["answered", "reply"])
    assert healthy.row(mention).known


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_while_a_thread_is_read_is_followed_whoever_is_faster(seed: int) -> None:
    inner = DictTable()
    healthy = ThreadDesk(inner)
    healthy.open_up()
    mention = healthy.has()
    healthy.thread(said("2", at=NOW - timedelta(hours=1)))
    healthy.following.look(mention, healthy.following.source_of(mention))  # type: ignore[arg-type]
    healthy.planner.tick(NOW)
    ((_, envelope),) = healthy.bus.fetches

    def read(table: Table) -> None:
        reader = healthy.over(table).threads.of(envelope)
        source = reader.source(mention.id)
        if source is not None:
            reader.take(source, reader.ask(source), correlation_id="c")

    def answer(table: Table) -> None:
        healthy.over(table).answer(mention)

    take_turns(inner, [read, answer], random.Random(seed))

    todo = healthy.todo(mention)
    assert state(healthy, mention) == (Status.DONE, 2, ["answered"])
    assert todo is not None
    assert (todo.due_at, todo.attempt) == (NOW + timedelta(minutes=15), 0)


def test_a_mention_that_is_changed_all_the_time_is_left_to_the_next_look(desk: ThreadDesk) -> None:
    class Busy(DictTable):
        is_busy = False

        def put_if_revision(self, row: Row, revision: int) -> bool:
            return not (Busy.is_busy and row.kind == "mention") and super().put_if_revision(row, revision)

    desk = ThreadDesk(Busy())
    desk.open_up()
    mention = desk.has()
    desk.thread(said("2", at=SOON))
    desk.answer(mention)
    desk.clock.advance(minutes=15)
    Busy.is_busy = True

    with pytest.raises(Conflict):
        desk.threads.keeper.keep(mention, desk.connector.steps["1"][0], desk.connector.place, correlation_id="c")


def test_a_reply_to_what_is_not_ours_opens_it_and_tells_nobody(desk: ThreadDesk) -> None:
    mention = desk.has(is_history=True)
    desk.thread(said("2", at=SOON))
    desk.answer(mention)

    desk.tick(minutes=15)

    assert state(desk, mention)[0] is Status.OPEN
    assert desk.bus.events == []


def a_long_thread(count: int = MAX_REPLIES) -> Thread:
    text = "𝄞" * 1000
    replies = [said(f"r{n}", above=f"r{n - 1}", by="𝄞" * 200, text=text, title="T") for n in range(count)]
    above = tuple(said(f"a{n}", by="𝄞" * 200, text=text) for n in range(KEPT_ABOVE + 1))
    return Thread(ancestors=above, replies=tuple(replies))


def test_what_is_kept_of_a_long_thread_is_bounded() -> None:
    row = kept(a_long_thread(), mention=a_mention(), is_ours=lambda _: True, before=None, keeping=Keeping(), now=NOW)
    stored = to_row(row, _key(row), "thread")

    assert len(row.above) == KEPT_ABOVE
    assert 0 < len(row.below) < KEPT_BELOW
    assert row.left_out == MAX_REPLIES - len(row.below)
    assert row.is_cut
    assert max(each.depth for each in row.below) == MAX_DEPTH
    assert MAX_BYTES / 2 < len(str(stored.body).encode()) < 100_000
    assert len(row.ours) == 1


def test_the_first_and_the_last_replies_are_kept() -> None:
    replies = tuple(said(f"r{n}") for n in range(100))

    row = kept(
        Thread(replies=replies),
        mention=a_mention(),
        is_ours=lambda _: False,
        before=None,
        keeping=Keeping(),
        now=NOW,
    )

    assert [each.text for each in row.below[:1] + row.below[-1:]] == ["Text r0", "Text r99"]
    assert (len(row.below), row.left_out, row.is_cut) == (KEPT_BELOW, 60, False)


def test_what_a_place_does_not_let_us_keep_is_not_kept() -> None:
    keeping = Keeping(max_age=timedelta(days=2), keeps_text=False)
    reply = said("2", url="https://forum.example/" + "x" * 500)

    row = kept(
        Thread(replies=(reply,)),
        mention=a_mention(),
        is_ours=lambda _: False,
        before=None,
        keeping=keeping,
        now=NOW,
    )

    assert (row.below[0].text, row.below[0].author, row.below[0].url) == ("", "", "")
    assert row.expires_at == NOW + timedelta(days=2)


def test_replies_are_remembered_over_many_looks_but_not_without_end() -> None:
    row = None
    for start in range(0, 1000, 100):
        thread = Thread(replies=tuple(said(f"r{n}") for n in range(start, start + 100)))
        row = kept(thread, mention=a_mention(), is_ours=lambda _: False, before=row, keeping=Keeping(), now=NOW)

    assert row is not None
    assert len(row.known) == MAX_KNOWN


def test_replies_that_answer_each_other_in_a_circle_stand_somewhere() -> None:
    thread = Thread(replies=(said("2", above="3"), said("3", above="2")))

    row = kept(thread, mention=a_mention(), is_ours=lambda _: False, before=None, keeping=Keeping(), now=NOW)

    assert [each.depth for each in row.below] == [2, 2]


def test_the_last_reply_that_opened_it_counts() -> None:
    def opened(*at: datetime) -> datetime | None:
        mention = a_mention()
        entries = tuple(HistoryEntry(at=each, by="earshot", what="reply") for each in at)
        return opened_at(replace(mention, history=entries))

    assert opened() is None
    assert opened(NOW, SOON) == SOON
