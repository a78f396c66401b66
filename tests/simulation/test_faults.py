"""The promise holds whatever call a process dies at, and whatever happens to its events."""

import os
from dataclasses import replace

import pytest

from earshot.domain.delivery import State
from simulation.faults import Schedule
from simulation.promise import broken, storms
from simulation.runs import by_chance, every_single_crash, failure, run
from simulation.world import World, short_story

CHANCES = int(os.environ.get("EARSHOT_SCHEDULES", "150"))


def test_without_faults_the_promise_holds() -> None:
    assert not failure(Schedule())


def test_without_faults_the_third_mail_is_the_summary_and_the_next_waits_an_hour() -> None:
    world = run(Schedule())

    minutes = [(told.at - world.recorder.told[0].at).total_seconds() / 60 for told in world.recorder.told]
    assert minutes == [0, 0, 0, 60]
    assert [len(told.mentions) for told in world.recorder.told] == [1, 1, 2, 1]


@pytest.mark.parametrize("seed", [0, 1], ids=["another worker takes over", "the only worker starts again"])
def test_the_promise_holds_after_a_crash_before_or_after_any_call(seed: int) -> None:
    failures = [line for schedule in every_single_crash(seed) if (line := failure(schedule))]

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("seed", [2, 3], ids=["another worker takes over", "the only worker starts again"])
def test_the_promise_holds_when_every_tenth_call_crashes(seed: int) -> None:
    schedules = [
        Schedule(seed=seed, crashes=tuple((number, "after") for number in range(first, 400, 10))) for first in range(10)
    ]
    failures = [line for schedule in schedules if (line := failure(schedule))]

    assert not failures, "\n".join(failures)


def test_the_promise_holds_under_schedules_by_chance() -> None:
    failures = [line for seed in range(CHANCES) if (line := failure(by_chance(seed)))]

    assert not failures, "\n".join(failures)


def test_a_crash_inside_a_send_costs_a_second_copy_at_most() -> None:
    sends = [number for number, call in enumerate(run(Schedule()).fuse.calls, 1) if call == "notifier.send"]

    world = run(Schedule(crashes=((sends[1], "after"),)))

    told_twice = world.recorder.told[1].mentions
    assert [told.mentions for told in world.recorder.told].count(told_twice) == 2
    assert not broken(world)


def test_a_summary_whose_worker_may_have_died_before_sending_it_is_told_within_minutes() -> None:
    calls = run(Schedule()).fuse.calls
    third_send = [number for number, call in enumerate(calls, 1) if call == "notifier.send"][2]

    world = run(Schedule(crashes=((third_send, "before"),)))

    minutes = [(told.at - world.recorder.told[0].at).total_seconds() / 60 for told in world.recorder.told]
    assert minutes[2] <= 5
    assert not broken(world)


def test_a_second_copy_is_the_same_mail_again() -> None:
    calls = run(Schedule()).fuse.calls
    sends = [number for number, call in enumerate(calls, 1) if call == "notifier.send"]

    for number in sends:
        mails = run(Schedule(crashes=((number, "after"),))).recorder.told
        carriers = {(mention, told.letter.delivery_id) for told in mails for mention in told.mentions}
        assert len(carriers) == len({mention for mention, _ in carriers})


def test_a_schedule_by_chance_runs_the_same_way_twice() -> None:
    first, second = run(by_chance(4)), run(by_chance(4))

    assert first.fuse.calls == second.fuse.calls
    assert [told.mentions for told in first.recorder.told] == [told.mentions for told in second.recorder.told]


def test_the_check_sees_a_lost_alert_a_storm_and_a_second_copy() -> None:
    world = World(Schedule(), short_story())
    world.run()

    world.recorder.told.pop()
    first = world.recorder.told[0]
    world.recorder.told.insert(0, replace(first, letter=replace(first.letter, delivery_id="d_other")))

    problems = " ".join(broken(world))
    assert "was never told of later" in problems
    assert "got 2 copies" in problems
    assert "got 4 mails" in problems


def test_the_check_sees_a_delivery_that_was_given_up() -> None:
    world = run(Schedule())
    row = world.disk.query("TENANT#t_acme", prefix="delivery#", limit=1).rows[0]

    world.disk.put_many([type(row)(key=row.key, kind=row.kind, body={**row.body, "state": State.FAILED.value})])

    assert any("ended as failed" in problem for problem in broken(world))


def test_mails_an_hour_apart_are_no_storm() -> None:
    world = run(Schedule())

    assert not list(storms(world.recorder.told))
