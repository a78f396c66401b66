"""Walks down lists that give the newest first: nothing is lost, nothing is read for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from earshot.sources.newest_first import MAX_PAGES, Round, Walk, milliseconds, moment_at

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def ms(minutes: int) -> int:
    return milliseconds(ago(minutes))


def test_first_page_without_another_makes_its_newest_known() -> None:
    assert Walk().stepped([ago(1), ago(5)], "", NOW) == (Walk(known=ms(1)), False)


def test_first_reading_ends_after_some_pages() -> None:
    walk, goes_on, pages = Walk(), True, 0
    while goes_on:
        walk, goes_on = walk.stepped([ago(pages + 1)], f"page{pages}", NOW)
        pages += 1

    assert (pages, walk) == (MAX_PAGES, Walk(known=ms(1)))


def test_unchanged_list_leaves_the_walk_as_it_is() -> None:
    walk = Walk(known=ms(1))

    assert walk.stepped([ago(1), ago(5)], "next", NOW) == (walk, False)


def test_things_of_the_very_moment_that_is_known_are_read_on() -> None:
    _, goes_on = Walk(known=ms(5)).stepped([ago(1), ago(5), ago(5)], "next", NOW)

    assert goes_on


def test_nothing_is_lost_over_pages_and_polls_while_more_is_written() -> None:
    size = 3
    written = [ago(1000 - n) for n in range(60)]
    walk, heard, polls = Walk(known=milliseconds(written[0])), set(written[:1]), 0
    while polls < 20:
        polls += 1
        goes_on = True
        while goes_on:
            page = int(walk.token or "0")
            shown = sorted(written, reverse=True)[page * size : page * size + size]
            heard |= set(shown)
            token = str(page + 1) if (page + 1) * size < len(written) else ""
            walk, goes_on = Walk.read(walk.write()).stepped(shown, token, NOW)
        if polls < 5:
            written.append(ago(500 - polls))

    assert heard == set(written)
    assert walk == Walk(known=milliseconds(max(written)))


def test_date_ahead_of_the_answer_does_not_become_known() -> None:
    walk, _ = Walk(known=ms(9)).stepped([NOW + timedelta(hours=5), ago(3), None], "", NOW)

    assert walk == Walk(known=ms(3))


def test_overlap_is_read_before_the_walk_ends() -> None:
    walk = Walk(known=ms(10))

    assert walk.stepped([ago(10), ago(20)], "next", NOW, overlap=timedelta(minutes=30))[1]
    assert not walk.stepped([ago(10), ago(50)], "next", NOW, overlap=timedelta(minutes=30))[1]


@pytest.mark.parametrize("token", ["", "with blank", "ä", "x" * 501])
def test_token_that_cannot_be_sent_ends_the_walk(token: str) -> None:
    assert Walk().stepped([ago(1)], token, NOW) == (Walk(known=ms(1)), False)


@pytest.mark.parametrize("text", ["", "yesterday", "-5", "|||", "٣", "1" * 16, "a|b|c|d"])
def test_rubbish_is_a_walk_that_has_not_begun(text: str) -> None:
    assert Walk.read(text) == Walk()


@pytest.mark.parametrize("text", ["7|x|1|t", "7|8|99|t", "7|8|1|", "7|8|²|t", "7"])
def test_half_rubbish_keeps_what_is_known(text: str) -> None:
    assert Walk.read(text) == Walk(known=7)


def test_walk_survives_writing() -> None:
    walk = Walk(known=1, newest=2, pages=3, token="a|b=c")

    assert Walk.read(walk.write()) == walk
    assert walk.restarted() == Walk(known=1)


def test_round_reads_each_list_and_begins_anew() -> None:
    first, goes_on = Round.read("", 2).stepped([ago(1)], "", NOW)
    assert (first.at, goes_on) == (1, True)

    second, goes_on = Round.read(first.write(), 2).stepped([ago(2)], "", NOW)
    assert (second.at, goes_on) == (0, False)
    assert second.write() == f"0 {ms(1)} {ms(2)}"
    assert Round.read(second.write(), 2) == second


def test_round_goes_on_with_the_pages_of_its_list() -> None:
    after, goes_on = Round.read("", 2).stepped([ago(1)], "next", NOW)

    assert (after.at, after.walk.token, goes_on) == (0, "next", True)
    assert after.restarted()[0].write() == "1 - -"


@pytest.mark.parametrize("text", ["", "x", "2 1 1", "0 1", "0 1 1 1", "-1 1 1"])
def test_rubbish_is_a_fresh_round(text: str) -> None:
    assert Round.read(text, 2).write() == ""


def test_milliseconds_come_back_as_a_moment() -> None:
    assert moment_at(ms(0)) == NOW
    assert moment_at(-1).year == 1970
    assert moment_at(10**15).year == 9999
