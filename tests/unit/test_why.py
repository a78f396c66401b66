"""Why something was missed: every answer there is, at once where the table knows it, else after a look."""

from datetime import timedelta

import pytest

from builders import TENANT, a_mention
from earshot.domain.errors import Invalid, Unreachable
from earshot.domain.job import Answer, Finding, Job, JobKind, Part
from earshot.domain.joining import copy_of
from earshot.domain.why import Verdict, answer_of, decided
from earshot.services.covering import MOST_READ, page_at
from earshot.sources.identity import identity_of
from fakes import NOW
from question_desk import YESTERDAY, QuestionDesk, an_entry

FEED = "https://blog.example/feed"
URL = "https://blog.example/news/1"


@pytest.fixture
def desk() -> QuestionDesk:
    return QuestionDesk()


@pytest.mark.parametrize(
    "written",
    [
        URL,
        "http://www.blog.example/news/1/?utm_source=x#:~:text=Acme",
        "blog.example/news/1",
        "https://m.blog.example/news/1",
        "https://www.google.com/url?rct=j&url=https://blog.example/news/1&ct=ga",
        "  https://blog.example:443/news/1  ",
    ],
)
def test_a_stored_page_is_found_however_its_address_is_written(desk: QuestionDesk, written: str) -> None:
    mention = a_mention(item=an_entry(URL, "Acme"))
    desk.store(mention)

    found = desk.why(written)

    assert (found.verdict, found.mention_id, found.url) == (Verdict.STORED, mention.id, URL)


def test_a_page_that_was_merged_names_its_story(desk: QuestionDesk) -> None:
    desk.store(a_mention(item=an_entry(URL, "Acme"), story_id="m_head"))

    found = desk.why(URL)

    assert (found.verdict, found.story_id) == (Verdict.MERGED, "m_head")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "ftp://blog.example/1",
        "https://",
        "https://user:secret@blog.example/1",
        "https://localhost/1",
        "file:///etc/passwd",
        "https://blog.example:99999/",
        "https://www.google.com/url?url=javascript:alert(1)",
        "x" * 5000,
        "https://blog.example/" + "x" * 5000,
        "https://bl\u0000og.example/",
    ],
)
def test_what_cannot_be_the_address_of_a_page_is_refused_by_field(desk: QuestionDesk, url: str) -> None:
    with pytest.raises(Invalid, match=r"^url: must be the address of a page"):
        desk.why(url)


def test_a_page_that_no_source_covers_says_so_at_once_and_asks_nobody(desk: QuestionDesk) -> None:
    desk.listen("https://other.example/feed")

    found = desk.why(URL)

    assert (found.verdict, found.site, found.job) == (Verdict.UNCOVERED, "blog.example", None)
    assert desk.bus.fetches == []


def test_a_source_that_is_paused_failing_or_new_is_the_answer(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED, was_read=False)
    assert desk.why(URL).verdict is Verdict.NEVER_FETCHED

    desk.listen(FEED, was_read=False, problem="refused", problem_detail="answered with 404")
    failing = desk.why(URL)
    assert (failing.verdict, failing.places[0].problem) == (Verdict.FAILING, "answered with 404")

    desk.sourcing.pause(TENANT, id_, paused=True)
    assert desk.why(URL).verdict is Verdict.PAUSED
    assert desk.bus.fetches == []


def test_while_a_source_is_read_the_answer_is_that_somebody_looks(desk: QuestionDesk) -> None:
    desk.watch()
    desk.listen(FEED)

    found = desk.why(URL)

    assert found.verdict is Verdict.LOOKING
    assert not found.verdict.is_final
    assert found.job is not None
    assert desk.why(URL).job == found.job


def test_the_page_itself_is_never_asked_for(desk: QuestionDesk) -> None:
    desk.watch()
    desk.listen(FEED, an_entry(URL, "Acme"))

    desk.why_at_last(URL)

    assert [request.url for request in desk.http.requests] == [FEED]


