"""The figures of a local run, for whoever looks after one company."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builders import TENANT, a_delivery, a_source, a_subscription, a_tenant
from earshot.bootstrap.local import Local
from earshot.domain.delivery import State
from earshot.domain.messages import MessageType, message
from earshot.services.dead_letters import DeadLetters
from earshot.settings import Settings
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.listening import Listening
from web_builders import OTHER_TENANT


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    local = Local(settings=Settings(data=str(tmp_path / "data"), offline=True))
    for tenant in (a_tenant(), a_tenant(id=OTHER_TENANT)):
        Company(local.table).tenants.add(tenant)
    yield local
    local.database.close()


def bury(local: Local, queue: str, **body: object) -> None:
    """A message that was handed out too often."""
    local.queues.send(queue, "", message(MessageType.FETCH, id_="1", correlation_id="c", **body))
    for _ in range(6):
        local.queues.receive(queue, limit=10, visibility_s=-1)


def test_sources_are_counted_for_the_company_that_asks(local: Local) -> None:
    listening = Listening(local.table)
    listening.sources.add(a_source(problem="gone"))
    listening.want(a_subscription())

    figures = {tenant: local.health(tenant) for tenant in (TENANT, OTHER_TENANT, "t_new")}

    assert [(each["sources"], each["sources_with_a_problem"]) for each in figures.values()] == [(1, 1), (0, 0), (0, 0)]


def test_deliveries_that_were_given_up_are_dead_letters(local: Local) -> None:
    failed = a_delivery("m_1", state=State.FAILED)
    strange = replace(a_delivery("m_2", state=State.UNCERTAIN), tenant=OTHER_TENANT)
    for each in (failed, a_delivery("m_3"), strange):
        Deliveries(local.table).all.add(each)

    assert [local.health(tenant)["dead_letters"] for tenant in (TENANT, OTHER_TENANT, "t_new")] == [1, 1, 0]
    assert len(DeadLetters(local.table, local.clock).all()) == 2


def test_dead_messages_count_for_those_they_are_about(local: Local) -> None:
    Listening(local.table).want(a_subscription("s_feed"))
    bury(local, "alert", tenant=TENANT, mention="m_1")
    bury(local, "fetch", sources=["s_feed", "s_else"])
    bury(local, "fetch", sources=["s_else"])

    assert len(local.queues.dead_letters()) == 3
    assert [local.health(tenant)["dead_letters"] for tenant in (TENANT, OTHER_TENANT)] == [2, 0]
