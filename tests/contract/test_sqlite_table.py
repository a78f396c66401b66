"""What only the SQLite table promises: many processes, a kill at any moment, and nothing left to read."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.adapters.sqlite import Database, SqliteTable
from earshot.ports.table import Key, Row

COUNTER = Key("P", "counter")

_COUNT_UP = """
import sys
from dataclasses import replace
from pathlib import Path
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.ports.table import Key

table = SqliteTable(Database(Path(sys.argv[1])))
for _ in range(40):
    while True:
        row = table.get(Key("P", "counter"))
        if table.put_if_revision(replace(row, body={"n": row.body["n"] + 1}), row.revision):
            break
"""

_WRITE_ON = """
import sys
from pathlib import Path
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.ports.table import Key, Row

table = SqliteTable(Database(Path(sys.argv[1])))
for i in range(100_000):
    table.put_if_absent(Row(key=Key("P", f"{i:06d}"), kind="thing", body={"i": i}))
    print(i, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "earshot.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    made = Database(path)
    yield made
    made.close()


def test_two_processes_that_count_by_revision_lose_no_step(database: Database, path: Path) -> None:
    table = SqliteTable(database)
    table.put_if_absent(Row(key=COUNTER, kind="counter", body={"n": 0}))

    processes = [subprocess.Popen([sys.executable, "-c", _COUNT_UP, str(path)]) for _ in range(2)]
    codes = [process.wait(timeout=50) for process in processes]

    stored = table.get(COUNTER)
    assert codes == [0, 0]
    assert stored is not None
    assert (stored.body["n"], stored.revision) == (80, 81)


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_acknowledged(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITE_ON, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(25)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait(timeout=10)

    database = Database(path)
    rows = SqliteTable(database).query("P", limit=100_000).rows
    database.close()
    assert process.returncode == -signal.SIGKILL
    assert {row.body["i"] for row in rows} >= set(acknowledged)
    assert [row.body["i"] for row in rows] == list(range(len(rows)))


def test_what_is_past_its_time_is_deleted_and_the_rest_stays(database: Database) -> None:
    table = SqliteTable(database)
    for name, expires_at in (("past", 99), ("now", 100), ("future", 101), ("never", None)):
        table.put_if_absent(Row(key=Key("P", name), kind="thing", expires_at=expires_at))

    assert table.expire(100.9) == 2

    assert [row.key.sk for row in table.query("P").rows] == ["future", "never"]


def test_only_the_owner_may_read_the_files(database: Database, path: Path) -> None:
    SqliteTable(database).put_if_absent(Row(key=COUNTER, kind="counter"))

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert modes["earshot.db"] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_write_is_on_disk_when_it_is_acknowledged_and_deleted_content_is_overwritten(database: Database) -> None:
    connection = database.connection()

    settings = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "secure_delete")]

    assert settings == ["wal", 1]
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_deleted_text_is_nowhere_in_the_files_once_they_are_closed(path: Path) -> None:
    database = Database(path)
    table = SqliteTable(database)
    table.put_if_absent(Row(key=COUNTER, kind="thing", body={"text": "very private words"}))
    table.delete(COUNTER)
    database.close()

    assert not any(b"very private words" in file.read_bytes() for file in path.parent.iterdir())


def test_a_transaction_that_fails_writes_nothing(database: Database) -> None:
    table = SqliteTable(database)
    unspeakable = Row(key=Key("P", "b"), kind="thing", body={"at": object()})

    with pytest.raises(TypeError):
        table.put_many([Row(key=Key("P", "a"), kind="thing"), unspeakable])
    with pytest.raises(sqlite3.IntegrityError), database.writing() as connection:
        connection.execute("INSERT INTO rows (pk, sk, kind, body, revision) VALUES ('P', 'c', 'thing', '{}', 1)")
        connection.execute("INSERT INTO rows (pk, sk, kind, body, revision) VALUES ('P', 'd', NULL, '{}', 1)")

    assert table.query("P").rows == ()


def test_a_file_from_an_earlier_run_is_opened_again_with_all_it_held(database: Database, path: Path) -> None:
    SqliteTable(database).put_if_absent(Row(key=COUNTER, kind="counter", body={"n": 7}))
    database.close()

    later = Database(path)
    again = SqliteTable(later).get(COUNTER)
    later.close()

    assert again is not None
    assert again.body == {"n": 7}


def test_a_thread_that_has_no_connection_closes_nothing(database: Database) -> None:
    database.close()
    database.close()

    assert SqliteTable(database).get(COUNTER) is None
