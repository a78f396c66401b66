"""Every table keeps the promises of `earshot.ports.table`."""

import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from earshot.domain.errors import EarshotError
from earshot.ports.table import Index, Key, Row, Table

PARTITION = "TENANT#t"
ODD = ["plain", "with space", "a#b", "Grüße", "日本語", "emoji 🦻", "a\u0301", "'; DROP TABLE rows; --", "%_", "\x01"]
SCRIPTS = [
    "Ελλάδα",
    "Україна",
    "עברית",
    "العربية",
    "हिन्दी",
    "ไทย",
    "한국어",
    "ქართული",
    "አማርኛ",
    "\u202eabc",
    "\U00020000",
    "\uffff",
]


def a_row(sk: str = "thing#1", *, pk: str = PARTITION, **changes: Any) -> Row:
    return replace(Row(key=Key(pk, sk), kind="thing", body={"text": "hello"}), **changes)


def a_shelf(table: Table, count: int, **places: str) -> list[Row]:
    """Rows thing#00 … in one partition; `places` names index partitions they all stand in."""
    rows = [a_row(f"thing#{i:02d}") for i in range(count)]
    rows = [_placed(row, places) for row in rows]
    table.put_many(rows)
    return rows


def _placed(row: Row, places: dict[str, str]) -> Row:
    changes: dict[str, Any] = {index: Key(pk, row.key.sk) for index, pk in places.items()}
    return replace(row, **changes)


def at(index: Index, sk: str) -> dict[str, Any]:
    """A place in one partition of an index, as a row takes it."""
    return {index: Key("X", sk)}


def all_pages(table: Table, pk: str, *, limit: int, **options: Any) -> list[list[str]]:
    """The sort keys of every page, read to the end."""
    pages: list[list[str]] = []
    after: tuple[str, ...] | None = None
    while True:
        page = table.query(pk, after=after, limit=limit, **options)
        pages.append([row.key.sk for row in page.rows])
        after = page.after
        if after is None:
            return pages


def names(table: Table, pk: str = PARTITION, **options: Any) -> list[str]:
    return [row.key.sk for row in table.query(pk, **options).rows]


def test_a_row_that_is_not_there_is_none(table: Table) -> None:
    assert table.get(Key(PARTITION, "thing#1")) is None


def test_a_row_comes_back_as_it_was_written_with_revision_one(table: Table) -> None:
    row = a_row(inbox=Key("I", "1"), due=Key("D", "2"), expires_at=1_800_000_000)

    assert table.put_if_absent(row)

    assert table.get(row.key) == replace(row, revision=1)


def test_a_first_write_begins_at_revision_one_whatever_the_row_carries(table: Table) -> None:
    table.put_if_absent(a_row(revision=7))

    assert table.get(a_row().key) == a_row(revision=1)


def test_the_second_writer_of_an_absent_row_is_refused_and_changes_nothing(table: Table) -> None:
    table.put_if_absent(a_row())

    assert not table.put_if_absent(a_row(body={"text": "late"}))

    stored = table.get(a_row().key)
    assert stored is not None
    assert (stored.body, stored.revision) == ({"text": "hello"}, 1)


def test_a_write_with_the_stored_revision_counts_one_up(table: Table) -> None:
    table.put_if_absent(a_row())

    assert table.put_if_revision(a_row(body={"text": "new"}), 1)
    assert table.put_if_revision(a_row(body={"text": "newer"}), 2)

    stored = table.get(a_row().key)
    assert stored is not None
    assert (stored.body, stored.revision) == ({"text": "newer"}, 3)


def test_a_write_with_another_revision_is_refused_and_changes_nothing(table: Table) -> None:
    table.put_if_absent(a_row())

    assert not table.put_if_revision(a_row(body={"text": "stale"}), 0)
    assert not table.put_if_revision(a_row(body={"text": "early"}), 2)

    stored = table.get(a_row().key)
    assert stored is not None
    assert (stored.body, stored.revision) == ({"text": "hello"}, 1)


