"""The services run over DynamoDB as they run over a dict: the same story leaves the same rows."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from earshot.adapters.aws.table import DynamoTable
from earshot.adapters.memory import DictTable
from earshot.ports.table import Key, Row
from emulator import fresh_table
from simulation.faults import Schedule
from simulation.promise import broken
from simulation.runs import by_chance
from simulation.stories import long_story, short_story
from simulation.world import World

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class SettledTable(DynamoTable):
    """A table whose indexes never lag, as those of the emulator do not."""

    def settle(self) -> None:
        """There is nothing to wait for."""


class WorldElsewhere(World):
    """The world of the simulator, which keeps its rows where a test says."""

    def __init__(self, schedule: Schedule, table: DictTable | SettledTable) -> None:
        self._elsewhere = table
        story = long_story(random.Random(schedule.seed)) if schedule.story == "long" else short_story()
        super().__init__(schedule, story)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, self._elsewhere if name == "disk" else value)


@pytest.fixture
def name(emulated_client: "DynamoDBClient") -> Iterator[str]:
    """An empty table of the emulator."""
    with fresh_table(emulated_client) as made:
        yield made


def as_stored(rows: dict[Key, Row]) -> dict[Key, Row]:
    """Rows as JSON keeps them: a tuple in a body becomes a list."""
    return without_tokens({key: replace(row, body=json.loads(json.dumps(row.body))) for key, row in rows.items()})


def without_tokens(rows: dict[Key, Row]) -> dict[Key, Row]:
    """Rows without what is drawn anew in every run: the token of an edition."""
    return {key: replace(row, body={}) if row.kind == "edition" else row for key, row in rows.items()}


def all_rows(client: "DynamoDBClient", name: str) -> dict[Key, Row]:
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    keys = [Key(item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"]]
    return without_tokens(DynamoTable(client, name).get_many(keys))


@pytest.mark.parametrize("schedule", [Schedule(), by_chance(4)], ids=["a quiet day", "lost events and a crash"])
def test_a_story_leaves_the_same_rows_and_mails_as_over_a_dict(
    emulated_client: "DynamoDBClient", name: str, schedule: Schedule
) -> None:
    here = WorldElsewhere(schedule, DictTable())
    there = WorldElsewhere(schedule, SettledTable(emulated_client, name))

    here.run()
    there.run()

    assert not broken(there)
    assert all_rows(emulated_client, name) == as_stored(here.disk._rows)
    assert there.fuse.calls == here.fuse.calls
    assert there.recorder.told == here.recorder.told