def test_what_stands_in_the_source_and_matches_comes_with_the_next_fetch(desk: QuestionDesk) -> None:
    desk.watch()
    desk.listen(FEED, an_entry(URL, "Acme", published_at=YESTERDAY), name="Das Blog")

    found = desk.why_at_last(URL)

    assert found.verdict is Verdict.COMES_NEXT
    assert [place.name for place in found.places] == ["Das Blog"]
    assert found.finding is not None
    assert found.finding.heard[0].matched


def test_a_page_that_no_watch_hears_tells_the_rule(desk: QuestionDesk) -> None:
    desk.watch(any=("Rival",))
    desk.listen(FEED, an_entry(URL, "Acme"))

    found = desk.why_at_last(URL)

    assert found.verdict is Verdict.NOT_MATCHED
    assert found.finding is not None
    assert found.finding.heard[0].rule == '"Rival" is not there'


def test_a_page_that_a_source_does_not_name_is_absent(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry("https://blog.example/2", "Acme", published_at=YESTERDAY))

    found = desk.why_at_last(URL)

    assert (found.verdict, found.places[0].oldest_at) == (Verdict.ABSENT, YESTERDAY)


def test_a_source_that_cannot_be_read_now_is_named_with_its_reason(desk: QuestionDesk) -> None:
    desk.listen(FEED)
    desk.fails(FEED, Unreachable("could not be reached"))

    found = desk.why_at_last(URL)

    assert (found.verdict, found.places[0].problem) == (Verdict.UNREADABLE, "could not be reached")


def test_a_subscription_that_ended_meanwhile_is_no_source_any_more(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED)
    job = desk.why(URL).job
    assert job is not None
    desk.sourcing.remove(TENANT, id_)

    (part,) = desk.answered(job).parts

    assert part.answer is not None
    assert part.answer.problem == "nobody listens to it any more"


def test_a_look_that_nobody_answered_says_so_after_its_hour(desk: QuestionDesk) -> None:
    desk.listen(FEED)
    found = desk.why(URL)
    assert found.job is not None
    later = desk.clock.advance(hours=1)

    assert decided(found.job, later) == (Verdict.NOT_ANSWERED, "")


def test_a_changed_watch_is_another_question(desk: QuestionDesk) -> None:
    desk.listen(FEED, an_entry(URL, "Acme", published_at=YESTERDAY))
    assert desk.why_at_last(URL).verdict is Verdict.NOT_MATCHED

    desk.watch()

    assert desk.why_at_last(URL).verdict is Verdict.COMES_NEXT


def test_a_permalink_of_a_platform_is_covered_by_the_source_of_that_platform(desk: QuestionDesk) -> None:
    url = "https://news.ycombinator.com/item?id=7"
    assert (desk.why(url).verdict, desk.why(url).kind) == (Verdict.UNCOVERED, "hackernews")

    desk.listen("", kind="hackernews")

    assert desk.why(url).verdict is Verdict.LOOKING


@pytest.mark.parametrize("url", ["https://blog.example/1", "https://news.blog.example/1", "https://example.com/1"])
def test_a_feed_covers_its_site_and_what_stands_above_or_below(desk: QuestionDesk, url: str) -> None:
    desk.listen(FEED)
    desk.listen("https://feeds.example.com/all")

    found = desk.why(url)

    assert found.job is not None
    assert len(found.job.parts) == 1


def test_a_feed_that_once_brought_something_from_a_site_covers_it(desk: QuestionDesk) -> None:
    id_ = desk.listen("https://planet.other/feed")
    desk.store(a_mention(item=an_entry("https://blog.example/0", "Acme"), source_id=id_))

    assert desk.why(URL).verdict is Verdict.LOOKING


def test_a_feed_whose_pages_all_became_places_of_stories_of_other_sites_covers_its_site(desk: QuestionDesk) -> None:
    id_ = desk.listen("https://planet.other/feed")
    place = a_mention(item=an_entry("https://blog.example/0", "Acme"), source_id=id_, story_id=a_mention("head").id)
    desk.store(a_mention("head", copies=(copy_of(place),)), place)

    assert desk.why(URL).verdict is Verdict.LOOKING


