"""Faults: crashes before or after the n-th call that has an effect, and events that get lost, doubled or swapped."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from earshot.domain.errors import Deferred
from earshot.domain.messages import Envelope
from earshot.ports.bus import Bus
from earshot.ports.notifier import Letter, Notifier
from earshot.ports.table import Key, Page, Row, Table

R = TypeVar("R")
When = Literal["before", "after"]


class Crash(BaseException):
    """The process dies here; no code of ours may catch it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What goes wrong, and when: reproducible from its text."""

    seed: int = 0
    crashes: tuple[tuple[int, When], ...] = ()
    chaos: bool = False

    def __str__(self) -> str:
        crashes = "".join(f" --crash {number}:{when}" for number, when in self.crashes)
        return f"PYTHONPATH=tests python -m simulation --seed {self.seed}{crashes}{' --chaos' if self.chaos else ''}"


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
        self._blow("before", is_in_window=self._before == "notifier.send")
        result = call()
        self._before = name
        self._blow("after", is_in_window=name == "notifier.send")
        return result

    def _blow(self, when: When, *, is_in_window: bool) -> None:
        if (len(self.calls), when) in self.schedule.crashes:
            self.crashed += 1
            self.in_window += is_in_window
            raise Crash(f"{when} {self.calls[-1]}, call {len(self.calls)}")


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

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            self._publish_one(envelope)

    def _publish_one(self, envelope: Envelope) -> None:
        self._fuse.guard(f"bus.publish {envelope.type}", lambda: self._bus.publish([envelope]))


class CrashingNotifier:
    """A notifier before or after which the process may die."""

    def __init__(self, notifier: Notifier[Letter], fuse: Fuse) -> None:
        self._notifier = notifier
        self._fuse = fuse

    def send(self, letter: Letter, /) -> None:
        self._fuse.guard("notifier.send", lambda: self._notifier.send(letter))


class ChaoticBus:
    """Loses a fifth of the events, doubles a fifth and swaps some; fetches are queued faithfully."""

    def __init__(self, bus: Bus, rng: random.Random) -> None:
        self._bus = bus
        self._rng = rng
        self._late: list[Envelope] = []

    def request_fetch(self, host: str, envelope: Envelope) -> None:
        self._bus.request_fetch(host, envelope)

    def publish(self, envelopes: Sequence[Envelope]) -> None:
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


class FlakyNotifier:
    """Puts off a third of the mails, but never more than three in a row."""

    def __init__(self, notifier: Notifier[Letter], rng: random.Random) -> None:
        self._notifier = notifier
        self._rng = rng
        self._in_a_row = 0

    def send(self, letter: Letter, /) -> None:
        if self._in_a_row < 3 and self._rng.random() < 0.33:
            self._in_a_row += 1
            raise Deferred("mail", "the mail server is busy")
        self._in_a_row = 0
        self._notifier.send(letter)
