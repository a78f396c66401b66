"""What is handed in: checked, kept as a job, and taken in by collect, however often it comes and wherever it dies."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from arrival_desk import ArrivalDesk
from builders import TENANT
from earshot.domain.errors import Invalid, Refused, StoreError, Unreachable
from earshot.domain.job import State
from earshot.domain.mention import Status
from earshot.domain.watch import Role
from earshot.services.doors import HANDED_IN, door_id
from earshot.services.inputs import SourceInput
from earshot.services.item_inputs import read_items
from earshot.services.sourcing import Sourcing
from earshot.sources.registry import CONNECTORS
from fakes import NOW
from simulation.faults import Crash, CrashingBus, CrashingTable, Fuse
from simulation.faults import Schedule as Faults

POST = {
    "url": "https://forum.example/7",
    "title": "Nie wieder",
    "text": "Acme ist schlecht",
    "author": {"name": "Max", "url": "https://forum.example/max", "handle": "max"},
    "published_at": "2026-11-24T13:00:00+01:00",
    "rating": 1,
    "language": "de",
}
LINK = "https://blog.example/artikel"
PAGE = """<!doctype html><html lang="de"><head><title>Blog</title>
<meta property="og:title" content="Acme im Test"><meta property="og:site_name" content="Das Blog">
<meta property="article:published_time" content="2026-11-24T10:00:00+00:00"><meta name="author" content="Eva">
</head><body><nav>Start</nav><article><p>Acme hat ein neues Gerät, und es ist schlecht verarbeitet, sagen viele, die es
gekauft haben.</p></article></body></html>"""


@pytest.fixture
def desk() -> ArrivalDesk:
    return ArrivalDesk().set_up()


def test_items_with_a_text_become_mentions_where_a_watch_hears_them(desk: ArrivalDesk) -> None:
    job = desk.done(desk.hand_in(POST, {"text": "nichts davon"}))

    (mention,) = desk.stored()
    assert (mention.url, mention.title, mention.author.name, mention.rating) == (POST["url"], POST["title"], "Max", 1)
    assert (mention.source_kind, mention.place, mention.status) == ("push", "forum.example", Status.OPEN)
    answer = job.parts[0].answer
    assert answer is not None
    assert (job.state(desk.clock.now()), answer.looked_at, answer.caught) == (State.DONE, 2, 1)
    assert answer.found[0].mention_id == mention.id


def test_one_item_by_itself_needs_no_list(desk: ArrivalDesk) -> None:
    desk.done(desk.arrivals.handing_in.items(TENANT, POST))

    assert [each.title for each in desk.stored()] == ["Nie wieder"]


def test_the_same_item_twice_is_one_mention_and_a_new_text_an_edit(desk: ArrivalDesk) -> None:
    desk.done(desk.hand_in(POST))
    desk.clock.advance(minutes=10)
    desk.done(desk.hand_in(POST))
    desk.done(desk.hand_in({**POST, "text": "Acme ist doch toll"}))

    (mention,) = desk.stored()
    assert (mention.excerpt, mention.edited_at) == ("Acme ist doch toll", desk.clock.now())


def test_without_an_address_an_item_is_known_by_its_id_or_its_words(desk: ArrivalDesk) -> None:
    desk.done(desk.hand_in({"id": "ä1", "text": "Acme a"}, {"id": "ä1", "text": "Acme b"}, {"text": "Acme c"}))
    desk.done(desk.hand_in({"text": "Acme c"}, {"text": "Acme d"}))

    assert [each.excerpt for each in desk.stored()] == ["Acme b", "Acme c", "Acme d"]


def test_a_named_watch_takes_what_no_word_of_it_is_in(desk: ArrivalDesk) -> None:
    desk.watch("bolt", any=("Bolt",), role=Role.PRODUCT)
    old = {"text": "kein Wort davon", "published_at": "2025-12-01T00:00:00"}
    desk.done(desk.hand_in(old, POST, watch="bolt"))
    desk.done(desk.hand_in({"text": "Bolt ist schlecht"}, watch="w_bolt"))

    bolt, plain, acme = desk.stored()
    assert [(each.watch_id, each.rule) for each in plain.matches] == [("w_bolt", "by hand")]
    assert not plain.is_history
    assert [each.watch_id for each in acme.matches] == ["w_acme", "w_bolt"]
    assert [each.rule != "by hand" for each in bolt.matches] == [True]


def test_undated_items_are_news(desk: ArrivalDesk) -> None:
    desk.done(desk.hand_in({"text": "Acme ist schlecht"}))
    desk.done(desk.hand_in({"text": "Acme war schlecht", "published_at": "2026-01-01T00:00:00Z"}))

    assert [each.is_history for each in desk.stored()] == [False, True]


def test_a_pasted_link_is_read_once_and_says_who_wrote_it_and_when(desk: ArrivalDesk) -> None:
    desk.holds(LINK, PAGE)

    job = desk.done(desk.hand_in({"url": LINK}, POST))

    article, post = desk.stored()
    assert (article.title, article.author.name, article.place) == ("Acme im Test", "Eva", "Das Blog")
    assert (article.posted_at, article.language) == (NOW - timedelta(hours=2), "de")
    assert "verarbeitet" in article.excerpt
    assert post.title == "Nie wieder"
    assert [part.host for part in job.parts] == ["", "blog.example:443"]
    assert [request.url for request in desk.http.requests] == [LINK]


def test_a_link_that_cannot_be_read_says_why(desk: ArrivalDesk) -> None:
    desk.http.answers[LINK] = Refused("status 403", 403)
    desk.holds("https://blog.example/bild", "PNG", kind="image/png")

    job = desk.done(desk.hand_in({"url": LINK}, {"url": "https://blog.example/bild"}))

    answers = [part.answer.problem for part in job.parts if part.answer]
    assert answers == ["status 403", "this is no web page; send its text along"]
    assert desk.stored() == []


def test_a_paused_door_takes_nothing_and_says_so(desk: ArrivalDesk) -> None:
    job = desk.hand_in(POST)
    desk.pause(door_id(TENANT, "push", HANDED_IN))

    answer = desk.done(job).parts[0].answer

    assert answer is not None
    assert "paused or removed" in answer.problem


def test_a_door_that_is_paused_while_the_page_is_read_takes_nothing(desk: ArrivalDesk) -> None:
    job = desk.hand_in({"url": LINK})
    reader = desk.taking.of(desk.sent.fetches[0][1])
    source = reader.source("link0")
    assert source is not None
    desk.pause(door_id(TENANT, "push", HANDED_IN))

    reader.take(source, Unreachable(), correlation_id="c")
    reader.take(source, Unreachable(), correlation_id="c")

    answer = desk.job(job).parts[0].answer
    assert answer is not None
    assert answer.code == "unheard"


def test_what_nobody_got_round_to_comes_again_and_a_silent_host_is_told(desk: ArrivalDesk) -> None:
    job = desk.hand_in({"url": LINK}, {"url": f"{LINK}/2"})
    reader = desk.taking.of(desk.sent.fetches[0][1])
    first, second = reader.source("link0"), reader.source("link1")
    assert first is not None
    assert second is not None

    with pytest.raises(StoreError, match="comes again"):
        reader.put_back("link0")
    reader.pass_over(first)
    reader.give_up(second, correlation_id="c")

    codes = [part.answer.code for part in desk.job(job).parts if part.answer]
    assert (codes, reader.is_past(NOW)) == (["unreachable", "defect"], False)


def test_a_job_that_is_gone_or_over_asks_nothing(desk: ArrivalDesk) -> None:
    job = desk.hand_in({"url": LINK})
    reader = desk.taking.of(desk.sent.fetches[0][1])
    source = reader.source("link0")
    assert source is not None
    desk.table.delete(desk.table.query(f"TENANT#{TENANT}", prefix=f"job#{job.id}", limit=1).rows[0].key)

    assert reader.source("link0") is None
    reader.pass_over(source)
    reader.take(source, Unreachable(), correlation_id="c")


def test_what_is_handed_in_waits_a_day_and_no_longer(desk: ArrivalDesk) -> None:
    job = desk.hand_in(POST)

    assert job.state(NOW + timedelta(hours=23)) is State.WAITING
    assert job.state(NOW + timedelta(hours=24)) is State.NOT_ANSWERED


def test_many_jobs_may_be_under_way_at_once(desk: ArrivalDesk) -> None:
    for number in range(12):
        desk.hand_in({"text": f"Acme {number}"})
    desk.work()

    assert len(desk.stored()) == 12


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "text"),
        ({"items": []}, "items"),
        ({"items": [{"text": "x"}] * 51}, "items"),
        ({"items": [{"url": f"https://a.example/{n}"} for n in range(21)]}, "items"),
        ({"items": [{"text": " "}]}, "items[0].text"),
        ({"items": [{"text": "x"}, {"url": "javascript:alert(1)", "text": "x"}]}, "items[1].url"),
        ({"text": "x", "url": "https://a.example/" + "a" * 3000}, "url"),
        ({"text": "x", "author": {"url": "ftp://a.example"}}, "author.url"),
        ({"text": "x", "author": {"name": "n" * 201}}, "author.name"),
        ({"text": "x", "author": {"handle": "n" * 201}}, "author.handle"),
        ({"text": "x", "author": {"mail": "a@b.example"}}, "author.mail"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "x", "title": "x" * 100_001}, "title"),
        ({"text": "x", "id": "x" * 201}, "id"),
        ({"text": "x", "rating": 6}, "rating"),
        ({"text": "x", "rating": "5"}, "rating"),
        ({"text": "x", "language": "deutsch!"}, "language"),
        ({"text": "x", "published_at": "gestern"}, "published_at"),
        ({"text": "x", "published_at": "2026-12-24T00:00:00Z"}, "published_at"),
        ({"items": [{"text": "x", "published_at": "1066-12-24T00:00:00Z"}]}, "items[0].published_at"),
        ({"text": "x", "more": 1}, "more"),
        ({"items": [{"text": "x", "watch": "acme"}]}, "items[0].watch"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(value: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_items(value, NOW)

    assert caught.value.field == field


def test_what_is_not_public_not_there_or_too_much_is_refused_before_anything_is_stored(desk: ArrivalDesk) -> None:
    heavy = [{"text": "ä" * 4000, "url": f"https://a.example/{n}"} for n in range(50)]
    for given, field in (
        ({"items": [{"url": "http://127.0.0.1/"}]}, "url"),
        ({"items": [POST], "watch": "nobody"}, "watch"),
        ({"items": heavy}, "items"),
    ):
        with pytest.raises(Invalid) as caught:
            desk.arrivals.handing_in.items(TENANT, given)
        assert caught.value.field == field

    assert list(desk.listening.subscriptions(TENANT)) == []
    assert desk.sent.fetches == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 26))
def test_wherever_it_dies_handing_in_again_stores_it_once(step: int, when: Any) -> None:
    desk = ArrivalDesk().set_up()
    desk.holds(LINK, PAGE)
    fuse = Fuse(Faults(crashes=((step, when),)))
    dying = ArrivalDesk(CrashingTable(desk.table, fuse), CrashingBus(desk.sent, fuse), http=desk.http)
    with contextlib.suppress(Crash):
        dying.hand_in(POST, {"url": LINK})
        for _, envelope in list(desk.sent.fetches):
            reader = dying.taking.of(envelope)
            (id_,) = envelope.body["sources"]
            if source := reader.source(id_):
                reader.take(source, reader.ask(source), correlation_id="c")

    desk.clock.advance(minutes=3)
    job = desk.done(desk.hand_in(POST, {"url": LINK}))

    assert [each.title for each in desk.stored()] == ["Acme im Test", "Nie wieder"]
    assert job.state(desk.clock.now()) is State.DONE
    assert len(list(desk.listening.subscriptions(TENANT))) == 1


def test_a_door_is_paused_and_taken_up_like_any_source_but_never_polled(desk: ArrivalDesk) -> None:
    desk.hand_in(POST)
    sourcing = Sourcing(desk.table, CONNECTORS, lambda _: None, desk.clock)
    id_ = door_id(TENANT, "push", HANDED_IN)

    paused = sourcing.pause(TENANT, id_, paused=True)
    resumed = sourcing.pause(TENANT, id_, paused=False)

    assert (paused.subscription.paused, resumed.subscription.paused, resumed.schedule) == (True, False, None)
    assert resumed.source.name == "Handed in"
    assert {kind for kind, it in CONNECTORS.items() if not it.place.is_polled} == {"email_in", "push", "webmention"}


@pytest.mark.parametrize("kind", ["push", "email_in", "webmention"])
def test_what_comes_by_itself_is_not_added(desk: ArrivalDesk, kind: str) -> None:
    sourcing = Sourcing(desk.table, CONNECTORS, lambda _: None, desk.clock)

    with pytest.raises(Invalid, match="needs no adding"):
        sourcing.add(TENANT, SourceInput(kind=kind, url=CONNECTORS[kind].place.example))