def test_only_so_many_mentions_are_looked_through_for_what_a_source_brought(desk: QuestionDesk) -> None:
    id_ = desk.listen("https://planet.other/feed")
    for i in range(MOST_READ + 1):
        url = f"https://blog.example/{i}" if i == MOST_READ else f"https://x.example/{i}"
        desk.store(a_mention(item=an_entry(url, "Acme"), source_id=id_, seen_at=NOW - timedelta(minutes=i)))

    assert desk.why(URL).verdict is Verdict.UNCOVERED


def test_google_alerts_are_read_where_no_source_is_sure_to_bring_the_page(desk: QuestionDesk) -> None:
    alert = "https://www.google.com/alerts/feeds/1/2"
    desk.listen(alert, kind="google_alerts")

    missing = desk.why_at_last(URL)
    desk.watch()
    desk.holds(alert, an_entry(URL, "Acme", published_at=YESTERDAY))

    assert (missing.verdict, missing.job is None) == (Verdict.UNCOVERED, False)
    assert desk.why_at_last(URL).verdict is Verdict.COMES_NEXT


def test_a_source_that_fails_does_not_stand_in_the_way_of_another_that_works(desk: QuestionDesk) -> None:
    desk.listen("https://feeds.blog.example/broken", problem="gone")
    desk.listen(FEED)

    found = desk.why(URL)

    assert found.job is not None
    assert len(found.job.parts) == 1


def a_job(*verdicts: str) -> Job:
    parts = [
        Part(id=f"s_{i}", name="", answer=Answer(at=NOW, verdict=verdict, found=(Finding(),)) if verdict else None)
        for i, verdict in enumerate(verdicts)
    ]
    return Job(id="j", tenant="t", kind=JobKind.WHY, asked_at=NOW, asked={}, parts=tuple(parts))


@pytest.mark.parametrize(
    ("verdicts", "best", "part"),
    [
        (("absent", "not_matched", "filtered"), Verdict.FILTERED, "s_2"),
        (("unreadable", "absent"), Verdict.ABSENT, "s_1"),
        (("comes_next", "filtered"), Verdict.COMES_NEXT, "s_0"),
        ((), Verdict.NOT_ANSWERED, ""),
    ],
)
def test_of_several_sources_the_one_that_tells_most_decides(
    verdicts: tuple[str, ...], best: Verdict, part: str
) -> None:
    assert decided(a_job(*verdicts), NOW) == (best, part)


def test_after_its_hour_what_was_found_counts_and_what_was_not_found_proves_nothing() -> None:
    later = NOW + timedelta(hours=1)

    assert decided(a_job("not_matched", ""), later) == (Verdict.NOT_MATCHED, "s_0")
    assert decided(a_job("absent", ""), later) == (Verdict.NOT_ANSWERED, "")
    assert decided(a_job("absent", ""), NOW) == (Verdict.LOOKING, "")


def test_the_answer_of_a_part_that_is_not_there_is_none() -> None:
    assert answer_of(a_job("absent"), "s_7") is None


def test_a_page_has_the_identity_that_items_have() -> None:
    assert page_at(URL).identity == identity_of(URL, "x", "y")


def test_a_schedule_that_is_gone_is_no_source_to_look_at(desk: QuestionDesk) -> None:
    id_ = desk.listen(FEED)
    row = next(row for row in desk.table.query(f"SOURCE#{id_}").rows if row.kind == "schedule")
    desk.table.delete(row.key)

    assert desk.why(URL).verdict is Verdict.NEVER_FETCHED


def test_a_source_read_before_its_last_reading_was_noted_tells_when_it_was_first_read(desk: QuestionDesk) -> None:
    desk.listen(FEED, read_at=None)

    assert desk.why(URL).places[0].at == YESTERDAY
