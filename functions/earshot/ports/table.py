"""The port to the one table: rows under a partition key and a sort key, with two sparse indexes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

Index = Literal["inbox", "due"]


class Key(NamedTuple):
    """A row's place: the partition, and the sort key within it."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stored value. `body` holds JSON values only; `inbox` and `due` are its places in the indexes, None for none.

    `revision` is 1 after the first write and grows by one with each; `expires_at` is in seconds since 1970.
    """

    key: Key
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0
    inbox: Key | None = None
    due: Key | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows in the order of their sort keys, and the sort key (with the row's own key) to go on after."""

    rows: tuple[Row, ...] = ()
    after: tuple[str, ...] | None = None


class Table(Protocol):
    """A single table. Reads by key are consistent; an index may lag behind by seconds."""

    def get(self, key: Key) -> Row | None:
        """The row, read consistently, or None."""
        ...

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """The rows that exist, in any number, read consistently."""
        ...

    def put_if_absent(self, row: Row) -> bool:
        """Writes revision 1 if there is no such row; tells whether it did."""
        ...

    def put_if_revision(self, row: Row, revision: int) -> bool:
        """Writes revision + 1 if the stored row has `revision`; tells whether it did."""
        ...

    def put_many(self, rows: Sequence[Row]) -> None:
        """Writes rows whatever stands there, with the revision they carry + 1; each row whole, the batch not atomic."""
        ...

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
        """Rows of one partition, ascending by sort key, that start with `prefix` and are at most `up_to`.

        `after` is the `Page.after` of the page before. With `index`, `pk` and the sort keys are those of the index.
        """
        ...

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        """Deletes the row (if it has `revision`, where given); tells whether it is gone by this call."""
        ...
