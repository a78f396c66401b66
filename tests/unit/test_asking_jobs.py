"""Asking is safe to repeat, is bounded, and loses nothing when a process dies half-way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import BusError, Conflict, NotFound
from earshot.domain.job import FRESH, LIFE, MOST_PARTS, Answer, Job, JobKind, Part, State
from earshot.domain.messages import Envelope, MessageType
from earshot.ports.table import Row
from earshot.services.jobs import Asking
from earshot.store.jobs import MOST_OPEN, Jobs
from fakes import NOW, FixedClock, RecordingBus

PARTS = (Part(id="stored", name=""), Part(id="s_1", name="Blog", host="blog.example:443", pace_s=2.0))


class Desk:
    def __init__(self, table: DictTable | None = None) -> None:
        self.table, self.clock, self.bus = table or DictTable(), FixedClock(), RecordingBus()
        self.asking = Asking(self.table, self.bus, self.clock)
        self.jobs = Jobs(self.table)

    def start(self, what: str = "Acme", parts: tuple[Part, ...] = PARTS) -> Job:
        return self.asking.start(TENANT, JobKind.PREVIEW, {"watch": what}, parts)

    def answer(self, job: Job) -> None:
        for part in job.parts:
            self.jobs.answer(TENANT, job.id, part.id, Answer(at=self.clock.now()))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_part_is_sent_in_the_group_of_its_host_and_what_needs_no_place_in_that_of_the_tenant(desk: Desk) -> None:
    job = desk.start()

    assert [host for host, _ in desk.bus.fetches] == [TENANT, "blog.example:443"]
    envelope = desk.bus.fetches[1][1]
    assert envelope.type is MessageType.JOB_PART
    named = {"tenant": TENANT, "job": job.id, "sources": ["s_1"]}
    assert envelope.body == {**named, "pace_s": 2.0, "more": True, "kind": job.kind}


def test_who_asks_the_same_twice_gets_one_job_and_no_second_message(desk: Desk) -> None:
    first, second = desk.start(), desk.start()

    assert first.id == second.id
    assert len(desk.bus.fetches) == 2


def test_an_answer_of_a_moment_ago_serves_again_and_an_older_one_is_found_out_anew(desk: Desk) -> None:
    job = desk.start()
    desk.answer(job)

    assert desk.start().state(NOW) is State.DONE
    later = desk.clock.advance(seconds=FRESH.total_seconds())
    anew = desk.start()

    assert (anew.id, anew.asked_at, anew.state(later)) == (job.id, later, State.WAITING)
    assert len(desk.bus.fetches) == 4


def test_a_crash_after_the_job_was_stored_leaves_one_that_the_next_who_asks_sends(desk: Desk) -> None:
    class Broken(RecordingBus):
        def request_fetch(self, host: str, envelope: Envelope) -> None:
            raise BusError("nobody answers")

    broken = Asking(desk.table, Broken(), desk.clock)
    with pytest.raises(BusError):
        broken.start(TENANT, JobKind.PREVIEW, {"watch": "Acme"}, PARTS)

    desk.start()

    assert len(desk.bus.fetches) == 2


def test_messages_that_got_lost_are_sent_again_with_the_same_ids_for_parts_without_an_answer(desk: Desk) -> None:
    job = desk.start()
    desk.jobs.answer(TENANT, job.id, "stored", Answer(at=NOW))
    desk.clock.advance(minutes=3)

    desk.start()

    ids = [envelope.id for _, envelope in desk.bus.fetches]
    assert len(ids) == 3
    assert ids[2] == ids[1]


def test_a_job_of_another_question_has_another_id(desk: Desk) -> None:
    assert desk.start("Acme").id != desk.start("Other").id


def test_a_job_has_no_more_parts_than_are_allowed(desk: Desk) -> None:
    job = desk.start(parts=tuple(Part(id=f"s_{i}", name="") for i in range(50)))

    assert len(job.parts) == MOST_PARTS


def test_more_jobs_than_are_allowed_are_refused_until_one_is_answered(desk: Desk) -> None:
    jobs = [desk.start(f"{i}") for i in range(MOST_OPEN)]

    with pytest.raises(Conflict, match="4 others are under way"):
        desk.start("one more")
    desk.answer(jobs[0])

    assert desk.start("one more").state(NOW) is State.WAITING


def test_asking_again_about_a_job_under_way_is_no_further_one(desk: Desk) -> None:
    for i in range(MOST_OPEN):
        desk.start(f"{i}")

    assert desk.start("0").state(NOW) is State.WAITING


def test_jobs_that_nobody_answered_make_room_after_their_hour(desk: Desk) -> None:
    for i in range(MOST_OPEN):
        desk.start(f"{i}")
    desk.clock.advance(seconds=LIFE.total_seconds())

    assert desk.start("one more").open_parts


def test_a_slot_of_a_job_that_was_never_stored_is_free(desk: Desk) -> None:
    job = desk.start("real")
    for i in range(MOST_OPEN - 1):
        desk.jobs.open(replace(job, id=f"j_{i}"), NOW)

    assert desk.start("one more").open_parts


def test_an_answer_is_kept_for_an_hour_and_what_was_not_answered_says_so(desk: Desk) -> None:
    done, lost = desk.start("done"), desk.start("lost")
    desk.answer(done)
    assert desk.asking.get(TENANT, done.id).state(NOW) is State.DONE

    later = desk.clock.advance(hours=1)

    assert desk.asking.get(TENANT, lost.id).state(later) is State.NOT_ANSWERED
    with pytest.raises(NotFound):
        desk.asking.get(TENANT, done.id)


def test_a_job_of_another_tenant_is_not_there(desk: Desk) -> None:
    job = desk.start()

    with pytest.raises(NotFound):
        desk.asking.get("t_other", job.id)


def test_two_who_ask_at_once_get_the_job_of_the_faster_one() -> None:
    class Race(DictTable):
        """Somebody else stores the same job just before."""

        def put_if_absent(self, row: Row) -> bool:
            if row.kind == "job" and self.get(row.key) is None:
                super().put_if_absent(row)
            return super().put_if_absent(row)

    desk = Desk(Race())

    assert desk.start().state(NOW) is State.WAITING


def test_a_conflict_about_a_job_that_is_gone_again_is_told() -> None:
    class Vanishing(DictTable):
        def put_if_absent(self, row: Row) -> bool:
            return False if row.kind == "job" else super().put_if_absent(row)

    with pytest.raises(Conflict):
        Desk(Vanishing()).start()


def test_a_job_that_is_forgotten_while_it_is_sent_is_no_failure() -> None:
    class Forgetting(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            if row.kind == "job":
                self.delete(row.key)
                return False
            return super().put_if_revision(row, revision)

    assert Desk(Forgetting()).start().open_parts


def test_rows_expire_an_hour_after_they_are_of_no_use(desk: Desk) -> None:
    job = desk.start()

    rows = desk.table.query(f"TENANT#{TENANT}").rows

    ends = {row.kind: row.expires_at for row in rows}
    assert ends["job"] == (job.ends_at + LIFE).timestamp()
    assert ends["jobs"] == (job.asked_at + LIFE).timestamp()
    assert job.ends_at == NOW + timedelta(hours=1)
