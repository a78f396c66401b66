"""The table and the queues of a local run in one SQLite file that survives a kill at any moment."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from earshot.domain.errors import Invalid, StoreError
from earshot.ports.table import Index, Key, Page, Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    pk TEXT NOT NULL, sk TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, revision INTEGER NOT NULL,
    inbox_pk TEXT, inbox_sk TEXT, due_pk TEXT, due_sk TEXT, expires_at INTEGER,
    PRIMARY KEY (pk, sk)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_inbox ON rows (inbox_pk, inbox_sk) WHERE inbox_pk IS NOT NULL;
CREATE INDEX IF NOT EXISTS rows_due ON rows (due_pk, due_sk) WHERE due_pk IS NOT NULL;
CREATE INDEX IF NOT EXISTS rows_expire ON rows (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, grp TEXT NOT NULL, body TEXT NOT NULL,
    sent_at REAL NOT NULL, visible_at REAL NOT NULL, receipt TEXT, receive_count INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS messages_order ON messages (queue, grp, id);
"""
_COLUMNS = "pk, sk, kind, body, revision, inbox_pk, inbox_sk, due_pk, due_sk, expires_at"
_INSERT = f"INTO rows ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class _Connection(sqlite3.Connection):
    """A connection that closes when its thread ends and lets go of it."""

    def __del__(self) -> None:
        self.close()


class Database:
    """One SQLite file with a connection per thread: write-ahead log, full sync, deleted content overwritten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            self.connection().executescript(_SCHEMA)
        except sqlite3.DatabaseError as exc:
            raise Invalid("data", f"{path} cannot be used: {exc}") from exc

    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self._path, timeout=30, isolation_level=None, check_same_thread=False, factory=_Connection
            )
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = FULL")
            found.execute("PRAGMA secure_delete = ON")
            self._local.connection = found
        return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first statement on."""
        connection = self.connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as exc:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(exc, sqlite3.DatabaseError) and not isinstance(exc, sqlite3.IntegrityError):
                raise StoreError(f"the data cannot be written now: {exc}") from exc
            raise

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The lines that a query finds.

        Raises:
            StoreError: the file cannot be read now.
        """
        try:
            return self.connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as exc:
            raise StoreError(f"the data cannot be read: {exc}") from exc

    def close(self) -> None:
        """Closes this thread's connection."""
        found = getattr(self._local, "connection", None)
        if found is not None:
            found.close()
            self._local.connection = None


class SqliteTable:
    """Implements `earshot.ports.table.Table` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: Key) -> Row | None:
        """See `Table.get`."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """See `Table.get_many`."""
        found = {}
        for key in keys:
            for line in self._database.read(f"SELECT {_COLUMNS} FROM rows WHERE pk = ? AND sk = ?", key):  # noqa: S608
                found[key] = _row(line)
        return found

    def put_if_absent(self, row: Row) -> bool:
        """See `Table.put_if_absent`."""
        with self._database.writing() as connection:
            return connection.execute(f"INSERT OR IGNORE {_INSERT}", _line(row, 1)).rowcount == 1

    def put_if_revision(self, row: Row, revision: int) -> bool:
        """See `Table.put_if_revision`."""
        with self._database.writing() as connection:
            stored = connection.execute("SELECT revision FROM rows WHERE pk = ? AND sk = ?", row.key).fetchone()
            if stored is None or stored[0] != revision:
                return False
            connection.execute(f"INSERT OR REPLACE {_INSERT}", _line(row, revision + 1))
            return True

    def put_many(self, rows: Sequence[Row]) -> None:
        """See `Table.put_many`."""
        with self._database.writing() as connection:
            connection.executemany(f"INSERT OR REPLACE {_INSERT}", [_line(row, row.revision + 1) for row in rows])

    def query(
        self,
        pk: str,
        *,
        index: Index | None = None,
        prefix: str = "",
        up_to: str | None = None,
        after: tuple[str, ...] | None = None,
        limit: int = 100,
    ) -> Page:
        """See `Table.query`."""
        at = f"{index}_" if index else ""
        sql = f"SELECT {_COLUMNS} FROM rows WHERE {at}pk = ? AND {at}sk >= ?"  # noqa: S608
        # `after` as the lower bound too: the index then begins there instead of reading up to it.
        values: list[Any] = [pk, max(prefix, after[0] if after else "")]
        if prefix:
            sql += f" AND {at}sk < ?"
            values.append(prefix[:-1] + chr(ord(prefix[-1]) + 1))
        if up_to is not None:
            sql += f" AND {at}sk <= ?"
            values.append(up_to)
        if after is not None:
            sql += f" AND ({at}sk, pk, sk) > (?, ?, ?)"
            values.extend(after)
        sql += f" ORDER BY {at}sk, pk, sk LIMIT ?"
        rows = [_row(line) for line in self._database.read(sql, [*values, limit + 1])]
        page = tuple(rows[:limit])
        return Page(rows=page, after=_order(page[-1], index) if len(rows) > limit else None)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        """See `Table.delete`."""
        condition, values = ("", ()) if revision is None else (" AND revision = ?", (revision,))
        with self._database.writing() as connection:
            done = connection.execute(f"DELETE FROM rows WHERE pk = ? AND sk = ?{condition}", (*key, *values))  # noqa: S608
            return done.rowcount == 1

    def expire(self, now_s: float) -> int:
        """Deletes what is past its `expires_at`, as DynamoDB's TTL does; tells how many rows went."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM rows WHERE expires_at <= ?", (int(now_s),)).rowcount


def _line(row: Row, revision: int) -> tuple[Any, ...]:
    inbox, due = row.inbox or (None, None), row.due or (None, None)
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":"))
    return (*row.key, row.kind, body, revision, *inbox, *due, row.expires_at)


def _row(line: Sequence[Any]) -> Row:
    pk, sk, kind, body, revision, inbox_pk, inbox_sk, due_pk, due_sk, expires_at = line
    return Row(
        key=Key(pk, sk),
        kind=kind,
        body=json.loads(body),
        revision=revision,
        inbox=Key(inbox_pk, inbox_sk) if inbox_pk is not None else None,
        due=Key(due_pk, due_sk) if due_pk is not None else None,
        expires_at=expires_at,
    )


def _order(row: Row, index: Index | None) -> tuple[str, ...]:
    place: Key = getattr(row, index) if index else row.key
    return (place.sk, *row.key)
