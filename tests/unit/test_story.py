"""Stories: their first and loudest place, how many are kept, and what two mentions become that tell one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import a_match, a_mention, an_acknowledgement, an_item
from earshot.domain.item import Author, Engagement
from earshot.domain.joining import (
    MAX_APART,
    are_apart,
    copy_of,
    following,
    joined,
    reach_of,
    split_off,
    story_of,
    without,
)
from earshot.domain.mention import Mention, Status, edited, from_colleague, matched_more
from earshot.domain.story import MAX_COPIES, MAX_NAME, MAX_URL, Copy, kept
from earshot.domain.verdict import Kind
from earshot.domain.watch import Role, Span
from fakes import NOW


def a_copy(name: str, minutes: int = 0, reach: int | None = None) -> Copy:
    return Copy(mention_id=f"m_{name}", place=name, at=NOW + timedelta(minutes=minutes), reach=reach)


def a_head(*copies: Copy) -> Mention:
    return a_mention("head", copies=copies)


def test_a_mention_told_in_one_place_and_a_further_place_tell_no_story() -> None:
    assert story_of(a_mention()) is None
    assert story_of(replace(a_head(a_copy("a")), story_id="m_other")) is None


def test_a_story_has_the_head_in_front_and_counts_what_is_left_out() -> None:
    story = story_of(replace(a_head(a_copy("a")), more_copies=7))

    assert story is not None
    assert [place.mention_id for place in story.places] == [story.id, "m_a"]
    assert story.count == 9


def test_the_first_place_is_the_earliest_and_the_loudest_the_one_with_most_reach() -> None:
    story = story_of(a_head(a_copy("late", 5, reach=9), a_copy("early", -5), a_copy("small", 1, reach=3)))

    assert story is not None
    assert story.first.place == "early"
    assert story.loudest is not None
    assert story.loudest.place == "late"


def test_nobody_is_loudest_where_no_reach_is_known() -> None:
    story = story_of(a_head(a_copy("a")))

    assert story is not None
    assert story.loudest is None


@pytest.mark.parametrize(
    ("author", "engagement", "reach"),
    [
        (Author(followers=12), Engagement(likes=900), 12),
        (Author(), Engagement(likes=2, views=100), 102),
        (Author(), Engagement(likes=0), 0),
        (Author(), Engagement(), None),
    ],
)
def test_reach_is_followers_else_what_the_place_counted_else_unknown(
    author: Author, engagement: Engagement, reach: int | None
) -> None:
    assert reach_of(a_mention(author=author, engagement=engagement)) == reach


def test_a_copy_is_bounded_and_leaves_out_an_address_that_is_too_long() -> None:
    long = a_mention(place="x" * 500, url="https://x.example/" + "y" * MAX_URL, author=Author(handle="@" + "z" * 500))

    copy = copy_of(replace(long, posted_at=None, seen_at=NOW))

    assert (len(copy.place), copy.url, len(copy.author), copy.at) == (MAX_NAME, "", MAX_NAME, NOW)
    assert copy_of(a_mention()).url == "https://forum.example/1"


def test_of_many_places_the_first_and_the_loudest_are_kept_and_the_latest_counted() -> None:
    many = [a_copy(str(i), i) for i in range(MAX_COPIES)]
    loud, early = a_copy("loud", 900, reach=5), a_copy("early", -900)

    copies, more = kept((*many, loud, early), 3)

    assert len(copies) == MAX_COPIES
    assert {loud, early} <= set(copies)
    assert many[-1] not in copies
    assert more == 5


def test_where_no_reach_is_known_the_last_place_is_left_out_too() -> None:
    many = tuple(a_copy(str(i), i) for i in range(MAX_COPIES))

    assert kept((*many, a_copy("last", 900)), 0) == (many, 1)


def test_few_places_are_all_kept() -> None:
    assert kept((a_copy("a"),), 0) == ((a_copy("a"),), 0)


def test_a_head_lists_what_joins_it_once() -> None:
    other = a_mention("other")

    once = joined(a_head(), other)

    assert [copy.mention_id for copy in once.copies] == [other.id]
    assert joined(once, other) == once


def test_a_head_takes_over_what_another_head_told() -> None:
    other = replace(a_mention("other", copies=(a_copy("a"), a_copy("b"))), more_copies=2, apart=("m_x",))

    after = joined(a_head(a_copy("a")), other)

    assert [copy.mention_id for copy in after.copies] == ["m_a", other.id, "m_b"]
    assert (after.more_copies, after.apart) == (2, ("m_x",))
    assert joined(after, other) == after


def test_a_head_never_lists_itself() -> None:
    head = a_head()

    assert [copy.mention_id for copy in joined(head, a_mention("other", copies=(copy_of(head),))).copies] == [
        a_mention("other").id
    ]


def test_a_head_of_a_competitor_opens_when_a_copy_is_about_us() -> None:
    head = a_mention("head", role=Role.COMPETITOR)
    spans = (Span(field="text", start=0, end=4, term="x"),)
    ours = a_mention("ours", matches=(replace(a_match(Role.OWN, "w_us"), spans=spans),))

    after = joined(head, ours)

    assert head.status is Status.DONE
    assert (after.status, after.role) == (Status.OPEN, Role.OWN)
    assert all(not match.spans for match in after.matches)


def test_what_only_a_copy_matched_survives_an_edit_of_the_head() -> None:
    head = joined(a_mention("head", role=Role.COMPETITOR), a_mention("ours", matches=(a_match(Role.OWN, "w_us"),)))
    item, matches = an_item("head", text="anders"), (a_match(Role.INDUSTRY, "w_it"),)

    after = edited(head, item, matches=matches, verdict=head.verdict, now=NOW)
    alone = edited(replace(head, copies=()), item, matches=matches, verdict=head.verdict, now=NOW)

    assert (after.role, alone.role) == (Role.OWN, Role.INDUSTRY)


def test_a_place_is_done_has_no_copies_and_stays_done_whatever_its_text_becomes() -> None:
    place = following(a_mention("place", copies=(a_copy("a"),)), "m_head")

    changed = edited(place, an_item("place", text="neu"), matches=place.matches, verdict=place.verdict, now=NOW)
    more = matched_more(place, (a_match(Role.PRODUCT, "w_new"),), is_history=False)

    assert (place.status, place.copies, place.story_id) == (Status.DONE, (), "m_head")
    assert {changed.status, more.status} == {Status.DONE}


def test_what_a_colleague_says_is_done_and_stays_so() -> None:
    mention = from_colleague(a_mention())

    changed = edited(mention, an_item("1", text="neu"), matches=mention.matches, verdict=mention.verdict, now=NOW)

    assert (mention.is_own_voice, mention.is_own_news, mention.status) == (True, False, Status.DONE)
    assert changed.status is Status.DONE


def test_a_place_split_off_is_open_again_and_both_remember() -> None:
    head = a_head(a_copy("a"))
    place = a_mention("place")
    head = joined(head, place)

    alone = split_off(following(place, head.id), head, by="key:anna", at=NOW)
    rest = without(head, place.id, by="key:anna", at=NOW)

    assert (alone.status, alone.story_id, alone.version) == (Status.OPEN, "", place.version + 1)
    assert [copy.mention_id for copy in rest.copies] == ["m_a"]
    assert are_apart(alone, rest)
    assert are_apart(rest, alone)
    assert [entry.what for entry in (*alone.history, *rest.history)] == ["split", "split"]
    assert joined(rest, alone) == rest
    assert without(rest, place.id, by="key:anna", at=NOW) == rest


@pytest.mark.parametrize("changes", [{"kind": Kind.NEUTRAL}, {"acknowledgement": an_acknowledgement()}])
def test_a_place_split_off_that_is_owed_nothing_stays_done(changes: dict[str, object]) -> None:
    place = following(a_mention("place", **changes), "m_head")  # type: ignore[arg-type]

    assert split_off(place, a_head(), by="key:anna", at=NOW).status is Status.DONE


def test_a_place_that_was_only_counted_is_counted_no_longer_when_split_off() -> None:
    head = replace(a_head(a_copy("a")), more_copies=2)

    assert without(head, "m_far", by="key:anna", at=NOW).more_copies == 1


def test_who_is_apart_from_one_place_is_apart_from_the_story() -> None:
    alone = a_mention("alone", apart=("m_a",))

    assert are_apart(alone, a_head(a_copy("a")))
    assert not are_apart(alone, a_head(a_copy("b")))


def test_only_so_many_mentions_are_kept_apart() -> None:
    head = replace(a_head(), apart=tuple(str(i) for i in range(MAX_APART)))

    after = without(head, "last", by="key:anna", at=NOW)

    assert (len(after.apart), after.apart[0], after.apart[-1]) == (MAX_APART, "1", "last")
