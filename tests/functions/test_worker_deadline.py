"""The local worker ends in time for the next tick, and leaves what it did not get round to where it is found again."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import TENANT, a_tenant
from earshot.bootstrap.local import Local
from earshot.cli.worker import Worker
from earshot.domain.messages import MessageType, message
from earshot.settings import Settings
from earshot.store.company import Company


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    local = Local(settings=Settings(data=str(tmp_path / "data"), offline=True), tenant=TENANT)
    Company(local.table).tenants.add(a_tenant())
    local.queues.send("fetch", "a", message(MessageType.FETCH, id_="1", correlation_id="c", sources=["s_unknown"]))
    yield local
    local.database.close()


def test_what_is_queued_when_time_is_up_stays_queued(local: Local) -> None:
    Worker(local, deadline_s=-1.0).work()

    assert local.queues.visible("fetch") == 1


def test_a_worker_that_has_all_the_time_there_is_leaves_nothing(local: Local) -> None:
    Worker(local, deadline_s=math.inf).work()

    assert local.queues.visible("fetch") == 0
