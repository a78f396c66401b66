"""A job takes the answers of its parts once, within its bounds and its hour."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from earshot.domain.job import (
    FRESH,
    LIFE,
    MAX_EXCERPT,
    MAX_FINDINGS_BYTES,
    MOST_FOUND,
    MOST_MISSED,
    Answer,
    Finding,
    Heard,
    Job,
    JobKind,
    Lack,
    Part,
    State,
    answered,
    is_of_use,
    must_be_sent,
    part_of,
    unread,
)
from earshot.domain.watch import Span
from fakes import NOW


def a_job(*parts: str, **changes: object) -> Job:
    asked_parts = tuple(Part(id=id_, name=id_) for id_ in parts)
    job = Job(id="j_1", tenant="t", kind=JobKind.PREVIEW, asked_at=NOW, asked={}, parts=asked_parts)
    return replace(job, **changes)  # type: ignore[arg-type]


def test_a_job_is_done_when_every_part_has_an_answer() -> None:
    job = answered(a_job("s_1", "s_2"), "s_1", Answer(at=NOW))

    assert job.state(NOW) is State.WAITING
    assert answered(job, "s_2", Answer(at=NOW)).state(NOW) is State.DONE


def test_a_job_whose_parts_never_came_is_not_answered_after_its_hour() -> None:
    assert a_job("s_1").state(NOW + LIFE) is State.NOT_ANSWERED


def test_the_first_answer_of_a_part_stays_and_an_unknown_part_changes_nothing() -> None:
    job = answered(a_job("s_1"), "s_1", Answer(at=NOW, looked_at=3))

    assert answered(job, "s_1", unread("gone", NOW, code="gone")) is job
    assert answered(job, "s_9", Answer(at=NOW)) is job
    assert part_of(job, "s_9") is None


def test_findings_of_all_parts_together_stay_within_the_bounds() -> None:
    many = Answer(at=NOW, caught=500, found=(Finding(),) * 500, missed=(Finding(),) * 500)
    job = a_job("s_1", "s_2")

    for id_ in ("s_1", "s_2"):
        job = answered(job, id_, many)

    answers = [part.answer for part in job.parts if part.answer]
    assert [len(each.found) for each in answers] == [MOST_FOUND, 0]
    assert [len(each.missed) for each in answers] == [MOST_MISSED, 0]
    assert [each.caught for each in answers] == [500, 500]


def test_whatever_a_source_sends_a_finding_stays_small() -> None:
    huge = "x" * 100_000
    heard = Heard(
        watch_id="w",
        watch_name="w",
        role="own",
        matched=False,
        rule=huge,
        filtered=huge,
        lacks=(Lack(why="absent", what=(huge,) * 5),) * 50,
    )
    spans = (Span(field="text", start=0, end=1, term=huge),) * 100
    finding = Finding(url=huge, title=huge, excerpt=huge, spans=spans, heard=(heard,) * 100)

    job = answered(a_job("s_1"), "s_1", Answer(at=NOW, found=(finding,), problem=huge))

    assert len(repr(job)) < 25_000
    kept = job.parts[0].answer
    assert kept is not None
    assert (kept.found[0].url, len(kept.found[0].excerpt)) == ("", MAX_EXCERPT)


def test_findings_of_all_parts_take_no_more_bytes_than_a_row_has_room_for() -> None:
    heard = Heard(watch_id="w", watch_name="w", role="own", matched=False, rule='"\U0001f4a9' * 1000)
    big = Finding(title="\U0001f4a9" * 1000, excerpt="\U0001f4a9" * 1000, heard=(heard,) * 10)
    job = a_job("s_1", "s_2")

    job = answered(job, "s_1", Answer(at=NOW, caught=20, found=(Finding(), *[big] * 20), missed=(big, Finding())))
    job = answered(job, "s_2", Answer(at=NOW, caught=20, found=(big,) * 20, missed=(big,)))

    first, second = (part.answer for part in job.parts)
    assert first is not None
    assert second is not None
    assert first.found[0] == Finding()
    assert 5 < len(first.found) < 20
    assert (first.missed, second.found, second.missed) == ((), (), ())
    assert (first.caught, second.caught) == (20, 20)
    assert len(msgspec.json.encode(job)) < MAX_FINDINGS_BYTES + 2_000


def test_who_asks_again_is_served_by_a_job_under_way_or_of_a_moment_ago() -> None:
    waiting, done = a_job("s_1"), a_job()

    assert is_of_use(waiting, NOW + timedelta(minutes=59))
    assert not is_of_use(waiting, NOW + LIFE)
    assert is_of_use(done, NOW)
    assert not is_of_use(done, NOW + FRESH)


def test_a_job_is_sent_until_its_messages_are_on_their_way_and_again_when_they_may_be_lost() -> None:
    assert must_be_sent(a_job("s_1"), NOW)
    assert not must_be_sent(a_job("s_1", sent_at=NOW), NOW)
    assert must_be_sent(a_job("s_1", sent_at=NOW), NOW + FRESH)
    assert not must_be_sent(a_job(), NOW)
