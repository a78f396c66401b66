"""Story keys: who has claimed the names of a text, for as long as copies of it may come; and who is told of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from earshot.domain.errors import Conflict
from earshot.domain.story import WINDOW
from earshot.ports.table import Key, Row, Table
from earshot.store import keys
from earshot.store.codec import from_row
from earshot.store.collection import Collection
from earshot.store.mentions import RETENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryKey:
    """A name that a mention has claimed at a time, with the sketch of its text."""

    tenant: str
    name: str
    mention_id: str
    at: datetime
    sketch: str
    revision: int = 0


class StoryKeys:
    """The story keys of all tenants; a key that is older than a story lasts is as good as gone."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._all = Collection(table, "storykey", StoryKey, lambda key: _key(key.tenant, key.name), _places)

    def of(self, tenant: str, names: Sequence[str]) -> dict[str, StoryKey]:
        """The claimed ones of these names, read consistently, in any age."""
        found = self._table.get_many([_key(tenant, name) for name in names])
        return {key.name: key for key in (from_row(row, StoryKey) for row in found.values())}

    def row(self, key: StoryKey) -> Row:
        """The row that stores a key."""
        return self._all.row(key)

    def claim(self, wanted: Iterable[StoryKey], known: Mapping[str, StoryKey]) -> None:
        """Claims keys that were free when `known` was read; where somebody was faster, the key is theirs."""
        for key in wanted:
            before = known.get(key.name)
            try:
                self._all.put(replace(key, revision=before.revision if before else 0))
            except Conflict:
                continue


class Tellings:
    """Which mentions alert is about to tell people of, or has told: looked at by whoever would take one in."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, tenant: str, mention_id: str, now: datetime) -> None:
        """Marks a mention, for as long as a delivery of it is kept; twice is once."""
        expires_at = int((now + RETENTION).timestamp())
        self._table.put_if_absent(Row(key=_telling(tenant, mention_id), kind="telling", expires_at=expires_at))

    def has_begun(self, tenant: str, mention_id: str) -> bool:
        """Whether a mention is marked."""
        return self._table.get(_telling(tenant, mention_id)) is not None

    def begun(self, tenant: str, mention_ids: Sequence[str]) -> tuple[str, ...]:
        """Those of these mentions that are marked."""
        found = self._table.get_many([_telling(tenant, id_) for id_ in mention_ids])
        return tuple(id_ for id_ in mention_ids if _telling(tenant, id_) in found)


def is_over(key: StoryKey, now: datetime) -> bool:
    """Whether copies may come no longer; the row itself goes some time later."""
    return now - key.at >= WINDOW


def _key(tenant: str, name: str) -> Key:
    return keys.of_tenant(tenant, "storykey", name)


def _telling(tenant: str, mention_id: str) -> Key:
    return keys.of_tenant(tenant, "telling", mention_id)


def _places(key: StoryKey) -> dict[str, Any]:
    return {"expires_at": int((key.at + WINDOW).timestamp())}
