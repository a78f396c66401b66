"""A person takes a place out of a story, and nothing puts it back."""

from contextlib import suppress
from dataclasses import replace

import pytest

from builders import TENANT
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict, Invalid, NotFound
from earshot.domain.joining import following, joined
from earshot.domain.mention import Mention, Status
from earshot.ports.table import Row
from earshot.store.mentions import Mentions
from simulation.faults import Crash, CrashingTable, Fuse, Schedule
from story_desk import OTHER_TEXT, TEXT, StoryDesk, a_place

ONE, TWO, THREE, OTHER = a_place("1"), a_place("2"), a_place("3"), a_place("9", OTHER_TEXT)
BY = "key:anna"


@pytest.fixture
def desk() -> StoryDesk:
    desk = StoryDesk()
    desk.store(ONE, TWO, THREE, OTHER)
    return desk


def split(desk: StoryDesk, item: object = TWO) -> Mention:
    return desk.inbox.split(TENANT, desk.of(ONE).id, desk.of(item).id, by=BY)  # type: ignore[arg-type]


def test_a_place_gets_a_card_of_its_own_and_the_story_goes_on_without_it(desk: StoryDesk) -> None:
    alone = split(desk)

    assert (alone.id, alone.story_id, alone.status) == (desk.of(TWO).id, "", Status.OPEN)
    assert [copy.mention_id for copy in desk.of(ONE).copies] == [desk.of(THREE).id]
    assert {card.id for card in desk.cards()} == {desk.of(item).id for item in (ONE, TWO, OTHER)}
    assert (desk.of(TWO).history[-1].by, desk.of(ONE).history[-1].by) == (BY, BY)


def test_splitting_twice_is_splitting_once(desk: StoryDesk) -> None:
    first = split(desk)
    head = desk.of(ONE)

    assert split(desk) == first
    assert desk.of(ONE) == head


def test_what_was_split_off_is_not_merged_again_by_looks_edits_or_alerts(desk: StoryDesk) -> None:
    split(desk)

    for item in (ONE, TWO):
        desk.stories.settle(desk.of(item))
        desk.alert(desk.of(item))
    desk.store(ONE, replace(TWO, text=f"{TEXT} Nachtrag."), THREE)
    desk.stories.pass_on(replace(desk.of(TWO), story_id=desk.of(ONE).id))

    assert not desk.of(TWO).story_id
    assert [copy.mention_id for copy in desk.of(ONE).copies] == [desk.of(THREE).id]


def test_a_new_copy_joins_one_of_the_two(desk: StoryDesk) -> None:
    split(desk)

    desk.store(a_place("4"))

    assert desk.of(a_place("4")).story_id in {desk.of(ONE).id, desk.of(TWO).id}


def test_a_copy_of_what_was_split_off_finds_it() -> None:
    desk = StoryDesk()
    ending = "Der Hersteller bittet um Entschuldigung und schickt allen sofort ein neues Gerät samt Gutschein ins Haus."
    longer = a_place("2", f"{TEXT} {ending}")
    desk.store(ONE, longer)
    split(desk, longer)

    desk.store(a_place("3", f"{TEXT} {ending}"))

    assert desk.of(THREE).story_id == desk.of(longer).id


def test_the_head_cannot_be_split_off(desk: StoryDesk) -> None:
    with pytest.raises(Invalid, match="split off the other places") as refused:
        split(desk, ONE)

    assert refused.value.field == "mention"


def test_what_stands_elsewhere_is_no_place_of_the_story(desk: StoryDesk) -> None:
    with pytest.raises(Invalid, match="no place of this story"):
        split(desk, OTHER)


def test_a_place_of_another_story_is_no_place_of_this_one(desk: StoryDesk) -> None:
    desk.store(a_place("8", OTHER_TEXT))

    with pytest.raises(Invalid, match="no place of this story"):
        split(desk, a_place("8"))


def test_a_story_is_named_by_the_mention_that_tells_it(desk: StoryDesk) -> None:
    with pytest.raises(NotFound, match="story"):
        desk.inbox.split(TENANT, desk.of(THREE).id, desk.of(TWO).id, by=BY)
    with pytest.raises(NotFound, match="story"):
        desk.inbox.split("t_other", desk.of(ONE).id, desk.of(TWO).id, by=BY)


@pytest.mark.parametrize(("id_", "error"), [("m_" + "a" * 26, NotFound), ("nonsense", Invalid), ("", Invalid)])
def test_a_mention_that_is_not_there_is_named(desk: StoryDesk, id_: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="mention"):
        desk.inbox.split(TENANT, desk.of(ONE).id, id_, by=BY)


def test_somebody_who_writes_in_between_changes_nothing_about_it(desk: StoryDesk) -> None:
    head = desk.of(ONE)

    def close() -> None:
        desk.inbox.acknowledge(TENANT, head.id, outcome="answered", by=BY, version=head.version)

    split(desk.meddled("put_if_revision mention", close))

    assert not desk.of(TWO).story_id
    assert desk.of(ONE).acknowledgement is not None
    assert desk.of(TWO).id not in {copy.mention_id for copy in desk.of(ONE).copies}


class _Contended(DictTable):
    """A table in which a mention that stands there is never written again: somebody is always faster."""

    def put_if_revision(self, row: Row, revision: int) -> bool:
        return row.kind != "mention" and super().put_if_revision(row, revision)


def test_where_many_write_all_the_time_the_person_is_told_to_try_again(desk: StoryDesk) -> None:
    contended = _Contended()
    contended.put_many(desk.table.query(f"TENANT#{TENANT}", limit=500).rows)
    contended.put_many(desk.table.query("DEPLOYMENT").rows)

    with pytest.raises(Conflict):
        split(StoryDesk(contended))


def test_places_that_came_with_a_head_stay_when_it_is_split_off(desk: StoryDesk) -> None:
    mentions = Mentions(desk.table)
    head, other = desk.of(ONE), desk.of(OTHER)
    place = mentions.save(following(desk.of(TWO), other.id))
    mentions.save(joined(head, other))
    other = mentions.save(following(other, head.id))

    split(desk, OTHER)

    assert not desk.of(OTHER).story_id
    assert mentions.get(TENANT, place.id).story_id == head.id


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 8))
def test_a_process_that_dies_half_way_leaves_what_the_next_try_completes(desk: StoryDesk, call: int, when: str) -> None:
    fuse = Fuse(Schedule(crashes=((call, when),)))  # type: ignore[arg-type]
    dying = replace(desk, table=CrashingTable(desk.table, fuse))
    with suppress(Crash):
        split(dying)

    split(desk)

    assert len(desk.cards()) == 3
    assert [copy.mention_id for copy in desk.of(ONE).copies] == [desk.of(THREE).id]
    assert sum(entry.what == "split" for entry in desk.of(ONE).history) == 1
