"""What a place has deleted loses its text and its author here, for everybody, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import SOURCE, TENANT, a_match, a_mention, a_source, a_subscription, a_verdict, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict
from earshot.domain.item import Author
from earshot.domain.joining import following, listed
from earshot.domain.mention import Mention, Status, edited, matched_more, owes
from earshot.domain.source import Source
from earshot.domain.vanishing import vanished, without_author
from earshot.domain.watch import Role, Span
from earshot.ports.table import Row
from earshot.services.vanishing import Vanishing
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from fakes import NOW, FixedClock

LATER = NOW + timedelta(hours=1)
ANNA = Author(name="Anna Beispiel", id="4711", handle="@anna", url="https://forum.example/u/anna", followers=7)


def a_told_mention(name: str = "1", **changes: object) -> Mention:
    match = replace(a_match(), spans=(Span(field="text", start=0, end=4, term="Acme"),))
    verdict = a_verdict(reasons=("schlecht",), urgency_reasons=("law: Anwalt",))
    mention = a_mention(name, item=an_item(name, title="Acme!", author=ANNA))
    return replace(mention, matches=(match,), verdict=verdict, **changes)


class Desk:
    """Two companies listen to a source, one of them with a pause."""

    def __init__(self, table: DictTable | None = None) -> None:
        self.table = table or DictTable()
        self.mentions = Mentions(self.table)
        self.vanishing = Vanishing(self.table, FixedClock(LATER))
        for tenant, paused in ((TENANT, False), ("t_other", True)):
            Listening(self.table).hear(a_subscription(tenant=tenant, paused=paused))

    def forget(self, *mentions: Mention, source: Source | None = None) -> int:
        identities = [each.identity for each in mentions]
        return self.vanishing.forget(source or a_source(), identities, correlation_id="c")

    def stored(self, mention: Mention) -> Mention:
        return self.mentions.get(mention.tenant, mention.id)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_nothing_of_text_and_author_is_left_and_nothing_owed() -> None:
    mention = a_told_mention()

    gone = vanished(mention, LATER)

    left = repr(replace(gone, id="", identity="", url=""))
    assert not any(word in left for word in ("schlecht", "Acme", "anna", "Anna", "4711", "Anwalt"))
    assert (gone.status, gone.gone_at, gone.history[-1].what) == (Status.DONE, LATER, "gone")
    assert (gone.url, gone.verdict.probabilities) == (mention.url, mention.verdict.probabilities)
    assert (owes(gone), gone.is_own_news) == (False, False)


def test_vanishing_twice_is_vanishing_once() -> None:
    gone = vanished(a_told_mention(), NOW)

    assert vanished(gone, LATER) is gone


def test_a_new_watch_does_not_open_what_is_gone() -> None:
    gone = vanished(a_told_mention(), NOW)

    assert matched_more(gone, (a_match(Role.PRODUCT, "w_more"),), is_history=False).status is Status.DONE
    assert edited(gone, an_item(), matches=gone.matches, verdict=a_verdict(), now=NOW).status is Status.DONE


def test_everybody_who_listens_forgets_also_during_a_pause(desk: Desk) -> None:
    ours, theirs = a_told_mention(), a_told_mention(tenant="t_other")
    desk.mentions.add(ours)
    desk.mentions.add(replace(theirs, id=a_mention("1", tenant="t_other").id))

    assert desk.forget(ours) == 2
    assert desk.stored(ours).gone_at == desk.mentions.get("t_other", a_mention("1", tenant="t_other").id).gone_at


def test_what_is_not_there_or_gone_already_is_left_alone(desk: Desk) -> None:
    ours = a_told_mention()
    desk.mentions.add(ours)
    desk.forget(ours)
    before = desk.stored(ours)

    assert desk.forget(ours, a_told_mention("2")) == 0
    assert desk.forget() == 0
    assert desk.stored(ours) == before


def test_another_post_stays_as_it_is(desk: Desk) -> None:
    ours, other = a_told_mention(), a_told_mention("2")
    desk.mentions.add(ours)
    desk.mentions.add(other)

    desk.forget(ours)

    assert desk.stored(other) == replace(other, revision=1)


def test_the_head_of_a_story_does_not_name_the_author_any_more(desk: Desk) -> None:
    head, place = a_told_mention("head"), a_told_mention("place")
    desk.mentions.add(listed(head, place))
    desk.mentions.add(following(place, head.id))

    desk.forget(place)

    (copy,) = desk.stored(head).copies
    assert (copy.mention_id, copy.author) == (place.id, "")
    assert desk.stored(head).excerpt == head.excerpt
    assert without_author(desk.stored(head), place.id) == desk.stored(head)


def test_a_place_whose_head_is_gone_from_the_table_vanishes_all_the_same(desk: Desk) -> None:
    place = following(a_told_mention(), "m_nowhere")
    desk.mentions.add(place)

    assert desk.forget(place) == 1
    assert desk.stored(place).excerpt == ""


def test_a_crash_between_head_and_place_is_made_good_by_the_next_time(desk: Desk) -> None:
    head, place = a_told_mention("head"), a_told_mention("place")
    desk.mentions.add(without_author(listed(head, place), place.id))
    desk.mentions.add(following(place, head.id))

    assert desk.forget(place) == 1
    assert desk.stored(place).gone_at == LATER


class Contended(DictTable):
    """Somebody else writes a mention right before each of the next writes of one."""

    rivals = 0

    def put_if_revision(self, row: Row, revision: int) -> bool:
        if self.rivals and row.kind == "mention":
            self.rivals -= 1
            before = self.get(row.key)
            assert before is not None
            super().put_if_revision(before, before.revision)
        return super().put_if_revision(row, revision)


@pytest.mark.parametrize(("rivals", "is_done"), [(2, True), (100, False)])
def test_whoever_is_slower_tries_again_some_times(rivals: int, is_done: bool) -> None:
    table = Contended()
    desk, ours = Desk(table), a_told_mention()
    desk.mentions.add(ours)
    table.rivals = rivals

    if is_done:
        assert desk.forget(ours) == 1
    else:
        with pytest.raises(Conflict):
            desk.forget(ours)


@pytest.mark.parametrize(
    ("identity", "source", "is_done"),
    [
        ("tube:7", a_source(kind="lemmy", id="s_other"), False),
        ("tube:7", a_source(kind="feed", id="s_other"), True),
        ("url1:https://news.example/a", a_source(kind="lemmy", id="s_other"), False),
        ("url1:https://news.example/a", a_source(kind="feed", id="s_other"), False),
        ("url1:https://news.example/a", a_source(), True),
    ],
    ids=["other kind", "same kind", "address, other kind", "address, other source", "address, same source"],
)
def test_a_place_empties_only_what_it_can_speak_for(identity: str, source: Source, is_done: bool) -> None:
    desk = Desk()
    Listening(desk.table).hear(a_subscription("s_other"))
    item = replace(an_item("1", text="Acme!"), identity=identity)
    ours = a_mention(item=item)
    desk.mentions.add(ours)

    assert desk.forget(ours, source=source) == int(is_done)
    assert desk.stored(ours).excerpt == ("" if is_done else "Acme!")


def test_a_source_without_listeners_has_nothing_to_forget() -> None:
    assert Vanishing(DictTable(), FixedClock()).forget(a_source(id=SOURCE), ["x"], correlation_id="c") == 0
