"""Following: leaves a todo where a thread is to be read without anybody asking for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from earshot.domain.following import is_followed, is_worth_a_look, next_look
from earshot.domain.ledger import MICRO_DOLLARS
from earshot.domain.mention import Mention
from earshot.domain.place import Place
from earshot.domain.source import Source
from earshot.domain.thread import Ref, Thread
from earshot.domain.todo import Purpose, Todo
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector, ReadsThreads
from earshot.ports.http import Request
from earshot.ports.table import Table
from earshot.services.timing import group_of
from earshot.store.listening import Listening
from earshot.store.todos import Todos


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the thread of a mention is read: by whom, what it is called there, and with which request it begins."""

    connector: ReadsThreads
    place: Place
    ref: Ref
    request: Request

    @property
    def host(self) -> str:
        """The host and port that is asked."""
        return group_of(self.request.url)

    @property
    def is_free(self) -> bool:
        """Whether looking costs no money; what does is read only when somebody asks for it."""
        return all(quota.unit != MICRO_DOLLARS for quota in self.place.quotas)


class Following:
    """Knows which threads can be read, and leaves todos for those that are read by themselves."""

    def __init__(self, table: Table, connectors: Mapping[str, Connector], clock: Clock) -> None:
        self._connectors = connectors
        self._clock = clock
        self._listening = Listening(table)
        self._todos = Todos(table)

    def source_of(self, mention: Mention) -> Source | None:
        """The source that brought a mention, or None where it is gone."""
        return self._listening.source(mention.source_id)

    def way(self, mention: Mention, source: Source | None) -> Way | None:
        """How its thread is read, or None where its kind of place shows none, or not of this mention."""
        connector = self._connectors.get(mention.source_kind)
        if source is None or mention.gone_at is not None or source.kind != mention.source_kind:
            return None
        if connector is None or not isinstance(connector, ReadsThreads):
            return None
        ref = ref_of(mention, source.locator)
        request = connector.thread_request(ref, Thread())
        if request is None:
            return None
        return Way(connector=connector, place=connector.place, ref=ref, request=request)

    def look(self, mention: Mention, source: Source) -> None:
        """Has the thread of a new mention read at once, where somebody should answer it; written before the mention."""
        if is_worth_a_look(mention):
            self._leave_todo(mention, source, self._clock.now())

    def follow(self, mention: Mention) -> None:
        """Has replies looked for below a mention that is about to be stored as answered or thanked."""
        if is_followed(mention, self._clock.now()):
            self._leave_todo(mention, self.source_of(mention), None)

    def _leave_todo(self, mention: Mention, source: Source | None, due_at: datetime | None) -> None:
        way = self.way(mention, source)
        if way is None or not way.is_free:
            return
        now = self._clock.now()
        todo = Todo(
            tenant=mention.tenant,
            purpose=Purpose.THREAD,
            group=way.host,
            subject=mention.id,
            due_at=due_at or next_look(mention, way.place.interval_s, now) or now,
            created_at=now,
            pace_s=way.place.pace_s,
        )
        if due_at:
            self._todos.add(todo)
        else:
            # Whoever reads the thread now saw the mention as it was before, and must not end this one.
            self._todos.renew(todo)


def ref_of(mention: Mention, locator: str) -> Ref:
    """Where a stored mention stands, as its connector knows it; `locator` is that of its source."""
    return Ref(
        native_id=mention.native_id or mention.identity.removeprefix(f"{mention.source_kind}:"),
        url=mention.url,
        parent_id=mention.parent_id,
        root_id=mention.root_id,
        thread_url=mention.thread_url,
        locator=locator,
    )
