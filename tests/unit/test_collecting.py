"""Collect stores what matched, once, and tells of the new ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import (
    SOURCE,
    TENANT,
    a_mention,
    a_page,
    a_source,
    a_subscription,
    a_watch,
    an_acknowledgement,
    an_item,
)
from earshot.adapters.memory import DictTable
from earshot.domain.item import Author, Item
from earshot.domain.mention import Mention, Status, mention_id
from earshot.domain.source import Source, Subscription
from earshot.domain.todo import LEASE, Purpose, Todo
from earshot.domain.verdict import Kind
from earshot.domain.watch import Role
from earshot.ports.table import Row
from earshot.services.collecting import Collector, Found
from earshot.store.company import Company
from earshot.store.due import all_todos
from earshot.store.mentions import RETENTION, Mentions
from fakes import NOW, FixedClock, RecordingBus, WordClassifier


class Desk:
    """A collector over a table in memory, with one watch for Acme."""

    def __init__(self, table: DictTable | None = None) -> None:
        self.table = table or DictTable()
        self.bus = RecordingBus()
        self.clock = FixedClock()
        self.collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        Company(self.table).watches.add(a_watch())

    def store(self, *items: Item, source: Source | None = None, subscription: Subscription | None = None) -> Found:
        listeners = [subscription or a_subscription()]
        return self.collector.store(a_page(*items), source or a_source(), listeners, correlation_id="c")

    def mention(self, item: Item, tenant: str = TENANT) -> Mention:
        return Mentions(self.table).get(tenant, mention_id(tenant, item.identity))

    def todos(self) -> list[Todo]:
        return list(all_todos(self.table))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_new_mention_is_stored_told_of_and_remembered_until_somebody_was(desk: Desk) -> None:
    item = an_item()

    assert desk.store(item) == Found(items=1, new=1)

    id_ = desk.mention(item).id
    assert [event.body for event in desk.bus.events] == [{"tenant": TENANT, "mention": id_}]
    assert [(todo.purpose, todo.subject, todo.due_at) for todo in desk.todos()] == [(Purpose.ALERT, id_, NOW + LEASE)]


def test_what_does_not_match_is_not_stored(desk: Desk) -> None:
    assert desk.store(an_item(text="nobody we know")) == Found(items=1)


def test_storing_the_same_page_again_stores_and_tells_nothing(desk: Desk) -> None:
    desk.store(an_item())

    assert desk.store(an_item()) == Found(items=1)

    assert len(desk.bus.events) == 1


def test_a_mention_that_another_source_showed_first_is_not_told_twice(desk: Desk) -> None:
    desk.store(an_item())

    found = desk.store(an_item(text="Acme, copied"), source=a_source(id="s_other"))

    assert (found, len(desk.bus.events)) == (Found(items=1), 1)
    assert desk.mention(an_item()).excerpt == an_item().text


def test_losing_the_race_for_a_mention_is_not_news() -> None:
    class Late(DictTable):
        def put_if_absent(self, row: Row) -> bool:
            return row.kind != "mention" and super().put_if_absent(row)

    desk = Desk(Late())

    assert desk.store(an_item()) == Found(items=1)
    assert desk.bus.events == []


def test_an_edit_by_the_source_that_showed_it_changes_text_and_verdict(desk: Desk) -> None:
    item = an_item(text="Acme ist toll")
    desk.store(item)

    found = desk.store(replace(item, text="Acme ist doch schlecht"))

    assert found == Found(items=1, edited=1)
    assert (desk.mention(item).kind, desk.mention(item).excerpt) == (Kind.CRITICISM, "Acme ist doch schlecht")


def test_an_edit_while_a_person_acknowledges_waits_for_the_next_fetch(desk: Desk) -> None:
    class Contended(DictTable):
        def put_if_revision(self, row: Row, revision: int) -> bool:
            return row.kind != "mention" and super().put_if_revision(row, revision)

    desk = Desk(Contended())
    desk.store(an_item())

    assert desk.store(an_item(text="Acme, edited")) == Found(items=1)
    assert desk.mention(an_item()).excerpt == an_item().text


def test_an_edit_keeps_an_acknowledgement(desk: Desk) -> None:
    desk.store(an_item())
    stored = desk.mention(an_item())
    Mentions(desk.table).save(replace(stored, acknowledgement=an_acknowledgement(), status=Status.DONE))

    desk.store(an_item(text="Acme ist sehr schlecht"))

    assert desk.mention(an_item()).status is Status.DONE


def test_what_cannot_be_classified_is_stored_as_unclassified(desk: Desk) -> None:
    item = an_item(text="Acme???")

    desk.store(item)

    assert (desk.mention(item).kind, desk.mention(item).verdict.backend) == (Kind.UNCLASSIFIED, "none")


def test_new_mentions_without_a_verdict_are_counted_once(desk: Desk) -> None:
    items = [an_item("1", text="Acme???"), an_item("2", text="Acme???!"), an_item("3"), an_item("4", text="nichts???")]

    found = [desk.store(*items), desk.store(*items), desk.store(replace(items[2], text="Acme ist???"))]

    assert [(each.new, each.edited, each.unjudged) for each in found] == [(3, 0, 2), (0, 0, 0), (0, 1, 0)]


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [("Acme ist schlecht", "ohne Worte", Kind.CRITICISM), ("Acme", "Acme ist toll", Kind.PRAISE)],
)
def test_title_and_text_are_judged_together(desk: Desk, title: str, text: str, kind: Kind) -> None:
    item = an_item(title=title, text=text)

    desk.store(item)

    assert desk.mention(item).kind is kind


def test_news_about_others_is_stored_but_nobody_is_told(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("rival", any=("Konkurrenz",), role=Role.COMPETITOR))

    assert desk.store(an_item(text="Konkurrenz ist schlecht")).new == 1

    assert (desk.bus.events, desk.todos()) == ([], [])


@pytest.mark.parametrize(
    ("published_at", "is_history"),
    [(NOW - timedelta(days=2), True), (NOW - timedelta(hours=23), False), (None, False)],
    ids=["before the watch", "after it", "undated"],
)
def test_what_was_posted_before_we_listened_is_history(desk: Desk, published_at: object, is_history: bool) -> None:
    item = an_item(published_at=published_at)

    desk.store(item, source=a_source(read_at=NOW - timedelta(hours=1)))

    assert desk.mention(item).is_history is is_history
    assert len(desk.todos()) == (0 if is_history else 1)


@pytest.mark.parametrize(
    ("subscription", "source"),
    [
        (a_subscription(fetched=False), a_source(read_at=NOW)),
        (a_subscription(), a_source(read_at=None)),
        (a_subscription(), a_source(read_at=NOW - timedelta(days=2))),
    ],
    ids=["first fetch of a subscription", "first news of a source", "first look of a watch"],
)
def test_undated_items_that_stood_there_before_us_are_history(
    desk: Desk, subscription: Subscription, source: Source
) -> None:
    item = an_item(published_at=None)

    desk.store(item, source=source, subscription=subscription)

    assert desk.mention(item).is_history


def test_news_to_one_of_its_watches_is_news(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("early", since=NOW - timedelta(days=9)))
    item = an_item(published_at=NOW - timedelta(days=2))

    desk.store(item)

    assert not desk.mention(item).is_history


def test_a_subscription_to_named_watches_hears_only_those(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("rival", any=("Konkurrenz",)))

    found = desk.store(an_item("1"), an_item("2", text="Konkurrenz"), subscription=a_subscription(watches=("w_rival",)))

    assert found == Found(items=2, new=1)
    assert [match.watch_id for match in desk.mention(an_item("2")).matches] == ["w_rival"]


def test_each_tenant_that_listens_gets_its_own_mention(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch(tenant="t_other"))
    listeners = [a_subscription(), a_subscription(tenant="t_other")]

    found = desk.collector.store(a_page(an_item()), a_source(), listeners, correlation_id="c")

    assert found == Found(items=1, new=2)
    assert desk.mention(an_item(), "t_other").tenant == "t_other"


def test_a_watch_that_was_changed_is_used_from_the_next_page_on(desk: Desk) -> None:
    desk.store(an_item("1"))
    watches = Company(desk.table).watches
    watches.update(watches.key(a_watch()), lambda watch: replace(watch, terms=a_watch(any=("Bolt",)).terms))

    found = desk.store(an_item("2"), an_item("3", text="Bolt"))

    assert found.new == 1


def test_an_item_listed_twice_on_a_page_is_one_mention(desk: Desk) -> None:
    assert desk.store(an_item(), an_item()).new == 1


def test_a_mention_is_found_by_its_author_even_after_a_race_left_a_second_link() -> None:
    table = DictTable()
    item = an_item(published_at=None, author=Author(name="Anna"))
    for seen_at in (NOW, NOW + timedelta(minutes=1)):
        Mentions(table).add(a_mention(item=item, seen_at=seen_at))
    rows = table.query(f"TENANT#{TENANT}", prefix="link#author#").rows
    author = rows[0].key.sk.split("#")[2]

    page = Mentions(table).by_author(TENANT, author, after=None, limit=10)

    assert len(rows) == 2
    assert [mention.seen_at for mention in page.mentions] == [NOW]


def test_a_link_without_its_mention_is_skipped() -> None:
    table = DictTable()
    mention = a_mention(item=an_item(author=Author(id="7"), root_id="r"))
    Mentions(table).add(mention)
    rows = table.query(f"TENANT#{TENANT}", prefix="link#").rows
    author = next(row.key.sk.split("#")[2] for row in rows if "#author#" in row.key.sk)
    table.delete(Mentions(table)._all.key(mention))

    assert {row.key.sk.split("#")[1] for row in rows} == {"author", "thread"}
    assert Mentions(table).by_author(TENANT, author, after=None, limit=10).mentions == ()


def test_a_mention_keeps_where_it_was_seen(desk: Desk) -> None:
    desk.store(an_item(place="A forum"))

    mention = desk.mention(an_item())
    assert (mention.source_id, mention.place, mention.seen_at) == (SOURCE, "A forum", NOW)


def test_a_later_watch_of_our_own_makes_an_old_find_ours_and_tells_us(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("rival", any=("Konkurrenz",), role=Role.COMPETITOR))
    item = an_item(title="", text="Konkurrenz und Beispiel sind schlecht")
    desk.store(item)
    Company(desk.table).watches.add(a_watch("later", any=("Beispiel",), role=Role.OWN, since=NOW - timedelta(days=9)))

    desk.store(item)

    mention = desk.mention(item)
    assert {match.watch_id for match in mention.matches} == {"w_rival", "w_later"}
    assert (mention.role, mention.status) == (Role.OWN, Status.OPEN)
    assert [event.body["mention"] for event in desk.bus.events] == [mention.id]


def test_an_edit_that_turns_to_us_tells_us(desk: Desk) -> None:
    Company(desk.table).watches.add(a_watch("rival", any=("Konkurrenz",), role=Role.COMPETITOR))
    desk.store(an_item(title="", text="Konkurrenz ist schlecht"))
    after = an_item(title="", text="Konkurrenz ist schlecht, und Acme ist auch schlecht")

    desk.store(after)

    mention = desk.mention(after)
    assert (mention.role, mention.status) == (Role.OWN, Status.OPEN)
    assert [event.body["mention"] for event in desk.bus.events] == [mention.id]


def test_what_is_older_than_we_keep_is_not_stored(desk: Desk) -> None:
    item = an_item(published_at=NOW - RETENTION - timedelta(days=1))

    assert desk.store(item).new == 0


def test_an_undated_item_of_a_feed_that_was_empty_is_news(desk: Desk) -> None:
    item = an_item(published_at=None)

    desk.store(item, source=a_source(last_news_at=None, read_at=NOW - timedelta(hours=1)))

    assert not desk.mention(item).is_history


def test_what_was_stored_as_a_page_before_its_platform_had_a_connector_is_not_new(desk: Desk) -> None:
    url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    as_page = an_item("1", identity="url1:https://youtube.com/watch?v=dQw4w9WgXcQ", url=url, text="Acme")
    as_video = replace(as_page, identity="youtube:dQw4w9WgXcQ", native_id="dQw4w9WgXcQ", source_kind="youtube")
    desk.store(as_page)

    found = desk.store(as_video, source=a_source(id="s_tube", kind="youtube"))

    assert found.new == 0
    assert desk.mention(as_page).source_id == SOURCE


def test_reviews_that_share_their_address_are_told_apart(desk: Desk) -> None:
    url = "https://apps.apple.com/de/app/id1"
    reviews = [an_item(str(n), identity=f"appstore:{n}", url=url, source_kind="appstore", text="Acme") for n in (1, 2)]

    assert desk.store(*reviews).new == 2
