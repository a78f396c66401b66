"""Workers that meet the same story at once make one card and one alert of it, in whatever order their calls come."""

import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from builders import TENANT, a_contact, a_page, a_source, a_subscription, a_tenant, a_watch, an_item
from earshot.adapters.memory import DictTable
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.domain.delivery import Delivery
from earshot.domain.item import Item
from earshot.domain.mention import Mention
from earshot.domain.messages import MessageType, message
from earshot.domain.todo import Purpose
from earshot.domain.watch import Role
from earshot.matching.likeness import CLAIMED, fingerprint
from earshot.ports.table import Table
from earshot.services.alerting import Alerter
from earshot.services.collecting import Collector
from earshot.services.inbox import Inbox
from earshot.services.listing import Filters
from earshot.store.codec import from_row
from earshot.store.company import Company
from earshot.store.due import all_todos
from fakes import NOW, FixedClock, RecordingBus, WordClassifier
from simulation.faults import Crash, CrashingTable, Fuse, Schedule, When
from taking_turns import TurnTable, take_turns

ORDERS = int(os.environ.get("EARSHOT_SCHEDULES", "150"))
WHENS: tuple[When, ...] = ("before", "after")

TEXT = (
    "Acme ruft seit heute alle Wasserkocher der Reihe Nordlicht zurück weil der Griff bei Hitze brechen kann das ist "
    "schlecht für viele Kunden die das Gerät erst im Herbst gekauft haben und nun auf Ersatz warten müssen sagt der "
    "Sprecher des Verbands am Montag in Kassel"
)
OTHER_TEXT = (
    "Acme eröffnet in Bremen ein zweites Lager und will dort bis zum Sommer achtzig Leute einstellen doch die Anwohner "
    "finden den Verkehr schon heute schlecht und fordern eine neue Zufahrt über die alte Bahnstraße am Hafen"
)
WORDS, OTHER = TEXT.split(), OTHER_TEXT.split()


def told(words: list[str], name: str) -> Item:
    return an_item(name, text=" ".join(words), title=f"Meldung {name}", place=f"Blatt {name}")


def edited(words: list[str], rng: random.Random, share: float = 0.1) -> list[str]:
    after = list(words)
    for _ in range(round(len(words) * share)):
        after[rng.randrange(1, len(after))] = rng.choice(("gestern", "offenbar", "bald", "laut", "dpa"))
    return after


@dataclass
class Newsroom:
    """One table, and workers with clocks that are not quite the same."""

    rng: random.Random
    role: Role = Role.OWN
    table: DictTable = field(default_factory=lambda: DictTable(lag=3))
    late: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        company = Company(self.table)
        company.tenants.add(a_tenant())
        company.watches.add(a_watch(role=self.role))
        company.contacts.add(a_contact())

    def worker(self, *items: Item, crashes: tuple[tuple[int, When], ...] = ()) -> Callable[[TurnTable], None]:
        """Stores a page and considers what it announced; after a crash another process does it again."""
        clock = FixedClock(NOW + timedelta(seconds=self.rng.uniform(-2, 2)))
        fuse = Fuse(Schedule(crashes=crashes))

        def work(turns: TurnTable) -> None:
            table = CrashingTable(turns, fuse)
            for _ in range(len(crashes) + 1):
                try:
                    self._work(table, clock, items)
                except Crash:
                    continue
                return

        return work

    def _work(self, table: Table, clock: FixedClock, items: tuple[Item, ...]) -> None:
        bus = RecordingBus()
        collector = Collector(table, bus, WordClassifier(), clock)
        collector.store(a_page(*items), a_source(), [a_subscription()], correlation_id="c")
        for event in bus.events:
            Alerter(table, RecordingBus(), clock).handle(event)

    def come_to_rest(self) -> None:
        """What plan does: the todos come again until none is left."""
        for _ in range(5):
            self.late.advance(minutes=3)
            self.table.settle()
            for todo in [each for each in all_todos(self.table) if each.purpose is Purpose.ALERT]:
                body = {"tenant": TENANT, "mention": todo.subject}
                event = message(MessageType.MENTION_STORED, id_="1", correlation_id="c", **body)
                Alerter(self.table, RecordingBus(), self.late).handle(event)
        self.table.settle()

    def mentions(self) -> list[Mention]:
        rows = self.table.query(f"TENANT#{TENANT}", prefix="mention#", limit=100).rows
        return [from_row(row, Mention) for row in rows]

    def heads(self) -> list[Mention]:
        return [each for each in self.mentions() if not each.story_id]

    def deliveries(self) -> list[Delivery]:
        return [from_row(row, Delivery) for row in self.table.query(f"TENANT#{TENANT}", prefix="delivery#").rows]

    def is_one_story(self, places: int) -> str:
        """What is wrong, or ""."""
        self.come_to_rest()
        heads = self.heads()
        listed = Inbox(self.table, self.late).list(TENANT, Filters()).mentions
        named = [len({head.id, *(copy.mention_id for copy in head.copies)}) for head in heads]
        state = (len(heads), len(self.deliveries()), len(listed), len(self.mentions()), sum(named))
        return "" if state == (1, 1, 1, places, places) else f"heads, deliveries, cards, mentions, places: {state}"


def one_sided() -> tuple[list[str], list[str]]:
    """Two texts alike of which the first is not found when the second is looked up, but the other way round."""
    for seed in range(10_000):
        rng = random.Random(seed)
        first, second = edited(WORDS, rng, 0.15), edited(WORDS, rng, 0.15)
        a, b = (fingerprint("", " ".join(words), is_history=False) for words in (first, second))
        assert a is not None
        assert b is not None
        if set(b.names[:CLAIMED]) & set(a.names) and not set(a.names[:CLAIMED]) & set(b.names):
            return first, second
    raise AssertionError("there are no such texts")


