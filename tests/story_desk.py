"""A collector and an alerter over one table, and texts that tell one story."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from builders import TENANT, a_contact, a_mention, a_page, a_source, a_subscription, a_tenant, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.domain.delivery import Delivery
from earshot.domain.item import Item
from earshot.domain.mention import Mention, mention_id
from earshot.domain.messages import MessageType, message
from earshot.domain.source import Source
from earshot.domain.todo import Todo
from earshot.domain.watch import Role
from earshot.matching.likeness import Fingerprint, fingerprint
from earshot.ports.table import Key, Page, Row, Table
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector, Found
from earshot.services.inbox import Inbox
from earshot.services.likes import Likes
from earshot.services.listing import Filters
from earshot.services.stories import Stories
from earshot.store.codec import from_row
from earshot.store.company import Company, tenant_key
from earshot.store.due import all_todos
from earshot.store.mentions import Mentions
from earshot.store.stories import StoryKey, StoryKeys
from fakes import FixedClock, RecordingBus, WordClassifier

TEXT = (
    "Acme ruft seit heute alle Wasserkocher der Reihe Nordlicht zurück, weil der Griff bei Hitze brechen kann. Das ist "
    "schlecht für viele Kunden, die das Gerät erst im Herbst gekauft haben und nun auf Ersatz warten müssen."
)
OTHER_TEXT = (
    "Acme eröffnet in Bremen ein zweites Lager und will dort bis zum Sommer achtzig Leute einstellen, doch die "
    "Anwohner finden den Verkehr schon heute schlecht und fordern eine neue Zufahrt über die alte Bahnstraße."
)


def a_place(name: str, text: str = TEXT, **changes: Any) -> Item:
    """An article at a place of this name."""
    return an_item(name, text=text, place=f"Blatt {name}", **changes)


def print_of(item: Item) -> Fingerprint:
    found = fingerprint(item.title, item.text, is_history=False)
    assert found is not None
    return found


class MeddledTable:
    """A table in which something happens once, before the first call of a kind such as "put_if_revision mention"."""

    def __init__(self, table: Table, before: str, happens: Callable[[], object]) -> None:
        self._table = table
        self._before = before
        self._happens: Callable[[], object] | None = happens

    def get(self, key: Key) -> Row | None:
        self._meddle("get", key)
        return self._table.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        for key in keys:
            self._meddle("get_many", key)
        return self._table.get_many(keys)

    def put_if_absent(self, row: Row) -> bool:
        self._meddle("put_if_absent", row.key)
        return self._table.put_if_absent(row)

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self._meddle("put_if_revision", row.key)
        return self._table.put_if_revision(row, revision)

    def put_many(self, rows: Sequence[Row]) -> None:
        self._table.put_many(rows)

    def query(self, pk: str, **options: Any) -> Page:
        return self._table.query(pk, **options)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        return self._table.delete(key, revision=revision)

    def _meddle(self, call: str, key: Key) -> None:
        if self._happens is not None and self._before == f"{call} {key.sk.partition('#')[0]}":
            happens, self._happens = self._happens, None
            happens()


@dataclass
class StoryDesk:
    """A tenant that listens for itself and for a competitor, and has one contact."""

    table: Table = field(default_factory=DictTable)
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.bus = RecordingBus()
        self.stories = Stories(self.table, self.clock)
        self.likes = Likes(self.table, self.clock)
        self.inbox = Inbox(self.table, self.clock)
        company = Company(self.table)
        if company.tenants.at(tenant_key(a_tenant())) is not None:
            return
        company.tenants.add(a_tenant())
        company.watches.add(a_watch())
        company.watches.add(a_watch("rival", any=("Konkurrenz",), role=Role.COMPETITOR))
        company.contacts.add(a_contact())

    def meddled(self, before: str, happens: Callable[[], object]) -> "StoryDesk":
        """The same desk, but that something happens before the first call of a kind."""
        return StoryDesk(MeddledTable(self.table, before, happens), self.clock)

    def store(self, *items: Item, source: Source | None = None) -> Found:
        collector = Collector(self.table, self.bus, WordClassifier(), self.clock)
        return collector.store(a_page(*items), source or a_source(), [a_subscription()], correlation_id="c")

    def alert(self, mention: Mention) -> int:
        body = {"tenant": TENANT, "mention": mention.id}
        event = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", **body)
        return Alerter(self.table, RecordingBus(), self.clock).handle(event)

    def alert_all(self) -> None:
        """Considers everything that was announced."""
        for event in self.bus.events:
            Alerter(self.table, RecordingBus(), self.clock).handle(event)
        self.bus.events.clear()

    def of(self, item: Item) -> Mention:
        return Mentions(self.table).get(TENANT, mention_id(TENANT, item.identity))

    def put(self, item: Item, **changes: Any) -> Mention:
        """A head that another worker has stored, with its claims, without having looked round."""
        mention = a_mention(item=item, seen_at=self.clock.now(), story_keys=print_of(item).names, **changes)
        self.claim(item, mention)
        Mentions(self.table).add(mention)
        return self.of(item)

    def claim(self, item: Item, mention: Mention) -> None:
        """What a worker does before it stores."""
        fingerprint = print_of(item)
        self.likes.claim(mention, fingerprint.sketch, self.likes.look(mention, fingerprint.sketch))

    def claims(self) -> list[StoryKey]:
        rows = self.table.query(f"TENANT#{TENANT}", prefix="storykey#").rows
        return [from_row(row, StoryKey) for row in rows]

    def keys_of(self, item: Item) -> dict[str, StoryKey]:
        return StoryKeys(self.table).of(TENANT, print_of(item).names)

    def deliveries(self) -> list[Delivery]:
        return [from_row(row, Delivery) for row in self.table.query(f"TENANT#{TENANT}", prefix="delivery#").rows]

    def cards(self) -> list[Mention]:
        return list(self.inbox.list(TENANT, Filters()).mentions)

    def todos(self) -> list[Todo]:
        return list(all_todos(self.table))
