"""What asks for more is read on within its errand, and a silent host is not asked in vain."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from builders import a_page, an_item
from earshot.domain.errors import Refused, StoreError, Unanswered, Unreachable
from earshot.domain.source import Fetched, Source
from earshot.ports.http import Response
from earshot.services.reading import MOST_STEPS
from reading_desk import LONG_S, NEXT_INTERVAL, PACE_S, Desk, in_threads


class StepDesk(Desk):
    """Sources whose answers want so many further steps; each answer moves the cursor by one."""

    def __init__(self, **steps: int) -> None:
        super().__init__()
        self.steps = steps
        self.connector.parse = self._parse  # type: ignore[method-assign]

    def _parse(self, response: Response, source: Source) -> Fetched:
        step = int(source.cursor or 0) + 1
        more = step <= self.steps.get(source.id, 0)
        return a_page(an_item(f"{source.id}/{step}"), cursor=str(step), more=more)

    def cursors(self, *ids: str) -> list[str]:
        sources = [self.listening.source(id_) for id_ in ids]
        return [source.cursor for source in sources if source is not None]

    def paths(self) -> list[str]:
        return [url.rpartition("/")[2] for url in self.web.urls]


def test_a_source_that_wants_more_is_asked_on_after_the_others_of_its_errand() -> None:
    desk = StepDesk(s_a_1=2, s_a_3=1)

    failed = desk.read(desk.errand("a", "1", "2", "3"))

    assert failed == set()
    assert desk.paths() == ["1", "2", "3", "1", "3", "1"]
    assert desk.cursors("s_a_1", "s_a_2", "s_a_3") == ["3", "1", "2"]
    assert desk.due_now("s_a_1", "s_a_2", "s_a_3") == [False, False, False]


def test_the_pace_of_the_host_lies_between_the_steps() -> None:
    desk = StepDesk(s_a_1=2)

    desk.read(desk.errand("a", "1", pace_s=PACE_S))

    gaps = [began - ended for (_, _, ended), (_, began, _) in pairwise(desk.web.asked)]
    assert len(gaps) == 2
    assert min(gaps) >= PACE_S


def test_what_wants_more_than_there_is_room_for_is_due_at_the_next_tick() -> None:
    desk = StepDesk(s_a_1=1000, s_a_2=1000)

    desk.read(desk.errand("a", "1", "2"))

    assert len(desk.paths()) == 2 + MOST_STEPS
    assert desk.due_now("s_a_1", "s_a_2") == [True, True]


def test_each_errand_has_steps_of_its_own() -> None:
    desk = StepDesk(s_a_1=MOST_STEPS, s_a_2=MOST_STEPS, s_b_1=MOST_STEPS)

    desk.read(desk.errand("a", "1"), desk.errand("a", "2"), desk.errand("b", "1"))

    assert desk.cursors("s_a_1", "s_a_2", "s_b_1") == [str(MOST_STEPS + 1)] * 3


def test_when_time_is_up_what_wants_more_is_put_back() -> None:
    desk = StepDesk(s_a_1=5)
    over = in_threads(iter([False, True, True, True]))

    failed = desk.read(desk.errand("a", "1"), is_over=over)

    assert failed == set()
    assert (desk.cursors("s_a_1"), desk.due_now("s_a_1")) == (["1"], [True])


def test_an_errand_that_failed_is_not_read_on() -> None:
    desk = StepDesk(s_a_1=3)
    errand = desk.errand("a", "1", "2")

    def broken(source_id: str) -> Source | None:
        if source_id == "s_a_2":
            raise StoreError("out of reach")
        return desk.listening.source(source_id)

    desk.fetcher.source = broken  # type: ignore[method-assign]

    assert desk.read(errand) == {"a:1+2"}
    assert desk.paths() == ["1"]


def test_a_step_that_cannot_be_put_back_fails_its_errand() -> None:
    desk = StepDesk(s_a_1=1000)

    def broken(source_id: str) -> None:
        raise StoreError("the disk is full")

    desk.fetcher.put_back = broken  # type: ignore[method-assign]

    assert desk.read(desk.errand("a", "1")) == {"a:1"}


def test_a_silent_host_is_asked_twice_and_the_rest_left_for_later() -> None:
    desk = Desk()
    desk.web.errors = {f"https://a.example/{n}": Unanswered() for n in range(1, 6)}

    failed = desk.read(desk.errand("a", "1", "2", "3"), desk.errand("a", "4", "5"), desk.errand("b", "1"))

    assert failed == set()
    assert sorted(desk.web.urls) == ["https://a.example/1", "https://a.example/2", "https://b.example/1"]
    assert [desk.problem(f"s_a_{n}") for n in range(1, 6)] == ["unreachable", "unreachable", "", "", ""]
    left = desk.listening.schedule("s_a_3")
    assert left is not None
    assert left.due_at == NEXT_INTERVAL


def test_an_answer_in_between_breaks_the_silence() -> None:
    desk = Desk()
    desk.web.errors = {
        "https://a.example/1": Unanswered(),
        "https://a.example/2": Refused("answered with 404", 404),
        "https://a.example/3": Unanswered(),
    }

    desk.read(desk.errand("a", "1", "2", "3", "4"))

    assert len(desk.web.urls) == 4


def test_a_host_that_answers_with_errors_of_its_own_is_not_silent() -> None:
    desk = Desk()
    failing = {f"https://a.example/{n}": Unreachable("answered with 500 (internal server error)") for n in (1, 2)}
    desk.web.errors = dict(failing)

    desk.read(desk.errand("a", "1", "2", "3"))

    assert desk.read_names() == ["s_a_3"]


def test_a_silent_host_is_tried_again_in_the_next_reading() -> None:
    desk = Desk()
    desk.web.errors = {f"https://a.example/{n}": Unanswered() for n in (1, 2)}
    desk.read(desk.errand("a", "1", "2"))

    desk.read(desk.errand("a", "3"))

    assert desk.read_names() == ["s_a_3"]


def asking_twice(desk: Desk) -> None:
    """Lets every visit take two requests."""
    visit = desk.fetcher.ask

    def ask(source: Source, pause: Callable[[], None]) -> Any:
        visit(source)
        pause()
        return visit(source)

    desk.fetcher.ask = ask  # type: ignore[assignment]


def test_between_two_requests_of_one_visit_the_pace_is_kept() -> None:
    desk = Desk()
    asking_twice(desk)

    desk.read(desk.errand("a", "1", "2", pace_s=PACE_S))

    gaps = [began - ended for (_, _, ended), (_, began, _) in pairwise(desk.web.asked)]
    assert len(gaps) == 3
    assert min(gaps) >= PACE_S


def test_a_visit_for_whose_second_request_there_is_no_time_is_put_back() -> None:
    desk = Desk()
    asking_twice(desk)
    over = in_threads(iter([False, True, True]))

    failed = desk.read(desk.errand("a", "1", pace_s=LONG_S), is_over=over)

    assert failed == set()
    assert (len(desk.web.urls), desk.due_now("s_a_1")) == (1, [True])


def test_a_visit_that_cannot_read_what_it_needs_fails_its_errand_and_not_its_source() -> None:
    desk = Desk()

    def broken(source: Source, pause: Callable[[], None]) -> Any:
        raise StoreError("the credential cannot be read")

    desk.fetcher.ask = broken  # type: ignore[assignment]

    assert desk.read(desk.errand("a", "1")) == {"a:1"}
    assert desk.problem("s_a_1") == ""
