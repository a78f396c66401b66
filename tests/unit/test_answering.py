"""Collect answers jobs: each part once, in words where it fails, and nothing else is stored or told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_mention, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid, NotFound, StoreError, Throttled
from earshot.domain.job import STORED, Answer, Job, State
from earshot.domain.messages import MessageType, message
from earshot.domain.watch import Noise
from earshot.ports.table import Page, Row
from earshot.services.answering import GONE, MOST_STORED, NO_TIME
from earshot.services.fetching import DEFECT
from earshot.services.hearing import AllEars
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.services.reading import Reading, read_all
from fakes import NOW
from question_desk import QuestionDesk, an_entry

FEED = "https://blog.example/feed"
WATCH = WatchInput(name="Acme", terms=TermsInput(any=["Acme"]))


@pytest.fixture
def desk() -> QuestionDesk:
    return QuestionDesk()


def preview(desk: QuestionDesk) -> Job:
    return desk.questions.previews.of_watch(TENANT, WATCH)


def answers(job: Job) -> dict[str, Answer | None]:
    return {part.id: part.answer for part in job.parts}


def snapshot(desk: QuestionDesk) -> list[object]:
    """Everything stored but the jobs."""
    rows = [*desk.table.query(f"TENANT#{TENANT}").rows]
    for each in desk.listening.subscriptions(TENANT):
        rows += desk.table.query(f"SOURCE#{each.source_id}").rows
    return [row for row in rows if row.kind not in ("job", "jobs")]


def test_a_preview_looks_at_what_is_stored_and_at_the_sources(desk: QuestionDesk) -> None:
    id_ = desk.listen(
        FEED, an_entry("https://blog.example/1", "Acme ist toll"), an_entry("https://b.example/2", "nein")
    )
    desk.store(a_mention("7"))

    done = desk.answered(preview(desk))

    found = answers(done)
    assert done.state(NOW) is State.DONE
    assert [(each.looked_at, each.caught) for each in found.values() if each] == [(1, 1), (2, 1)]
    stored, fresh = found[STORED], found[id_]
    assert stored is not None
    assert stored.found[0].mention_id == a_mention("7").id
    assert fresh is not None
    assert fresh.found[0].url == "https://blog.example/1"


def test_a_fresh_look_asks_for_everything_and_changes_nothing_about_its_source(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    before = snapshot(desk)

    desk.answered(preview(desk))

    assert [request.etag for request in desk.http.requests] == [""]
    assert snapshot(desk) == before
    assert desk.bus.events == []
    source = desk.listening.source(id_)
    assert source is not None
    assert (source.etag, source.cursor) == ('"1"', "7")


def test_a_message_that_comes_twice_is_read_once(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    once = desk.answered(preview(desk))

    again = desk.answered(once)

    assert again == once
    assert len(desk.http.requests) == 1


def test_a_worker_that_dies_before_it_answers_leaves_the_part_for_the_message_that_comes_again() -> None:
    class Dying(DictTable):
        deaths = 1

        def put_if_revision(self, row: Row, revision: int) -> bool:
            if row.kind == "job" and "https://blog.example/1" in str(row.body) and self.deaths:
                self.deaths -= 1
                raise StoreError("out of reach")
            return super().put_if_revision(row, revision)

    desk = QuestionDesk(Dying())
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    job = preview(desk)

    failed = desk.work()

    assert failed == {"1"}
    assert desk.answered(job).state(NOW) is State.DONE
    assert len(desk.http.requests) == 2


def test_a_part_that_fails_says_so_in_words_and_the_others_go_on(desk: QuestionDesk) -> None:
    bad, good = desk.listen(FEED), desk.listen("https://other.example/feed", an_entry("https://o.example/1", "Acme"))
    desk.fails(FEED, Throttled("asks us to wait"))

    found = answers(desk.answered(preview(desk)))

    assert [each.problem for each in (found[bad], found[good]) if each] == ["asks us to wait", ""]


def test_a_source_that_sends_no_feed_says_so(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED)
    del desk.pages[FEED]

    found = answers(desk.answered(preview(desk)))[id_]

    assert found is not None
    assert found.problem == "no such page"


def test_a_defect_of_ours_is_the_answer_and_hides_no_other_part(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    job = preview(desk)
    broken = replace(job, asked={"watch": {"name": 3}}, revision=desk.questions.jobs.get(TENANT, job.id).revision)
    desk.answering.jobs.put(broken)

    found = answers(desk.answered(job))

    assert [each.problem for each in (found[STORED], found[id_]) if each] == [DEFECT, DEFECT]


def test_what_nobody_gets_round_to_is_answered_so_that_its_host_is_not_held_up(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    job = preview(desk)

    failed = read_all(Reading(desk.fetcher, is_over=lambda: True, jobs=desk.answering.of), desk.errands())

    found = answers(desk.questions.jobs.get(TENANT, job.id))[id_]
    assert failed == set()
    assert found is not None
    assert found.problem == NO_TIME


def test_a_source_that_is_gone_by_then_says_so(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED)
    job = preview(desk)
    source = next(row for row in desk.table.query(f"SOURCE#{id_}").rows if row.kind == "source")
    desk.table.delete(source.key)

    found = answers(desk.answered(job))[id_]

    assert found is not None
    assert found.problem == GONE


def test_a_part_of_a_job_whose_hour_is_over_is_not_read(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    preview(desk)
    desk.clock.advance(hours=1)

    assert desk.work() == set()
    assert desk.http.requests == []


def test_a_job_that_is_forgotten_fails_no_message(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    job = preview(desk)
    reader = desk.answering.of(desk.envelopes()[1])
    source = reader.source(job.parts[1].id)
    assert source is not None
    row = next(row for row in desk.table.query(f"TENANT#{TENANT}").rows if row.kind == "job")
    desk.table.delete(row.key)

    reader.take(source, reader.ask(source), correlation_id="c")
    reader.put_back(source.id)

    assert desk.work() == set()
    with pytest.raises(NotFound):
        desk.questions.jobs.get(TENANT, job.id)


def test_a_message_without_its_ids_is_refused(desk: QuestionDesk) -> None:
    envelope = message(MessageType.JOB_PART, id_="1", correlation_id="1", tenant=TENANT, sources=["s_1"])

    with pytest.raises(Invalid, match="job"):
        desk.answering.of(envelope)


def test_the_preview_of_a_source_reads_what_nobody_listens_to(desk: QuestionDesk) -> None:
    desk.watch()
    desk.holds(FEED, an_entry("https://blog.example/1", "Acme"), an_entry("https://blog.example/2", "nichts"))

    job = desk.questions.previews.of_source(TENANT, SourceInput(kind="feed", url=FEED))
    (part,) = desk.answered(job).parts

    assert part.answer is not None
    assert [each.url for each in part.answer.found] == ["https://blog.example/2", "https://blog.example/1"]
    assert part.answer.found[1].heard[0].watch_name == "acme"
    assert list(desk.listening.subscriptions(TENANT)) == []


def test_the_noise_of_the_company_counts_in_a_preview(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry("https://blog.example/1", "Acme"))
    desk.watching.change_noise(TENANT, Noise(sites=("blog.example",)))

    done = desk.answered(preview(desk))

    assert [part.answer.caught for part in done.parts if part.answer] == [0, 0]


def test_watches_are_read_once_for_all_parts_until_they_change(desk: QuestionDesk) -> None:
    desk.watch()
    ears = AllEars(desk.company, desk.clock)
    first = ears.of(TENANT)
    assert ears.of(TENANT) is first

    desk.watch("rival", any=("Rival",))
    changed = ears.of(TENANT)
    assert [watch.name for watch in changed.watches] == ["acme", "rival"]

    assert ears.of("t_other").watches == ()
    desk.clock.advance(minutes=5)
    assert ears.of(TENANT) is not changed


def test_the_parts_of_a_job_share_one_reading_of_the_watches() -> None:
    class Counting(DictTable):
        reads = 0

        def query(self, partition: str, **wanted: Any) -> Page:
            self.reads += wanted.get("prefix") == "watch#"
            return super().query(partition, **wanted)

    table = Counting()
    desk = QuestionDesk(table)
    desk.watch()
    for name in ("feed", "news"):
        desk.listen(f"https://blog.example/{name}", an_entry("https://blog.example/1", "nichts"))
    desk.why("https://blog.example/1")
    table.reads = 0

    assert desk.work() == set()

    assert table.reads == 1


def test_the_noise_of_the_company_renews_the_ears_that_are_kept(desk: QuestionDesk) -> None:
    desk.watch()
    ears = AllEars(desk.company, desk.clock)
    assert ears.of(TENANT).match(an_item())

    desk.watching.change_noise(TENANT, Noise(sites=("forum.example",)))

    assert not ears.of(TENANT).match(an_item())


def test_no_more_than_the_newest_stored_mentions_are_looked_at(desk: QuestionDesk) -> None:
    seen = [NOW - timedelta(minutes=i) for i in range(MOST_STORED + 20)]
    desk.store(*(a_mention(f"{i}", item=an_item(f"{i}"), seen_at=at) for i, at in enumerate(seen)))

    stored = answers(desk.answered(preview(desk)))[STORED]

    assert stored is not None
    assert stored.looked_at == MOST_STORED
    assert stored.found[0].url.endswith("/0")


def test_time_is_told_by_the_clock(desk: QuestionDesk) -> None:
    desk.listen(FEED)
    preview(desk)
    reader = desk.answering.of(desk.envelopes()[0])

    assert reader.is_past(NOW)
    assert not reader.is_past(NOW + timedelta(seconds=1))
