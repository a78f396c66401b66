"""Faults: crashes before or after the n-th call that has an effect, sends that go wrong, and events that get lost."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from earshot.domain.contact import Channel
from earshot.domain.errors import Deferred, Unconfirmed
from earshot.domain.messages import Envelope
from earshot.ports.bus import Bus
from earshot.ports.notifier import Notifier
from earshot.ports.table import Key, Page, Row, Table
from fakes import Message

R = TypeVar("R")
When = Literal["before", "after"]
StoryName = Literal["short", "pressing", "long"]
Trouble = Literal["deferred", "lost", "taken", "killed"]
"""Inside a send: the channel asks us to come back, breaks off before or after it took the message, or we die there."""

MOST_TROUBLES = 3
"""Sends by chance that go wrong for one delivery, so that none is given up."""


class Crash(BaseException):
    """The process dies here; no code of ours may catch it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What goes wrong, and when: reproducible from its text. `troubles` names sends by their number."""

    seed: int = 0
    crashes: tuple[tuple[int, When], ...] = ()
    troubles: tuple[tuple[int, Trouble], ...] = ()
    story: StoryName = "short"

    @property
    def is_chaos(self) -> bool:
        """Whether events get lost and sends go wrong by chance."""
        return self.story == "long"

    def __str__(self) -> str:
        crashes = "".join(f" --crash {number}:{when}" for number, when in self.crashes)
        troubles = "".join(f" --trouble {number}:{what}" for number, what in self.troubles)
        options = f"--seed {self.seed}{crashes}{troubles} --story {self.story}"
        return f"PYTHONPATH=tests python -m simulation {options}"


@dataclass
class Fuse:
    """Counts the calls that have an effect and blows at those the schedule names."""

    schedule: Schedule
    calls: list[str] = field(default_factory=list)
    in_window: int = 0
    """Crashes between a send taking effect and its confirmation."""
    crashed: int = 0
    _before: str = ""

    def begin(self) -> None:
        """A unit of work begins; what was called before it is another one's business."""
        self._before = ""

    def guard(self, name: str, call: Callable[[], R]) -> R:
        """Does the call, unless the process dies before it, and dies after it where it must."""
        self.calls.append(name)
        self._blow("before", is_in_window=self._before.startswith(SEND))
        result = call()
        self._before = name
        self._blow("after", is_in_window=name.startswith(SEND))
        return result

    def die_in_window(self) -> None:
        """The process dies with a message taken and nothing written about it."""
        self.crashed += 1
        self.in_window += 1
        raise Crash(f"inside {self.calls[-1]}, call {len(self.calls)}")

    def _blow(self, when: When, *, is_in_window: bool) -> None:
        if (len(self.calls), when) in self.schedule.crashes:
            self.crashed += 1
            self.in_window += is_in_window
            raise Crash(f"{when} {self.calls[-1]}, call {len(self.calls)}")


SEND = "send "
"""How the calls begin that hand a message to a channel."""


