"""Some brands for some hours: nobody is left out, no place is asked too often, and Hacker News is heard at once."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from earshot.ports.http import Request
from earshot.sources.registry import CONNECTORS
from simulation.brand_figures import Line, jain, lines, never_read
from simulation.brand_run import HN_WITHIN_S, PAGE, broken_promises, main
from simulation.brand_world import BEGINS_AT, KEYED, BrandWorld, automatic_kinds
from simulation.internet import PLACES
from simulation.limits import EVERYBODY, Gauge, Limit

BRANDS, SPAN = 20, timedelta(hours=4)


@cache
def a_run() -> tuple[BrandWorld, tuple[Line, ...]]:
    world = BrandWorld(BRANDS, SPAN, seed=7).run()
    return world, lines(world)


def test_a_day_of_some_brands_breaks_no_promise() -> None:
    world, found = a_run()

    assert broken_promises(world, found) == []


def test_every_kind_that_is_heard_by_itself_has_a_place_that_plays_it() -> None:
    assert {place.kind for place in PLACES} == set(automatic_kinds())


def test_every_such_kind_is_asked_and_most_are_heard() -> None:
    world, found = a_run()

    assert all(line.requests for line in found), found
    assert sum(line.heard for line in found) > 40
    assert {world.sources[id_].kind for id_ in world.reads} == set(automatic_kinds())


def test_hacker_news_is_heard_within_three_minutes() -> None:
    (line,) = [line for line in a_run()[1] if line.kind == "hackernews"]

    assert 0 < line.max_s <= HN_WITHIN_S


def test_the_queries_of_one_key_share_its_searches_evenly() -> None:
    world, found = a_run()
    (line,) = [line for line in found if line.kind == "youtube"]
    queries = [source for source in world.sources.values() if (source.kind, source.owner) == ("youtube", "t_0")]

    assert len(queries) > 2
    assert line.evenness > 0.9


def test_whoever_has_no_credential_does_not_ask_where_one_is_needed() -> None:
    world, _ = a_run()

    for kind, numbers in KEYED.items():
        owners = {source.owner for source in world.sources.values() if source.kind == kind}
        assert owners == {f"t_{number}" for number in numbers}


def test_a_place_notices_when_it_is_asked_too_often() -> None:
    gauge = Gauge(Limit(kind="x", says="two a minute", amount=2, window=timedelta(minutes=1)))
    asked_at = [BEGINS_AT + timedelta(seconds=second) for second in (0, 20, 70, 75)]

    for at in asked_at:
        gauge.note(Request(url="https://x.example/"), at)

    assert (gauge.most, len(gauge.broken)) == (3, 1)


def test_a_limit_by_the_day_begins_anew_at_midnight_of_its_zone() -> None:
    limit = Limit(kind="x", says="one a day", amount=1, whose=lambda _: EVERYBODY, day_in=BEGINS_AT.tzinfo)  # type: ignore[arg-type]
    gauge = Gauge(limit)

    for hours in (0, 20):
        gauge.note(Request(url="https://x.example/"), BEGINS_AT + timedelta(hours=hours))

    assert gauge.broken == []


@pytest.mark.parametrize(("shares", "index"), [([3, 3, 3], 1.0), ([9, 0, 0], 1 / 3), ([], 1.0)])
def test_jains_index_tells_even_shares_from_uneven_ones(shares: list[float], index: float) -> None:
    assert jain(shares) == pytest.approx(index)


def test_the_page_of_delays_has_a_line_for_every_kind_that_is_heard_by_itself() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for kind in automatic_kinds():
        assert page.count(f"| {CONNECTORS[kind].place.name} (`{kind}`) |") == 2, kind


def test_the_command_prints_the_page_and_keeps_it_where_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.brand_run.PAGE", tmp_path / "page.md")

    assert main(["--brands", "6", "--hours", "4", "--write"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("# How soon we hear")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").strip() == printed.strip()


def test_all_sources_that_brands_listen_to_were_read() -> None:
    assert never_read(a_run()[0]) == []
