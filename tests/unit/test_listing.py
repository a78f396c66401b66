"""Lists of mentions: in order, filtered, page by page."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import TENANT, a_match, a_mention, a_verdict, an_acknowledgement, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.errors import Invalid
from earshot.domain.item import Author
from earshot.domain.mention import Mention, Status
from earshot.domain.verdict import Kind, Sentiment
from earshot.domain.watch import Role
from earshot.services.listing import MOST_READ, Filters, Listed, Listing
from earshot.store.mentions import Mentions, author_key
from fakes import NOW
from metering import MeteredTable

MINUTE = timedelta(minutes=1)

AUTHOR = Author(name="Lina", id="7")
LINA = author_key(a_mention(item=an_item(author=AUTHOR)))

ID, TIME = a_mention().id, "8204478799999"
WRONG_PLACES = [
    ["check", "open", 0, TIME, "TENANT#t_other", f"mention#{ID}"],
    ["check", "gone", 0, TIME, ID],
    ["check", "open", 5, TIME, ID],
    ["check", "open", -1, TIME, ID],
    ["check", "open", True, TIME, ID],
    ["check", "open", 0, "820447879999", ID],
    ["check", "open", 0, "820447879999\u0669", ID],
    ["check", "open", 0, TIME + "#", ID],
    ["check", "open", 0, TIME, "m_1"],
    ["check", "open", 0, TIME, ID + "#"],
    ["check", "open", 0, TIME],
    {"check": "check", "status": "open", "rank": 0, "time": TIME, "id": ID},
]


@pytest.fixture
def table() -> DictTable:
    return DictTable()


def add(table: DictTable, *mentions: Mention) -> None:
    for mention in mentions:
        Mentions(table).add(mention)


def a_crowd(table: DictTable, *, step: timedelta = MINUTE) -> list[Mention]:
    """Two mentions of each kind, open and done, seen `step` apart."""
    crowd = []
    for i, kind in enumerate(list(Kind) * 4):
        done = an_acknowledgement() if i % 2 else None
        status = Status.DONE if done or kind is Kind.NEUTRAL else Status.OPEN
        crowd.append(a_mention(str(i), kind=kind, seen_at=NOW + i * step, acknowledgement=done, status=status))
    add(table, *crowd)
    return crowd


def by_lina(count: int) -> list[Mention]:
    """Mentions by one author, newest first."""
    return [
        a_mention(f"lina {i}", item=an_item(f"lina {i}", published_at=NOW - i * MINUTE, author=AUTHOR))
        for i in range(count)
    ]


def a_others_crowd(count: int = 5) -> list[Mention]:
    """Mentions by somebody else."""
    return [a_mention(f"ben {i}", item=an_item(f"ben {i}", author=Author(name="Ben"))) for i in range(count)]


def all_pages(table: DictTable, filters: Filters, limit: int) -> list[str]:
    """The ids on all pages."""
    found: list[str] = []
    cursor = ""
    while True:
        page = Listing(table).page(TENANT, filters, cursor=cursor, limit=limit)
        found += [mention.id for mention in page.mentions]
        cursor = page.cursor
        if not cursor:
            return found


def ids(table: DictTable, **filters: Any) -> list[str]:
    return [mention.id for mention in Listing(table).page(TENANT, Filters(**filters)).mentions]


def in_order(crowd: list[Mention]) -> list[str]:
    newest = sorted(crowd, key=lambda each: (-each.seen_at.timestamp(), each.id))
    waiting = [each for each in newest if each.status is Status.OPEN]
    done = [each.id for each in newest if each.status is Status.DONE]
    return [each.id for each in sorted(waiting, key=lambda each: each.rank)] + done


def test_what_presses_most_comes_first_then_the_newest_and_what_is_done_last(table: DictTable) -> None:
    crowd = a_crowd(table)

    assert ids(table) == in_order(crowd)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 19, 20, 100])
@pytest.mark.parametrize("status", [None, Status.OPEN, Status.DONE])
def test_pages_of_any_size_show_each_mention_once_in_order(table: DictTable, status: Status | None, limit: int) -> None:
    crowd = a_crowd(table)
    wanted = {each.id for each in crowd if status in (None, each.status)}

    assert all_pages(table, Filters(status=status), limit) == [id_ for id_ in in_order(crowd) if id_ in wanted]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("status", [None, Status.OPEN, Status.DONE])
@pytest.mark.parametrize("step", [MINUTE, timedelta()], ids=["apart", "all at one moment"])
def test_by_time_the_newest_comes_first_whatever_its_kind(
    table: DictTable, status: Status | None, limit: int, step: timedelta
) -> None:
    crowd = [each for each in a_crowd(table, step=step) if status in (None, each.status)]
    newest = sorted(crowd, key=lambda each: (-each.seen_at.timestamp(), each.id))

    assert all_pages(table, Filters(status=status, newest=True), limit) == [each.id for each in newest]


def test_a_full_last_page_has_no_cursor(table: DictTable) -> None:
    add(table, a_mention("1"), a_mention("2"))

    assert Listing(table).page(TENANT, Filters(), limit=2).cursor == ""


def test_a_mention_that_is_done_meanwhile_is_not_lost(table: DictTable) -> None:
    crowd = [a_mention(str(i), seen_at=NOW + i * MINUTE) for i in range(4)]
    add(table, *crowd)
    first = Listing(table).page(TENANT, Filters(), limit=2)
    stored = Mentions(table).get(TENANT, crowd[0].id)

    Mentions(table).save(replace(stored, status=Status.DONE))

    second = Listing(table).page(TENANT, Filters(), cursor=first.cursor, limit=2)
    assert [each.id for each in second.mentions] == [crowd[1].id, crowd[0].id]


@pytest.mark.parametrize(
    "filters",
    [
        {"kind": Kind.PRAISE},
        {"sentiment": Sentiment.POSITIVE},
        {"role": Role.COMPETITOR},
        {"watch": "w_rival"},
        {"author": "Anna"},
        {"author": "@anna"},
        {"author": author_key(a_mention(item=an_item(author=Author(name="Anna", handle="@anna"))))},
        {"source": "s_other"},
        {"q": "rueckruf"},
        {"q": "RÜCKRUF Köln"},
        {"q": "anna"},
        {"since": NOW + MINUTE},
    ],
    ids="-".join,
)
def test_each_filter_finds_the_one_that_fits(table: DictTable, filters: dict[str, Any]) -> None:
    other = a_mention("other", item=an_item("other", author=Author(name="Ben", handle="@ben")))
    item = an_item("wanted", text="Rückruf in Köln", author=Author(name="Anna", handle="@anna"))
    wanted = a_mention(
        item=item,
        kind=Kind.PRAISE,
        seen_at=NOW + MINUTE,
        source_id="s_other",
        matches=(a_match(Role.COMPETITOR, "w_rival"),),
    )
    add(table, other, wanted)

    assert ids(table, **filters) == [wanted.id]


def test_until_leaves_out_its_own_moment(table: DictTable) -> None:
    early, late = a_mention("1"), a_mention("2", seen_at=NOW + MINUTE)
    add(table, early, late)

    assert ids(table, until=NOW + MINUTE) == [early.id]


def test_a_filtered_list_is_read_on_page_by_page(table: DictTable) -> None:
    crowd = a_crowd(table)
    praise = {each.id for each in crowd if each.kind is Kind.PRAISE}

    assert set(all_pages(table, Filters(kind=Kind.PRAISE), limit=1)) == praise


def test_a_request_reads_at_most_a_thousand_and_then_goes_on(table: DictTable) -> None:
    add(table, *(a_mention(f"{i:04d}", seen_at=NOW + i * MINUTE) for i in range(MOST_READ + 5)))
    oldest = a_mention("0000").id

    page = Listing(table).page(TENANT, Filters(until=NOW + MINUTE))
    following = Listing(table).page(TENANT, Filters(until=NOW + MINUTE), cursor=page.cursor)

    assert (page.mentions, bool(page.cursor)) == ((), True)
    assert [each.id for each in following.mentions] == [oldest]
    assert following.cursor == ""


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_bounds_is_refused(table: DictTable, limit: int) -> None:
    with pytest.raises(Invalid, match="limit: must be from 1 to 100"):
        Listing(table).page(TENANT, Filters(), limit=limit)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "äöü",
        "%%%",
        "AAAA",
        base64.urlsafe_b64encode(b'["a"]').decode(),
        base64.urlsafe_b64encode(b"\xff").decode(),
        *(base64.urlsafe_b64encode(json.dumps(place).encode()).decode() for place in WRONG_PLACES),
    ],
    ids=ascii,
)
def test_a_cursor_that_is_not_ours_is_refused(table: DictTable, cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor: is not one of ours"):
        Listing(table).page(TENANT, Filters(), cursor=cursor)


def test_a_cursor_belongs_to_its_filters_and_its_tenant(table: DictTable) -> None:
    a_crowd(table)
    cursor = Listing(table).page(TENANT, Filters(), limit=1).cursor

    for tenant, filters in ((TENANT, Filters(kind=Kind.PRAISE)), ("t_other", Filters())):
        with pytest.raises(Invalid, match="belongs to a list with other filters"):
            Listing(table).page(tenant, filters, cursor=cursor)


@pytest.mark.parametrize("filters", [Filters(), Filters(newest=True), Filters(author=LINA)], ids=str)
def test_a_cursor_names_no_key_and_no_tenant(table: DictTable, filters: Filters) -> None:
    add(table, *by_lina(2))

    cursor = Listing(table).page(TENANT, filters, limit=1).cursor

    place = base64.urlsafe_b64decode(cursor + "===")
    assert TENANT.encode() not in place
    assert b"TENANT" not in place
    assert b"mention#" not in place
    assert len(json.loads(place)) == 5


@pytest.mark.parametrize("filters", [Filters(), Filters(newest=True), Filters(author=LINA)], ids=str)
def test_a_forged_place_leads_only_through_ones_own_list(table: DictTable, filters: Filters) -> None:
    add(table, *by_lina(3), a_mention("theirs", tenant="t_other"))
    check = json.loads(base64.urlsafe_b64decode(Listing(table).page(TENANT, filters, limit=1).cursor + "==="))[0]
    forged = base64.urlsafe_b64encode(json.dumps([check, "open", 0, "0" * 13, ID]).encode()).decode()

    page = Listing(table).page(TENANT, filters, cursor=forged)

    assert {mention.tenant for mention in page.mentions} == {TENANT}


SPREADS = {
    "one kind": lambda i: {"kind": Kind.PRAISE},
    "all kinds in turn": lambda i: {"kind": list(Kind)[i % 5]},
    "all done": lambda i: {"status": Status.DONE},
    "kinds in long runs": lambda i: {"kind": list(Kind)[i // 60 % 5]},
}


@pytest.mark.parametrize("limit", [1, 20, 50, 100])
@pytest.mark.parametrize("spread", SPREADS)
def test_by_time_a_page_reads_few_more_than_it_shows(spread: str, limit: int) -> None:
    table = MeteredTable(DictTable())
    for i in range(400):
        Mentions(table).add(a_mention(str(i), seen_at=NOW - i * MINUTE, **SPREADS[spread](i)))

    with table.meter.fresh() as meter:
        page = Listing(table).page(TENANT, Filters(newest=True), limit=limit)

    assert len(page.mentions) == limit
    assert meter.rows_read <= limit + 15


@pytest.mark.parametrize("filters", [{"newest": True}, {}, {"author": "nobody"}, {"author": LINA}], ids=str)
def test_a_filtered_page_reads_a_thousand_rows_at_most_whatever_its_order(filters: dict[str, Any]) -> None:
    table = MeteredTable(DictTable())
    kinds = list(Kind)
    for i, mention in enumerate(by_lina(1200)):
        Mentions(table).add(replace(mention, verdict=a_verdict(kinds[i % 5])))

    with table.meter.fresh() as meter:
        page = Listing(table).page(TENANT, Filters(q="nowhere", **filters))

    assert (page.mentions, bool(page.cursor)) == ((), True)
    assert 900 <= meter.rows_read <= MOST_READ
    assert Listing(table).page(TENANT, Filters(q="nowhere", **filters), cursor=page.cursor) == Listed(mentions=())


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("status", [None, Status.OPEN, Status.DONE])
def test_everything_by_one_author_is_listed_newest_first_page_by_page(
    table: DictTable, status: Status | None, limit: int
) -> None:
    mentions = [replace(each, status=Status.DONE if i % 2 else Status.OPEN) for i, each in enumerate(by_lina(7))]
    add(table, *mentions, *a_others_crowd())

    found = all_pages(table, Filters(author=LINA, status=status), limit)

    assert found == [each.id for each in mentions if status in (None, each.status)]


def test_an_authors_mentions_are_found_without_reading_those_of_others() -> None:
    table = MeteredTable(DictTable())
    for mention in (*a_others_crowd(200), *by_lina(3)):
        Mentions(table).add(mention)

    with table.meter.fresh() as meter:
        page = Listing(table).page(TENANT, Filters(author=LINA))

    assert len(page.mentions) == 3
    assert meter.rows_read == 3


def test_an_author_of_another_tenant_has_said_nothing_here(table: DictTable) -> None:
    add(table, *by_lina(2))

    assert Listing(table).page("t_other", Filters(author=LINA)) == Listed(mentions=())


def test_by_time_what_is_older_than_asked_for_ends_the_list() -> None:
    table = MeteredTable(DictTable())
    for i in range(200):
        Mentions(table).add(a_mention(str(i), seen_at=NOW - i * MINUTE))

    with table.meter.fresh() as meter:
        page = Listing(table).page(TENANT, Filters(newest=True, since=NOW - 3 * MINUTE))

    assert [mention.seen_at for mention in page.mentions] == [NOW - i * MINUTE for i in range(4)]
    assert page.cursor == ""
    assert meter.rows_read <= 20
