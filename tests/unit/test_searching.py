"""Whatever is watched for is searched for by itself, and a crash at any write is healed by doing it again."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_tenant, a_watch
from earshot.adapters.memory import DictTable
from earshot.domain.credential import NO_CREDENTIAL, Credential
from earshot.domain.errors import Invalid
from earshot.domain.place import Search
from earshot.domain.source import Source
from earshot.domain.watch import Watch
from earshot.ports.http import Request
from earshot.ports.table import Key, Row, Table
from earshot.services.credentials import Credentials
from earshot.services.inputs import SourceInput, TermsInput, WatchInput
from earshot.services.searching import Searching, phrases
from earshot.services.sourcing import Sourcing
from earshot.services.watching import Watching
from earshot.sources.searches import MOST_QUERIES, scope_of, search_locator
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.listening import Listening
from fakes import CANNED, CannedConnector, DictSecrets, FixedClock
from simulation.faults import Crash, CrashingTable, Fuse
from simulation.faults import Schedule as Faults


class SearchConnector(CannedConnector):
    """Searches two editions for up to two phrases at once."""

    def locator(self, text: str) -> str:
        return search_locator(text, ("de", "en"))

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        return Request(url=f"https://{scope_of(source.locator)}.example/")


class StreamConnector(CannedConnector):
    """One stream for everybody."""

    def locator(self, text: str) -> str:
        return "all"

    def request(self, source: Source, credential: Credential = NO_CREDENTIAL) -> Request:
        return Request(url="https://stream.example/")


SEARCH = replace(CANNED, search=Search(max_chars=100, max_words=2, scopes=("de", "en")))


class CountingTable(DictTable):
    """Remembers which rows were read alone, and that something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def get(self, key: Key) -> Row | None:
        self.calls.append("get")
        return super().get(key)

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self.calls.append("put_if_revision")
        return super().put_if_revision(row, revision)


class Desk:
    """A tenant with watches, a stream, a search, one that needs a key, one that is off, and one by address."""

    def __init__(self, table: Table | None = None) -> None:
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.connectors = {
            "stream": StreamConnector(kind="stream", place=replace(CANNED, streams=("all",))),
            "news": SearchConnector(kind="news", place=SEARCH),
            "keyed": SearchConnector(kind="keyed", place=replace(SEARCH, public=False, needs=("key",))),
            "asleep": SearchConnector(kind="asleep", place=replace(SEARCH, is_off=True)),
            "canned": CannedConnector(),
        }
        self.secrets = DictSecrets()
        self.credentials = Credentials(self.secrets, self.clock)
        self.sourcing = Sourcing(self.table, self.connectors, lambda _: None, self.clock)
        self.searching = Searching(self.table, self.connectors, self.sourcing, self.credentials)
        self.watching = Watching(self.table, self.clock, self.searching.follow)
        self.company = Company(self.table)
        self.listening = Listening(self.table)

    def watch(self, name: str, *words: str) -> None:
        self.clock.advance(seconds=1)
        self.watching.put(TENANT, WatchInput(name=name, terms=TermsInput(any=list(words or (name,)))))

    @property
    def heard(self) -> dict[str, tuple[str, ...]]:
        """The words of each source, by kind and locator."""
        return {f"{it.source.kind} {it.source.locator}": it.source.words for it in self.sourcing.all(TENANT)}

    def of(self, name: str) -> Source:
        return next(it.source for it in self.sourcing.all(TENANT) if f"{it.source.kind} {it.source.locator}" == name)

    def id(self, name: str) -> str:
        return self.of(name).id


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.company.tenants.become(a_tenant())
    return desk


def test_the_first_watch_is_heard_wherever_nobody_need_choose(desk: Desk) -> None:
    assert desk.heard == {}

    desk.watch("Acme")

    assert desk.heard == {"stream all": (), "news de#1": ("Acme",), "news en#1": ("Acme",)}
    assert all(it.subscription.automatic and it.schedule for it in desk.sourcing.all(TENANT))
    assert desk.of("stream all").owner == ""
    assert desk.of("news de#1").owner == TENANT


def test_words_are_packed_and_a_new_watch_begins_a_query_where_none_has_room(desk: Desk) -> None:
    desk.watch("Acme", "Acme", "Acme GmbH", "ACME")
    first = desk.id("news de#1")

    desk.watch("Bolt")

    assert desk.heard["news de#1"] == ("Acme", "Acme GmbH")
    assert desk.heard["news de#2"] == ("Bolt",)
    assert desk.id("news de#1") == first


