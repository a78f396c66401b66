"""The promise holds whatever call a process dies at, and whatever happens to its events."""

import os
from collections import Counter
from dataclasses import replace

import pytest

from earshot.domain.contact import Channel
from earshot.domain.delivery import State
from earshot.services.dead_letters import DeadLetters
from earshot.store.deliveries import Deliveries
from simulation.faults import SEND, Schedule, StoryName, Trouble
from simulation.promise import CAPS, broken, storms
from simulation.runs import by_chance, every_single_crash, every_single_trouble, failure, run
from simulation.stories import EVERYWHERE, PIA

CHANCES = int(os.environ.get("EARSHOT_SCHEDULES", "150"))


@pytest.mark.parametrize("story", ["short", "pressing"])
def test_without_faults_the_promise_holds(story: StoryName) -> None:
    assert not failure(Schedule(story=story))


def test_without_faults_the_third_mail_is_the_summary_and_the_next_waits_an_hour() -> None:
    world = run(Schedule())

    minutes = [(told.at - world.recorder.told[0].at).total_seconds() / 60 for told in world.recorder.told]
    assert minutes == [0, 0, 0, 60]
    assert [len(told.mentions) for told in world.recorder.told] == [1, 1, 2, 1]


@pytest.mark.parametrize("story", ["short", "pressing"])
@pytest.mark.parametrize("seed", [0, 1], ids=["another worker takes over", "the only worker starts again"])
def test_the_promise_holds_after_a_crash_before_or_after_any_call(seed: int, story: StoryName) -> None:
    failures = [line for schedule in every_single_crash(seed, story) if (line := failure(schedule))]

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("story", ["short", "pressing"])
def test_the_promise_holds_whatever_goes_wrong_inside_any_send(story: StoryName) -> None:
    failures = [line for schedule in every_single_trouble(0, story) if (line := failure(schedule))]

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("story", ["short", "pressing"])
@pytest.mark.parametrize("seed", [2, 3], ids=["another worker takes over", "the only worker starts again"])
def test_the_promise_holds_when_every_tenth_call_crashes(seed: int, story: StoryName) -> None:
    schedules = [
        Schedule(seed=seed, crashes=tuple((number, "after") for number in range(first, 600, 10)), story=story)
        for first in range(10)
    ]
    failures = [line for schedule in schedules if (line := failure(schedule))]

    assert not failures, "\n".join(failures)


def test_the_promise_holds_under_schedules_by_chance() -> None:
    failures = [line for seed in range(CHANCES) if (line := failure(by_chance(seed)))]

    assert not failures, "\n".join(failures)


def test_a_crash_inside_a_send_costs_a_second_copy_at_most() -> None:
    sends = [number for number, call in enumerate(run(Schedule()).fuse.calls, 1) if call == "send mail"]

    world = run(Schedule(crashes=((sends[1], "after"),)))

    told_twice = world.recorder.told[1].mentions
    assert [told.mentions for told in world.recorder.told].count(told_twice) == 2
    assert not broken(world)


def test_without_faults_an_sms_goes_at_once_and_the_next_an_hour_later_to_those_who_have_no_mail() -> None:
    world = run(Schedule(story="pressing"))

    first = world.recorder.told[0].at
    sms = [(told.to, (told.at - first).total_seconds() / 60, len(told.mentions)) for told in world.recorder.told]
    assert [each for each in sms if each[0] == EVERYWHERE.phone] == [(EVERYWHERE.phone, 0, 1)]
    assert [each for each in sms if each[0] == PIA.phone] == [(PIA.phone, 0, 1), (PIA.phone, 60, 2)]


def test_a_crash_inside_an_sms_leaves_it_uncertain_and_never_sends_it_again() -> None:
    calls = run(Schedule(story="pressing")).fuse.calls
    send = calls.index("send sms") + 1

    world = run(Schedule(story="pressing", crashes=((send, "after"),)))

    (uncertain,) = DeadLetters(world.disk, world.clock).all()
    assert (uncertain.channel, uncertain.state) == (Channel.SMS, State.UNCERTAIN)
    assert sum(told.delivery_id == uncertain.id for told in world.recorder.told) == 1
    assert not broken(world)


