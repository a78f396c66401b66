"""The tables that the contract judges; an adapter for another store adds itself to `TABLES`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import moto
import pytest

from earshot.adapters.aws.clients import dynamodb_client
from earshot.adapters.aws.table import DynamoTable
from earshot.adapters.memory import DictTable
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.ports.table import Table
from emulator import Emulator, create_table, emulator, fresh_table, session_for

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

__all__ = ["emulator"]

MakeTable = Callable[[pytest.FixtureRequest], AbstractContextManager[Table]]


@contextmanager
def _dict_table(_: pytest.FixtureRequest) -> Iterator[Table]:
    yield DictTable()


@contextmanager
def _sqlite_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    folder: Path = request.getfixturevalue("tmp_path")
    with closing(Database(folder / "earshot.db")) as database:
        yield SqliteTable(database)


@pytest.fixture(scope="session")
def moto_client() -> "DynamoDBClient":
    """A client that moto answers within `moto.mock_aws`."""
    return dynamodb_client(session_for("AKIAMOTOMOTOMOTOMOTO", "no secret"))


@contextmanager
def _moto_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    client = request.getfixturevalue("moto_client")
    with moto.mock_aws():
        create_table(client, "earshot")
        yield DynamoTable(client, "earshot")


@pytest.fixture(scope="session")
def emulated_client(emulator: Emulator) -> "DynamoDBClient":
    """A client of the emulator; making one for each test would take most of the time of the suite."""
    return dynamodb_client(emulator.session(), endpoint_url=emulator.endpoint_url)


@contextmanager
def _emulated_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    client = request.getfixturevalue("emulated_client")
    with fresh_table(client) as name:
        yield DynamoTable(client, name)


TABLES: dict[str, MakeTable] = {
    "dict": _dict_table,
    "sqlite": _sqlite_table,
    "moto": _moto_table,
    "emulator": _emulated_table,
}
"""By name: an empty table for the length of a test."""


@pytest.fixture(params=sorted(TABLES))
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """An empty table of each kind."""
    with TABLES[request.param](request) as made:
        yield made
