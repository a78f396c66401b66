"""What a changed watch makes be read anew is read together, written once, and no burden to a place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import SOURCE, TENANT, a_schedule, a_source, a_subscription
from earshot.adapters.memory import DictTable
from earshot.domain.source import Schedule, Source
from earshot.ports.table import Key, Row
from earshot.services.rereading import forget_validators, read_anew
from earshot.store import keys
from earshot.store.listening import Listening
from fakes import NOW

HOUR = timedelta(hours=1)


class Meddled(DictTable):
    """Counts the calls, and lets somebody else be faster at a write."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.meanwhile: list[Callable[[], object]] = []

    def get(self, key: Key) -> Row | None:
        self.calls += 1
        return super().get(key)

    def put_if_revision(self, row: Row, revision: int) -> bool:
        self.calls += 1
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().put_if_revision(row, revision)


@pytest.fixture
def table() -> Meddled:
    return Meddled()


def listen(table: Meddled, source: Source | None = None, **schedule: object) -> Listening:
    """Listens to a source whose next fetch is in three hours."""
    listening = Listening(table)
    listening.sources.add(source or a_source(etag="e"))
    listening.schedules.add(replace(a_schedule(interval_s=3600, due_at=NOW + 3 * HOUR), **schedule))  # type: ignore[arg-type]
    listening.want(a_subscription())
    return listening


def stored(table: Meddled) -> tuple[str, Schedule]:
    listening = Listening(table)
    source, schedule = listening.source(SOURCE), listening.schedule(SOURCE)
    assert source is not None
    assert schedule is not None
    return source.etag, schedule


def test_many_sources_are_read_together_and_what_has_nothing_to_forget_is_left_alone(table: Meddled) -> None:
    listening = Listening(table)
    for number in range(50):
        id_ = f"s_{number}"
        listening.sources.add(a_source(id=id_, etag="e" if number < 10 else "", cursor="7"))
        listening.schedules.add(a_schedule(source_id=id_, due_at=NOW + HOUR))
        listening.want(a_subscription(source_id=id_))
    table.calls = 0

    read_anew(table, TENANT, NOW)
    first = table.calls
    read_anew(table, TENANT, NOW)

    assert (first, table.calls - first) == (20, 0)
    due = [each for n in range(50) if (each := listening.schedule(f"s_{n}")) and each.due_at == NOW]
    assert len(due) == 10


@pytest.mark.parametrize(
    ("owner", "asked_at", "due_at"),
    [
        ("", None, NOW),
        ("", NOW - HOUR / 2, NOW + HOUR / 2),
        ("", NOW - 2 * HOUR, NOW),
        (TENANT, NOW, NOW),
    ],
)
def test_a_shared_source_keeps_its_usual_gap_and_one_of_its_own_does_not(
    table: Meddled, owner: str, asked_at: object, due_at: object
) -> None:
    listen(table, a_source(etag="e", owner=owner), asked_at=asked_at)

    read_anew(table, TENANT, NOW)

    assert (stored(table)[0], stored(table)[1].due_at) == ("", due_at)


def test_one_that_fails_is_read_whole_but_no_sooner(table: Meddled) -> None:
    listen(table, a_source(etag="e", failures=3))

    read_anew(table, TENANT, NOW)

    assert (stored(table)[0], stored(table)[1].due_at) == ("", NOW + 3 * HOUR)


def test_one_that_nobody_fetches_is_only_made_to_forget(table: Meddled) -> None:
    listening = listen(table)
    table.delete(keys.of_source(SOURCE, "schedule"))

    read_anew(table, TENANT, NOW)
    forget_validators(table, SOURCE, NOW)
    forget_validators(table, "s_unknown", NOW)

    source = listening.source(SOURCE)
    assert source is not None
    assert (source.etag, listening.schedule(SOURCE), listening.source("s_unknown")) == ("", None, None)


def test_what_another_one_writes_meanwhile_is_kept(table: Meddled) -> None:
    listening = listen(table)
    table.meanwhile = [lambda: listening.sources.save(a_source(etag="e2", cursor="9", revision=1))]

    read_anew(table, TENANT, NOW)

    source = listening.source(SOURCE)
    assert source is not None
    assert (source.etag, source.cursor, stored(table)[1].due_at) == ("", "9", NOW)


def test_what_goes_meanwhile_disturbs_nobody(table: Meddled) -> None:
    listening = listen(table)
    table.meanwhile = [lambda: table.delete(keys.of_source(SOURCE, "source"))]

    read_anew(table, TENANT, NOW)

    assert listening.source(SOURCE) is None
