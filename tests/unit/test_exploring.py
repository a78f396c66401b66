"""What an address is, is found out in a few polite steps, each of which may be the last of a process."""

from contextlib import suppress
from dataclasses import replace
from typing import Literal

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import FetchError, Invalid, Refused, Unreachable
from earshot.domain.job import Answer, Job, State, Trail, went_on
from earshot.domain.offer import Offer
from earshot.ports.table import Row
from earshot.services.answering import NO_TIME, SILENT, PartReader
from earshot.services.inputs import SourceInput
from earshot.services.previews import ASKED_TO_WAIT
from earshot.sources.registry import CONNECTORS
from earshot.store import keys
from earshot.store.listening import Listening
from fakes import NOW
from finding_desk import SITE, FindingDesk, Web, a_feed, a_page_with, offered, titles
from simulation.faults import Crash, CrashingTable, Fuse, Schedule

FEED, PAGE = ("feed", "feed"), ("page_watch", "")
ANSWERS_NOTHING = a_page_with(text="")
CHANNEL = "UCabcdefghijklmnopqrstuv"
CHANNEL_FEED = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


def desk_of(**pages: str | FetchError) -> FindingDesk:
    return FindingDesk(Web(**pages))


@pytest.fixture
def blog() -> FindingDesk:
    return desk_of(**{"": a_page_with("feed", "comments/feed/")}, feed=a_feed("Acme ist toll", "nichts"))


def test_a_page_that_names_its_feed_shows_the_items_of_the_feed_and_offers_the_rest(blog: FindingDesk) -> None:
    blog.watch()

    answer = blog.found()

    assert offered(answer) == [FEED, ("feed", "comments/feed/"), PAGE]
    assert (answer.kind, answer.url.removeprefix(SITE), answer.caught) == ("feed", "feed", 1)
    assert sorted(titles(answer)) == ["Acme ist toll", "nichts"]
    assert answer.offers[0].title == "Das Blog"
    assert blog.web.asked == ["robots.txt", "", "feed"]
    assert list(blog.sourcing.all(TENANT)) == []


def test_a_feed_is_one_at_its_own_address() -> None:
    desk = desk_of(feed=a_feed("eins"))

    answer = desk.found(SITE + "feed")

    assert (offered(answer), answer.kind, titles(answer)) == ([FEED], "feed", ["eins"])
    assert desk.web.asked == ["robots.txt", "feed"]


def test_a_sitemap_of_news_is_watched() -> None:
    news = (
        '<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://site.example/1</loc><n:news>'
        "<n:publication_date>2026-11-23</n:publication_date><n:title>Neu</n:title></n:news></url></urlset>"
    )
    answer = desk_of(sitemap=news).found(SITE + "sitemap")

    assert (offered(answer), answer.kind, titles(answer)) == ([("page_watch", "sitemap")], "page_watch", ["Neu"])


def test_where_a_page_names_no_feed_some_usual_addresses_are_tried() -> None:
    desk = desk_of(**{"": a_page_with()}, feed=ANSWERS_NOTHING, rss=a_feed("eins"))

    answer = desk.found()

    assert (offered(answer), answer.kind, titles(answer)) == ([("feed", "rss"), PAGE], "feed", ["eins"])
    assert desk.web.asked == ["robots.txt", "", "feed", "rss"]


@pytest.mark.parametrize(
    "there", [Refused("404", 404), Unreachable(), a_page_with("rss"), "<urlset></urlset>", "Hallo"]
)
def test_where_there_is_no_feed_the_page_itself_is_offered_after_five_requests(there: str | FetchError) -> None:
    desk = desk_of(**{"": a_page_with()}, feed=there)

    answer = desk.found()

    assert (offered(answer), answer.kind, answer.problem) == ([PAGE], "page_watch", "")
    assert answer.looked_at > 0
    assert desk.web.asked == ["robots.txt", "", "feed", "rss", "atom.xml"]


def test_a_page_that_shows_nothing_is_not_offered() -> None:
    answer = desk_of(**{"": ANSWERS_NOTHING}).found()

    assert (offered(answer), answer.code) == ([], "malformed")
    assert answer.problem == "there is no feed, and nothing on the page can be heard"


