"""The gate: never a storm, never a silence."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import TENANT
from earshot.domain.gate import MAIL_CAP, WINDOW, Gate, Passage, admitted, opens_at, passage, recent, released
from fakes import NOW

MINUTE = timedelta(minutes=1)


def a_gate(*names: str) -> Gate:
    """A gate that let these through, one a minute, the last just before now."""
    gate = Gate(tenant=TENANT, contact_id="c_anna", channel="mail")
    for i, name in enumerate(names):
        gate = admitted(gate, name, NOW - (len(names) - i) * MINUTE)
    return gate


def test_two_go_alone_the_third_is_the_summary_and_the_fourth_waits() -> None:
    gates = [a_gate(), a_gate("a"), a_gate("a", "b"), a_gate("a", "b", "c")]

    assert [passage(gate, "x", NOW) for gate in gates] == [
        Passage.SINGLE,
        Passage.SINGLE,
        Passage.SUMMARY,
        Passage.WAIT,
    ]


def test_one_that_was_let_through_is_let_through_again_and_counts_once() -> None:
    gate = a_gate("a", "b", "c")

    assert passage(gate, "c", NOW) is Passage.SUMMARY
    assert len(admitted(gate, "c", NOW).sends) == 3


def test_one_that_is_let_through_again_counts_from_the_last_time() -> None:
    gate = admitted(a_gate("a"), "a", NOW)

    assert opens_at(gate, NOW, cap=1) == NOW + WINDOW


def test_a_later_attempt_counts_anew_because_the_earlier_one_may_have_arrived() -> None:
    gate = admitted(a_gate("a"), "a", NOW, attempt=1)

    assert passage(gate, "x", NOW) is Passage.SUMMARY


@pytest.mark.parametrize("is_summary", [False, True])
def test_one_second_copy_goes_through_a_shut_gate_because_the_first_may_not_have_arrived(is_summary: bool) -> None:
    gate = admitted(a_gate("a", "b"), "c", NOW, is_summary=is_summary)

    second = passage(gate, "c", NOW, attempt=1)
    again = passage(admitted(gate, "c", NOW, attempt=1), "c", NOW, attempt=1)
    third = passage(admitted(gate, "c", NOW, attempt=1), "c", NOW, attempt=2)

    expected = Passage.SUMMARY if is_summary else Passage.SINGLE
    assert (second, again, third) == (expected, expected, Passage.WAIT)


def test_an_attempt_that_never_arrived_gives_its_place_back() -> None:
    gate = released(a_gate("a", "b", "c"), "b", attempt=0)

    assert [send.delivery_id for send in gate.sends] == ["a", "c"]
    assert passage(gate, "x", NOW) is Passage.SUMMARY


def test_another_attempt_of_the_same_mail_keeps_its_place() -> None:
    assert released(a_gate("a"), "a", attempt=1) == a_gate("a")


def test_the_gate_opens_when_the_oldest_send_is_an_hour_old() -> None:
    gate = a_gate("a", "b", "c")

    assert opens_at(gate, NOW) == gate.sends[0].at + WINDOW
    assert passage(gate, "x", opens_at(gate, NOW) - timedelta(seconds=1)) is Passage.WAIT
    assert passage(gate, "x", opens_at(gate, NOW)) is Passage.SUMMARY


def test_after_a_second_copy_the_gate_opens_when_few_enough_count() -> None:
    gate = admitted(a_gate("a", "b", "c"), "c", NOW, attempt=1)

    assert opens_at(gate, NOW) == gate.sends[1].at + WINDOW
    assert passage(gate, "x", opens_at(gate, NOW)) is Passage.SUMMARY


def test_an_open_gate_is_open_now() -> None:
    assert opens_at(a_gate(), NOW) == opens_at(a_gate("a", "b"), NOW) == NOW
    assert opens_at(a_gate("a"), NOW + 2 * WINDOW) == NOW + 2 * WINDOW


def test_old_sends_are_forgotten() -> None:
    gate = admitted(a_gate("a", "b"), "c", NOW + 2 * WINDOW)

    assert [send.delivery_id for send in gate.sends] == ["c"]
    assert recent(a_gate("a"), NOW + WINDOW) == ()


@pytest.mark.parametrize("cap", [1, 2, 5])
def test_another_cap_makes_the_last_one_the_summary(cap: int) -> None:
    gate = a_gate(*"abcde"[: cap - 1])

    assert passage(gate, "x", NOW, cap=cap) is Passage.SUMMARY
    assert passage(admitted(gate, "x", NOW), "y", NOW, cap=cap) is Passage.WAIT


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 2)), max_size=60))
def test_however_they_come_no_window_holds_more_than_the_cap_but_for_second_copies(
    arrivals: list[tuple[int, int, int]],
) -> None:
    gate, now = a_gate(), NOW
    for pause, name, attempt in arrivals:
        now += pause * MINUTE
        if passage(gate, str(name), now, attempt=attempt) is not Passage.WAIT:
            gate = admitted(gate, str(name), now, attempt=attempt)

        counting = recent(gate, now)
        assert len({send.delivery_id for send in counting}) <= MAIL_CAP
        assert len(counting) <= 2 * MAIL_CAP
        assert len({(send.delivery_id, send.attempt) for send in counting}) == len(counting)
