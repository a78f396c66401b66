"""A template as its rules see it: the file, what SAM makes of it, and what its references point to."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cloud_stack import Template, expanded

ROOT = Path(__file__).parents[2]
DOORS = {f"{name.capitalize()}Function": name for name in ("plan", "collect", "alert", "deliver", "api")}
"""The functions, and the modules and doors behind them."""

SECRET_NAME = "HasOwnSecretName ? SecretName : /earshot/${AWS::StackName}/secret"
"""The name of the secret behind links and forms, as `target` tells it."""

_ACCOUNT = re.compile(r"arn:\$\{AWS::Partition\}:([\w-]+):\$\{AWS::Region\}:\$\{AWS::AccountId\}:")


@dataclass(frozen=True)
class Stack:
    """A template (`raw`) and the resources that CloudFormation gets for it (`made`)."""

    raw: Template

    @cached_property
    def made(self) -> dict[str, Any]:
        """The resources by name, after SAM."""
        resources: dict[str, Any] = expanded(self.raw)["Resources"]
        return resources

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of the resources of one type, by name."""
        return {name: each.get("Properties", {}) for name, each in self.made.items() if each["Type"] == f"AWS::{kind}"}

    def by_function(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of the resources of one type, by the function they are about."""
        return {target(each.get("FunctionName") or each.get("Endpoint")): each for each in self.of(kind).values()}

    def value(self, of: Any) -> Any:
        """A value; of a reference to a parameter, the parameter's default."""
        is_parameter = isinstance(of, dict) and of.get("Ref") in self.raw["Parameters"]
        return self.raw["Parameters"][of["Ref"]].get("Default") if is_parameter else of

    def statements(self, kind: str, name: str) -> list[dict[str, Any]]:
        """The statements in the policies of a queue or topic; `kind` is the type of such policies."""
        about = {key: [*map(target, each.get("Queues", each.get("Topics", [])))] for key, each in self.of(kind).items()}
        policies = [each for key, each in self.of(kind).items() if name in about[key]]
        return [statement for each in policies for statement in each["PolicyDocument"]["Statement"]]

    def denies_plain_text(self, kind: str, name: str) -> bool:
        """Whether a queue or topic can be used over TLS only."""
        plain = {"Bool": {"aws:SecureTransport": "false"}}
        return any(
            each["Effect"] == "Deny" and each["Principal"] == "*" and target(each["Resource"]) == name
            for each in self.statements(kind, name)
            if each.get("Condition") == plain
        )


Rule = Callable[[Stack], Iterator[str]]
"""Tells what is wrong with a template, in sentences; nothing when all is well."""


def broken(claims: Mapping[str, bool]) -> Iterator[str]:
    """The sentences that do not hold."""
    return (sentence for sentence, holds in claims.items() if not holds)


def target(value: Any) -> str:
    """What a reference points to, such as `Table/index/due` or `sqs:${AWS::StackName}-fetch.fifo`.

    Of a choice it tells condition and both ends, as `HasOwn ? Own : Usual`; a plain text is itself.
    """
    if not isinstance(value, dict):
        return str(value)
    if "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        return f"{condition} ? {target(then)} : {target(otherwise)}"
    text, names = value.get("Ref") or value.get("Fn::Sub"), {}
    if isinstance(text, list):
        text, names = text
    for name, each in names.items():
        text = text.replace(f"${{{name}}}", f"({target(each)})")
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", _ACCOUNT.sub(r"\1:", str(text)))


def listed(value: Any) -> list[Any]:
    """A value that may stand alone, as a list."""
    return value if isinstance(value, list) else [value]
