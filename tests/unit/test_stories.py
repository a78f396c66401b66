"""One story told once: copies join, heads that met too late become one, and nobody is told twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import SOURCE, TENANT, a_source, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.alerting import Day
from earshot.domain.delivery import State
from earshot.domain.errors import Conflict
from earshot.domain.item import Author, Item
from earshot.domain.joining import joined
from earshot.domain.mention import Mention, Status
from earshot.domain.story import WINDOW
from earshot.domain.todo import LEASE
from earshot.domain.watch import Noise, Role
from earshot.matching.likeness import CLAIMED
from earshot.ports.table import Key, Row
from earshot.services.listing import Filters
from earshot.services.stories import Stories
from earshot.store.company import Company, day_key
from earshot.store.mentions import Mentions, author_key
from earshot.store.stories import Tellings
from fakes import NOW
from story_desk import OTHER_TEXT, TEXT, StoryDesk, a_place, print_of

ONE, TWO, THREE = a_place("1"), a_place("2"), a_place("3")


@pytest.fixture
def desk() -> StoryDesk:
    return StoryDesk()


def ids(desk: StoryDesk, *items: Item) -> list[str]:
    return [desk.of(item).id for item in items]


def test_a_copy_joins_the_first_place_and_is_told_to_nobody(desk: StoryDesk) -> None:
    desk.store(ONE)
    desk.alert_all()

    found = desk.store(TWO)

    head, place = desk.of(ONE), desk.of(TWO)
    assert found.new == 1
    assert [copy.mention_id for copy in head.copies] == [place.id]
    assert (place.story_id, place.status) == (head.id, Status.DONE)
    assert [card.id for card in desk.cards()] == [head.id]
    assert not desk.bus.events
    assert [delivery.subject for delivery in desk.deliveries()] == [head.id]


def test_copies_within_one_page_join_too(desk: StoryDesk) -> None:
    desk.store(ONE, TWO, THREE)

    assert [copy.mention_id for copy in desk.of(ONE).copies] == ids(desk, TWO, THREE)
    assert len(desk.bus.events) == 1


def test_a_copy_is_not_counted_on_the_day(desk: StoryDesk) -> None:
    desk.store(ONE, TWO)

    day = Company(desk.table).days.at(day_key(Day(tenant=TENANT, day=NOW.date())))

    assert day is not None
    assert day.mentions == tuple(ids(desk, ONE))


def test_another_story_has_another_card(desk: StoryDesk) -> None:
    desk.store(ONE, a_place("2", OTHER_TEXT))

    assert len(desk.cards()) == 2


def test_the_same_words_elsewhere_than_on_the_web_are_two_mentions(desk: StoryDesk) -> None:
    desk.store(replace(ONE, source_kind="hackernews"), replace(TWO, source_kind="hackernews"))

    assert len(desk.cards()) == 2
    assert not desk.claims()


def test_a_short_text_tells_no_story(desk: StoryDesk) -> None:
    desk.store(a_place("1", "Acme ist schlecht"), a_place("2", "Acme ist schlecht"))

    assert len(desk.cards()) == 2
    assert not desk.claims()


def test_a_text_a_little_too_short_joins_and_claims_nothing(desk: StoryDesk) -> None:
    short = a_place("2", " ".join(TEXT.split()[:22]))
    desk.store(ONE, short)

    assert desk.of(short).story_id == desk.of(ONE).id

    alone = StoryDesk()
    alone.store(short)
    assert not alone.claims()


def test_history_and_news_are_two_stories(desk: StoryDesk) -> None:
    desk.store(replace(ONE, published_at=NOW - timedelta(days=30)), TWO)

    assert desk.of(ONE).is_history
    assert not desk.of(TWO).story_id


def test_after_three_days_the_same_words_are_news_again(desk: StoryDesk) -> None:
    desk.store(ONE)
    desk.clock.advance(hours=WINDOW.total_seconds() / 3600)

    desk.store(TWO)

    assert not desk.of(TWO).story_id
    assert {key.mention_id for key in desk.keys_of(TWO).values()} == {desk.of(TWO).id}


def test_another_company_has_its_own_stories(desk: StoryDesk) -> None:
    desk.store(ONE)
    other = replace(desk.of(ONE), id="m_other", tenant="t_other", copies=())

    assert not desk.likes.look(other, print_of(ONE).sketch).heads


def test_names_that_another_story_has_are_left_to_it(desk: StoryDesk) -> None:
    taken = print_of(ONE).names[:2]
    stranger = desk.put(a_place("9", OTHER_TEXT))
    desk.likes.claim(
        replace(stranger, story_keys=taken), print_of(a_place("9", OTHER_TEXT)).sketch, desk.likes.look(stranger)
    )

    desk.store(ONE)

    owners = {name: key.mention_id for name, key in desk.keys_of(ONE).items()}
    assert not desk.of(ONE).story_id
    assert {owners[name] for name in taken} == {stranger.id}
    assert [owners[name] for name in print_of(ONE).names[2 : 2 + CLAIMED]] == [desk.of(ONE).id] * CLAIMED


def test_a_copy_about_us_opens_the_story_of_a_competitor_and_tells_of_it(desk: StoryDesk) -> None:
    rival = a_place("1", TEXT.replace("Acme", "Konkurrenz"))
    desk.store(rival)
    assert desk.of(rival).status is Status.DONE

    desk.store(TWO)

    head = desk.of(rival)
    assert (head.status, head.role) == (Status.OPEN, Role.OWN)
    assert [event.body["mention"] for event in desk.bus.events] == [head.id]
    assert head.id in {todo.subject for todo in desk.todos()}
    desk.alert_all()
    assert [delivery.subject for delivery in desk.deliveries()] == [head.id]


def test_an_edit_of_a_copy_changes_its_row_only(desk: StoryDesk) -> None:
    desk.store(ONE, TWO)
    desk.bus.events.clear()
    before = desk.of(ONE)

    desk.store(ONE, replace(TWO, text=f"{TEXT} Nachtrag."))

    assert desk.of(TWO).edited_at is not None
    assert desk.of(TWO).status is Status.DONE
    assert desk.of(ONE) == before
    assert not desk.bus.events


def test_a_watch_that_a_copy_matches_later_is_the_storys_too(desk: StoryDesk) -> None:
    rival = a_place("1", TEXT.replace("Acme", "Konkurrenz"))
    desk.store(rival, a_place("2", TEXT.replace("Acme", "Konkurrenz") + " Nordwind"))
    Company(desk.table).watches.add(a_watch("nordwind", any=("Nordwind",)))

    desk.store(a_place("2", TEXT.replace("Acme", "Konkurrenz") + " Nordwind"))

    head = desk.of(rival)
    assert head.role is Role.OWN
    assert [event.body["mention"] for event in desk.bus.events] == [head.id]


def test_a_copy_of_a_copy_joins_the_head(desk: StoryDesk) -> None:
    head, other = desk.put(ONE), desk.put(a_place("2", OTHER_TEXT))
    Mentions(desk.table).save(replace(other, story_id=head.id))

    desk.store(a_place("3", OTHER_TEXT))

    assert desk.of(THREE).story_id == head.id


@pytest.mark.parametrize("gone", ["head", "claimant"])
def test_where_the_head_is_gone_a_copy_is_a_head(desk: StoryDesk, gone: str) -> None:
    first = desk.put(ONE)
    if gone == "head":
        Mentions(desk.table).save(replace(first, story_id="m_gone"))
    else:
        desk.table.delete(Key(f"TENANT#{TENANT}", f"mention#{first.id}"))
        desk.clock.advance(hours=1)

    desk.store(TWO)

    assert not desk.of(TWO).story_id


def test_a_chain_that_never_ends_leads_to_no_head(desk: StoryDesk) -> None:
    one, two = desk.put(ONE), desk.put(a_place("2", OTHER_TEXT))
    mentions = Mentions(desk.table)
    mentions.save(replace(one, story_id=two.id))
    mentions.save(replace(two, story_id=one.id))

    assert desk.likes.head_of(desk.of(ONE)) is None
    assert desk.stories.pass_on(desk.of(ONE)) is None


def test_a_head_that_vanishes_while_a_copy_joins_leaves_the_copy_a_card(desk: StoryDesk) -> None:
    first = desk.put(ONE)

    def vanish() -> None:
        Mentions(desk.table).save(replace(first, story_id="m_gone"))

    desk.meddled("put_if_revision mention", vanish).store(TWO)

    assert [card.id for card in desk.cards()] == ids(desk, TWO)


def test_a_head_that_changes_while_a_copy_joins_lists_it_all_the_same(desk: StoryDesk) -> None:
    first = desk.put(ONE)

    desk.meddled("put_if_revision mention", lambda: _acknowledge(desk, first)).store(TWO)

    head = desk.of(ONE)
    assert head.acknowledgement is not None
    assert [copy.mention_id for copy in head.copies] == ids(desk, TWO)


def _acknowledge(desk: StoryDesk, mention: Mention) -> Mention:
    return desk.inbox.acknowledge(TENANT, mention.id, outcome="answered", by="key:anna", version=mention.version)


class _Contended(DictTable):
    """A table in which a mention that stands there is never written again: somebody is always faster."""

    def put_if_revision(self, row: Row, revision: int) -> bool:
        return row.kind != "mention" and super().put_if_revision(row, revision)


def test_a_head_that_always_changes_leaves_the_copy_for_a_repetition() -> None:
    desk = StoryDesk(_Contended())
    desk.put(ONE)

    with pytest.raises(Conflict, match="changed by many"):
        desk.store(TWO)

    assert len(desk.cards()) == 1


def test_heads_that_always_change_stay_two_and_wait(desk: StoryDesk) -> None:
    contended = StoryDesk(_Contended())
    contended.put(ONE)

    settled = contended.stories.settle(contended.put(TWO))

    assert not settled.is_final


def test_a_place_that_another_worker_stored_as_a_head_is_taken_in(desk: StoryDesk) -> None:
    desk.put(ONE)

    def store_unseen() -> None:
        Mentions(desk.table).add(replace(desk.of(ONE), id=_id(TWO), identity=TWO.identity, copies=(), revision=0))

    desk.meddled("put_if_absent mention", store_unseen).store(TWO)

    assert desk.of(TWO).story_id == desk.of(ONE).id
    assert len(desk.cards()) == 1


def _id(item: Item) -> str:
    return StoryDesk().put(item).id


def test_a_head_that_another_worker_stored_meanwhile_is_not_new(desk: StoryDesk) -> None:
    found = desk.meddled("put_if_absent mention", lambda: desk.put(ONE)).store(ONE)

    assert found.new == 0
    assert not desk.bus.events


def test_two_heads_become_one_when_either_looks_round(desk: StoryDesk) -> None:
    first = desk.put(ONE)
    desk.clock.advance(seconds=1)
    second = desk.put(TWO)

    desk.stories.settle(second)

    assert desk.of(TWO).story_id == first.id
    assert [copy.mention_id for copy in desk.of(ONE).copies] == [second.id]
    assert len(desk.cards()) == 1


def edited_copy() -> Item:
    """A copy with names of its own, so that it sees and is seen."""
    return a_place("2", TEXT.replace("Herbst", "Frühjahr").replace("Hitze", "Druck"))


def test_of_two_heads_that_see_each_other_the_earlier_one_stays_whoever_looks(desk: StoryDesk) -> None:
    copy = edited_copy()
    first = desk.put(ONE)
    desk.clock.advance(seconds=1)
    second = desk.put(copy)
    assert desk.likes.sees(first, second)
    assert desk.likes.sees(second, first)

    settled = desk.stories.settle(first)

    assert (settled.mention.id, settled.is_final) == (first.id, True)
    assert desk.of(copy).story_id == first.id


def test_a_head_that_was_told_keeps_its_card_against_an_earlier_one(desk: StoryDesk) -> None:
    copy = edited_copy()
    first = desk.put(ONE)
    desk.clock.advance(seconds=1)
    second = desk.put(copy)
    Tellings(desk.table).begin(TENANT, second.id, NOW)

    desk.stories.settle(first)

    assert desk.of(ONE).story_id == second.id


def test_a_head_that_a_person_touched_keeps_its_card(desk: StoryDesk) -> None:
    desk.put(ONE)
    desk.clock.advance(seconds=1)
    second = _acknowledge(desk, desk.put(edited_copy()))

    desk.stories.settle(desk.of(ONE))

    assert desk.of(ONE).story_id == second.id


def test_two_heads_that_people_touched_stay_two(desk: StoryDesk) -> None:
    _acknowledge(desk, desk.put(ONE))
    _acknowledge(desk, desk.put(edited_copy()))

    settled = desk.stories.settle(desk.of(ONE))

    assert settled.is_final
    assert len(desk.cards()) == 2


def test_a_head_that_takes_in_news_about_us_is_announced(desk: StoryDesk) -> None:
    rival = a_place("1", TEXT.replace("Acme", "Konkurrenz"))
    desk.store(rival)
    desk.clock.advance(seconds=1)
    desk.put(TWO)

    desk.stories.settle(desk.of(TWO))

    assert desk.of(rival).role is Role.OWN
    assert desk.of(rival).id in {todo.subject for todo in desk.todos()}


def test_while_a_like_is_about_to_be_stored_an_alert_waits_for_its_todo(desk: StoryDesk) -> None:
    flying = a_mention_in_flight(desk, TWO)

    desk.store(ONE)
    assert not desk.bus.events

    desk.alert(desk.of(ONE))
    assert not desk.deliveries()
    assert desk.of(ONE).id in {todo.subject for todo in desk.todos()}

    Mentions(desk.table).add(flying)
    desk.alert(desk.of(ONE))
    desk.alert(desk.of(TWO))
    assert len(desk.cards()) == 1
    assert len(desk.deliveries()) == 1


def test_a_worker_that_died_before_it_stored_holds_up_nobody_for_long(desk: StoryDesk) -> None:
    a_mention_in_flight(desk, TWO)
    desk.store(ONE)

    desk.clock.advance(seconds=LEASE.total_seconds())
    desk.alert(desk.of(ONE))

    assert len(desk.deliveries()) == 1


def test_names_of_a_worker_that_died_are_taken_over(desk: StoryDesk) -> None:
    a_mention_in_flight(desk, TWO)
    desk.clock.advance(seconds=LEASE.total_seconds())

    desk.store(ONE)

    assert {key.mention_id for key in desk.claims()} == {desk.of(ONE).id}


def a_mention_in_flight(desk: StoryDesk, item: Item) -> Mention:
    """A mention whose worker has claimed its names and not stored it yet."""
    stored = StoryDesk(clock=desk.clock).put(item)
    desk.claim(item, replace(stored, revision=0))
    return replace(stored, revision=0)


def test_a_repetition_renews_claims_that_others_would_take_for_dead(desk: StoryDesk) -> None:
    a_mention_in_flight(desk, ONE)
    before = {key.revision for key in desk.claims()}
    desk.store(ONE)
    again = {key.revision for key in desk.claims()}
    desk.table.delete(Key(f"TENANT#{TENANT}", f"mention#{desk.of(ONE).id}"))

    desk.clock.advance(minutes=10)
    desk.store(ONE)

    assert (before, again) == ({1}, {1})
    assert {(key.revision, key.at) for key in desk.claims()} == {(2, desk.clock.now())}


def test_a_head_listed_somewhere_before_its_worker_died_joins_there_again(desk: StoryDesk) -> None:
    near, far = desk.put(TWO), desk.put(a_place("3", f"{TEXT} {' '.join(OTHER_TEXT.split()[:6])}"))
    mention = StoryDesk(clock=desk.clock).put(ONE)
    Mentions(desk.table).save(joined(far, mention))

    desk.store(ONE)

    assert desk.of(ONE).story_id == far.id
    assert near.id != far.id


def test_an_alert_about_a_place_lists_it_and_tells_nobody(desk: StoryDesk) -> None:
    head = desk.put(ONE)
    Mentions(desk.table).add(replace(desk.of(ONE), id=_id(TWO), story_id=head.id, revision=0))

    assert desk.alert(desk.of(TWO)) == 0

    assert [copy.mention_id for copy in desk.of(ONE).copies] == ids(desk, TWO)
    assert not desk.todos()


def test_nobody_is_told_of_a_story_again_whose_other_card_was_told(desk: StoryDesk) -> None:
    desk.store(ONE)
    desk.alert_all()
    told = desk.of(ONE)
    desk.clock.advance(seconds=1)
    other = desk.put(a_place("9", OTHER_TEXT))
    Mentions(desk.table).save(joined(other, told))

    assert desk.alert(desk.of(a_place("9", OTHER_TEXT))) == 0

    assert [(delivery.subject, delivery.state) for delivery in desk.deliveries()] == [(told.id, State.PLANNED)]


def test_a_mention_whose_names_are_all_taken_is_compared_by_what_is_kept_of_its_text(desk: StoryDesk) -> None:
    desk.put(ONE)
    desk.clock.advance(seconds=1)
    unseen = replace(desk.of(ONE), id=_id(TWO), identity=TWO.identity, seen_at=desk.clock.now(), revision=0)
    Mentions(desk.table).add(unseen)

    settled = desk.stories.settle(desk.of(TWO))

    assert settled.mention.story_id == desk.of(ONE).id


def test_a_text_that_is_kept_in_part_only_is_like_nothing(desk: StoryDesk) -> None:
    desk.put(ONE)
    unseen = replace(desk.of(ONE), id=_id(TWO), excerpt="zu kurz", revision=0)
    Mentions(desk.table).add(unseen)

    assert not desk.stories.settle(desk.of(TWO)).mention.story_id


def test_the_places_of_a_story_are_listed_with_it(desk: StoryDesk) -> None:
    desk.store(ONE, TWO, a_place("4", OTHER_TEXT), THREE)
    head = desk.of(ONE).id

    listed = desk.inbox.list(TENANT, Filters(story=head), limit=2)
    rest = desk.inbox.list(TENANT, Filters(story=head), limit=2, cursor=listed.cursor)

    assert [each.id for each in (*listed.mentions, *rest.mentions)] == ids(desk, ONE, TWO, THREE)
    assert rest.cursor == ""
    assert [each.id for each in desk.inbox.list(TENANT, Filters(story=head, status=Status.OPEN)).mentions] == [head]


@pytest.mark.parametrize("story", ["place", "nothing"])
def test_what_tells_no_story_has_no_places(desk: StoryDesk, story: str) -> None:
    desk.store(ONE, TWO)
    id_ = desk.of(TWO).id if story == "place" else "m_nothing"

    assert not desk.inbox.list(TENANT, Filters(story=id_)).mentions


def test_a_place_that_is_split_off_between_two_pages_starts_the_list_anew(desk: StoryDesk) -> None:
    desk.store(ONE, TWO, THREE)
    head = desk.of(ONE).id
    listed = desk.inbox.list(TENANT, Filters(story=head), limit=2)
    desk.inbox.split(TENANT, head, desk.of(TWO).id, by="key:anna")

    rest = desk.inbox.list(TENANT, Filters(story=head), cursor=listed.cursor)

    assert [each.id for each in rest.mentions] == ids(desk, ONE, THREE)


def test_places_are_found_by_their_author_too(desk: StoryDesk) -> None:
    author = Author(name="Anna Beispiel")
    desk.store(replace(ONE, author=author), replace(TWO, author=author))

    listed = desk.inbox.list(TENANT, Filters(author=author_key(desk.of(ONE)))).mentions

    assert {each.id for each in listed} == set(ids(desk, ONE, TWO))


def test_an_acknowledgement_of_the_head_closes_the_card_and_one_of_a_place_is_refused(desk: StoryDesk) -> None:
    desk.store(ONE, TWO)
    head, place = desk.of(ONE), desk.of(TWO)

    with pytest.raises(Conflict, match=head.id):
        _acknowledge(desk, place)
    _acknowledge(desk, head)

    assert not desk.inbox.list(TENANT, Filters(status=Status.OPEN)).mentions


def test_a_copy_from_another_source_joins_all_the_same(desk: StoryDesk) -> None:
    desk.store(ONE)
    desk.store(TWO, source=a_source(id="s_other"))

    assert desk.of(TWO).story_id == desk.of(ONE).id
    assert (desk.of(ONE).source_id, desk.of(TWO).source_id) == (SOURCE, "s_other")


def test_a_mention_from_before_there_were_stories_is_settled_as_it_is(desk: StoryDesk) -> None:
    desk.put(ONE)
    old = replace(desk.of(ONE), story_keys=())

    assert Stories(desk.table, desk.clock).settle_to_tell(old).mention is old
    assert not Tellings(desk.table).has_begun(TENANT, old.id)


def test_a_mention_of_which_too_little_is_kept_claims_no_names(desk: StoryDesk) -> None:
    mention = replace(desk.put(ONE), id=_id(TWO), excerpt="zu kurz")
    before = desk.claims()

    desk.likes.claim_again(mention)

    assert desk.claims() == before


def test_what_a_colleague_passes_on_has_no_story_and_asks_nothing(desk: StoryDesk) -> None:
    company = Company(desk.table)
    company.tenants.become(a_tenant(noise=Noise(voices=("Kim Kollegin",))))
    by_colleague = replace(ONE, author=Author(name="Kim Kollegin"))

    desk.store(by_colleague, TWO)

    said = desk.of(by_colleague)
    assert (said.is_own_voice, said.status, said.copies) == (True, Status.DONE, ())
    assert not desk.of(TWO).story_id
    assert [event.body["mention"] for event in desk.bus.events] == ids(desk, TWO)
    assert said.id not in {todo.subject for todo in desk.todos()}