def test_new_words_are_heard_from_now_on_and_the_old_ones_go_on_where_they_were(desk: Desk) -> None:
    desk.watch("Acme")
    subscription = desk.sourcing.get(TENANT, desk.id("news de#1")).subscription
    desk.listening.sources.save(replace(desk.of("news de#1"), cursor="7", etag="x", entries_hash="y"))
    desk.clock.advance(days=1)

    desk.watch("Bolt")

    source = desk.of("news de#1")
    assert (source.words, source.cursor, source.etag, source.entries_hash) == (("Acme", "Bolt"), "7", "", "")
    assert desk.sourcing.get(TENANT, source.id).subscription == subscription
    schedule = desk.listening.schedule(source.id)
    assert schedule is not None
    assert schedule.due_at <= desk.clock.now()


def test_a_removed_watch_moves_no_word_of_another_to_another_query(desk: Desk) -> None:
    for number in range(6):
        desk.watch(f"Acme {number}")
    for name in desk.heard:
        desk.listening.sources.save(replace(desk.of(name), cursor="7"))

    desk.watching.remove(TENANT, "Acme 0")
    without = desk.heard
    desk.watch("Bolt")

    assert [without[f"news de#{n}"] for n in (1, 2, 3)] == [("Acme 1",), ("Acme 2", "Acme 3"), ("Acme 4", "Acme 5")]
    assert desk.heard == {**without, "news de#1": ("Acme 1", "Bolt"), "news en#1": ("Acme 1", "Bolt")}
    assert {desk.of(name).cursor for name in desk.heard} == {"7"}


def test_a_query_without_words_goes_and_looks_back_when_it_is_begun_anew(desk: Desk) -> None:
    desk.watch("Acme")
    desk.watch("Two", "one", "two")
    for name in desk.heard:
        desk.listening.sources.save(replace(desk.of(name), cursor="7"))

    desk.watching.remove(TENANT, "Two")
    without = desk.heard
    desk.watch("Three", "three", "four")

    assert set(without) == {"stream all", "news de#1", "news en#1"}
    assert desk.heard["news de#2"] == ("four",)
    assert (desk.of("news de#1").cursor, desk.of("news de#2").cursor) == ("7", "")


def test_a_search_that_a_person_has_taken_over_stays_and_its_words_are_asked_for_elsewhere(desk: Desk) -> None:
    desk.watch("Acme")
    desk.sourcing.add(TENANT, SourceInput(kind="news", url="de#1", name="Mine"))

    desk.watch("Bolt")

    assert desk.heard["news de#1"] == ("Acme",)
    assert desk.heard["news de#2"] == ("Acme", "Bolt")


def test_what_asks_for_the_same_as_before_is_read_together_and_not_written() -> None:
    table = CountingTable()
    desk = Desk(table)
    desk.company.tenants.become(a_tenant())
    desk.watch("All", *(f"word{n}" for n in range(30)))

    table.calls.clear()
    desk.searching.follow(TENANT)

    assert len(desk.heard) == 31
    assert "put_if_revision" not in table.calls
    assert table.calls.count("get") <= 2


def test_fewer_words_go_on_where_they_were(desk: Desk) -> None:
    desk.watch("Acme")
    desk.watch("Bolt")
    desk.listening.sources.save(replace(desk.of("news de#1"), cursor="7"))

    desk.watching.remove(TENANT, "Bolt")

    assert (desk.of("news de#1").words, desk.of("news de#1").cursor) == (("Acme",), "7")


def test_without_a_watch_nothing_is_searched_for_but_what_somebody_added_stays(desk: Desk) -> None:
    desk.sourcing.add(TENANT, SourceInput(kind="news", url="de?acme rückruf"))
    desk.sourcing.add(TENANT, SourceInput(kind="stream"))
    desk.watch("Acme")
    desk.watching.remove(TENANT, "Acme")

    assert set(desk.heard) == {"news de?acme rückruf", "stream all"}


def test_a_place_that_needs_a_key_is_searched_once_it_is_there(desk: Desk) -> None:
    desk.watch("Acme")
    desk.credentials.set(TENANT, desk.connectors["keyed"], {"key": "hush"})
    desk.searching.follow(TENANT)

    assert desk.heard["keyed de#1"] == ("Acme",)


def test_a_process_that_has_not_heard_of_a_key_yet_reads_it_before_it_decides(desk: Desk) -> None:
    desk.searching.standings(TENANT)
    Credentials(desk.secrets, desk.clock).set(TENANT, desk.connectors["keyed"], {"key": "hush"})

    desk.watch("Acme")

    assert "keyed de#1" in desk.heard
    assert {it.connector.kind: it.missing for it in desk.searching.standings(TENANT)}["keyed"] == ()