class CrashingTable:
    """A table in front of which, or behind which, the process may die; a batch may be written in part."""

    def __init__(self, table: Table, fuse: Fuse) -> None:
        self._table = table
        self._fuse = fuse

    def get(self, key: Key) -> Row | None:
        return self._table.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Row]:
        return self._table.get_many(keys)

    def put_if_absent(self, row: Row) -> bool:
        return self._fuse.guard(f"put_if_absent {row.kind}", lambda: self._table.put_if_absent(row))

    def put_if_revision(self, row: Row, revision: int) -> bool:
        return self._fuse.guard(f"put_if_revision {row.kind}", lambda: self._table.put_if_revision(row, revision))

    def put_many(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._put_one(row)

    def _put_one(self, row: Row) -> None:
        self._fuse.guard(f"put_many {row.kind}", lambda: self._table.put_many([row]))

    def query(self, pk: str, **options: Any) -> Page:
        return self._table.query(pk, **options)

    def delete(self, key: Key, *, revision: int | None = None) -> bool:
        return self._fuse.guard(
            f"delete {key.sk.partition('#')[0]}", lambda: self._table.delete(key, revision=revision)
        )


class CrashingBus:
    """A bus before or after which the process may die; a batch may be sent in part."""

    def __init__(self, bus: Bus, fuse: Fuse) -> None:
        self._bus = bus
        self._fuse = fuse

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        self._fuse.guard("bus.request_fetch", lambda: self._bus.request_fetch(host, envelope))

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        for envelope in envelopes:
            self._publish_one(envelope)
        return len(envelopes)

    def _publish_one(self, envelope: Envelope) -> None:
        self._fuse.guard(f"bus.publish {envelope.type}", lambda: self._bus.publish([envelope]))


class CrashingNotifier:
    """A notifier before or after which the process may die."""

    def __init__(self, notifier: Notifier[Message], channel: Channel, fuse: Fuse) -> None:
        self._notifier = notifier
        self._channel = channel
        self._fuse = fuse

    def send(self, message: Message, /) -> None:
        self._fuse.guard(f"{SEND}{self._channel}", lambda: self._notifier.send(message))


class ChaoticBus:
    """Loses a fifth of the events, doubles a fifth and swaps some; fetches are queued faithfully."""

    def __init__(self, bus: Bus, rng: random.Random) -> None:
        self._bus = bus
        self._rng = rng
        self._late: list[Envelope] = []

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        self._bus.request_fetch(host, envelope)

    def publish(self, envelopes: Sequence[Envelope]) -> int:
        for envelope in envelopes:
            fate = self._rng.random()
            if fate < 0.2:
                continue
            if fate < 0.4:
                self._bus.publish([envelope, envelope])
            elif fate < 0.6:
                self._late.append(envelope)
            else:
                self._bus.publish([envelope, *self._late])
                self._late.clear()
        return len(envelopes)


class Troubles:
    """Decides what goes wrong inside each send, and remembers it: by schedule, in chaos a third of them by chance."""

    def __init__(self, schedule: Schedule, rng: random.Random) -> None:
        self._named = dict(schedule.troubles)
        self._rng = rng if schedule.is_chaos else None
        self._of: Counter[str] = Counter()
        self.sends = 0
        self.handed_over: Counter[str] = Counter()
        """How often each delivery was handed to its channel, and not put off by it."""
        self.doubtful: list[tuple[Channel, str]] = []
        """Deliveries of which the channel did not say whether it took them, once for each time."""
        self.copies = 0
        """Those of them that it had taken."""

    def next(self, channel: Channel, delivery_id: str) -> Trouble | None:
        """What goes wrong inside this send."""
        self.sends += 1
        trouble = self._named.get(self.sends) or self._by_chance(delivery_id)
        if trouble != "deferred":
            self.handed_over[delivery_id] += 1
        if trouble in ("lost", "taken"):
            self.doubtful.append((channel, delivery_id))
            self.copies += trouble == "taken"
        return trouble

    def _by_chance(self, delivery_id: str) -> Trouble | None:
        if self._rng is None or self._of[delivery_id] >= MOST_TROUBLES or self._rng.random() > 0.33:
            return None
        self._of[delivery_id] += 1
        return self._rng.choice(_OF_CHANNELS)


TROUBLES: tuple[Trouble, ...] = get_args(Trouble)
_OF_CHANNELS: tuple[Trouble, ...] = ("deferred", "lost", "taken")


class TroubledNotifier:
    """A channel that is busy at times, and at times breaks off before or after it took the message."""

    def __init__(self, notifier: Notifier[Message], channel: Channel, troubles: Troubles, fuse: Fuse) -> None:
        self._notifier = notifier
        self._channel = channel
        self._troubles = troubles
        self._fuse = fuse

    def send(self, message: Message, /) -> None:
        trouble = self._troubles.next(self._channel, message.delivery_id)
        if trouble == "deferred":
            raise Deferred(self._channel, "the channel is busy")
        if trouble != "lost":
            self._notifier.send(message)
        if trouble == "killed":
            self._fuse.die_in_window()
        if trouble is not None:
            raise Unconfirmed(self._channel, "the channel broke off")