def test_a_write_with_a_revision_of_a_row_that_is_not_there_is_refused(table: Table) -> None:
    assert not table.put_if_revision(a_row(), 0)
    assert not table.put_if_revision(a_row(), 1)

    assert table.get(a_row().key) is None


def test_many_rows_are_written_whatever_stood_there_with_the_revision_they_carry_plus_one(table: Table) -> None:
    table.put_if_absent(a_row("thing#1", body={"text": "old"}))

    table.put_many([a_row("thing#1"), a_row("thing#2", revision=4)])

    found = table.get_many([Key(PARTITION, "thing#1"), Key(PARTITION, "thing#2")])
    assert [(row.body["text"], row.revision) for row in found.values()] == [("hello", 1), ("hello", 5)]


@pytest.mark.parametrize("place", [8, 20, 60])
def test_of_many_rows_with_one_key_the_last_is_written(table: Table, place: int) -> None:
    rows = [a_row(f"thing#{i:02d}") for i in range(60)]

    table.put_many([*rows[:place], a_row("thing#07", body={"text": "last"}, revision=2), *rows[place:]])

    stored = table.get(rows[7].key)
    assert stored is not None
    assert (stored.body["text"], stored.revision) == ("last", 3)
    assert len(names(table)) == 60


def test_no_rows_are_written_and_read_without_complaint(table: Table) -> None:
    table.put_many([])

    assert table.get_many([]) == {}


def test_more_than_a_hundred_rows_are_written_and_read_at_once(table: Table) -> None:
    rows = [a_row(f"thing#{i:03d}") for i in range(130)]

    table.put_many(rows)

    assert len(table.get_many([row.key for row in rows])) == 130


def test_reading_many_leaves_out_what_is_not_there_and_forgives_repetition(table: Table) -> None:
    table.put_if_absent(a_row("thing#1"))
    here, gone = Key(PARTITION, "thing#1"), Key(PARTITION, "thing#2")

    assert list(table.get_many([gone, here, here])) == [here]


def test_more_than_a_hundred_rows_are_read_in_the_order_they_were_asked_for(table: Table) -> None:
    rows = [a_row(f"thing#{i:03d}") for i in range(130)]
    table.put_many(rows)
    keys = [row.key for row in reversed(rows)]

    assert list(table.get_many([*keys, Key(PARTITION, "nothing"), *keys])) == keys


def test_rows_of_more_than_sixteen_megabytes_are_all_read_at_once(table: Table) -> None:
    rows = [a_row(f"thing#{i:02d}", body={"text": "x" * 300_000}) for i in range(60)]
    table.put_many(rows)

    found = table.get_many([row.key for row in rows])

    assert [len(row.body["text"]) for row in found.values()] == [300_000] * 60


def test_a_deleted_row_is_gone_once(table: Table) -> None:
    table.put_if_absent(a_row())

    assert table.delete(a_row().key)
    assert not table.delete(a_row().key)

    assert table.get(a_row().key) is None


def test_deleting_with_another_revision_is_refused(table: Table) -> None:
    table.put_if_absent(a_row())

    assert not table.delete(a_row().key, revision=2)
    assert table.delete(a_row().key, revision=1)


def test_a_row_written_again_after_its_deletion_begins_at_revision_one(table: Table) -> None:
    table.put_if_absent(a_row())
    table.put_if_revision(a_row(), 1)
    table.delete(a_row().key)

    table.put_if_absent(a_row())

    stored = table.get(a_row().key)
    assert stored is not None
    assert stored.revision == 1


def test_a_partition_is_read_in_the_order_of_its_sort_keys(table: Table) -> None:
    table.put_many([a_row(f"thing#{i}") for i in (3, 1, 2)])
    table.put_many([a_row("thing#0", pk="TENANT#other")])

    assert names(table) == ["thing#1", "thing#2", "thing#3"]


