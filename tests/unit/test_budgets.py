"""What DynamoDB charges stays within the budgets of the design."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import (
    SOURCE,
    TENANT,
    a_contact,
    a_mention,
    a_page,
    a_response,
    a_schedule,
    a_source,
    a_subscription,
    a_tenant,
    a_verdict,
    a_watch,
    an_item,
)
from earshot.adapters.memory import DictTable
from earshot.domain.item import Author, Engagement, Item
from earshot.domain.mention import Status, mention_id
from earshot.domain.messages import Envelope
from earshot.domain.place import Keeping
from earshot.domain.story import MAX_COPIES, STEP
from earshot.matching.likeness import CLAIMED
from earshot.ports.table import Key, Row
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector
from earshot.services.delivering import Deliverer
from earshot.services.fetching import Fetcher
from earshot.services.inbox import Inbox
from earshot.services.keeping import Keeper
from earshot.services.listing import Filters
from earshot.services.planning import Planner
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.due import due_rechecks
from earshot.store.listening import Listening
from earshot.store.mentions import Mentions
from fakes import CANNED, NOW, CannedConnector, CannedHttp, FixedClock, RecordingBus, RecordingNotifier, by_mail
from fakes import WordClassifier as Classifier
from metering import MeteredTable, size_of, write_units


def a_large_item(name: str = "1", source_kind: str = "hackernews", **changes: Any) -> Item:
    """An item whose mention has just under three kilobytes; from a place whose texts stand there only."""
    item = an_item(
        name,
        source_kind=source_kind,
        title="Acme " + "ü" * 100,
        text="Acme ist schlecht. " + " ".join(f"Wort {i}" for i in range(110)),
        author=Author(name="Anna Beispiel", id="4711", handle="@anna", url="https://forum.example/u/anna"),
        engagement=Engagement(likes=12, reposts=3, replies=4, views=1000),
        root_id=f"root-{name}",
        thread_url="https://forum.example/t/1",
        place="Ein Forum mit einem langen Namen",
    )
    return replace(item, **changes)


class MeteredPost:
    """The whole alert path over a metered table, for a tenant with some contacts."""

    def __init__(self, contacts: int = 1) -> None:
        self.table = MeteredTable(DictTable())
        self.meter = self.table.meter
        self.clock = FixedClock()
        self.bus = RecordingBus()
        self.http = CannedHttp()
        self.connector = CannedConnector(pages={"one": a_page(a_large_item()), "none": a_page()})
        collector = Collector(self.table, self.bus, Classifier(), self.clock)
        self.fetcher = Fetcher(self.table, self.http, {"canned": self.connector}, collector, self.clock)
        company = Company(self.table)
        company.tenants.add(a_tenant())
        company.watches.add(a_watch())
        for i in range(contacts):
            company.contacts.add(a_contact(f"person{i}"))
        Listening(self.table).sources.add(a_source())
        Listening(self.table).schedules.add(a_schedule())
        Listening(self.table).hear(a_subscription())

    def read(self, answer: str, status: int = 200) -> None:
        source = self.fetcher.source(SOURCE)
        assert source is not None
        self.http.answers[source.locator] = a_response(answer, status)
        self.fetcher.take(source, self.fetcher.ask(source), correlation_id="c")

    def store(self, *items: Item) -> None:
        self.fetcher._collector.store(a_page(*items), a_source(), [a_subscription()], correlation_id="c")

    def row(self, item: Item) -> Row:
        found = self.table.get(keys.of_tenant(TENANT, "mention", mention_id(TENANT, item.identity)))
        assert found is not None
        return found

    def alert(self) -> list[Envelope]:
        """Handles what collect announced, and returns what alert announced."""
        stored = list(self.bus.events)
        self.bus.events.clear()
        for event in stored:
            Alerter(self.table, self.bus, self.clock).handle(event)
        return list(self.bus.events)

    def deliver(self, events: list[Envelope]) -> RecordingNotifier:
        notifier = RecordingNotifier(self.clock)
        deliverer = Deliverer(
            self.table, self.clock, by_mail(notifier), secret=b"s", base_url="https://earshot.example"
        )
        for event in events:
            deliverer.handle(event)
        return notifier


@pytest.mark.parametrize(("answer", "status"), [("one", 200), ("", 304)], ids=["same entries", "not modified"])
def test_an_unchanged_poll_writes_nothing_in_collect(answer: str, status: int) -> None:
    company = MeteredPost()
    company.read("one")

    with company.meter.fresh() as meter:
        company.read(answer, status)

    assert (meter.units, meter.writes) == (0, 0)


def test_an_unchanged_poll_costs_three_units_in_plan() -> None:
    company = MeteredPost()

    with company.meter.fresh() as meter:
        planned = Planner(company.table, company.bus).tick(NOW)

    assert planned.sources == 1
    assert meter.units <= 3, meter.bills


def test_a_new_mention_of_three_kilobytes_costs_eleven_units() -> None:
    company = MeteredPost()
    mention = a_mention(item=a_large_item())

    with company.meter.fresh() as meter:
        company.fetcher._collector.store(a_page(a_large_item()), a_source(), [a_subscription()], correlation_id="c")

    row = company.table.get(Mentions(company.table)._all.key(mention))
    assert row is not None
    assert 2048 < size_of(row) <= 3072
    assert meter.units <= 11, meter.bills


def test_a_new_mention_that_is_looked_at_again_costs_thirteen_units() -> None:
    company = MeteredPost()
    place = replace(CANNED, keeping=Keeping(max_age=timedelta(days=30)))
    keeper = Keeper(company.table, {"canned": CannedConnector(place=place)}, company.clock)
    collector = Collector(company.table, company.bus, Classifier(), company.clock, keeper=keeper)
    item = a_large_item(source_kind="canned")

    with company.meter.fresh() as meter:
        collector.store(a_page(item), a_source(), [a_subscription()], correlation_id="c")

    assert len(list(due_rechecks(company.table, NOW + timedelta(days=30)))) == 1
    assert meter.units <= 13, meter.bills


def test_a_new_mention_that_may_tell_a_story_costs_fifteen_units() -> None:
    company = MeteredPost()
    item = a_large_item(source_kind="feed")

    with company.meter.fresh() as meter:
        company.store(item)

    assert 2048 < size_of(company.row(item)) <= 3072
    assert sum("storykey" in bill for bill in meter.bills) == CLAIMED
    assert meter.units <= 15, meter.bills


def test_a_further_place_of_a_story_costs_fifteen_units() -> None:
    company = MeteredPost()
    head, place = a_large_item("1", "feed"), a_large_item("2", "feed", title="Acme", place="Ein anderes Forum")
    company.store(head)

    with company.meter.fresh() as meter:
        company.store(place)

    assert "copies" in str(company.row(head).body)
    assert company.row(place).inbox is None
    assert meter.units <= 15, meter.bills


def test_a_place_costs_more_with_each_one_listed_and_five_units_beyond_but_for_one_in_ten() -> None:
    company, costs = MeteredPost(), []
    for number in range(151):
        with company.meter.fresh() as meter:
            company.store(a_large_item(f"{number}", "feed", title="Acme", place="Ein anderes Forum"))
        costs.append(meter.units)

    beyond = costs[MAX_COPIES + 1 :]
    assert (costs[30] <= 23, costs[MAX_COPIES] <= 31, costs[61], max(beyond) <= 31) == (True, True, 5, True), costs
    assert sum(cost > 5 for cost in beyond) <= 2 * len(beyond) / STEP


@pytest.mark.parametrize("title", ["Acme", "Acme anders"], ids=["unchanged", "changed"])
def test_a_place_that_is_known_costs_nothing_but_its_edit(title: str) -> None:
    company = MeteredPost()
    head, place = a_large_item("1", "feed"), a_large_item("2", "feed", title="Acme")
    company.store(head, place)

    with company.meter.fresh() as meter:
        company.store(head, replace(place, title=title))

    assert meter.writes == (title != "Acme")
    assert meter.units <= 3 * (title != "Acme"), meter.bills


def test_alerting_a_mention_that_may_tell_a_story_costs_four_units_and_ten_for_each_delivery() -> None:
    company = MeteredPost()
    company.store(a_large_item(source_kind="feed"))

    with company.meter.fresh() as meter:
        company.deliver(company.alert())

    assert meter.units <= 4 + 10, meter.bills


def test_a_page_of_stories_reads_one_row_more_than_it_shows() -> None:
    company = MeteredPost()
    company.store(*(a_large_item(str(i), "feed") for i in range(5)))
    for i in range(10):
        Mentions(company.table).add(a_mention(f"lone{i}"))

    with company.meter.fresh() as meter:
        page = Inbox(company.table, company.clock).list(TENANT, Filters(), limit=7)

    assert len(page.mentions) == 7
    assert any(mention.copies for mention in page.mentions)
    assert meter.rows_read <= 8


@pytest.mark.parametrize("contacts", [0, 1, 3])
def test_alerting_costs_four_units_and_ten_for_each_delivery(contacts: int) -> None:
    company = MeteredPost(contacts)
    company.read("one")

    with company.meter.fresh() as meter:
        notifier = company.deliver(company.alert())

    assert len(notifier.told) == contacts
    assert meter.units <= 4 + 10 * contacts, meter.bills


def test_a_held_delivery_told_by_a_summary_costs_no_more() -> None:
    company = MeteredPost()
    items = [a_large_item(str(i)) for i in range(9)]
    company.fetcher._collector.store(a_page(*items), a_source(), [a_subscription()], correlation_id="c")

    with company.meter.fresh() as meter:
        notifier = company.deliver(company.alert())

    assert sum(len(told.mentions) for told in notifier.told) == 9
    assert meter.units <= (4 + 10) * 9, meter.bills


def test_an_acknowledgement_is_one_write_of_nine_units() -> None:
    company = MeteredPost()
    mention = a_mention(item=a_large_item())
    Mentions(company.table).add(mention)

    with company.meter.fresh() as meter:
        Inbox(company.table, company.clock).acknowledge(
            TENANT, mention.id, outcome="thanked", by="contact:c_anna", version=1
        )

    assert meter.writes == 1
    assert meter.units <= 9, meter.bills


@pytest.mark.parametrize("status", [None, Status.OPEN, Status.DONE])
def test_a_plain_page_reads_one_row_more_than_it_shows(status: Status | None) -> None:
    company = MeteredPost()
    for i in range(30):
        is_open = i % 3 == 0
        mention = a_mention(str(i), seen_at=NOW + timedelta(minutes=i), status=Status.OPEN if is_open else Status.DONE)
        Mentions(company.table).add(mention)
    inbox = Inbox(company.table, company.clock)

    cursor = ""
    while True:
        with company.meter.fresh() as meter:
            page = inbox.list(TENANT, Filters(status=status), cursor=cursor, limit=7)
        assert meter.rows_read <= 8
        cursor = page.cursor
        if not cursor:
            break


def test_a_filtered_page_reads_a_thousand_rows_at_most() -> None:
    company = MeteredPost()
    verdict = a_verdict()
    for i in range(1050):
        Mentions(company.table).add(a_mention(f"{i}", verdict=verdict))

    with company.meter.fresh() as meter:
        Inbox(company.table, company.clock).list(TENANT, Filters(q="nowhere"))

    assert meter.rows_read <= 1000


def a_row(text: str = "", **changes: object) -> Row:
    return replace(Row(key=Key("P", "s"), kind="thing", body={"text": text}), **changes)  # type: ignore[arg-type]


def test_the_meter_charges_as_dynamodb_does() -> None:
    table = MeteredTable(DictTable())
    small, large = a_row(inbox=Key("I", "1")), a_row("x" * 1500, inbox=Key("I", "2"))

    table.put_if_absent(small)
    table.put_if_absent(small)
    table.put_if_revision(a_row("y", inbox=Key("I", "1")), 1)
    table.put_if_revision(large, 2)
    table.put_if_revision(large, 2)
    table.delete(large.key)
    table.delete(large.key)

    assert [bill.rpartition(" ")[2] for bill in table.meter.bills] == ["2", "1", "2", "5", "2", "4", "1"]
    assert (write_units(large), table.meter.units, table.meter.writes) == (2, 17, 7)
