"""A run hears that somebody asks, and forgets what a command has done by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.adapters.doorbell import BELL, RingingBus, has_rung
from earshot.adapters.queues import SqliteQueues
from earshot.adapters.sqlite import Database
from earshot.domain.messages import Envelope, MessageType, message
from fakes import FixedClock


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[SqliteQueues]:
    database = Database(tmp_path / "earshot.db")
    yield SqliteQueues(database, FixedClock())
    database.close()


def about(job: str) -> Envelope:
    return message(MessageType.JOB_PART, id_="e_1", correlation_id=job, tenant="t", job=job, sources=["s_1"])


def test_a_question_rings_once_and_waits_in_the_queue_of_fetches(queues: SqliteQueues) -> None:
    assert not has_rung(queues)

    RingingBus(queues).request_fetch("blog.example:443", about("j_1"))

    assert (has_rung(queues), has_rung(queues)) == (True, False)
    (received,) = queues.receive("fetch", limit=10, visibility_s=60)
    assert (received.group, received.envelope) == ("blog.example:443", about("j_1"))


def test_what_a_command_has_done_is_forgotten_and_nothing_else(queues: SqliteQueues) -> None:
    bus = RingingBus(queues)
    for job in ("j_1", "j_12"):
        bus.request_fetch("blog.example:443", about(job))

    queues.forget("j_1")

    assert (queues.waiting("fetch"), queues.waiting(BELL)) == (1, 1)