def test_a_page_that_shows_nothing_may_name_a_feed() -> None:
    answer = desk_of(**{"": a_page_with("feed", text="")}, feed=a_feed("eins")).found()

    assert (offered(answer), titles(answer)) == ([FEED], ["eins"])


def test_a_feed_that_is_not_there_is_not_offered_and_the_next_one_is_read() -> None:
    desk = desk_of(**{"": a_page_with("old", "feed")}, feed=a_feed("eins"))

    answer = desk.found()

    assert (offered(answer), titles(answer)) == ([FEED, PAGE], ["eins"])


def test_a_feed_that_cannot_be_read_for_now_is_offered_all_the_same() -> None:
    answer = desk_of(**{"": a_page_with("feed")}, feed=Unreachable()).found()

    assert (offered(answer), answer.kind, answer.problem) == ([FEED, PAGE], "page_watch", "")


def test_a_page_with_many_dead_feeds_is_asked_for_few() -> None:
    desk = desk_of(**{"": a_page_with(*(f"{number}.xml" for number in range(9)))})

    answer = desk.found()

    assert len(desk.web.requests) == 5
    assert len(answer.offers) == 7
    assert answer.kind == "page_watch"


@pytest.mark.parametrize("error", [Unreachable("no answer"), Refused("answered with 404", 404)])
def test_an_address_that_cannot_be_read_says_why(error: FetchError) -> None:
    answer = desk_of(**{"": error}).found()

    assert (answer.problem, answer.code, answer.offers) == (error.reason, error.code, ())


def test_whoever_looks_around_keeps_to_the_rules_of_the_host() -> None:
    desk = desk_of(**{"robots.txt": "User-agent: *\nDisallow: /", "": a_page_with("feed")}, feed=a_feed("eins"))

    answer = desk.found()

    assert (answer.code, answer.offers, desk.web.asked) == ("robots", (), ["robots.txt"])


def test_what_an_address_says_by_itself_is_read_at_once() -> None:
    desk = desk_of()
    feed = "https://lemmy.world/feeds/c/acme.xml?sort=New"
    desk.web.pages[feed] = a_feed("eins")

    answer = desk.found("https://lemmy.world/c/acme")

    assert offered(answer) == [("feed", feed), ("lemmy", "lemmy.world")]
    assert (titles(answer), desk.web.asked) == (["eins"], [feed])


def test_where_a_credential_is_missing_the_open_feed_is_shown_and_what_is_missing_is_named() -> None:
    desk = desk_of()
    desk.web.pages[CHANNEL_FEED] = a_feed("eins")

    answer = desk.found(f"https://www.youtube.com/channel/{CHANNEL}")

    assert offered(answer) == [("youtube", f"channel/{CHANNEL}"), ("feed", CHANNEL_FEED)]
    assert [bool(each.missing) for each in answer.offers] == [True, False]
    assert (answer.kind, titles(answer)) == ("feed", ["eins"])


def test_with_its_credential_the_platform_itself_is_asked() -> None:
    desk = desk_of()
    connector = CONNECTORS["youtube"]
    desk.credentials.set(TENANT, connector, dict.fromkeys(connector.place.needs, "key"))

    job = desk.ask(f"https://www.youtube.com/channel/{CHANNEL}")
    trail = desk.part(job).trail

    assert trail is not None
    assert (trail.kind, trail.url, desk.part(job).host) == ("youtube", f"channel/{CHANNEL}", "www.googleapis.com:443")


def test_a_place_that_shows_its_items_in_the_second_step_only_is_asked_on() -> None:
    desk = desk_of()
    connector = CONNECTORS["trustpilot"]
    desk.credentials.set(TENANT, connector, dict.fromkeys(connector.place.needs, "key"))
    unit = "4bf4d0c90000640005000000"
    api = "https://api.trustpilot.com/v1/business-units"
    reviews = f"{api}/{unit}/reviews?perPage=100&orderBy=createdat.desc"
    desk.web.pages |= {
        f"{api}/find?name=acme.example": f'{{"id": "{unit}", "displayName": "Acme"}}',
        reviews: '{"reviews": [{"id": "1", "stars": 5, "title": "Toll", "text": "Acme ist toll",'
        ' "createdAt": "2026-11-23T10:00:00Z"}]}',
    }

    answer = desk.found("https://de.trustpilot.com/review/acme.example")

    assert (answer.kind, titles(answer)) == ("trustpilot", ["Toll"])


