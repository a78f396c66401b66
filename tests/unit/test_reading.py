"""Many hosts are read at once, each of them politely, and what goes wrong at one stays there."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, repeat

import pytest

from builders import a_source
from earshot.adapters.memory import DictTable
from earshot.domain.errors import StoreError, Unreachable
from earshot.ports.http import Request, Response
from earshot.ports.table import Row
from earshot.services.fetching import Outcome
from earshot.services.reading import HOSTS_AT_ONCE, Errand, Reading, read_all
from fakes import NOW
from reading_desk import FOR_EVER_S, LONG_S, PACE_S, Desk, FailingTable, Web, in_main_thread, in_threads


def unusable(errand: Errand, **changes: object) -> Errand:
    return replace(errand, envelope=replace(errand.envelope, **changes))  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_reading() -> Iterator[None]:
    yield
    assert not [each for each in threading.enumerate() if each.name.startswith("reading")]


def test_every_source_of_every_errand_is_read_and_told(desk: Desk) -> None:
    failed = desk.read(desk.errand("a", "1", "2"), desk.errand("b", "1"))

    assert failed == set()
    assert desk.read_names() == ["s_a_1", "s_a_2", "s_b_1"]


def test_a_host_never_has_two_requests_at_once_however_many_errands_name_it(desk: Desk) -> None:
    desk.read(*(desk.errand("a", f"{i}", f"{i}0") for i in range(1, 4)))

    assert desk.web.collisions == []
    assert [url.rpartition("/")[2] for url in desk.web.urls] == ["1", "10", "2", "20", "3", "30"]


def test_hosts_are_read_at_the_same_time() -> None:
    everybody = threading.Barrier(3)
    desk = Desk(Web(lambda: everybody.wait(timeout=10)))

    assert desk.read(*(desk.errand(host, "1") for host in "abc")) == set()


def test_more_hosts_than_threads_are_all_read(desk: Desk) -> None:
    hosts = [f"h{i}" for i in range(HOSTS_AT_ONCE + 3)]

    desk.read(*(desk.errand(host, "1", "2") for host in hosts))

    assert len(desk.read_names()) == 2 * len(hosts)


def test_everything_is_parsed_on_the_callers_thread(desk: Desk) -> None:
    desk.read(desk.errand("a", "1", "2"), desk.errand("b", "1"))

    assert desk.connector.threads == {threading.get_ident()}


def test_the_pace_of_a_host_lies_between_an_answer_and_the_next_request(desk: Desk) -> None:
    desk.read(desk.errand("a", "1", "2", pace_s=PACE_S), desk.errand("a", "3", pace_s=PACE_S))

    gaps = [began - ended for (_, _, ended), (_, began, _) in pairwise(desk.web.asked)]
    assert len(gaps) == 2
    assert min(gaps) >= PACE_S


def test_the_pace_is_kept_after_a_request_that_went_wrong(desk: Desk) -> None:
    desk.web.errors = {"https://a.example/1": Unreachable(), "https://a.example/2": RuntimeError("odd")}

    desk.read(desk.errand("a", "1", "2", "3", pace_s=PACE_S))

    gaps = [began - ended for (_, _, ended), (_, began, _) in pairwise(desk.web.asked)]
    assert len(gaps) == 2
    assert min(gaps) >= PACE_S


def test_the_pace_is_kept_from_one_reading_to_the_next(desk: Desk) -> None:
    desk.read(desk.errand("a", "1", pace_s=PACE_S))
    desk.read(desk.errand("a", "2", pace_s=PACE_S))

    (_, _, ended), (_, began, _) = desk.web.asked
    assert began - ended >= PACE_S


def test_a_host_that_was_never_asked_is_not_kept_waiting(desk: Desk) -> None:
    assert desk.read(desk.errand("a", "1", pace_s=FOR_EVER_S)) == set()
    assert desk.read_names() == ["s_a_1"]


def test_a_source_that_cannot_be_read_does_not_fail_its_errand(desk: Desk) -> None:
    desk.web.errors = {"https://a.example/1": Unreachable("time-out")}

    assert desk.read(desk.errand("a", "1", "2")) == set()
    assert [str(outcome.error) for outcome in desk.outcomes if outcome.error] == ["time-out"]


def test_a_source_that_is_gone_is_passed_over(desk: Desk) -> None:
    errand = desk.errand("a", "1", "2")
    desk.fetcher._listening._table.delete(desk.listening.sources.key(a_source(id="s_a_1")))

    assert desk.read(errand) == set()
    assert desk.read_names() == ["s_a_2"]


@pytest.mark.parametrize(
    "changes",
    [{"v": 99}, {"body": {}}, {"body": {"sources": "s_a_1"}}, {"body": {"sources": ["s_a_1"], "pace_s": "fast"}}],
    ids=["version", "no sources", "no list", "pace"],
)
def test_an_unusable_message_fails_its_errand_and_no_other(desk: Desk, changes: dict[str, object]) -> None:
    failed = desk.read(unusable(desk.errand("a", "1"), **changes), desk.errand("b", "1"))

    assert failed == {"a:1"}
    assert desk.read_names() == ["s_b_1"]


def test_after_a_failure_the_rest_of_its_host_is_not_begun_while_other_hosts_go_on(desk: Desk) -> None:
    bad = unusable(desk.errand("a", "1"), body={})

    failed = desk.read(bad, desk.errand("a", "2"), desk.errand("a", "3"), desk.errand("b", "1"), desk.errand("b", "2"))

    assert failed == {"a:1", "a:2", "a:3"}
    assert desk.read_names() == ["s_b_1", "s_b_2"]


def test_a_source_with_a_defect_is_left_alone_and_starves_none_of_the_others(desk: Desk) -> None:
    desk.web.errors = {"https://a.example/1": RuntimeError("a defect")}

    failed = desk.read(desk.errand("a", "1", "2"), desk.errand("a", "3"))

    assert failed == set()
    assert desk.read_names() == ["s_a_2", "s_a_3"]
    assert desk.problem("s_a_1") == "malformed"


def test_an_answer_that_hits_a_defect_is_noted_on_its_source_and_the_errand_is_well() -> None:
    desk = Desk()
    desk.connector.defects = {"s_a_1"}

    failed = desk.read(desk.errand("a", "1", "2"))

    assert failed == set()
    assert desk.read_names() == ["s_a_2"]
    assert desk.problem("s_a_1") == "malformed"


def test_a_message_that_waited_until_its_sources_were_due_again_asks_for_nothing(desk: Desk) -> None:
    late = desk.errand("a", "1", until=NOW.isoformat())
    in_time = desk.errand("b", "1", until=(NOW + timedelta(seconds=1)).isoformat())

    assert desk.read(late, in_time) == set()
    assert desk.read_names() == ["s_b_1"]


def test_before_another_message_follows_the_pace_is_waited_out(desk: Desk) -> None:
    began = time.monotonic()

    desk.read(desk.errand("a", "1", pace_s=0.3, more=True))

    assert time.monotonic() - began >= 0.3


def test_an_answer_that_comes_when_time_is_up_is_put_back(desk: Desk) -> None:
    failed = desk.read(desk.errand("a", "1"), is_over=in_main_thread(repeat(True)))

    assert failed == set()
    assert desk.read_names() == []
    assert desk.due_now("s_a_1") == [True]


def test_what_cannot_be_stored_fails_its_errand_and_the_others_are_stored() -> None:
    desk = Desk(table=FailingTable())

    failed = desk.read(desk.errand("a", "1", "2"), desk.errand("a", "3"), desk.errand("b", "1"))

    assert failed == {"a:1+2", "a:3"}
    assert desk.read_names() == ["s_a_2", "s_b_1"]


def test_when_time_is_up_what_was_not_begun_is_due_again_now(desk: Desk) -> None:
    over = in_threads(iter([False, True, True, True]))

    failed = desk.read(desk.errand("a", "1", "2", "3"), desk.errand("a", "4"), is_over=over)

    assert failed == set()
    assert desk.read_names() == ["s_a_1"]
    assert desk.due_now("s_a_1", "s_a_2", "s_a_3", "s_a_4") == [False, True, True, True]


def test_no_request_begins_when_time_runs_out_while_its_pace_is_waited_for(desk: Desk) -> None:
    desk.last_asked["a"] = time.monotonic()
    over = in_threads(iter([False, True, True]))

    failed = desk.read(desk.errand("a", "1", "2", pace_s=LONG_S), is_over=over)

    assert failed == set()
    assert desk.web.urls == []
    assert desk.due_now("s_a_1", "s_a_2") == [True, True]


def test_a_pace_that_would_take_a_thread_too_long_is_not_slept_through(desk: Desk) -> None:
    began = time.monotonic()

    failed = desk.read(desk.errand("a", "1", "2", pace_s=FOR_EVER_S, more=True), desk.errand("b", "1"))

    assert failed == set()
    assert sorted(desk.web.urls) == ["https://a.example/1", "https://b.example/1"]
    assert desk.due_now("s_a_1", "s_a_2") == [False, True]
    assert time.monotonic() - began < 10


def test_a_schedule_that_cannot_be_put_back_fails_its_errand() -> None:
    class Full(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            raise StoreError("the disk is full")

    desk = Desk(table=Full())

    assert desk.read(desk.errand("a", "1"), is_over=lambda: True) == {"a:1"}


class Interrupted(BaseException):
    """Somebody presses Ctrl-C."""


def test_an_exception_out_of_the_caller_ends_the_threads_at_once(desk: Desk) -> None:
    slow = desk.errand("a", "1", "2", pace_s=LONG_S)
    many = [desk.errand(f"h{i}", "1", "2", "3") for i in range(HOSTS_AT_ONCE - 1)]

    def stop(_: Outcome) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        read_all(Reading(desk.fetcher, desk.last_asked), [slow, *many], stop)

    assert "https://a.example/2" not in desk.web.urls
    assert not any(desk.due_now("s_a_2"))


def test_an_exception_out_of_the_caller_ends_threads_that_wait_to_hand_over() -> None:
    handed_over = threading.Semaphore(0)

    class Counting(Web):
        def send(self, request: Request) -> Response:
            response = super().send(request)
            handed_over.release()
            return response

    desk = Desk(Counting())
    with pytest.raises(Interrupted), Reading(desk.fetcher, desk.last_asked) as reading:
        reading.begin(desk.errand("a", *(str(i) for i in range(HOSTS_AT_ONCE + 3))))
        for _ in range(HOSTS_AT_ONCE + 1):
            handed_over.acquire()
        raise Interrupted

    assert len(desk.web.urls) == HOSTS_AT_ONCE + 1


def test_an_errand_ends_after_its_last_source(desk: Desk) -> None:
    with Reading(desk.fetcher) as reading:
        reading.begin(desk.errand("a", "1"))
        steps = [reading.step(), reading.step()]

    assert [(step.outcome is not None, step.is_end, step.is_well) for step in steps] == [
        (True, False, True),
        (False, True, True),
    ]
    assert reading.under_way == 0
