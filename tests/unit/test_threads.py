"""Threads are read step by step, bounded, kept beside their mention, and say who of us answered."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from builders import SOURCE, TENANT, a_page, a_source, a_subscription, an_item
from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid, Refused, Spent, StoreError, Throttled, Unreachable
from earshot.domain.item import Item
from earshot.domain.job import JobKind, State
from earshot.domain.mention import Outcome, mention_id
from earshot.domain.messages import MessageType, message
from earshot.domain.place import Quota
from earshot.domain.thread import Ref, Thread
from earshot.domain.todo import Purpose
from earshot.domain.vanishing import vanished
from earshot.ports.http import Draw, Request, Response
from earshot.ports.table import Row
from earshot.services.reading import Errand, Reading, read_all
from earshot.services.thread_plan import thread_message
from earshot.services.threads import MAX_REQUESTS, MOST_TRIES
from earshot.store.listening import Listening
from fakes import NOW
from thread_desk import FORUM, HOST, OURS, ThreadDesk, ThreadedConnector, said


@pytest.fixture
def desk() -> ThreadDesk:
    desk = ThreadDesk()
    desk.open_up()
    return desk


def collected(desk: ThreadDesk, item: Item) -> str:
    """Stores an item as collect does, and tells the id of its mention."""
    desk.collector.store(a_page(item), a_source(), [a_subscription()], correlation_id="c")
    return mention_id(TENANT, item.identity)


def asked(desk: ThreadDesk, *, anew: bool = False) -> State | None:
    """Asks for the thread of the mention, and reads what that sends; tells how far the job is then."""
    known = desk.asked.of(TENANT, mention_id(TENANT, an_item("1").identity), anew=anew)
    if known.job is None:
        return None
    desk.read(*(envelope for _, envelope in desk.bus.fetches))
    return desk.threads.jobs.get(TENANT, known.job.id, desk.clock.now()).state(desk.clock.now())


@pytest.mark.parametrize(
    ("text", "looks"), [("Acme ist schlecht", 1), ("Acme, wer weiß das?", 1), ("Acme ist toll", 0), ("Acme", 0)]
)
def test_the_thread_of_criticism_and_of_a_question_is_read_at_once(desk: ThreadDesk, text: str, looks: int) -> None:
    desk.thread(said("2"))
    id_ = collected(desk, an_item("1", source_kind="canned", text=text))

    assert desk.tick() == looks
    assert (desk.kept.of(TENANT, id_) is not None) == bool(looks)
    assert desk.todos.at(TENANT, Purpose.THREAD, HOST, id_) is None
    assert desk.tick(days=1) == 0


def test_nothing_is_left_to_do_where_a_place_shows_no_thread(desk: ThreadDesk) -> None:
    id_ = collected(desk, an_item("1", source_kind="canned"))

    assert desk.todos.at(TENANT, Purpose.THREAD, HOST, id_) is None


def test_what_costs_money_is_read_only_when_somebody_asks(desk: ThreadDesk) -> None:
    money = Quota(name="money", amount=10, window=timedelta(days=30), unit="micro-dollars")
    desk.connector.place = replace(FORUM, quotas=(money,))
    desk.thread(said("2"))
    collected(desk, an_item("1", source_kind="canned"))

    assert desk.tick() == 0
    assert asked(desk) is State.DONE


def test_a_thread_says_who_said_what_and_who_of_us_answered(desk: ThreadDesk) -> None:
    mention = desk.has()
    root = said("0", by="Ada", above="", title="Was taugt Acme?")
    desk.thread(said("2"), said("3", author=OURS, above="2"), said("4", above="9", at=None), above=(root,), is_cut=True)

    assert asked(desk) is State.DONE

    row = desk.row(mention)
    assert [(each.author, each.text, each.depth) for each in row.above] == [("Ada", "Was taugt Acme?\nText 0", 0)]
    assert [(each.author, each.depth, each.is_ours) for each in row.below] == [
        ("Bea", 1, False),
        ("Acme Support", 2, True),
        ("Bea", 1, False),
    ]
    assert (row.ours, row.is_cut, row.left_out) == (("Acme Support",), True, 0)
    assert row.below[0].url == "https://forum.example/2"


def test_a_thread_takes_several_requests_and_what_goes_on_after_25_is_cut(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.connector.steps["1"] = [Thread(replies=(said(f"r{n}"),)) for n in range(MAX_REQUESTS + 5)]

    assert asked(desk) is State.DONE

    assert len(desk.web.urls) == len(desk.row(mention).below) == MAX_REQUESTS
    assert desk.row(mention).is_cut


def test_what_is_kept_is_told_without_asking_and_read_anew_only_after_a_while(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    asked(desk)

    again, at_once = asked(desk), asked(desk, anew=True)
    desk.clock.advance(minutes=2)
    desk.thread(said("2"), said("3"))
    later = asked(desk, anew=True)

    assert (again, at_once, later) == (None, None, State.DONE)
    assert len(desk.row(mention).below) == 2


def test_what_is_too_old_or_of_a_deleted_post_is_not_shown(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    asked(desk)
    fresh = desk.asked.known(mention)
    desk.clock.advance(days=30)
    old = desk.asked.known(mention)
    desk.mentions.save(vanished(desk.stored(mention), desk.clock.now()))
    gone = desk.asked.of(TENANT, mention.id)

    assert [bool(each.thread) for each in (fresh, old, gone)] == [True, False, False]
    assert [bool(each.job) for each in (fresh, old, gone)] == [True, False, False]
    assert [each.is_readable for each in (fresh, old, gone)] == [True, True, False]


@pytest.mark.parametrize(
    "changes", [{"source_kind": "silent"}, {"source_kind": "silent", "source_id": "s_silent"}, {"source_id": "s_gone"}]
)
def test_where_no_thread_can_be_read_nobody_is_asked(desk: ThreadDesk, changes: dict[str, str]) -> None:
    desk.thread(said("2"))
    desk.has()
    Listening(desk.table).sources.add(a_source(id="s_silent", kind="silent"))
    mention = desk.stored(desk.mentions.save(replace(desk.stored(desk.has()), **changes)))  # type: ignore[arg-type]

    known = desk.asked.of(TENANT, mention.id)

    assert (known.job, known.thread, known.is_readable) == (None, None, False)


def test_an_error_is_the_answer_of_a_job(desk: ThreadDesk) -> None:
    desk.has()
    desk.thread(said("2"))
    desk.web.errors = [Refused("not for you")]

    assert asked(desk) is State.DONE

    (part,) = desk.threads.jobs.get(TENANT, desk.bus.fetches[0][1].correlation_id, NOW).parts
    assert part.answer is not None
    assert (part.answer.problem, part.answer.code) == ("not for you", "refused")


def test_what_was_read_before_an_error_is_kept_as_cut(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.connector.steps["1"] = [Thread(replies=(said("2"),)), Thread(replies=(said("3"),))]
    desk.web.errors = [None, Unreachable()]

    asked(desk)

    assert ([each.text for each in desk.row(mention).below], desk.row(mention).is_cut) == (["Text 2"], True)


def test_a_question_that_nobody_waits_for_any_more_asks_nobody(desk: ThreadDesk) -> None:
    desk.has()
    desk.thread(said("2"))
    asked(desk)
    before = len(desk.web.urls)
    messages = [envelope for _, envelope in desk.bus.fetches]
    unknown = replace(messages[0], id="other", body={**messages[0].body, "job": "j_unknown"})

    assert desk.read(*messages, unknown) == set()
    assert len(desk.web.urls) == before


def test_a_question_whose_mention_or_way_is_gone_since_is_answered_with_that(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    known = desk.asked.of(TENANT, mention.id)
    assert known.job is not None
    desk.connector.steps.clear()

    desk.read(*(envelope for _, envelope in desk.bus.fetches))

    (part,) = desk.threads.jobs.get(TENANT, known.job.id, NOW).parts
    assert part.answer is not None
    assert part.answer.code == "unheard"


def test_a_forgotten_job_stops_nothing(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    known = desk.asked.of(TENANT, mention.id)
    assert known.job is not None
    reader = desk.threads.of(desk.bus.fetches[0][1])
    source = reader.source(mention.id)
    assert source is not None
    desk.table.delete(job_row(desk, known.job.id).key)

    reader.take(source, reader.ask(source), correlation_id="c")

    assert desk.row(mention).below


def job_row(desk: ThreadDesk, job: str) -> Row:
    return next(r for r in desk.table.query(f"TENANT#{TENANT}", prefix="job#").rows if r.key.sk.endswith(job))


@pytest.mark.parametrize("done", ["put_back", "pass_over", "give_up"])
def test_who_gets_no_time_or_no_host_is_told(desk: ThreadDesk, done: str) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    known = desk.asked.of(TENANT, mention.id)
    assert known.job is not None
    reader = desk.threads.of(desk.bus.fetches[0][1])
    source = reader.source(mention.id)
    assert source is not None

    if done == "put_back":
        reader.put_back(mention.id)
    elif done == "pass_over":
        reader.pass_over(source)
    else:
        reader.give_up(source, correlation_id="c")

    (part,) = desk.threads.jobs.get(TENANT, known.job.id, NOW).parts
    assert part.answer is not None
    assert part.answer.code in ("no.time", "unreachable", "defect")
    assert desk.threads.looks == {}
    assert reader.is_past(NOW)


def test_a_defect_of_a_connector_is_told_and_hurts_nobody_else(
    desk: ThreadDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.has()
    desk.thread(said("2"))
    desk.connector.defects = [RuntimeError("a defect")]

    with caplog.at_level(logging.WARNING):
        assert asked(desk) is State.DONE

    assert "thread given up" in caplog.text


def test_looks_that_were_broken_off_are_forgotten_at_last(desk: ThreadDesk) -> None:
    mention = desk.has()
    desk.thread(said("2"))
    desk.following.look(mention, a_source())
    todo = desk.todo(mention)
    assert todo is not None
    desk.todos.lease(todo, NOW)

    for _ in range(100):
        desk.threads.of(thread_message(todo, 0.0, "c")).source(mention.id)

    assert len(desk.threads.looks) == 64


def test_a_trouble_that_passes_is_tried_again_some_times(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    id_ = collected(desk, an_item("1", source_kind="canned"))
    desk.web.errors = [Unreachable()] * 10

    asked_at = [desk.tick(minutes=1) for _ in range(600)]

    assert sum(asked_at) == MOST_TRIES
    assert desk.todos.at(TENANT, Purpose.THREAD, HOST, id_) is None


def test_what_is_refused_is_not_tried_again(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    collected(desk, an_item("1", source_kind="canned"))
    desk.web.errors = [Refused("no")]

    assert [desk.tick(hours=1) for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (Throttled(retry_after_s=7200), timedelta(hours=2)),
        (Throttled(retry_after_s=10**9), timedelta(days=1)),
        (Spent("units", NOW + timedelta(hours=5)), timedelta(hours=5)),
    ],
)
def test_a_place_that_asks_to_wait_is_left_alone(desk: ThreadDesk, error: Throttled | Spent, wait: timedelta) -> None:
    desk.thread(said("2"))
    id_ = collected(desk, an_item("1", source_kind="canned"))
    desk.web.errors = [error]

    desk.tick()

    todo = desk.todos.at(TENANT, Purpose.THREAD, HOST, id_)
    assert todo is not None
    assert (todo.due_at, todo.attempt) == (NOW + wait, 0)
    desk.clock.advance(seconds=wait.total_seconds())
    assert desk.tick() == 1


def test_a_place_that_gives_no_time_is_tried_again_soon(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    collected(desk, an_item("1", source_kind="canned"))
    desk.web.errors = [Throttled()]

    assert [desk.tick(), desk.tick(minutes=5)] == [1, 1]


def test_a_defect_leaves_the_todo_and_is_not_tried_for_ever(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    id_ = collected(desk, an_item("1", source_kind="canned"))
    desk.connector.defects = [RuntimeError("a defect")] * 50

    took = sum(desk.tick(minutes=10) for _ in range(200))

    assert took == MOST_TRIES
    assert desk.todos.at(TENANT, Purpose.THREAD, HOST, id_) is None


def test_a_todo_whose_mention_never_came_is_dropped_after_a_day(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    mention = replace(desk.has(), id="m_never")
    desk.following.look(mention, a_source())

    desk.tick(hours=1)
    there = desk.todo(mention)
    desk.tick(hours=24)

    assert (there is not None, desk.todo(mention)) == (True, None)
    assert desk.web.urls == []


def test_a_todo_that_became_useless_is_ended_without_asking(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    mention = desk.has()
    desk.following.look(mention, a_source())
    desk.answer(mention, Outcome.REPORTED)

    assert desk.tick() == 0
    assert desk.todo(mention) is None


def test_a_message_that_comes_twice_or_late_asks_once(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    mention = desk.has()
    desk.following.look(mention, a_source())
    desk.planner.tick(NOW)
    ((host, envelope),) = desk.bus.fetches

    assert desk.read(envelope, replace(envelope, id="again")) == set()
    assert (host, envelope.type, len(desk.web.urls)) == (HOST, MessageType.THREAD, 1)


def test_a_message_that_cannot_be_read_fails(desk: ThreadDesk) -> None:
    envelope = message(MessageType.THREAD, id_="1", correlation_id="c", tenant=TENANT)

    with pytest.raises(Invalid):
        desk.threads.of(envelope)
    assert desk.read(envelope) == {"1"}


def test_where_threads_are_not_read_their_messages_stay_with_the_queue(desk: ThreadDesk) -> None:
    body = {"tenant": TENANT, "mention": "m_1", "host": HOST}
    envelope = message(MessageType.THREAD, id_="1", correlation_id="c", **body)

    assert read_all(Reading(desk.fetcher), [Errand(receipt="r", host=HOST, envelope=envelope)]) == {"r"}


def test_a_preview_is_read_as_before(desk: ThreadDesk) -> None:
    body = {"tenant": TENANT, "job": "j_1", "sources": ["s_1"], "kind": JobKind.PREVIEW.value}

    assert desk.read(message(MessageType.JOB_PART, id_="1", correlation_id="c", **body)) == set()


def test_a_table_that_fails_while_a_thread_is_kept_lets_the_message_come_again(desk: ThreadDesk) -> None:
    class Full(type(desk.table)):  # type: ignore[misc]
        fails = True

        def put_if_absent(self, row: Row) -> bool:
            if row.kind == "thread" and Full.fails:
                raise StoreError("full")
            return super().put_if_absent(row)  # type: ignore[no-any-return]

    desk = ThreadDesk(Full())
    desk.open_up()
    mention = desk.has()
    desk.connector.steps["1"] = [Thread(replies=(said("2"),))]
    desk.following.look(mention, a_source())
    desk.planner.tick(NOW)
    ((_, envelope),) = desk.bus.fetches

    assert desk.read(envelope) == {envelope.id}
    Full.fails = False
    assert desk.read(envelope) == set()
    assert len(desk.row(mention).below) == 1


def test_many_threads_of_one_host_are_handed_out_bit_by_bit(desk: ThreadDesk) -> None:
    desk.connector.place = replace(FORUM, pace_s=10.0)
    mentions = [replace(desk.has(), id=f"m_{n}") for n in range(5)]
    desk.thread(said("2"))
    for mention in mentions:
        desk.mentions.add(mention)
        desk.following.look(mention, a_source())

    planned = desk.planner.tick(NOW).todos

    due = sorted(todo.due_at for mention in mentions if (todo := desk.todo(mention)))
    assert planned == 2
    assert due == [NOW + timedelta(minutes=n) for n in (1, 1, 2, 2, 2)]


def test_recovering_wakes_threads_in_hand_only(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    mention = desk.has()
    desk.answer(mention)
    waiting = desk.todo(mention)
    desk.planner.recover(NOW)
    still = desk.todo(mention)
    desk.planner.tick(desk.clock.advance(minutes=30))
    desk.planner.recover(desk.clock.now())

    after = desk.todo(mention)
    assert still == waiting
    assert after is not None
    assert after.due_at == desk.clock.now()


def test_the_source_that_brought_it_is_asked_where_it_is(desk: ThreadDesk) -> None:
    desk.thread(said("2"))
    mention = desk.has(native_id="")
    old = replace(mention, identity="canned:1")

    way = desk.following.way(old, Listening(desk.table).source(SOURCE))

    assert way is not None
    assert (way.ref.native_id, way.ref.locator, way.host) == ("1", "https://feeds.example/", HOST)
    assert desk.following.way(old, None) is None


@dataclass
class PaidForum(ThreadedConnector):
    """A forum that is paid for each post it shows."""

    def thread_request(self, ref: Ref, thread: Thread, credential: Credential = NO_CREDENTIAL) -> Request | None:
        asked = super().thread_request(ref, thread)
        return replace(asked, draws=(Draw(quota="posts", amount=5),)) if asked else None

    def paid(self, response: Response) -> Mapping[str, int]:
        return {"posts": 1}


def test_of_a_thread_only_what_was_shown_is_paid(desk: ThreadDesk) -> None:
    quota = Quota(name="posts", amount=10, window=timedelta(hours=1))
    desk.connector = PaidForum(place=replace(FORUM, quotas=(quota,)))
    desk.connectors = {"canned": desk.connector}
    desk._build()
    desk.connector.steps["1"] = [Thread(replies=(said("2"),)), Thread(replies=(said("3"),))]
    collected(desk, an_item("1", source_kind="canned"))

    assert desk.tick() == 2
    assert [row.body["spent"] for row in desk.table.query("DEPLOYMENT", prefix="ledger#").rows] == [2]
