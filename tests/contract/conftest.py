"""The tables that the contract judges; an adapter for another store adds itself to `TABLES`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from earshot.adapters.memory import DictTable
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.ports.table import Table

MakeTable = Callable[[Path], tuple[Table, Callable[[], None]]]


def _dict_table(_: Path) -> tuple[Table, Callable[[], None]]:
    return DictTable(), lambda: None


def _sqlite_table(folder: Path) -> tuple[Table, Callable[[], None]]:
    database = Database(folder / "earshot.db")
    return SqliteTable(database), database.close


TABLES: dict[str, MakeTable] = {"dict": _dict_table, "sqlite": _sqlite_table}
"""By name: makes an empty table, given a folder, and says how to close it."""


@pytest.fixture(params=sorted(TABLES))
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    """An empty table of each kind."""
    made, close = TABLES[request.param](tmp_path)
    yield made
    close()
