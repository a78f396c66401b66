"""Values of one type under one partition: the access pattern that most things share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from earshot.domain.errors import Conflict, NotFound
from earshot.ports.table import Key, Row, Table
from earshot.store.codec import from_row, to_row


class Stored(Protocol):
    """A frozen dataclass that carries the revision it was read with."""

    @property
    def revision(self) -> int:
        """How often it was written; 0 before the first time."""
        ...


V = TypeVar("V", bound=Stored)

_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Collection(Generic[V]):
    """All values of `type`; `key` says where each is, `places` which index places and expiry its row gets."""

    table: Table
    kind: str
    type: type[V]
    key: Callable[[V], Key]
    places: Callable[[V], dict[str, Any]] = lambda _: {}

    def at(self, key: Key) -> V | None:
        """The value at a key, or None."""
        row = self.table.get(key)
        return None if row is None else from_row(row, self.type)

    def at_many(self, keys: Iterable[Key]) -> dict[Key, V]:
        """Those of the values at keys that are there, read together."""
        return {key: from_row(row, self.type) for key, row in self.table.get_many(list(keys)).items()}

    def need(self, key: Key) -> V:
        """The value at a key.

        Raises:
            NotFound: there is none.
        """
        found = self.at(key)
        if found is None:
            raise NotFound(self.kind, key.sk.rpartition("#")[2])
        return found

    def row(self, value: V) -> Row:
        """The row that stores a value."""
        return to_row(value, self.key(value), self.kind, **self.places(value))

    def add(self, value: V) -> bool:
        """Stores a value unless one is there; tells whether it did."""
        return self.table.put_if_absent(self.row(value))

    def save(self, value: V) -> V:
        """Stores a new state of a value that was read, and returns it with its new revision.

        Raises:
            Conflict: it was written since it was read, or is gone.
        """
        row = self.row(value)
        if not self.table.put_if_revision(row, value.revision):
            raise Conflict(self.kind, row.key.sk.rpartition("#")[2])
        return replace(value, revision=value.revision + 1)  # type: ignore[type-var]

    def put(self, value: V) -> V:
        """Stores a value whether it is there or not, against the revision it was read with.

        Raises:
            Conflict: it was written since it was read.
        """
        if value.revision:
            return self.save(value)
        if not self.add(value):
            raise Conflict(self.kind, self.key(value).sk.rpartition("#")[2])
        return replace(value, revision=1)  # type: ignore[type-var]

    def become(self, value: V) -> bool:
        """Makes the stored value be this one, whatever stood there; tells whether that changed anything."""
        key = self.key(value)
        while True:
            before = self.at(key)
            wanted = replace(value, revision=before.revision if before else 0)  # type: ignore[type-var]
            if wanted == before:
                return False
            try:
                self.put(wanted)
            except Conflict:
                continue
            return True

    def update(self, key: Key, change: Callable[[V], V], *, missing: V | None = None) -> V:
        """Reads, changes and stores, again and again until nobody was faster; an unchanged value is not written.

        Raises:
            NotFound: there is none, and no value to begin with was given.
            Conflict: somebody was faster each time.
        """
        for _ in range(_MOST_TRIES):
            before = self.at(key) or missing
            if before is None:
                raise NotFound(self.kind, key.sk.rpartition("#")[2])
            after = change(before)
            if after == before:
                return before
            try:
                return self.put(after)
            except Conflict:
                continue
        raise Conflict(self.kind, key.sk.rpartition("#")[2], "is changed by many at once; try again")

    def under(self, pk: str, prefix: str = "", *, limit: int = 500) -> Iterator[V]:
        """All values of a partition whose sort key starts with the kind and `prefix`, page by page."""
        after: tuple[str, ...] | None = None
        while True:
            page = self.table.query(pk, prefix=f"{self.kind}#{prefix}", after=after, limit=limit)
            for row in page.rows:
                yield from_row(row, self.type)
            after = page.after
            if after is None:
                return

    def remove(self, key: Key) -> bool:
        """Deletes the value; tells whether there was one."""
        return self.table.delete(key)