def test_where_everything_wants_a_credential_the_page_is_looked_at_for_a_feed() -> None:
    desk = desk_of()
    handle = "https://www.youtube.com/@acme"
    desk.web.pages |= {handle: a_page_with(CHANNEL_FEED), CHANNEL_FEED: a_feed("eins")}

    answer = desk.found(handle)

    assert [(each.kind, each.url) for each in answer.offers] == [("feed", CHANNEL_FEED), ("youtube", "channel/@acme")]
    assert titles(answer) == ["eins"]


@pytest.mark.parametrize("page", [a_page_with(), Unreachable()])
def test_where_nothing_is_left_the_credential_is_named(page: str | FetchError) -> None:
    desk = desk_of()
    desk.web.pages["https://www.youtube.com/@acme"] = page

    answer = desk.found("https://www.youtube.com/@acme")

    assert (offered(answer), answer.code) == ([("youtube", "channel/@acme")], "credential")
    assert "earshot credential set youtube" in answer.problem
    assert len(desk.web.requests) == 2


def test_a_kind_that_was_named_is_offered_alone() -> None:
    answer = desk_of(feed=a_feed("eins")).found(SITE + "feed", kind="feed")

    assert (offered(answer), answer.offers[0].title, titles(answer)) == ([FEED], "Das Blog", ["eins"])


def test_the_feed_of_an_alert_is_known_by_its_address() -> None:
    desk = desk_of()
    alert = "https://www.google.de/alerts/feeds/123/456"

    assert desk.ask(alert).asked["kind"] == "google_alerts"


def test_a_host_that_asked_to_be_left_alone_is(blog: FindingDesk) -> None:
    listened = blog.sourcing.add(TENANT, SourceInput(kind="feed", url=SITE))[0]
    key = keys.of_source(listened.source.id, "schedule")
    Listening(blog.table).schedules.update(key, lambda it: replace(it, not_before=NOW.replace(year=2027)))

    job = blog.ask()

    answer = blog.part(job).answer
    assert answer is not None
    assert (answer.problem, job.state(NOW), blog.bus.fetches) == (ASKED_TO_WAIT, State.DONE, [])


@pytest.mark.parametrize("url", ["", "ftp://site.example/", "not a url", "https://user:pw@site.example/"])
def test_what_is_no_address_is_refused_before_anything_is_stored(url: str) -> None:
    desk = desk_of()

    with pytest.raises(Invalid) as refused:
        desk.ask(url)

    assert refused.value.field == "url"
    assert desk.table.query(f"TENANT#{TENANT}").rows == ()


def begun(desk: FindingDesk) -> tuple[Job, PartReader]:
    """A job that was asked for, and who reads for it."""
    job = desk.ask()
    (envelope,) = [envelope for _, envelope in desk.bus.fetches]
    return job, desk.answering().of(envelope)


def step(desk: FindingDesk, reader: PartReader, job: Job) -> bool:
    """One request and what follows from it; tells whether another one is wanted."""
    source = reader.source(desk.part(job).id)
    assert source is not None
    outcome = reader.take(source, reader.ask(source), correlation_id="c")
    return outcome is not None and outcome.wants_more


@pytest.mark.parametrize("end", ["put_back", "pass_over", "give_up"])
def test_who_runs_out_of_time_answers_with_what_was_seen(blog: FindingDesk, end: str) -> None:
    job, reader = begun(blog)
    assert step(blog, reader, job)
    source = reader.source(blog.part(job).id)
    assert source is not None

    match end:
        case "put_back":
            reader.put_back(source.id)
        case "pass_over":
            reader.pass_over(source)
        case _:
            reader.give_up(source, correlation_id="c")

    answer = blog.part(job).answer
    assert answer is not None
    assert (answer.kind, answer.problem, offered(answer)[0]) == ("page_watch", "", FEED)


