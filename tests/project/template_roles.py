"""Rules for what the functions may do: what their code calls, on what it calls it, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from template_view import DOORS, SECRET_NAME, Stack, broken, listed, target

ROW = {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"}
PUBLISH, SEND, LENGTH = {"sns:Publish"}, {"sqs:SendMessage"}, {"sqs:GetQueueAttributes"}
MAIL = {"ses:SendEmail", "ses:SendRawEmail"}
THE_SECRET = f"ssm:parameter({SECRET_NAME})"
CREDENTIALS = {
    "ssm:parameter/earshot/${AWS::StackName}/credentials/*": {
        "ssm:GetParameter",
        "ssm:PutParameter",
        "ssm:DeleteParameter",
    }
}
SECRET = {THE_SECRET: {"ssm:GetParameter"}, "kms:key/*": {"kms:Decrypt"}}

MAY: dict[str, dict[str, set[str]]] = {
    # Planner: due rows from the index; asks who listens (query), leases (put), drops orphans (delete).
    "PlanFunction": {"Table": ROW, "Table/index/due": {"dynamodb:Query"}, "FetchQueue": SEND, "Events": PUBLISH},
    # Fetcher and Collector: known mentions in a batch; links and the rules of hosts in a batch; mention, todo, source,
    # schedule and ledger by themselves; the schedule of a source that is given up is deleted. The inbox index is read
    # for previews only. Lambda takes messages from the queue in the function's name.
    "CollectFunction": {
        "Table": ROW | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"},
        "Table/index/inbox": {"dynamodb:Query"},
        "FetchQueue": {"sqs:ReceiveMessage", "sqs:DeleteMessage", *LENGTH},
        "Events": PUBLISH,
        **CREDENTIALS,
    },
    # Alerter: mention and tenant (get), the names of a story and who claims them in a batch, contacts (query), day,
    # deliveries, todos and the mark of a telling (put), the todo done (delete).
    "AlertFunction": {"Table": ROW | {"dynamodb:BatchGetItem"}, "Events": PUBLISH, "EventDeadLetters": SEND},
    # Deliverer: the mentions of a load in a batch, the rest as alert does. It publishes no events.
    "DeliverFunction": {
        "Table": ROW | {"dynamodb:BatchGetItem"},
        "ses:identity/*": MAIL,
        "ses:configuration-set/*": MAIL,
        "*": PUBLISH,
        "EventDeadLetters": SEND,
        **SECRET,
    },
    # The routes: single rows, an author's mentions in a batch, lists from the index; health asks how long queues are,
    # and what a preview or a why needs to have read goes into the queue of fetches.
    "ApiFunction": {
        "Table": ROW | {"dynamodb:BatchGetItem"},
        "Table/index/inbox": {"dynamodb:Query"},
        "FetchQueue": LENGTH | SEND,
        "FetchDeadLetters": LENGTH,
        "EventDeadLetters": LENGTH,
        **SECRET,
        **CREDENTIALS,
    },
}
"""What the code behind each function calls, by resource, read off its services; the cloud ring shows it is enough."""

MANAGED = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
"""What SAM adds: writing logs and traces. A trace has no resource of its own, so it is allowed on "*"."""


def functions_may_do_what_their_code_does(stack: Stack) -> Iterator[str]:
    """Each function's permissions are those of `MAY`, no more and no less."""
    for name, wanted in MAY.items():
        found = _allowed(_statements(_role(stack, name)))
        for resource in sorted({*wanted, *found}):
            missing = wanted.get(resource, set()) - found.get(resource, set())
            unused = found.get(resource, set()) - wanted.get(resource, set())
            yield from (f"{name} lacks {each} on {resource}" for each in sorted(missing))
            yield from (f"{name} has no use for {each} on {resource}" for each in sorted(unused))


def roles_are_narrow(stack: Stack) -> Iterator[str]:
    """No role allows a group of actions, or anything on everything but messages to telephone numbers."""
    for name, role in stack.of("IAM::Role").items():
        managed = {str(each).rpartition("/")[2] for each in role.get("ManagedPolicyArns", [])}
        allowed = _allowed(_statements(role))
        yield from broken(
            {
                f"{name} names its actions": not any("*" in each for actions in allowed.values() for each in actions),
                f"{name} names its resources": {*allowed.get("*", set())} <= PUBLISH,
                f"{name} has only SAM's own managed policies": managed <= MANAGED,
                f"{name} allows by Action and Resource": all(
                    {"Action", "Resource"} <= {*each} for each in _statements(role)
                ),
            }
        )


def each_function_has_a_role_of_its_own(stack: Stack) -> Iterator[str]:
    """Roles are not shared, and only the service that needs a role may take it."""
    functions = stack.of("Lambda::Function")
    roles = {name: target(each["Role"]) for name, each in functions.items()}
    yield from broken(
        {
            "there are the five functions": set(functions) == set(DOORS),
            "no two functions share a role": len({*roles.values()}) == len(roles),
        }
    )
    takers = dict.fromkeys(roles.values(), "lambda.amazonaws.com") | {"PlanFunctionTickRole": "scheduler.amazonaws.com"}
    for name, role in stack.of("IAM::Role").items():
        trusted = [each["Principal"] for each in role["AssumeRolePolicyDocument"]["Statement"]]
        yield from broken({f"{name} is for who needs it": trusted == [{"Service": [takers.get(name)]}]})


def dangerous_permissions_have_conditions(stack: Stack) -> Iterator[str]:
    """Only our secret can be decrypted, mails come only from our sender, and SMS are no way to publish."""
    for name in DOORS:
        statements = _statements(_role(stack, name))
        denied = [target(each["Resource"]) for each in statements if each["Effect"] == "Deny"]
        for each in statements:
            strings = each.get("Condition", {})
            equal = strings.get("StringEquals", strings.get("StringEqualsIgnoreCase", {}))
            of = {key: target(value) for key, value in equal.items()}
            if each["Effect"] == "Allow" and "kms:Decrypt" in listed(each["Action"]):
                yield from broken(
                    {
                        f"{name} decrypts by Parameter Store": of.get("kms:ViaService", "").startswith("ssm."),
                        f"{name} decrypts our secret": of.get("kms:EncryptionContext:PARAMETER_ARN") == THE_SECRET,
                    }
                )
            if each["Effect"] == "Allow" and "ses:SendEmail" in listed(each["Action"]):
                yield from broken({f"{name} writes in our name": of.get("ses:FromAddress") == "MailFrom"})
            if each["Effect"] == "Allow" and each["Resource"] == "*":
                yield from broken({f"{name} reaches telephones only": "arn:${AWS::Partition}:sns:*:*:*" in denied})


def _role(stack: Stack, function: str) -> dict[str, Any]:
    return stack.of("IAM::Role")[target(stack.of("Lambda::Function")[function]["Role"])]


def _statements(role: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [statement for policy in role.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]]


def _allowed(statements: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in statements:
        for resource in listed(each.get("Resource", "*")) if each["Effect"] == "Allow" else []:
            found.setdefault(target(resource), set()).update(listed(each.get("Action", "*")))
    return found


RULES = (
    functions_may_do_what_their_code_does,
    roles_are_narrow,
    each_function_has_a_role_of_its_own,
    dangerous_permissions_have_conditions,
)
