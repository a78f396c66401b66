"""The emulator of AWS that judges what DynamoDB would say: ministack, started for a test run and ended with it."""

import contextlib
import functools
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REGION = "eu-central-1"
ROOT_KEY, ROOT_SECRET = "AKIAROOTROOTROOTROOT", "root-secret-of-the-tests"
START_S = 15.0
"""The longest that a server of the tests may take to answer; measured 0.2 s."""

_GUARD = """
import os, signal, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: os._exit(child.wait() or 1), daemon=True).start()
sys.stdin.buffer.read()
os.killpg(0, signal.SIGKILL)
"""
"""Waits for its standard input to end, as it does however the test run ends, and takes its whole group along."""


@functools.cache
def session_for(key: str, secret: str) -> botocore.session.Session:
    """The session with these credentials, which reads nothing of the person who runs the tests.

    There is one for each, because a new one reads the rules of all endpoints again: 56 ms for a client instead of 2.
    """
    nothing: Any = (None, None, None, None)
    no_files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = botocore.session.Session(session_vars={"profile": nothing, **no_files})
    session.set_config_variable("region", REGION)
    session.set_credentials(key, secret)
    return session


@dataclass(frozen=True, slots=True)
class Server:
    """A server on the loopback interface, and what it wrote."""

    endpoint_url: str
    log: Path

    def logs(self, lines: int = 40) -> str:
        """The last lines it wrote, for the message of a failing test."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def get(self, path: str) -> Any:
        """What a JSON page of the server says."""
        return self.send("GET", path)

    def send(self, method: str, path: str, value: object = None) -> Any:
        """What the server answers to a JSON document."""
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"{self.endpoint_url}{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.loads(response.read() or b"null")


class Emulator(Server):
    """ministack with IAM switched on."""

    def session(self) -> botocore.session.Session:
        """A session of the root user, who may do everything."""
        return session_for(ROOT_KEY, ROOT_SECRET)

    def client(self, service: str, session: botocore.session.Session | None = None) -> Any:
        """A client of any service of the emulator, by default for the root user."""
        return (session or self.session()).create_client(service, endpoint_url=self.endpoint_url)


@contextmanager
def serving(command: Callable[[int], list[str]], ready: str, folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """A server on a free port, from when its page `ready` answers to the end of the block.

    It gets a clean environment: `PATH`, a home and a temporary folder below `folder`, and `env`, where `{port}` stands
    for its port. Whatever it started ends with it, and with the test run, even one that is killed.
    """
    log = folder / "log"
    for _ in range(3):
        port = _free_port()
        process = _started(command(port), folder, {name: text.format(port=port) for name, text in env.items()})
        server = Server(f"http://127.0.0.1:{port}", log)
        try:
            if _answers(server, ready, process):
                yield server
                return
        finally:
            _end(process)
    raise RuntimeError(f"{command(0)} did not start:\n{server.logs()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _started(command: list[str], folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), **env}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", _GUARD, *command],
            env=clean,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _answers(server: Server, ready: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether it comes up; False when it ends before it does or takes too long."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            server.get(ready)
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
                return False
        else:
            return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin:
        process.stdin.close()
    process.wait()


@contextmanager
def emulating(**env: str) -> Iterator[Emulator]:
    """The emulator in a folder of its own, without persistence; `env` adds to its environment.

    Nothing of it outlives the block. The ports it would open beside its own stay closed, and it finds no Docker: it
    would clear away the containers of another emulator on the same machine.
    """
    with tempfile.TemporaryDirectory(prefix="emulator-") as name:
        folder = Path(name)
        settings = {
            "GATEWAY_PORT": "{port}",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
            "AUTH": "true",
            "STATE_DIR": f"{folder}/state",
            "S3_DATA_DIR": f"{folder}/s3",
            "DOCKER_HOST": f"unix://{folder}/no-docker",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "ministack"]
        with serving(lambda _: command, "/_ministack/ready", folder, settings | env) as server:
            yield Emulator(server.endpoint_url, server.log)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The emulator of this test run; import the fixture into the `conftest.py` of a ring that needs it."""
    if find_spec("ministack") is None:
        pytest.skip("ministack, the emulator, is not installed")
    with emulating() as running:
        yield running


def create_table(client: "DynamoDBClient", name: str) -> None:
    """Creates a table with the keys and the indexes that `DynamoTable` expects, as the template does."""
    attributes = ("pk", "sk", "inbox_pk", "inbox_sk", "due_pk", "due_sk")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": f"{index}_pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("inbox", "due")
        ],
    )


@contextmanager
def fresh_table(client: "DynamoDBClient") -> Iterator[str]:
    """The name of an empty table of the emulator: made and dropped in 3 ms, so each test has one of its own."""
    name = f"table-{secrets.token_hex(4)}"
    create_table(client, name)
    try:
        yield name
    finally:
        client.delete_table(TableName=name)
