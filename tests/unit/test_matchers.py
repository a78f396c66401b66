"""A matcher is kept until the watches or the noise of its tenant change, and asking whether they did costs one row."""

import gc
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_tenant, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Conflict, StoreError
from earshot.domain.watch import Noise, Terms
from earshot.ports.table import Key, Page, Row
from earshot.services.inputs import TermsInput, WatchInput
from earshot.services.matchers import MAX_AGE, Matchers
from earshot.services.watching import Watching
from earshot.store.company import Company
from fakes import FixedClock

OTHER = "t_other"


@dataclass
class CountingTable(DictTable):
    """Counts what is read; `before_write` is called before each write with its number, from 1."""

    rows_read: int = 0
    reads: int = 0
    writes: int = 0
    die_at: int = 0
    on_write: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def get(self, key: Key) -> Row | None:
        self.reads += 1
        self.rows_read += 1
        return super().get(key)

    def query(self, pk: str, **options: Any) -> Page:
        page = super().query(pk, **options)
        self.reads += 1
        self.rows_read += len(page.rows)
        return page

    def put_if_absent(self, row: Row) -> bool:
        self._writing()
        return super().put_if_absent(row)

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self._writing()
        return super().put_if_revision(row, revision)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        self._writing()
        return super().delete(key, revision=revision)

    def _writing(self) -> None:
        self.writes += 1
        if self.writes == self.die_at:
            raise StoreError("the process dies here")
        for each in self.on_write:
            each()


@pytest.fixture
def table() -> CountingTable:
    return CountingTable()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def company(table: CountingTable) -> Company:
    return Company(table)


def another_process(table: CountingTable, clock: FixedClock) -> Matchers:
    """The matchers of a process that shares nothing but the table."""
    return Matchers(Company(table), clock)


def heard(matchers: Matchers, text: str = "Acme und Bolt", tenant: str = TENANT, **changes: Any) -> list[str]:
    matcher, watches = matchers.of(tenant)
    return sorted(watches[match.watch_id].name for match in matcher.match(an_item(text=text, **changes)))


def given(name: str, word: str) -> WatchInput:
    return WatchInput(name=name, terms=TermsInput(any=[word]))


def test_a_thousand_watches_that_stay_as_they_are_cost_one_row_each_time(
    table: CountingTable, clock: FixedClock, company: Company
) -> None:
    for number in range(1000):
        company.watches.add(a_watch(f"watch{number}", any=(f"Produkt{number}",)))
    matchers = another_process(table, clock)
    first = matchers.of(TENANT)
    table.reads = table.rows_read = 0

    again = [matchers.of(TENANT) for _ in range(10)]

    assert (table.reads, table.rows_read) == (10, 10)
    assert all(each[0] is first[0] for each in again)
    assert heard(matchers, "Produkt999 ist da") == ["watch999"]


def test_a_change_is_seen_by_another_process_at_once(table: CountingTable, clock: FixedClock) -> None:
    watching, matchers = Watching(table, clock), another_process(table, clock)
    seen = [heard(matchers)]

    watching.add(TENANT, given("a", "Acme"))
    seen.append(heard(matchers))
    watching.change(TENANT, "a", given("a", "Nix"))
    seen.append(heard(matchers))
    watching.add(TENANT, given("b", "Bolt"))
    seen.append(heard(matchers))
    watching.remove(TENANT, "b")
    seen.append(heard(matchers))

    assert seen == [[], ["a"], [], ["b"], []]


def test_noise_of_the_company_is_seen_by_another_process_at_once(table: CountingTable, clock: FixedClock) -> None:
    watching, matchers = Watching(table, clock), another_process(table, clock)
    watching.add(TENANT, given("a", "Acme"))
    assert heard(matchers) == ["a"]

    watching.change_noise(TENANT, Noise(phrases=("Bolt",)))

    assert (heard(matchers), heard(matchers, "Acme")) == ([], ["a"])


def test_a_tenant_that_is_renamed_keeps_its_noise_and_its_watches(table: CountingTable, clock: FixedClock) -> None:
    company, matchers = Company(table), another_process(table, clock)
    company.watches.add(a_watch())
    company.tenants.add(a_tenant(noise=Noise(phrases=("Bolt",))))
    assert heard(matchers, "Acme") == ["acme"]

    company.tenants.become(a_tenant(name="Other", noise=Noise(phrases=("Bolt",))))

    assert (heard(matchers, "Acme"), heard(matchers)) == (["acme"], [])


def test_two_tenants_hear_their_own_watches_only(table: CountingTable, clock: FixedClock, company: Company) -> None:
    company.watches.add(a_watch("ours"))
    company.watches.add(a_watch("theirs", tenant=OTHER))
    company.tenants.add(a_tenant(id=OTHER, noise=Noise(authors=("anna",))))
    matchers = another_process(table, clock)

    assert (heard(matchers), heard(matchers, tenant=OTHER)) == (["ours"], ["theirs"])