def test_a_partition_shows_every_write_at_once(table: Table) -> None:
    rows = [a_row(f"thing#{i:02d}") for i in range(20)]
    seen = []
    for row in rows:
        table.put_if_absent(row)
        seen.append(len(names(table)))
    for row in rows:
        table.put_if_revision(replace(row, body={"text": "new"}), 1)
        seen.append(sum(each.body["text"] == "new" for each in table.query(PARTITION).rows))
    for row in rows:
        table.delete(row.key)
        seen.append(len(names(table)))

    assert seen == [*range(1, 21), *range(1, 21), *range(19, -1, -1)]


def test_a_prefix_leaves_out_its_neighbours(table: Table) -> None:
    table.put_many([a_row(sk) for sk in ("a", "ab", "ab#", "ab#1", "ab#\U0010fffd", "ab$", "ac")])

    assert names(table, prefix="ab#") == ["ab#", "ab#1", "ab#\U0010fffd"]


def test_an_upper_bound_is_part_of_what_it_bounds(table: Table) -> None:
    a_shelf(table, 5)

    assert names(table, up_to="thing#02") == ["thing#00", "thing#01", "thing#02"]
    assert names(table, prefix="thing#", up_to="thing#00") == ["thing#00"]


@pytest.mark.parametrize(
    ("prefix", "up_to", "expected"),
    [
        ("ab", "ab", ["ab"]),
        ("ab", "ab1", ["ab", "ab1"]),
        ("ab", "aba", ["ab", "ab1", "ab2"]),
        ("ab", "ac", ["ab", "ab1", "ab2", "ab🦻"]),
        ("ab", "\U0010ffff", ["ab", "ab1", "ab2", "ab🦻"]),
        ("ab", "aa", []),
        ("ab", "a", []),
        ("ab", "", []),
        ("", "", []),
        ("", "ab", ["a", "aa", "ab"]),
        ("abc", "abd", []),
    ],
)
@pytest.mark.parametrize("index", [None, "inbox"])
def test_prefix_and_upper_bound_hold_together(
    table: Table, index: Index | None, prefix: str, up_to: str, expected: list[str]
) -> None:
    shelf = [a_row(sk, inbox=Key("I", sk)) for sk in ("a", "aa", "ab", "ab1", "ab2", "ab🦻", "ac", "b")]
    table.put_many(shelf)

    assert names(table, "I" if index else PARTITION, index=index, prefix=prefix, up_to=up_to) == expected


@pytest.mark.parametrize("limit", range(1, 9))
@pytest.mark.parametrize("index", [None, "inbox", "due"])
def test_pages_of_any_size_show_every_row_once_in_order(table: Table, index: Index | None, limit: int) -> None:
    rows = a_shelf(table, 7, inbox="I", due="D")
    pk = {None: PARTITION, "inbox": "I", "due": "D"}[index]

    pages = all_pages(table, pk, index=index, limit=limit)

    assert [sk for page in pages for sk in page] == [row.key.sk for row in rows]
    assert [len(page) for page in pages if page][:-1] == [limit] * (len([page for page in pages if page]) - 1)


def test_a_page_that_ends_with_the_last_row_has_no_successor(table: Table) -> None:
    a_shelf(table, 3)

    assert table.query(PARTITION, limit=4).after is None
    assert table.query("TENANT#nobody").after is None


@pytest.mark.parametrize("index", [None, "inbox", "due"])
def test_a_page_of_exactly_as_many_rows_as_there_are_has_no_successor(table: Table, index: Index | None) -> None:
    a_shelf(table, 6, inbox="I", due="D")
    pk = {None: PARTITION, "inbox": "I", "due": "D"}[index]

    assert table.query(pk, index=index, limit=6).after is None
    assert table.query(pk, index=index, limit=5).after is not None
    assert [len(page) for page in all_pages(table, pk, index=index, limit=3)] == [3, 3]
    assert [len(page) for page in all_pages(table, pk, index=index, limit=2, up_to="thing#03")] == [2, 2]


