"""Stories with more places than a head lists: what is counted, what is written, and what an alert reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_contact, a_match, a_mention
from earshot.adapters.memory import DictTable
from earshot.domain.item import Author
from earshot.domain.joining import joined, listed, passed_on, split_off, without
from earshot.domain.mention import Mention
from earshot.domain.story import MAX_COPIES, STEP
from earshot.domain.watch import Role
from earshot.ports.table import Key, Row
from earshot.store.company import Company
from earshot.store.stories import Tellings
from fakes import NOW
from story_desk import StoryDesk, a_place


def a_full_head(**changes: object) -> Mention:
    head = a_mention("head", **changes)  # type: ignore[arg-type]
    for number in range(MAX_COPIES):
        head = listed(head, a_mention(f"place{number}"))
    return head


def places(head: Mention, *, is_counted: bool) -> list[Mention]:
    """Places that are counted for all, or are not."""
    many = (a_mention(f"far{number}", posted_at=NOW + timedelta(hours=1)) for number in range(200))
    return [each for each in many if (listed(head, each).more_copies > head.more_copies) is is_counted]


def test_a_place_beyond_the_bound_changes_the_head_once_in_ten_times_and_counts_for_ten() -> None:
    head = a_full_head()

    counted = places(head, is_counted=True)

    assert 10 <= len(counted) <= 30
    assert listed(head, counted[0]) == replace(head, more_copies=STEP)
    assert all(listed(head, each) == head for each in places(head, is_counted=False))


@pytest.mark.parametrize("changes", [{"posted_at": NOW.replace(year=2020)}, {"author": Author(followers=9)}])
def test_a_first_or_loudest_place_is_listed_beyond_the_bound_too(changes: dict[str, object]) -> None:
    head = a_full_head()
    place = replace(places(head, is_counted=False)[0], **changes)  # type: ignore[arg-type]

    after = listed(head, place)

    assert place.id in {copy.mention_id for copy in after.copies}
    assert (len(after.copies), after.more_copies) == (MAX_COPIES, 0)


def test_what_a_place_beyond_the_bound_matched_the_head_matches_too() -> None:
    head = a_full_head(role=Role.COMPETITOR)
    place = replace(places(head, is_counted=False)[0], matches=(a_match(Role.OWN, "w_us"),))

    after = listed(head, place)

    assert (after.role, after.copies) == (Role.OWN, head.copies)


def test_what_a_place_without_room_passes_on_counts_nothing_however_often() -> None:
    head = a_full_head()

    for place in (*places(head, is_counted=True), *places(head, is_counted=False)):
        assert passed_on(head, place) == head


def test_a_place_that_was_counted_is_listed_once_there_is_room() -> None:
    head, place = a_full_head(), a_mention("far")
    head = replace(without(head, head.copies[0].mention_id, by="key:anna", at=NOW), more_copies=STEP)

    after = passed_on(head, place)

    assert after.copies[-1].mention_id == place.id
    assert after.more_copies == STEP - 1
    assert passed_on(after, place) == after


def test_a_head_that_is_taken_in_without_room_is_counted_exactly() -> None:
    assert joined(a_full_head(), a_mention("other")).more_copies == 1


def test_a_place_that_was_split_off_passes_nothing_on() -> None:
    head, place = a_mention("head"), a_mention("place")
    head = listed(head, place)
    rest = without(head, place.id, by="key:anna", at=NOW)
    alone = split_off(place, head, by="key:anna", at=NOW)

    assert passed_on(rest, alone) == rest


def test_edits_of_a_place_that_is_not_listed_leave_the_count_alone() -> None:
    desk = StoryDesk()
    items = [a_place(str(number)) for number in range(MAX_COPIES + 30)]
    desk.store(*items)
    before = desk.of(items[0])
    assert len(before.copies) == MAX_COPIES

    for turn in range(3):
        desk.store(*(replace(item, text=f"{item.text} Nachtrag {turn}.") for item in items[-5:]))

    assert desk.of(items[-1]).edited_at is not None
    assert desk.of(items[0]) == before


class _CountingTable(DictTable):
    """A table that counts the keys it is asked for at once, by kind."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, int] = {}

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        for key in keys:
            kind = key.sk.partition("#")[0]
            self.asked[kind] = self.asked.get(kind, 0) + 1
        return super().get_many(keys)


CONTACTS = 20


def a_crowded_desk(table: _CountingTable) -> tuple[StoryDesk, Mention]:
    """A story of many places that a company with many contacts is not told of yet; each of them has a mail only."""
    desk = StoryDesk(table)
    for number in range(CONTACTS - 1):
        Company(table).contacts.add(a_contact(f"person{number}"))
    items = [a_place(str(number)) for number in range(MAX_COPIES + 1)]
    desk.store(*items)
    table.asked.clear()
    return desk, desk.of(items[0])


def test_an_alert_about_a_story_of_many_places_reads_a_row_for_each_place() -> None:
    table = _CountingTable()
    desk, head = a_crowded_desk(table)

    assert desk.alert(head) == CONTACTS

    assert table.asked["telling"] == MAX_COPIES
    assert "delivery" not in table.asked


def test_an_alert_asks_for_the_deliveries_of_places_that_were_told_in_channels_there_are() -> None:
    table = _CountingTable()
    desk, head = a_crowded_desk(table)
    Tellings(table).begin(TENANT, head.copies[7].mention_id, NOW)

    assert desk.alert(head) == CONTACTS

    assert table.asked["delivery"] == CONTACTS
