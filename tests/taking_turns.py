"""Workers that take turns at every call of one table, in an order that a seed decides."""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

from earshot.ports.table import Key, Page, Row, Table


class _Turn:
    """One worker: it waits before each call until it is its turn."""

    def __init__(self, work: Callable[["TurnTable"], None], table: Table) -> None:
        self._go = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(work, TurnTable(table, self)), daemon=True)
        self.is_over = False
        self.failure: BaseException | None = None

    def start(self) -> None:
        self._thread.start()
        self._stopped.acquire()

    def step(self) -> None:
        """Lets the worker do one call and what follows it, up to the next one."""
        self._go.release()
        self._stopped.acquire()

    def wait(self) -> None:
        """Called by the worker: it is somebody else's turn."""
        self._stopped.release()
        self._go.acquire()

    def _run(self, work: Callable[["TurnTable"], None], table: "TurnTable") -> None:
        try:
            work(table)
        except BaseException as exc:  # noqa: BLE001 - a thread must not swallow what the test should show
            self.failure = exc
        self.is_over = True
        self._stopped.release()


class TurnTable:
    """Implements `earshot.ports.table.Table` over another one, for one worker."""

    def __init__(self, table: Table, turn: _Turn) -> None:
        self._table = table
        self._turn = turn

    def get(self, key: Key) -> Row | None:
        self._turn.wait()
        return self._table.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """Each key at its own time, since no table reads many at one."""
        found = {}
        for key in keys:
            self._turn.wait()
            found |= self._table.get_many([key])
        return found

    def put_if_absent(self, row: Row) -> bool:
        self._turn.wait()
        return self._table.put_if_absent(row)

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self._turn.wait()
        return self._table.put_if_revision(row, revision)

    def put_many(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._turn.wait()
            self._table.put_many([row])

    def query(self, pk: str, **options: Any) -> Page:
        self._turn.wait()
        return self._table.query(pk, **options)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        self._turn.wait()
        return self._table.delete(key, revision=revision)


def take_turns(table: Table, works: Sequence[Callable[[TurnTable], None]], rng: random.Random) -> None:
    """Runs all works to their end; the next one is chosen before every call, some runs being long and others short."""
    turns = [_Turn(work, table) for work in works]
    for turn in turns:
        turn.start()
    stay = rng.choice((0.0, 0.5, 0.9, 0.98))
    current = rng.choice(turns)
    while waiting := [turn for turn in turns if not turn.is_over]:
        if current.is_over or rng.random() >= stay:
            current = rng.choice(waiting)
        current.step()
    failures = [turn.failure for turn in turns if turn.failure is not None]
    if failures:
        raise failures[0]
