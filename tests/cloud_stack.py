"""The project's own template as a stack: what SAM makes of it, and that on the emulator.

`expanded` is what CloudFormation would get; `transformed` is that with the few things changed that the emulator cannot
do, each with its reason, so that the cloud ring runs everything else as it is deployed.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3.session
import botocore.session
from samtranslator.metrics.metrics import Metrics  # type: ignore[import-untyped]
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from emulator import REGION

Template = dict[str, Any]
Code = Mapping[str, tuple[str, str]]
"""Where the packed code of each function is, as bucket and key, by the function's name in the template."""

STACK = "earshot"
_READY_S = 30.0


def read(template: Path) -> Template:
    """The template as it stands in its file, short forms such as `!Ref` written out."""
    parsed: Template = yaml_parse(template.read_text(encoding="utf-8"))
    return parsed


def functions(template: Template) -> dict[str, Any]:
    """The properties of the Lambda functions by name, before or after SAM."""
    kinds = ("AWS::Serverless::Function", "AWS::Lambda::Function")
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] in kinds}


def expanded(template: Template, code: Code | None = None) -> Template:
    """What SAM makes of a template, asking nobody; a function without `code` gets a place that is not there."""
    packed = deepcopy(template)
    packed["Globals"]["Function"].pop("CodeUri", None)
    for name, properties in functions(packed).items():
        bucket, key = (code or {}).get(name, ("no-bucket", "no-key"))
        properties["CodeUri"] = {"Bucket": bucket, "Key": key}
    session = boto3.session.Session(aws_access_key_id="-", aws_secret_access_key="-", region_name=REGION)
    figures = Metrics()
    translator = Translator(None, Parser(), boto_session=session, metrics=figures)
    made = translator.translate(packed, {}, get_managed_policy_map=dict)
    figures.publish()
    plain: Template = json.loads(json.dumps(made))
    return plain


def transformed(template: Path, code: Code) -> Template:
    """The template as the emulator takes it."""
    made = expanded(read(template), code)
    for adjust in _ADJUSTMENTS:
        adjust(made)
    return made


def deploy(
    session: botocore.session.Session,
    endpoint_url: str,
    template: Template,
    parameters: Mapping[str, str],
    name: str = STACK,
) -> dict[str, str]:
    """Creates a stack and gives its outputs by name.

    Raises:
        RuntimeError: the stack could not be created; the message says which resources failed and why.
    """
    client: Any = session.create_client("cloudformation", endpoint_url=endpoint_url)
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    outputs = _outputs(client, name)
    # The emulator passes over TimeToLiveSpecification.
    expiry = template["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]
    table: Any = session.create_client("dynamodb", endpoint_url=endpoint_url)
    table.update_time_to_live(TableName=outputs["TableName"], TimeToLiveSpecification=expiry)
    return outputs


def _outputs(client: Any, name: str) -> dict[str, str]:
    end = time.monotonic() + _READY_S
    while (stack := client.describe_stacks(StackName=name)["Stacks"][0])["StackStatus"].endswith("IN_PROGRESS"):
        if time.monotonic() > end:
            raise RuntimeError(f"the stack {name} is not ready after {_READY_S:.0f} s: {stack['StackStatus']}")
        time.sleep(0.05)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = client.describe_stack_events(StackName=name)["StackEvents"]
        failed = [each for each in events if each["ResourceStatus"].endswith("FAILED")]
        reasons = [f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in failed]
        raise RuntimeError(f"the stack {name} ended as {stack['StackStatus']}; {'; '.join(reasons)}")
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def statements(template: Template, kind: str) -> Iterator[dict[str, Any]]:
    """The policy statements in the resources of one type: roles, or policies of queues or topics."""
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            properties = resource["Properties"]
            inline = [each["PolicyDocument"] for each in properties.get("Policies", [])]
            for document in [*inline, *filter(None, [properties.get("PolicyDocument")])]:
                yield from document["Statement"]


def _without_metric_math(template: Template) -> None:
    """It refuses alarms over an expression, and knows no figures to alarm about anyway."""
    resources = template["Resources"]
    for name in [name for name, each in resources.items() if "Metrics" in each.get("Properties", {})]:
        del resources[name]


def _over_plain_http(template: Template) -> None:
    """It speaks HTTP, which our queues and topics deny; turned around, the policies stay in place and deny nobody."""
    for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for statement in statements(template, kind):
            if statement["Effect"] == "Deny":
                statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}


def _publishing_in_batches(template: Template) -> None:
    """It asks for an action of its own, sns:PublishBatch, where AWS asks for sns:Publish."""
    for statement in statements(template, "AWS::IAM::Role"):
        if statement["Action"] == "sns:Publish" and statement["Resource"] == {"Ref": "Events"}:
            statement["Action"] = ["sns:Publish", "sns:PublishBatch"]


def _mails_of_anybody(template: Template) -> None:
    """It asks about the resource "*" where a mail is sent, and does not know the condition ses:FromAddress."""
    for statement in statements(template, "AWS::IAM::Role"):
        if "ses:SendEmail" in statement["Action"]:
            statement["Resource"] = "*"
            del statement["Condition"]


def _impatient(template: Template) -> None:
    """It takes a queue that Lambda refuses on AWS; a test of what comes again would else wait for two minutes."""
    template["Parameters"]["FetchVisibilitySeconds"]["MinValue"] = 30


_ADJUSTMENTS: tuple[Callable[[Template], None], ...] = (
    _without_metric_math,
    _over_plain_http,
    _publishing_in_batches,
    _mails_of_anybody,
    _impatient,
)
"""Kept as they are although the emulator passes over them: encryption and recovery of the table, throttling and access
log of the API, the schedule's role. Those are asserted on the template.
"""