def test_without_its_key_a_search_stays_but_none_is_begun(desk: Desk) -> None:
    desk.credentials.set(TENANT, desk.connectors["keyed"], {"key": "hush"})
    desk.watch("Acme")
    before = desk.sourcing.get(TENANT, desk.id("keyed de#1")).subscription

    desk.credentials.remove(TENANT, "keyed")
    desk.watch("Bolt", "Bolt", "Clamp")

    assert desk.sourcing.get(TENANT, desk.id("keyed de#1")).subscription == before
    assert desk.heard["keyed de#1"] == ("Acme", "Bolt")
    assert "keyed de#2" not in desk.heard
    desk.searching.switch(TENANT, "keyed", is_on=False)
    assert "keyed de#1" not in desk.heard


def test_what_is_off_is_switched_on_and_off(desk: Desk) -> None:
    desk.watch("Acme")
    desk.searching.switch(TENANT, "asleep", is_on=True)
    desk.searching.switch(TENANT, "news", is_on=False)
    on = set(desk.heard)
    desk.searching.switch(TENANT, "asleep", is_on=False)
    desk.searching.switch(TENANT, "news", is_on=True)

    assert on == {"stream all", "asleep de#1", "asleep en#1"}
    assert set(desk.heard) == {"stream all", "news de#1", "news en#1"}
    standings = {each.connector.kind: (each.is_on, each.missing) for each in desk.searching.standings(TENANT)}
    assert standings == {"stream": (True, ()), "news": (True, ()), "keyed": (True, ("key",)), "asleep": (False, ())}


@pytest.mark.parametrize("kind", ["telepathy", "canned"])
def test_only_what_can_be_heard_by_itself_is_switched(desk: Desk, kind: str) -> None:
    with pytest.raises(Invalid, match="kind"):
        desk.searching.switch(TENANT, kind, is_on=True)


def test_what_is_removed_does_not_come_again_until_it_is_switched_on(desk: Desk) -> None:
    desk.watch("Acme")
    desk.sourcing.remove(TENANT, desk.id("news en#1"))
    desk.sourcing.remove(TENANT, desk.id("stream all"))
    desk.watch("Bolt")
    without = set(desk.heard)
    desk.searching.switch(TENANT, "news", is_on=True)

    assert without == {"news de#1"}
    assert set(desk.heard) == {"news de#1", "news en#1"}


def test_what_is_paused_stays_paused_and_asks_for_new_words_later(desk: Desk) -> None:
    desk.watch("Acme")
    id_ = desk.id("news de#1")
    desk.sourcing.pause(TENANT, id_, paused=True)

    desk.watch("Bolt")

    assert desk.sourcing.get(TENANT, id_).subscription.paused
    assert desk.of("news de#1").words == ("Acme", "Bolt")


def test_a_company_that_is_not_searched_for_has_only_what_it_added(desk: Desk) -> None:
    desk.company.tenants.update(keys.of_deployment("tenant", TENANT), lambda it: replace(it, searches=False))

    desk.watch("Acme")

    assert desk.heard == {}


def test_very_many_words_take_a_bounded_number_of_queries(desk: Desk) -> None:
    desk.watch("All", *(f"word{n}" for n in range(2000)))

    assert sum(name.startswith("news de#") for name in desk.heard) == MOST_QUERIES


def test_phrases_are_what_every_match_holds() -> None:
    def words(*watches: Watch) -> list[str]:
        return list(phrases(watches))

    old = a_watch("old", any=("Apple~case", 'say "hi"', "…"))
    young = replace(a_watch("young", any=()), created_at=old.created_at + timedelta(days=1))
    required = replace(young, terms=replace(young.terms, all=("Morgenrot", "Café")))

    assert words(required, old) == ["Apple", "say hi", "Morgenrot"]
    assert words(a_watch("long", any=("wort " * 40,))) == [("wort " * 20).strip()]


@pytest.mark.parametrize("step", range(1, 40))
def test_whatever_write_the_process_dies_at_the_next_change_heals_it(step: int) -> None:
    inner = DictTable()
    desk = Desk(inner)
    desk.company.tenants.become(a_tenant())
    dying = Desk(CrashingTable(inner, Fuse(Faults(crashes=((step, "after"),)))))
    with contextlib.suppress(Crash):
        dying.watch("Acme")

    if desk.watching.all(TENANT):
        # A watch that is stored is searched for already.
        assert {"stream all", "news de#1", "news en#1"} <= set(desk.heard)
    desk.watch("Bolt")
    for scope in ("de", "en"):
        asked = [words for name, words in desk.heard.items() if name.startswith(f"news {scope}#")]
        assert [words.count("Bolt") for words in asked] == [1]
    assert "stream all" in desk.heard
