"""What a request draws is reserved before it is sent, by one process at a time, and never beyond the amount."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import TENANT, a_source
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Locked, Spent, StoreError
from earshot.domain.ledger import BUDGET, Account, Reserved, account_of
from earshot.domain.place import Quota
from earshot.ports.http import Draw
from earshot.ports.table import Row
from earshot.services.ledgers import BUSY, Bookkeeper
from earshot.store.ledgers import KEPT, Ledgers
from fakes import CANNED, NOW, FixedClock

MINUTE = timedelta(minutes=1)
CALLS = Quota(name="calls", amount=3, window=MINUTE)
DAILY = Quota(name="daily", amount=240, window=timedelta(days=1))
MONEY = Quota(name="money", amount=0, window=timedelta(days=30), unit="micro-dollars")
PLACE = replace(CANNED, quotas=(CALLS, DAILY, MONEY))
ONE = (Draw(quota="calls"),)


class Desk:
    """A bookkeeper of a place with three quotas."""

    def __init__(self, table: DictTable | None = None) -> None:
        self.table = table or DictTable()
        self.clock = FixedClock()
        self.books = Bookkeeper(self.table, self.clock)
        self.account = self.account_with({})

    def account_with(self, credential: dict[str, str]) -> Account:
        return account_of(PLACE, a_source(owner=TENANT), credential)

    def reserve(self, draws: Sequence[Draw] = ONE, *, account: Account | None = None) -> tuple[Reserved, ...]:
        return self.books.reserve(account or self.account, draws)

    def spent(self, quota: str = "calls", account: Account | None = None) -> int:
        return Ledgers(self.table).stored((account or self.account).ledger(quota, self.clock.now())).spent

    def refused_until(self, *draws: Draw) -> timedelta:
        with pytest.raises(Spent) as told:
            self.reserve(draws)
        return told.value.until - NOW


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_drawn_is_counted_and_no_more_than_the_amount_is_given(desk: Desk) -> None:
    for _ in range(3):
        desk.reserve()

    assert desk.refused_until(*ONE) == MINUTE
    assert desk.spent() == 3


def test_a_new_window_begins_with_nothing_taken(desk: Desk) -> None:
    desk.reserve([Draw(quota="calls", amount=3)])
    desk.clock.advance(minutes=1)

    desk.reserve()

    assert desk.spent() == 1


def test_who_was_refused_in_a_window_counts_no_more_in_the_next(desk: Desk) -> None:
    told = []
    for _ in range(3):
        desk.reserve([Draw(quota="calls", amount=3)])
        told.append(desk.refused_until(*ONE))
        desk.refused_until(*ONE)
        desk.clock.advance(minutes=1)

    assert told == [MINUTE, 2 * MINUTE, 3 * MINUTE]


def test_owners_and_kinds_have_their_own(desk: Desk) -> None:
    desk.reserve([Draw(quota="calls", amount=3)])

    desk.reserve(account=desk.account_with({"key": "k"}))
    desk.reserve(account=replace(desk.account, kind="tube"))


def test_a_row_is_gone_a_day_after_its_window(desk: Desk) -> None:
    desk.reserve()

    rows = desk.table.query("DEPLOYMENT", prefix="ledger#").rows
    assert [row.expires_at for row in rows] == [int((NOW + MINUTE + KEPT).timestamp())]


def test_all_that_a_request_draws_is_taken_or_nothing(desk: Desk) -> None:
    desk.reserve([Draw(quota="daily", amount=240)])

    with pytest.raises(Spent, match="daily"):
        desk.reserve([*ONE, Draw(quota="daily")])
    with pytest.raises(Locked):
        desk.reserve([*ONE, Draw(quota="money")])

    assert desk.spent() == 0


def test_a_budget_of_money_is_kept(desk: Desk) -> None:
    rich = desk.account_with({BUDGET: "0.02"})
    desk.reserve([Draw(quota="money", amount=15_000)], account=rich)

    with pytest.raises(Spent):
        desk.reserve([Draw(quota="money", amount=10_000)], account=rich)

    assert desk.spent("money", rich) == 15_000


@pytest.mark.parametrize(("real", "left"), [(2, 2), (50, 50), (10, 10), (0, 0)])
def test_what_was_really_spent_counts_in_the_end(desk: Desk, real: int, left: int) -> None:
    reserved = desk.reserve([Draw(quota="daily", amount=6), Draw(quota="daily", amount=4)])

    desk.books.settle(reserved, {"daily": real, "unknown": 7})

    assert desk.spent("daily") == left


def test_a_ledger_never_falls_below_nothing(desk: Desk) -> None:
    reserved = desk.reserve()

    for _ in range(2):
        desk.books.settle(reserved, {"calls": 0})

    assert desk.spent() == 0


def test_an_answer_that_comes_in_the_next_window_is_settled_in_the_one_it_was_reserved_in(desk: Desk) -> None:
    desk.reserve([Draw(quota="calls", amount=1)])
    reserved = desk.reserve([Draw(quota="calls", amount=2)])
    desk.clock.advance(minutes=1)
    desk.reserve([Draw(quota="calls", amount=3)])

    desk.books.settle(reserved, {"calls": 0})

    spent_then = Ledgers(desk.table).stored(desk.account.ledger("calls", NOW)).spent
    assert (spent_then, desk.spent()) == (1, 3)


def test_what_cannot_be_settled_counts_as_taken() -> None:
    class Full(DictTable):
        is_full = False

        def put_if_revision(self, row: Row, revision: int) -> bool:
            if self.is_full:
                raise StoreError("the disk is full")
            return super().put_if_revision(row, revision)

    table = Full()
    desk = Desk(table)
    reserved = desk.reserve([Draw(quota="daily", amount=10)])
    table.is_full = True

    desk.books.settle(reserved, {"daily": 1})

    assert desk.spent("daily") == 10


class Contended(DictTable):
    """Somebody else takes of the same ledger right before each of the next writes."""

    rivals = 0

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self._rival(row)
        return super().put_if_revision(row, revision)

    def put_if_absent(self, row: Row) -> bool:
        self._rival(row)
        return super().put_if_absent(row)

    def _rival(self, row: Row) -> None:
        if self.rivals:
            self.rivals -= 1
            before = self.get(row.key)
            spent = (before.body["spent"] if before else 0) + 1
            self.put_many([replace(row, body={**row.body, "spent": spent}, revision=before.revision if before else 0)])


def test_whoever_is_slower_reads_again_and_counts_what_the_other_took() -> None:
    table = Contended()
    desk = Desk(table)
    table.rivals = 2

    desk.reserve()

    assert desk.spent() == 3


def test_whoever_is_slower_gets_nothing_beyond_the_amount() -> None:
    table = Contended()
    desk = Desk(table)
    table.rivals = 3

    assert desk.refused_until(*ONE) == MINUTE
    assert desk.spent() == 3


def test_where_many_take_at_once_one_comes_back_a_little_later() -> None:
    table = Contended()
    desk = Desk(table)
    table.rivals = 100

    assert desk.refused_until(Draw(quota="daily")) == BUSY


def test_those_who_are_refused_are_told_different_times(desk: Desk) -> None:
    desk.reserve([Draw(quota="daily", amount=130)])

    waits = [desk.refused_until(Draw(quota="daily")) / timedelta(minutes=1) for _ in range(3)]

    assert waits == pytest.approx([6, 12, 18])


def test_who_comes_when_there_is_room_again_begins_the_line_anew(desk: Desk) -> None:
    desk.reserve([Draw(quota="daily", amount=130)])
    desk.refused_until(Draw(quota="daily"))
    desk.clock.advance(minutes=6)

    desk.reserve([Draw(quota="daily")])

    assert desk.refused_until(Draw(quota="daily")) == pytest.approx(2 * timedelta(minutes=6), abs=timedelta(seconds=1))