@pytest.mark.parametrize("trouble", ["lost", "taken", "killed"])
def test_a_doubtful_call_comes_again_under_the_same_id(trouble: Trouble) -> None:
    calls = [call for call in run(Schedule(story="pressing")).fuse.calls if call.startswith(SEND)]
    send = calls.index("send webhook") + 1

    world = run(Schedule(story="pressing", troubles=((send, trouble),)))

    told = Counter(told.delivery_id for told in world.recorder.told if told.to == EVERYWHERE.webhook)
    assert sorted(told.values()) == [1] * (len(told) - 1) + [1 if trouble == "lost" else 2]
    assert not broken(world)


def test_a_summary_whose_worker_may_have_died_before_sending_it_is_told_within_minutes() -> None:
    calls = run(Schedule()).fuse.calls
    third_send = [number for number, call in enumerate(calls, 1) if call == "send mail"][2]

    world = run(Schedule(crashes=((third_send, "before"),)))

    minutes = [(told.at - world.recorder.told[0].at).total_seconds() / 60 for told in world.recorder.told]
    assert minutes[2] <= 5
    assert not broken(world)


def test_a_second_copy_is_the_same_mail_again() -> None:
    calls = run(Schedule()).fuse.calls
    sends = [number for number, call in enumerate(calls, 1) if call == "send mail"]

    for number in sends:
        mails = run(Schedule(crashes=((number, "after"),))).recorder.told
        carriers = {(mention, told.delivery_id) for told in mails for mention in told.mentions}
        assert len(carriers) == len({mention for mention, _ in carriers})


def test_a_schedule_by_chance_runs_the_same_way_twice() -> None:
    first, second = run(by_chance(4)), run(by_chance(4))

    assert first.fuse.calls == second.fuse.calls
    assert [told.mentions for told in first.recorder.told] == [told.mentions for told in second.recorder.told]


def test_the_check_sees_a_lost_alert_a_storm_and_a_second_copy() -> None:
    world = run(Schedule())

    world.recorder.told.pop()
    first = world.recorder.told[0]
    world.recorder.told.insert(0, replace(first, message=replace(first.message, delivery_id="d_other")))

    problems = " ".join(broken(world))
    assert "was never told of later" in problems
    assert "got 2 copies" in problems
    assert "got 4 messages" in problems


def test_the_check_sees_a_delivery_that_was_given_up() -> None:
    world = run(Schedule())
    row = world.disk.query("TENANT#t_acme", prefix="delivery#", limit=1).rows[0]

    world.disk.put_many([type(row)(key=row.key, kind=row.kind, body={**row.body, "state": State.FAILED.value})])

    assert any("ended as failed" in problem for problem in broken(world))


def test_the_check_sees_a_second_sms_a_renamed_call_and_an_sms_for_nothing() -> None:
    world = run(Schedule(story="pressing"))
    by_address = {told.to: told for told in world.recorder.told}
    sms, call = by_address[PIA.phone], by_address[EVERYWHERE.webhook]
    praise = world.mentions()["good"].id

    world.recorder.told += [sms, replace(sms, mentions=(praise,))]
    world.recorder.told.append(replace(call, message=replace(call.message, delivery_id="d_other")))

    problems = " ".join(broken(world))
    assert f"sms {sms.delivery_id} was handed over" in problems
    assert "went out as d_other" in problems
    assert f"{PIA.phone} was told of {praise} for no reason" in problems


def test_the_check_sees_an_sms_that_hides_and_one_that_is_doubtful_for_no_reason() -> None:
    world = run(Schedule(story="pressing", troubles=((2, "taken"),)))
    (doubtful,) = DeadLetters(world.disk, world.clock).all()
    deliveries = Deliveries(world.disk).all
    deliveries.save(replace(doubtful, state=State.SENT))
    sent = next(each for each in world.deliveries() if each.channel is Channel.SMS and each.id != doubtful.id)
    deliveries.save(replace(sent, state=State.UNCERTAIN))

    problems = " ".join(broken(world))
    assert f"sms {doubtful.id} may have arrived, but is not uncertain" in problems
    assert "1 sms are uncertain after 0 crashes" in problems
    assert "the dead letters are others" in problems


def test_mails_an_hour_apart_are_no_storm() -> None:
    world = run(Schedule())

    assert not list(storms(world.recorder.told, CAPS[Channel.MAIL]))
