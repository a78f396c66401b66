"""The practice company, run once on this machine and once in the cloud: what comes of it is the same."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud.deployment import ROOT, Company, Deployment
from earshot.adapters.sqlite import Database, SqliteTable
from earshot.domain.delivery import Delivery, State
from earshot.domain.gate import WINDOW
from earshot.domain.mention import Mention
from earshot.domain.todo import Purpose
from earshot.ports.table import Table
from earshot.store.codec import from_row
from earshot.store.deliveries import Deliveries
from earshot.store.due import all_todos
from earshot.store.todos import Todos

TENANT = "practice"
DONE = ("answered", "https://example.com/our-answer")


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice company with its feeds only, so that no run depends on the network."""
    text = (ROOT / "earshot.example.toml").read_text(encoding="utf-8")
    before, _, after = text.partition("# Real public places.")
    file = tmp_path_factory.mktemp("practice") / "earshot.toml"
    file.write_text(f"{before}{after[after.index('# The operator') :]}", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def local(configuration: Path) -> Iterable[Table]:
    """The table of a local run after one tick, an acknowledgement and an hour."""
    folder = configuration.parent
    run(folder, "run", "--once", "--json")
    first = min(each["id"] for each in run(folder, "mentions", "list", "--kind", "criticism", "--json")["mentions"])
    run(folder, "mentions", "ack", first, DONE[0], "--answer-url", DONE[1])
    database = Database(folder / "data" / "earshot.db")
    table = SqliteTable(database)
    an_hour_passes(table)
    run(folder, "run", "--once", "--json")
    yield table
    database.close()


@pytest.fixture(scope="module")
def cloud(deployment: Deployment, configuration: Path) -> Table:
    """The table of the stack after the same."""
    company = deployment.company(TENANT)
    company.earshot("apply", str(configuration), "--json")
    deployment.tick()
    deployment.wait_until(lambda: is_told_or_held(deployment.table), "everything is told or held")
    first = min(each["id"] for each in company.mentions() if each["kind"] == "criticism")
    acknowledge(company, first)
    an_hour_passes(deployment.table)
    company.look_again()
    deployment.tick_until_settled()
    return deployment.table


def run(folder: Path, *args: str) -> dict[str, Any]:
    """One command on the local data, with the configuration beside it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
    env |= {"PYTHONPATH": str(ROOT / "functions"), "EARSHOT_OFFLINE": "1", "EARSHOT_DATA": "data"}
    command = [sys.executable, "-m", "earshot", *args]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return value


def acknowledge(company: Company, id_: str) -> None:
    version = company.api("GET", f"/v1/mentions/{id_}").value["version"]
    body = {"outcome": DONE[0], "answer_url": DONE[1], "version": version}
    assert company.api("PUT", f"/v1/mentions/{id_}/acknowledgement", body).status == 200


def is_told_or_held(table: Table) -> bool:
    """Whether every mention has been considered, and every delivery is over or waits for its gate."""
    telling = (Purpose.ALERT, Purpose.DELIVERY)
    todos = [each for each in all_todos(table) if each.tenant == TENANT and each.purpose in telling]
    planned = deliveries(table).values()
    held = [each for each in planned if each.state is State.PLANNED and each.due_at > each.created_at]
    is_over = all(each.state in (State.SENT, State.DROPPED) or each in held for each in planned)
    return (
        bool(planned)
        and is_over
        and all(each.purpose is Purpose.DELIVERY for each in todos)
        and len(todos) == len(held)
    )


def an_hour_passes(table: Table) -> None:
    """Lets the gates open: what was sent was sent an hour earlier, and what is held is due."""
    store = Deliveries(table)
    for gate in store.gates.under(f"TENANT#{TENANT}"):
        earlier = tuple(replace(send, at=send.at - WINDOW - timedelta(minutes=1)) for send in gate.sends)
        store.gates.save(replace(gate, sends=earlier))
    for delivery in deliveries(table).values():
        if delivery.state is State.PLANNED:
            store.all.save(replace(delivery, due_at=delivery.created_at))
    for todo in [each for each in all_todos(table) if each.tenant == TENANT]:
        Todos(table).move(todo, todo.created_at)


def deliveries(table: Table) -> dict[str, Delivery]:
    return {each.id: each for each in Deliveries(table).all.under(f"TENANT#{TENANT}")}


def mentions(table: Table) -> dict[str, Mention]:
    page = table.query(f"TENANT#{TENANT}", prefix="mention#", limit=1000)
    return {each.id: each for each in (from_row(row, Mention) for row in page.rows)}


def of_each(found: Mapping[str, Any], *names: str) -> dict[str, tuple[Any, ...]]:
    """The named fields of each, by id: those that depend on the moment of the run are left out."""
    return {id_: tuple(getattr(value, name) for name in names) for id_, value in found.items()}


def settled(table: Table) -> dict[str, State]:
    """How each delivery ended, but those about what was acknowledged: they were told before that, or dropped after."""
    done = {id_ for id_, mention in mentions(table).items() if mention.acknowledgement}
    return {id_: each.state for id_, each in deliveries(table).items() if each.subject not in done}


def test_the_mentions_are_the_same(local: Table, cloud: Table) -> None:
    names = (
        "url",
        "title",
        "excerpt",
        "author",
        "source_kind",
        "place",
        "posted_at",
        "matches",
        "role",
        "is_history",
        "status",
    )

    here, there = mentions(local), mentions(cloud)

    assert len(here) > 40
    assert of_each(here, *names) == of_each(there, *names)


def test_the_verdicts_are_the_same(local: Table, cloud: Table) -> None:
    here, there = mentions(local), mentions(cloud)

    assert of_each(here, "kind", "verdict") == of_each(there, "kind", "verdict")


def test_the_deliveries_are_the_same_and_each_was_told(local: Table, cloud: Table) -> None:
    here, there = deliveries(local), deliveries(cloud)
    names = ("subject", "rule", "contact_id", "channel", "step")

    assert len(here) > 10
    assert of_each(here, *names) == of_each(there, *names)
    assert set(settled(local).values()) == {State.SENT}
    assert settled(local) == settled(cloud)


def test_the_acknowledgements_are_the_same(local: Table, cloud: Table) -> None:
    done = [
        {
            id_: (it.acknowledgement.outcome, it.acknowledgement.answer_url)
            for id_, it in mentions(table).items()
            if it.acknowledgement
        }
        for table in (local, cloud)
    ]

    assert len(done[0]) == 1
    assert done[0] == done[1]
