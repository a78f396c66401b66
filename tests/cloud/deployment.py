"""The deployed stack in the hands of a test: ticks, requests, what went out, and what stands in the table."""

import http.client
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cloud.places import Places
from cloud_stack import deploy, transformed
from earshot.adapters.aws.clients import dynamodb_client
from earshot.adapters.aws.table import DynamoTable
from earshot.domain.delivery import Delivery
from earshot.domain.todo import Purpose, Todo
from earshot.store.deliveries import Deliveries
from earshot.store.due import all_todos
from earshot.store.listening import Listening
from earshot.store.todos import Todos
from emulator import REGION, ROOT_KEY, ROOT_SECRET, Emulator

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("plan", "collect", "alert", "deliver", "api")
PATIENCE_S = 60.0
VISIBILITY_S = 30


@dataclass(frozen=True)
class Reply:
    """What the gateway answered; the names of the headers are in lower case."""

    status: int
    value: Any
    headers: Mapping[str, str]


@dataclass
class Deployment:
    """One stack on the emulator, reached as its users and its operator reach it."""

    emulator: Emulator
    places: Places
    outputs: Mapping[str, str]
    loopback: str

    def company(self, tenant: str, name: str = "Café Morgenrot") -> "Company":
        """A new tenant, set up by the operator, with a key of its own."""
        company = Company(self, tenant)
        settings = ("--name", name, "--language", "de", "--timezone", "Europe/Berlin")
        company.earshot("setup", *settings, "--json")
        company.key = company.earshot("key", "create", "the ring", "--scope", "admin", "--json")["secret"]
        return company

    def tick(self) -> dict[str, int]:
        """One run of plan, as the schedule would start it."""
        name = self.function("plan")
        answer = self.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        counted: dict[str, int] = payload
        return counted

    def tick_and_settle(self) -> dict[str, int]:
        """One tick, and everything that follows from it."""
        planned = self.tick()
        self.wait_until(self.is_settled, "the queue is empty and nothing is left to do")
        return planned

    def tick_until_settled(self, most: int = 20) -> None:
        """Ticks as often as it takes, the minutes between them made to pass.

        Where many messages go to one contact at once, some workers find the gate in other hands: theirs come by todo.
        """
        for _ in range(most):
            for todo in self.to_tell():
                Todos(self.table).move(todo, datetime.now(UTC))
            self.tick()
            with suppress(AssertionError):
                self.wait_until(self.is_settled, "all is settled", 3)
                return
        raise AssertionError(f"not settled after {most} ticks: {self.to_tell()}")

    def is_settled(self) -> bool:
        """Whether no fetch waits and nobody is still to be told: a todo is there until its effect is."""
        return not self.fetches_waiting() and not self.to_tell()

    def to_tell(self) -> list[Todo]:
        """The todos about telling people; a thread is followed, and a post looked after, for weeks."""
        return [each for each in all_todos(self.table) if each.purpose in (Purpose.ALERT, Purpose.DELIVERY)]

    def fetches_waiting(self) -> int:
        """Messages in the fetch queue, in flight or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs["FetchQueueUrl"], AttributeNames=names)
        return sum(int(each) for each in answer["Attributes"].values())

    def wait_until(self, is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Waits for something that has to come, and tells what did not come."""
        end = time.monotonic() + patience_s
        while not is_so():
            assert time.monotonic() < end, f"waited {patience_s:.0f} s in vain until {what}\n{self.emulator.logs()}"
            time.sleep(0.1)

    @property
    def api_url(self) -> str:
        """Where the emulator's gateway is."""
        return f"{self.emulator.endpoint_url}/_aws/execute-api/{self.outputs['ApiId']}/$default"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request to the gateway; a redirect is not followed."""
        parts = urlsplit(self.api_url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        try:
            connection.request(method, f"{parts.path}{path}", body, dict(headers or {}))
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, _value(answer.read()), told)
        finally:
            connection.close()

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Every mail to an address that SES took, oldest first."""
        taken = self.emulator.get("/_ministack/ses/messages")["messages"]
        return [mail for account in taken.values() for mail in account if mail["To"] == [to]]

    def short_messages(self, to: str) -> list[str]:
        """Every SMS to a number that SNS took, oldest first."""
        taken = self.emulator.get("/_ministack/sns/sms-messages")["sms_messages"]
        return [each["Message"] for each in taken.get(to, [])]

    def rows(self) -> dict[tuple[str, str], tuple[str, int]]:
        """Kind and revision of every row of the table, but for schedules, which each tick moves."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        items = [item for page in pages for item in page["Items"] if item["kind"]["S"] != "schedule"]
        return {(it["pk"]["S"], it["sk"]["S"]): (it["kind"]["S"], int(it["revision"]["N"])) for it in items}

    def function(self, name: str) -> str:
        """The physical name of a function, by its name in the template."""
        return self.physical(f"{name.title()}Function")

    def physical(self, resource: str) -> str:
        """The physical name of a resource, by its name in the template."""
        client = self.client("cloudformation")
        found = client.describe_stack_resource(StackName="earshot", LogicalResourceId=resource)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def client(self, service: str) -> Any:
        """A client of the root user, made once."""
        if service not in self._clients:
            self._clients[service] = self.emulator.client(service)
        return self._clients[service]

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def table(self) -> DynamoTable:
        """The table, as the root user reads it."""
        client = dynamodb_client(self.emulator.session(), endpoint_url=self.emulator.endpoint_url)
        return DynamoTable(client, self.outputs["TableName"])


@dataclass
class Company:
    """One tenant of the stack: its operator's commands, and its API through the gateway."""

    stack: Deployment
    tenant: str
    key: str = ""

    def earshot(self, *args: str, **env: str) -> Any:
        """Runs an operator's command on the stack, with AWS credentials, and gives its JSON answer."""
        done = self.command(*args, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout

    def command(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs a command; `env` changes its environment, where "" leaves a variable out."""
        usual = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "functions"),
            "AWS_ENDPOINT_URL": self.stack.emulator.endpoint_url,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "EARSHOT_STACK": "earshot",
            "EARSHOT_TENANT": self.tenant,
            "EARSHOT_LOOPBACK": self.stack.loopback,
        }
        chosen = {name: value for name, value in (usual | env).items() if value}
        command = [sys.executable, "-m", "earshot", *args]
        return subprocess.run(command, env=chosen, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    def remotely(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Runs a command as somebody with a key and without AWS credentials does, through the gateway."""
        nothing = dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "EARSHOT_STACK"), "")
        return self.command("--api", self.stack.api_url, "--key", self.key, *args, **nothing)

    def apply(self, folder: Path, configuration: str) -> dict[str, int]:
        """Puts a configuration into effect, as the operator."""
        file = folder / f"{self.tenant}.toml"
        file.write_text(configuration, encoding="utf-8")
        applied: dict[str, int] = self.earshot("apply", str(file), "--json")
        return applied

    def api(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Reply:
        """Asks the HTTP API through the gateway; `key` "" sends none."""
        key = self.key if key is None else key
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        return self.stack.ask(method, path, None if body is None else json.dumps(body).encode(), headers)

    def mentions(self) -> list[dict[str, Any]]:
        """All mentions that the API lists, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.api("GET", f"/v1/mentions?limit=100{cursor}").value
            found += page["mentions"]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"

    def deliveries(self) -> dict[str, Delivery]:
        """Every delivery of this tenant, by id."""
        found = Deliveries(self.stack.table).all.under(f"TENANT#{self.tenant}")
        return {delivery.id: delivery for delivery in found}

    def look_again(self) -> None:
        """Makes every source of this tenant due, as the time that passes does."""
        listening = Listening(self.stack.table)
        for subscription in listening.subscriptions(self.tenant):
            listening.make_due(subscription.source_id, datetime.now(UTC))


def deployed(emulator: Emulator, tree: Path, places: Places, loopback: str) -> Deployment:
    """The project's own template with the built tree, deployed."""
    client = emulator.client("s3")
    client.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": REGION})
    for name in FUNCTIONS:
        client.put_object(Bucket="code", Key=f"{name}.zip", Body=_zipped(tree / name))
    code = {f"{name.title()}Function": ("code", f"{name}.zip") for name in FUNCTIONS}
    emulator.client("sesv2").create_email_identity(EmailIdentity="earshot@morgenrot.example")
    parameters = {
        "MailFrom": "earshot@morgenrot.example",
        "OperatorContact": "ops@morgenrot.example",
        "Listening": "DISABLED",
        "Loopback": loopback,
        "Offline": "1",
        "FetchVisibilitySeconds": str(VISIBILITY_S),
        "DeletionProtection": "false",
    }
    template = transformed(ROOT / "template.yaml", code)
    outputs = deploy(emulator.session(), emulator.endpoint_url, template, parameters)
    return Deployment(emulator, places, outputs, loopback)


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return packed.getvalue()


def _value(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")