@pytest.mark.parametrize("index", [None, "inbox"])
def test_a_page_may_have_more_than_a_megabyte(table: Table, index: Index | None) -> None:
    rows = [a_row(f"thing#{i:02d}", body={"text": "x" * 300_000}, inbox=Key("I", f"{i:02d}")) for i in range(11)]
    table.put_many(rows)
    pk = "I" if index else PARTITION

    pages = all_pages(table, pk, index=index, limit=5)

    assert [len(page) for page in pages] == [5, 5, 1]
    assert [sk for page in pages for sk in page] == [row.key.sk for row in rows]
    assert len(table.query(pk, index=index, limit=11).rows) == 11


def test_going_on_respects_prefix_and_upper_bound(table: Table) -> None:
    a_shelf(table, 6)
    table.put_many([a_row("other#1")])

    pages = all_pages(table, PARTITION, limit=2, prefix="thing#", up_to="thing#04")

    assert [sk for page in pages for sk in page] == [f"thing#{i:02d}" for i in range(5)]


def test_going_on_after_a_row_that_was_deleted_meanwhile_loses_nothing(table: Table) -> None:
    rows = a_shelf(table, 4)
    first = table.query(PARTITION, limit=2)

    table.delete(rows[1].key)

    assert first.after is not None
    assert names(table, after=first.after) == ["thing#02", "thing#03"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [("a", ["ab", "abc"]), ("ab", ["abc"]), ("abb", ["abc"]), ("abc", []), ("abd", []), ("b", []), ("zzz", [])],
)
@pytest.mark.parametrize("index", [None, "inbox"])
@pytest.mark.parametrize("up_to", [None, "abc"])
def test_going_on_after_a_place_where_no_row_is_shows_what_follows(
    table: Table, index: Index | None, place: str, expected: list[str], up_to: str | None
) -> None:
    table.put_many([a_row(sk, inbox=Key("I", sk)) for sk in ("a", "ab", "abc", "b")])
    pk = "I" if index else PARTITION

    assert names(table, pk, index=index, prefix="ab", up_to=up_to, after=(place, PARTITION, place)) == expected


@pytest.mark.parametrize(
    "after", [(), ("a",), ("a", "b"), ("a", "b", "c", "d"), ("", "", ""), ("a", "", "a"), ("x" * 5000,) * 3], ids=str
)
@pytest.mark.parametrize("index", [None, "inbox"])
def test_a_cursor_that_is_none_of_ours_shows_rows_or_is_refused(
    table: Table, index: Index | None, after: tuple[str, ...]
) -> None:
    table.put_many([a_row(sk, inbox=Key(PARTITION, sk)) for sk in ("a", "ab")])

    with suppress(EarshotError):
        assert set(names(table, index=index, after=after)) <= {"a", "ab"}


@pytest.mark.parametrize("key", [Key("", "a"), Key("a", ""), Key("x" * 3000, "a"), Key("a", "x" * 3000)], ids=len)
def test_what_a_stranger_asks_for_by_an_odd_key_is_not_there(table: Table, key: Key) -> None:
    assert table.get(key) is None
    assert table.get_many([key]) == {}
    assert not table.delete(key)
    assert table.query(key.pk, prefix=key.sk).rows == ()


@pytest.mark.parametrize("index", ["inbox", "due"])
def test_only_rows_with_a_place_in_an_index_are_in_it(table: Table, index: Index) -> None:
    table.put_many([a_row("thing#1", **at(index, "b")), a_row("thing#2"), a_row("thing#3")])

    assert names(table, "X", index=index) == ["thing#1"]
    other: Index = "due" if index == "inbox" else "inbox"
    assert names(table, "X", index=other) == []