@pytest.mark.parametrize(("end", "problem"), [("put_back", NO_TIME), ("pass_over", SILENT)])
def test_who_saw_nothing_says_what_stood_in_the_way(blog: FindingDesk, end: str, problem: str) -> None:
    job, reader = begun(blog)
    source = reader.source(blog.part(job).id)
    assert source is not None

    reader.put_back(source.id) if end == "put_back" else reader.pass_over(source)

    answer = blog.part(job).answer
    assert answer is not None
    assert (answer.problem, answer.offers) == (problem, ())


def test_whoever_is_behind_leaves_it_to_those_who_are_ahead(blog: FindingDesk) -> None:
    job, reader = begun(blog)
    source = reader.source(blog.part(job).id)
    assert source is not None
    late = reader.ask(source)
    step(blog, reader, job)
    ahead = blog.part(job)

    assert reader.take(source, late, correlation_id="c") is None
    assert blog.part(job) == ahead


def test_a_job_that_was_forgotten_meanwhile_is_not_looked_into_further(blog: FindingDesk) -> None:
    job, reader = begun(blog)
    source = reader.source(blog.part(job).id)
    assert source is not None
    response = reader.ask(source)
    blog.table.delete(keys.of_tenant(TENANT, "job", job.id))

    reader.put_back(source.id)

    assert reader.take(source, response, correlation_id="c") is None


def test_a_job_that_is_forgotten_while_a_step_is_stored_stays_forgotten(blog: FindingDesk) -> None:
    class Forgetful(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            if row.kind == "job":
                self.delete(row.key)
            return super().put_if_revision(row, revision)

    blog = FindingDesk(blog.web)
    job = blog.ask()
    forgetful = Forgetful()
    forgetful.put_many(blog.table.query(f"TENANT#{TENANT}").rows)
    (envelope,) = [envelope for _, envelope in blog.bus.fetches]
    reader = blog.answering(forgetful).of(envelope)
    source = reader.source(blog.part(job).id)
    assert source is not None

    assert reader.take(source, reader.ask(source), correlation_id="c") is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_crashes_the_next_one_goes_on_where_it_stopped(when: Literal["before", "after"]) -> None:
    pages: dict[str, str | FetchError] = {"": a_page_with("old", "feed"), "feed": a_feed("eins")}
    whole = desk_of(**pages)
    fuse = Fuse(Schedule())
    job = whole.ask()
    whole.work(CrashingTable(whole.table, fuse))
    expected = whole.part(job)

    for number in range(1, len(fuse.calls) + 1):
        desk = desk_of(**pages)
        job = desk.ask()
        crashing = Fuse(Schedule(crashes=((number, when),)))
        # Who dies in a thread that asks a host is not heard of any more.
        with suppress(Crash):
            desk.work(CrashingTable(desk.table, crashing))

        assert crashing.crashed == 1
        assert desk.work() == set()
        assert desk.part(job) == expected, number
        assert len(desk.web.requests) <= len(whole.web.requests) + 1


def test_how_far_a_part_has_come_is_kept_within_the_bounds_of_a_row(blog: FindingDesk) -> None:
    job = blog.ask()
    part = job.parts[0]
    shown = Answer(at=NOW, problem="x" * 5000, offers=(Offer(kind="feed", url="u"),) * 50)

    after = went_on(job, part.id, Trail(url=SITE, shown=shown)).parts[0].trail

    assert after is not None
    assert after.shown is not None
    assert (len(after.shown.problem), len(after.shown.offers)) == (300, 12)


def test_a_part_that_is_answered_or_unknown_goes_no_further(blog: FindingDesk) -> None:
    job = blog.ask()
    done = replace(job, parts=(replace(job.parts[0], answer=Answer(at=NOW), trail=None),))

    assert went_on(done, job.parts[0].id, Trail(url=SITE)) == done
    assert went_on(job, "s_unknown", Trail(url=SITE)) == job


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://apps.apple.com/de/app/acme/id310633997", ("appstore", "de/310633997")),
        ("apps.apple.com/de/app/acme/id310633997", ("appstore", "de/310633997")),
        (SITE, ("feed", SITE)),
    ],
)
def test_without_a_look_an_address_is_what_it_names_else_a_feed(url: str, expected: tuple[str, str]) -> None:
    desk = desk_of()

    listened, _ = desk.sourcing.add(TENANT, SourceInput(url=url))

    assert (listened.source.kind, listened.source.locator) == expected
    assert desk.web.requests == []
