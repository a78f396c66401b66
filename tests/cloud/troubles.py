"""What goes wrong on a stack, made to happen: time that passes, workers that die, permissions that are missing."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloud.deployment import VISIBILITY_S, Deployment
from earshot.store.due import all_todos
from earshot.store.todos import Todos

NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds the worker by /proc, which only Linux has"
)


def time_passes(deployment: Deployment) -> None:
    """Makes every pending todo due now, as the minutes that pass do."""
    for todo in list(all_todos(deployment.table)):
        Todos(deployment.table).move(todo, datetime.now(UTC))


def kill_worker(deployment: Deployment, name: str) -> None:
    """Kills the process in which a function runs, as nothing on AWS announces either."""
    found = workers(deployment, name)
    assert found, f"no worker of {name} is running"
    for pid in found:
        os.kill(pid, signal.SIGKILL)


def workers(deployment: Deployment, name: str) -> set[int]:
    """The processes in which a function of this very stack runs; another test run has functions of the same names."""
    settings = {
        b"AWS_LAMBDA_FUNCTION_NAME=" + deployment.function(name).encode(),
        b"AWS_ENDPOINT_URL=" + deployment.emulator.endpoint_url.encode(),
    }
    processes = (each for each in Path("/proc").iterdir() if each.name.isdecimal())
    return {int(process.name) for process in processes if _runs(process, settings)}


def _runs(process: Path, settings: set[bytes]) -> bool:
    try:
        return settings <= set((process / "environ").read_bytes().split(b"\0"))
    except OSError:
        return False


@contextmanager
def without(deployment: Deployment, name: str, permission: str) -> Iterator[None]:
    """Takes a permission, by the name of its statement in the template, away from a function inside the block."""
    iam = deployment.client("iam")
    role = deployment.physical(f"{name.title()}FunctionRole")
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        left = [each for each in document["Statement"] if each.get("Sid") != permission]
        if len(left) < len(document["Statement"]):
            break
    else:
        raise AssertionError(f"{name} has no permission {permission}")
    less = json.dumps(document | {"Statement": left})
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=less)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


@contextmanager
def impatient(deployment: Deployment) -> Iterator[None]:
    """Lets the fetch queue hand out again at once what failed, inside the block."""
    sqs, url = deployment.client("sqs"), deployment.outputs["FetchQueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_S)})