@pytest.mark.parametrize("index", ["inbox", "due"])
def test_a_row_moves_in_an_index_and_leaves_it(table: Table, index: Index) -> None:
    table.put_if_absent(a_row("thing#1", **at(index, "1")))
    table.put_if_absent(a_row("thing#2", **at(index, "2")))

    table.put_if_revision(a_row("thing#1", **at(index, "3")), 1)
    moved = names(table, "X", index=index)
    table.put_if_revision(a_row("thing#1"), 2)
    left = names(table, "X", index=index)
    table.delete(Key(PARTITION, "thing#2"))

    assert (moved, left) == (["thing#2", "thing#1"], ["thing#2"])
    assert names(table, "X", index=index) == []


@pytest.mark.parametrize("up_to", [None, "same"])
@pytest.mark.parametrize("limit", range(1, 6))
def test_rows_with_the_same_place_in_an_index_are_each_read_once(table: Table, limit: int, up_to: str | None) -> None:
    rows = [a_row(f"thing#{i}", pk=pk, inbox=Key("I", "same")) for i in range(2) for pk in ("TENANT#a", "TENANT#b")]
    table.put_many(rows)

    found: list[Key] = []
    after: tuple[str, ...] | None = None
    while True:
        page = table.query("I", index="inbox", after=after, limit=limit, up_to=up_to)
        found += [row.key for row in page.rows]
        after = page.after
        if after is None:
            break

    assert sorted(found) == sorted(row.key for row in rows)


def test_an_index_is_read_by_prefix_and_upper_bound(table: Table) -> None:
    table.put_many([a_row(f"thing#{i}", due=Key("D", f"2026-{i}#x")) for i in range(4)])

    assert names(table, "D", index="due", up_to="2026-1$") == ["thing#0", "thing#1"]
    assert names(table, "D", index="due", prefix="2026-3") == ["thing#3"]


@pytest.mark.parametrize("text", ODD + SCRIPTS, ids=ascii)
def test_keys_of_any_script_are_kept_apart_and_found(table: Table, text: str) -> None:
    table.put_many([a_row(text), a_row(f"{text}2"), a_row("thing", pk=text, inbox=Key(text, text))])

    assert table.get(Key(PARTITION, text)) is not None
    assert set(names(table, prefix=text)) == {text, f"{text}2"}
    assert names(table, text, index="inbox", prefix=text, up_to=text) == ["thing"]


def test_sort_keys_are_ordered_by_code_point(table: Table) -> None:
    texts = ["Z", "a", "z", "ß", "ä", "\uffee", "🦻"]
    table.put_many([a_row(text) for text in reversed(texts)])

    assert names(table) == texts


def test_every_json_value_comes_back_equal(table: Table) -> None:
    body = {
        "text": "Grüße 🦻 \u0000 \\ \" '",
        "empty": "",
        "number": 12345678901234567,
        "float": 0.1,
        "tiny": 1e-9,
        "yes": True,
        "none": None,
        "list": [1, "zwei", None, [3.5], {}],
        "map": {"a": {"b": []}},
    }

    table.put_if_absent(a_row(body=body))

    stored = table.get(a_row().key)
    assert stored is not None
    assert stored.body == body


def test_an_empty_body_and_an_empty_kind_come_back_empty(table: Table) -> None:
    table.put_if_absent(a_row(body={}, kind=""))

    assert table.get(a_row().key) == a_row(body={}, kind="", revision=1)


def test_a_body_of_three_hundred_kilobytes_is_kept_whole(table: Table) -> None:
    text = "Ärger " * 45_000

    table.put_if_absent(a_row(body={"text": text}, inbox=Key("I", "1")))

    found = table.query("I", index="inbox").rows
    assert found[0].body["text"] == text


def test_of_many_writers_with_one_revision_exactly_one_wins(table: Table) -> None:
    table.put_if_absent(a_row())
    won: list[bool] = []
    barrier = threading.Barrier(6)

    def write(number: int) -> None:
        barrier.wait()
        won.append(table.put_if_revision(a_row(body={"by": number}), 1))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 5 + [True]
