"""Four workers at once over one SQLite file: no storm, no silence, no second copy."""

import threading
from collections import Counter
from pathlib import Path

from builders import TENANT, a_contact, a_delivery, a_mention, a_tenant
from earshot.adapters.queues import LocalBus, SqliteQueues
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.domain.contact import Channel, Contact
from earshot.domain.delivery import Delivery, State, delivery_todo
from earshot.domain.messages import MessageType, message
from earshot.services.delivering import Deliverer
from earshot.services.planning import Planner
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.mentions import Mentions
from earshot.store.todos import Todos
from fakes import FixedClock, RecordingNotifier, by_every_channel
from simulation.promise import CAPS, storms

WORKERS = 4
ALERTS = 60


class Office:
    """Deliverers over one file, each in its own thread with its own connection."""

    def __init__(self, path: Path, contact: Contact | None = None, channel: Channel = Channel.MAIL) -> None:
        self.channel = channel
        self.clock = FixedClock()
        self.database = Database(path)
        self.table = SqliteTable(self.database)
        self.queues = SqliteQueues(self.database, self.clock)
        self.notifier = RecordingNotifier(self.clock)
        Company(self.table).tenants.add(a_tenant())
        Company(self.table).contacts.add(contact or a_contact())

    def plan(self, names: range) -> None:
        """Plans a delivery for each of these mentions, as alert does."""
        for name in names:
            mention = a_mention(str(name))
            delivery = a_delivery(mention.id, channel=self.channel)
            Mentions(self.table).add(mention)
            Todos(self.table).add(delivery_todo(delivery, self.clock.now()))
            Deliveries(self.table).all.add(delivery)
            body = {"tenant": TENANT, "delivery": delivery.id}
            event = message(MessageType.DELIVERY_PLANNED, id_=str(name), correlation_id="c", **body)
            self.queues.send("deliver", "", event)

    def work(self) -> None:
        """Empties the queue with all workers at once."""
        failures: list[BaseException] = []
        threads = [threading.Thread(target=self._worker, args=(failures,)) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures

    def tick(self) -> None:
        """A minute passes."""
        now = self.clock.advance(minutes=1)
        Planner(self.table, LocalBus(self.queues)).tick(now)
        self.work()

    def copies(self) -> Counter[str]:
        """How often each delivery was told, summaries included."""
        told = [each.delivery_id for each in self.notifier.told]
        covered = [id_ for carrier in told if (found := self._delivery(carrier)) for id_ in found.covers]
        return Counter([*told, *covered])

    def states(self) -> Counter[State]:
        """How many deliveries are in which state."""
        ids = [a_delivery(a_mention(str(name)).id, channel=self.channel).id for name in range(ALERTS)]
        return Counter(found.state for id_ in ids if (found := self._delivery(id_)))

    def _delivery(self, id_: str) -> Delivery | None:
        return Deliveries(self.table).get(TENANT, id_)

    def _worker(self, failures: list[BaseException]) -> None:
        couriers = by_every_channel(dict.fromkeys(Channel, self.notifier))
        deliverer = Deliverer(self.table, self.clock, couriers, secret=b"s", base_url="https://earshot.example")
        try:
            while batch := self.queues.receive("deliver", limit=3, visibility_s=90):
                for received in batch:
                    deliverer.handle(received.envelope)
                    self.queues.done(received)
        except BaseException as exc:  # noqa: BLE001 - a thread must not swallow what the test should show
            failures.append(exc)
        finally:
            self.database.close()


def test_sixty_alerts_at_once_are_three_mails_and_all_are_told(tmp_path: Path) -> None:
    office = Office(tmp_path / "earshot.db")
    office.plan(range(ALERTS))

    office.work()
    for _ in range(10):
        office.tick()

    assert len(office.notifier.told) == 3
    assert office.states() == {State.SENT: ALERTS}
    assert set(office.copies().values()) == {1}


def test_alerts_after_the_summary_wait_until_the_window_opens_and_then_go_together(tmp_path: Path) -> None:
    office = Office(tmp_path / "earshot.db")
    office.plan(range(50))
    office.work()
    for _ in range(6):
        office.tick()
    before = len(office.notifier.told)

    office.plan(range(50, ALERTS))
    office.work()
    for _ in range(75):
        office.tick()

    assert before == 3
    assert office.states() == {State.SENT: ALERTS}
    assert set(office.copies().values()) == {1}
    assert len(office.notifier.told) <= 6
    assert not list(storms(office.notifier.told, CAPS[Channel.MAIL]))


def test_sixty_alerts_at_once_are_one_sms_and_another_an_hour_later_to_a_contact_without_mail(tmp_path: Path) -> None:
    office = Office(tmp_path / "earshot.db", a_contact(email="", phone="+4915112345678"), Channel.SMS)
    office.plan(range(ALERTS))

    office.work()
    for _ in range(75):
        office.tick()

    assert len(office.notifier.told) <= 2
    assert office.states() == {State.SENT: ALERTS}
    assert set(office.copies().values()) == {1}
    assert not list(storms(office.notifier.told, CAPS[Channel.SMS]))


def test_sixty_alerts_at_once_are_one_call_each(tmp_path: Path) -> None:
    office = Office(tmp_path / "earshot.db", a_contact(email="", webhook="https://hooks.example/"), Channel.WEBHOOK)
    office.plan(range(ALERTS))

    office.work()
    for _ in range(3):
        office.tick()

    assert len({told.delivery_id for told in office.notifier.told}) == len(office.notifier.told) == ALERTS
    assert office.states() == {State.SENT: ALERTS}
