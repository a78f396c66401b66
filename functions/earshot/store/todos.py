"""Todos in the table: found when they are due, leased, deleted after their effect."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from earshot.domain.errors import Conflict
from earshot.domain.todo import Purpose, Todo, is_orphan, leased
from earshot.ports.table import Table
from earshot.store import keys
from earshot.store.codec import from_row, stamp
from earshot.store.collection import Collection


class Todos:
    """The pending work of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._all = Collection(table, "todo", Todo, keys.of_todo, _places)

    def add(self, todo: Todo) -> bool:
        """Writes a todo unless it is there already; tells whether it did."""
        return self._all.add(todo)

    def lease(self, todo: Todo, now: datetime) -> Todo | None:
        """Moves a due todo on so that nobody else takes it for a while; None when somebody was faster."""
        try:
            return self._all.save(leased(todo, now))
        except Conflict:
            return None

    def move(self, todo: Todo, due_at: datetime) -> None:
        """Gives a todo another due time, whoever wrote it last; nothing happens if it is gone."""
        key = keys.of_todo(todo)
        stored = self._all.at(key)
        if stored is not None and stored.due_at != due_at:
            moved = self._all.row(replace(stored, due_at=due_at))
            self._table.put_if_revision(moved, stored.revision)

    def at(self, tenant: str, purpose: Purpose, group: str, subject: str) -> Todo | None:
        """One todo as it is stored, or None."""
        return self._all.at(keys.of_tenant(tenant, "todo", f"{purpose}#{group}#{subject}"))

    def renew(self, todo: Todo) -> None:
        """Writes a todo as a new one, whatever stood there: who has that in hand can neither move nor end it."""
        self._all.become(todo)

    def settle(self, todo: Todo, due_at: datetime | None) -> bool:
        """Gives a todo that was done its next time, or deletes it; False where somebody wrote it since it was read."""
        if due_at is None:
            return self._table.delete(keys.of_todo(todo), revision=todo.revision)
        return self._table.put_if_revision(self._all.row(replace(todo, due_at=due_at, attempt=0)), todo.revision)

    def remove(self, todo: Todo) -> None:
        """Deletes a todo whose effect has happened."""
        self._all.remove(keys.of_todo(todo))

    def remove_orphan(self, todo: Todo, now: datetime) -> bool:
        """Deletes a todo whose subject had its day to appear and did not; tells whether it did."""
        stored = self._all.at(keys.of_todo(todo))
        return stored is not None and is_orphan(stored, now) and self._all.remove(keys.of_todo(todo))

    def of_group(self, tenant: str, purpose: Purpose, group: str, *, limit: int) -> tuple[Todo, ...]:
        """The pending todos of one group, read consistently, at most `limit`."""
        return self._pending(tenant, f"todo#{purpose}#{group}#", limit)

    def of_purpose(self, tenant: str, purpose: Purpose, *, limit: int) -> tuple[Todo, ...]:
        """The pending todos of one purpose, at most `limit`."""
        return self._pending(tenant, f"todo#{purpose}#", limit)

    def _pending(self, tenant: str, prefix: str, limit: int) -> tuple[Todo, ...]:
        page = self._table.query(f"TENANT#{tenant}", prefix=prefix, limit=limit)
        return tuple(from_row(row, Todo) for row in page.rows)


def _places(todo: Todo) -> dict[str, Any]:
    kind = "recheck" if todo.purpose is Purpose.RECHECK else "todo"
    return {"due": keys.due(kind, stamp(todo.due_at), keys.of_todo(todo))}