def test_a_change_of_one_tenant_costs_the_other_nothing(
    table: CountingTable, clock: FixedClock, company: Company
) -> None:
    company.watches.add(a_watch("ours"))
    matchers = another_process(table, clock)
    before = matchers.of(TENANT)[0]

    company.watches.add(a_watch("theirs", tenant=OTHER))
    company.tenants.add(a_tenant(id=OTHER))

    assert matchers.of(TENANT)[0] is before


def test_a_change_while_a_matcher_is_built_is_seen_next_time(table: CountingTable, clock: FixedClock) -> None:
    class Interrupted(Company):
        """Somebody adds a watch after this process has read the watches, once."""

        def watches_of(self, tenant: str) -> Any:
            found = super().watches_of(tenant)
            company.watches.add(a_watch("late", any=("Bolt",)))
            return found

    company = Company(table)
    company.watches.add(a_watch())
    matchers = Matchers(Interrupted(table), clock)

    assert [heard(matchers), heard(matchers)] == [["acme"], ["acme", "late"]]


def changes_of(table: CountingTable, clock: FixedClock) -> Sequence[Any]:
    """Ways to change what is listened for, and what is heard after each."""
    watching, company = Watching(table, clock), Company(table)
    return (
        (lambda: watching.put(TENANT, given("b", "Bolt")), ["a", "b"]),
        (lambda: watching.put(TENANT, given("a", "Nix")), []),
        (lambda: watching.change_noise(TENANT, Noise(phrases=("Bolt",))), []),
        (lambda: company.watches.remove(company.watches.key(watching.get(TENANT, "a"))), []),
    )


@pytest.mark.parametrize("die_at", range(1, 8))
@pytest.mark.parametrize("change", range(4))
@pytest.mark.parametrize("looks_on", [False, True], ids=["looks afterwards", "looks before each write"])
def test_a_writer_that_dies_between_two_writes_leaves_no_stale_matcher_for_long(
    table: CountingTable, clock: FixedClock, change: int, die_at: int, looks_on: bool
) -> None:
    Watching(table, clock).add(TENANT, given("a", "Acme"))
    matchers, fresh = another_process(table, clock), another_process(table, clock)
    heard(matchers)
    do, _ = changes_of(table, clock)[change]
    if looks_on:
        table.on_write.append(lambda: heard(matchers))
    table.writes, table.die_at = 0, die_at

    with suppress(StoreError):
        do()

    table.on_write.clear()
    clock.advance(seconds=MAX_AGE.total_seconds())
    assert heard(matchers) == heard(fresh)


@pytest.mark.parametrize("change", range(4))
def test_a_change_that_is_done_is_seen_at_once_whenever_somebody_looked(
    table: CountingTable, clock: FixedClock, change: int
) -> None:
    Watching(table, clock).add(TENANT, given("a", "Acme"))
    matchers = another_process(table, clock)
    do, wanted = changes_of(table, clock)[change]
    table.on_write.append(lambda: heard(matchers))

    do()

    table.on_write.clear()
    assert heard(matchers) == wanted


def test_a_writer_that_dies_before_its_second_edition_is_seen_by_whoever_looked_before_it(
    table: CountingTable, clock: FixedClock, company: Company
) -> None:
    company.watches.add(a_watch())
    matchers = another_process(table, clock)
    heard(matchers)
    table.writes, table.die_at = 0, 3

    with pytest.raises(StoreError):
        company.watches.add(a_watch("late", any=("Bolt",)))

    assert heard(matchers) == ["acme", "late"]


def test_a_kept_matcher_is_built_anew_after_some_minutes(
    table: CountingTable, clock: FixedClock, company: Company
) -> None:
    company.watches.add(a_watch())
    matchers = another_process(table, clock)
    first = matchers.of(TENANT)[0]

    clock.advance(seconds=(MAX_AGE - timedelta(seconds=1)).total_seconds())
    kept = matchers.of(TENANT)[0]
    clock.advance(seconds=1)

    assert kept is first
    assert matchers.of(TENANT)[0] is not first


def test_a_write_that_loses_against_a_faster_one_changes_nothing(company: Company) -> None:
    company.watches.add(a_watch())

    with pytest.raises(Conflict):
        company.watches.save(a_watch(terms=Terms(any=("Bolt",)), revision=7))

    assert not company.watches.add(a_watch(any=("Bolt",)))
    assert [watch.terms.any for watch in company.watches_of(TENANT)] == [("Acme",)]


def test_a_language_that_the_source_does_not_tell_is_told_by_the_text(
    table: CountingTable, clock: FixedClock, company: Company
) -> None:
    company.watches.add(a_watch(terms=Terms(any=("Acme",), lang=("de",))))
    matchers = Matchers(company, clock, lambda text, hint: "de" if "ist" in text else hint)

    assert (heard(matchers, "Acme ist da"), heard(matchers, "Acme is here")) == (["acme"], [])


def test_a_matcher_that_nobody_asks_for_any_more_is_let_go() -> None:
    clock, company = FixedClock(), Company(DictTable())
    matchers = Matchers(company, clock)
    gone = weakref.ref(matchers.of(TENANT)[0])

    clock.advance(seconds=MAX_AGE.total_seconds())
    matchers.of(OTHER)
    gc.collect()

    assert gone() is None