@pytest.mark.parametrize("workers", [2, 3])
def test_the_same_text_at_once_is_one_card_and_one_alert(workers: int) -> None:
    for seed in range(ORDERS):
        rng = random.Random(seed)
        room = Newsroom(rng)

        take_turns(room.table, [room.worker(told(WORDS, str(i))) for i in range(workers)], rng)

        assert not room.is_one_story(workers), f"seed {seed}"


def test_edited_copies_at_once_are_one_card_and_one_alert() -> None:
    for seed in range(ORDERS):
        rng = random.Random(seed)
        room = Newsroom(rng)
        texts = [WORDS, edited(WORDS, rng, 0.04), edited(WORDS, rng, 0.04)]

        take_turns(room.table, [room.worker(told(text, str(i))) for i, text in enumerate(texts)], rng)

        assert not room.is_one_story(3), f"seed {seed}"


def test_two_stories_in_every_page_stay_two() -> None:
    for seed in range(ORDERS // 3):
        rng = random.Random(seed)
        room = Newsroom(rng)
        pages = [(told(WORDS, f"a{i}"), told(OTHER, f"b{i}")) for i in range(2)]

        take_turns(room.table, [room.worker(*page) for page in pages], rng)
        room.come_to_rest()

        assert (len(room.heads()), len(room.deliveries())) == (2, 2), f"seed {seed}"


def test_the_same_article_from_two_sources_and_a_copy_of_it_are_one_card_of_two_places() -> None:
    for seed in range(ORDERS):
        rng = random.Random(seed)
        room = Newsroom(rng)
        items = (told(WORDS, "1"), told(WORDS, "1"), told(edited(WORDS, rng, 0.04), "2"))

        take_turns(room.table, [room.worker(item) for item in items], rng)

        assert not room.is_one_story(2), f"seed {seed}"


def test_what_is_told_to_nobody_is_one_card_too() -> None:
    for seed in range(ORDERS):
        rng = random.Random(seed)
        room = Newsroom(rng, role=Role.COMPETITOR)
        texts = [WORDS, edited(WORDS, rng, 0.04), WORDS]

        take_turns(room.table, [room.worker(told(text, str(i))) for i, text in enumerate(texts)], rng)

        assert len(room.heads()) == 1, f"seed {seed}"
        assert not room.deliveries()


def test_what_sees_without_being_seen_gives_way_and_nobody_is_told_twice_of_one_card() -> None:
    first, second = one_sided()
    together = 0
    for seed in range(ORDERS):
        rng = random.Random(seed)
        room = Newsroom(rng)

        take_turns(room.table, [room.worker(told(first, "1")), room.worker(told(second, "2"))], rng)
        room.come_to_rest()

        assert len(room.deliveries()) == len(room.heads()), f"seed {seed}"
        together += len(room.heads()) == 1
    assert together > ORDERS / 4


def test_workers_that_die_and_come_again_leave_one_card_and_one_alert() -> None:
    for seed in range(ORDERS * 2):
        rng = random.Random(seed)
        room = Newsroom(rng)
        deaths = [tuple((rng.randint(1, 18), rng.choice(WHENS)) for _ in range(rng.randint(0, 2))) for _ in range(2)]
        workers = [room.worker(told(WORDS, str(i)), crashes=crashes) for i, crashes in enumerate(deaths)]

        take_turns(room.table, workers, rng)

        assert not room.is_one_story(2), f"seed {seed}"


def test_threads_over_one_file_make_one_card_and_one_alert(tmp_path: Path) -> None:
    database = Database(tmp_path / "earshot.db")
    table = SqliteTable(database)
    company = Company(table)
    company.tenants.add(a_tenant())
    company.watches.add(a_watch())
    company.contacts.add(a_contact())
    texts = {f"{number}": edited(WORDS, random.Random(number), 0.02) for number in range(4)}
    for turn in range(5):
        barrier = threading.Barrier(len(texts))
        failures: list[BaseException] = []

        def work(name: str, words: list[str], turn: int, barrier: threading.Barrier, told: list[BaseException]) -> None:
            try:
                barrier.wait()
                bus = RecordingBus()
                item = told_on(turn, name, words)
                collector = Collector(table, bus, WordClassifier(), FixedClock())
                collector.store(a_page(item), a_source(), [a_subscription()], correlation_id="c")
                for event in bus.events:
                    Alerter(table, RecordingBus(), FixedClock()).handle(event)
            except BaseException as exc:  # noqa: BLE001 - a thread must not swallow what the test should show
                told.append(exc)
            finally:
                database.close()

        threads = [
            threading.Thread(target=work, args=(name, words, turn, barrier, failures)) for name, words in texts.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures

    late = FixedClock(NOW + timedelta(minutes=3))
    for todo in [each for each in all_todos(table) if each.purpose is Purpose.ALERT]:
        body = {"tenant": TENANT, "mention": todo.subject}
        Alerter(table, RecordingBus(), late).handle(
            message(MessageType.MENTION_STORED, id_="1", correlation_id="c", **body)
        )
    mentions = [from_row(row, Mention) for row in table.query(f"TENANT#{TENANT}", prefix="mention#", limit=100).rows]
    assert len(mentions) == 20
    assert sum(not each.story_id for each in mentions) == 5
    assert len(table.query(f"TENANT#{TENANT}", prefix="delivery#").rows) == 5


def told_on(turn: int, name: str, words: list[str]) -> Item:
    """The text with other words each turn, so that every turn has a story of its own."""
    return told([f"{word}{turn}" if at and at % 2 else word for at, word in enumerate(words)], f"{turn}.{name}")
