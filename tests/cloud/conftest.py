"""The stack of the cloud ring: deployed once, on an emulator of its own."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from built_trees import built_tree
from cloud.deployment import Deployment, deployed
from cloud.places import Places, serving
from emulator import emulating

__all__ = ["built_tree"]

HOSTS = tuple(f"host{number:02d}.example" for number in range(20))
OWN = (
    *("blog", "hook", "slow", "lost", "setup", "clerk", "remote", "grave", "held", "sms", "rights", "twice", "clock"),
    "asked",
)
NAMES = (*(f"{name}.example" for name in OWN), "practice.localhost", *HOSTS)
"""A host for each story, since a host is asked at its pace."""

LAST = "test_listening_that_is_switched_on_begins_by_itself_and_off_stops"
"""On a stack older than a minute the emulator's schedule begins within ten seconds, on a new one it waits."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.name == LAST)


@pytest.fixture(scope="session")
def places() -> Iterator[Places]:
    with serving() as places:
        yield places


@pytest.fixture(scope="session")
def deployment(built_tree: Path, places: Places) -> Iterator[Deployment]:
    if find_spec("ministack") is None:
        pytest.skip("ministack, the emulator, is not installed")
    loopback = ",".join(f"{name}:80=127.0.0.1:{places.port}" for name in NAMES)
    with emulating(LAMBDA_ASYNC_RETRY_BASE_SECONDS="0.2") as emulator:
        yield deployed(emulator, built_tree, places, loopback)
