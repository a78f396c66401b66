"""A table in a dict whose indexes lag, as those of DynamoDB do."""

from earshot.adapters.memory import DictTable
from earshot.ports.table import Key, Row


def a_row(name: str, *, at: str | None = "1") -> Row:
    return Row(key=Key("P", name), kind="thing", inbox=Key("I", at) if at else None)


def test_an_index_shows_a_write_only_after_some_more_writes() -> None:
    table = DictTable(lag=2)

    table.put_if_absent(a_row("a"))
    at_once = table.query("I", index="inbox").rows
    table.put_many([a_row("b"), a_row("c")])

    assert at_once == ()
    assert [row.key.sk for row in table.query("I", index="inbox").rows] == ["a"]


def test_a_row_is_read_by_its_key_before_an_index_shows_it() -> None:
    table = DictTable(lag=5)

    table.put_if_absent(a_row("a"))

    assert table.get(Key("P", "a")) is not None
    assert [row.key.sk for row in table.query("P").rows] == ["a"]


def test_a_lagging_index_still_shows_what_was_deleted_until_it_settles() -> None:
    table = DictTable(lag=5)
    table.put_if_absent(a_row("a"))
    table.settle()
    table.delete(Key("P", "a"))

    before = table.query("I", index="inbox").rows
    table.settle()

    assert len(before) == 1
    assert table.query("I", index="inbox").rows == ()
