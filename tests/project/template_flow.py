"""Rules for what holds and carries data: the table, the queues, the topic, and who reads them."""

from collections.abc import Iterator
from typing import get_args

from template_view import Stack, broken, target

from earshot.bootstrap.collect import DEADLINE_S
from earshot.domain.messages import MessageType
from earshot.ports.table import Index

FORTNIGHT_S = 14 * 86_400
SLOWEST_REQUEST_S = 20
"""`HttpAdapter.total_s`."""


def table_outlives_mistakes(stack: Stack) -> Iterator[str]:
    """The table is kept, can be restored, is encrypted, and forgets what has expired."""
    resource, table = stack.made["Table"], stack.of("DynamoDB::Table")["Table"]
    recovery = table.get("PointInTimeRecoverySpecification", {})
    return broken(
        {
            "the table stays when the stack goes": resource.get("DeletionPolicy") == "Retain",
            "the table stays when it is replaced": resource.get("UpdateReplacePolicy") == "Retain",
            "the table is protected": stack.value(table.get("DeletionProtectionEnabled")) == "true",
            "the table can be restored to a point in time": recovery.get("PointInTimeRecoveryEnabled") is True,
            "the table is encrypted with a key of the account": table.get("SSESpecification") == {"SSEEnabled": True},
            "rows expire": table.get("TimeToLiveSpecification") == {"AttributeName": "expires_at", "Enabled": True},
            "the table is billed by request": table.get("BillingMode") == "PAY_PER_REQUEST",
        }
    )


def table_has_the_keys_the_code_asks_for(stack: Stack) -> Iterator[str]:
    """The keys and indexes are those of `DynamoTable`."""
    table = stack.of("DynamoDB::Table")["Table"]
    indexes = {each["IndexName"]: each for each in table["GlobalSecondaryIndexes"]}
    schemas = {"": table["KeySchema"], **{f"{name}_": each["KeySchema"] for name, each in indexes.items()}}
    wanted = {prefix: [(f"{prefix}pk", "HASH"), (f"{prefix}sk", "RANGE")] for prefix in schemas}
    found = {prefix: [(each["AttributeName"], each["KeyType"]) for each in keys] for prefix, keys in schemas.items()}
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return broken(
        {
            "the indexes are those of ports/table.py": set(indexes) == set(get_args(Index)),
            "indexes hold whole rows": all(
                each["Projection"] == {"ProjectionType": "ALL"} for each in indexes.values()
            ),
            "keys are hash and range": found == wanted,
            "keys are texts": types == {key: "S" for pair in wanted.values() for key, _ in pair},
        }
    )


def queues_are_closed(stack: Stack) -> Iterator[str]:
    """Each queue is encrypted, takes TLS only, and lets in nobody but whom the flow needs."""
    for name, queue in stack.of("SQS::Queue").items():
        guests = [each for each in stack.statements("SQS::QueuePolicy", name) if each["Effect"] == "Allow"]
        topic = {
            "Sid": "WhatTheTopicCouldNotHandOver",
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": {"Fn::GetAtt": ["EventDeadLetters", "Arn"]},
            "Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "Events"}}},
        }
        yield from broken(
            {
                f"{name} is encrypted": queue.get("SqsManagedSseEnabled") is True,
                f"{name} takes TLS only": stack.denies_plain_text("SQS::QueuePolicy", name),
                f"{name} lets in whom it must": guests == ([topic] if name == "EventDeadLetters" else []),
            }
        )


def fetches_are_never_lost_unseen(stack: Stack) -> Iterator[str]:
    """A fetch keeps its place in its group, is not begun twice at once, and ends among the dead letters."""
    queue, dead = stack.of("SQS::Queue")["FetchQueue"], stack.of("SQS::Queue")["FetchDeadLetters"]
    redrive, allow = queue.get("RedrivePolicy", {}), dead.get("RedriveAllowPolicy", {})
    name = queue.get("QueueName", {}).get("Fn::Sub", "")
    timeout_s = stack.of("Lambda::Function")["CollectFunction"]["Timeout"]
    return broken(
        {
            "failed fetches become dead letters": target(redrive.get("deadLetterTargetArn")) == "FetchDeadLetters",
            "fetches have five attempts": redrive.get("maxReceiveCount") == 5,
            "only named queues give dead letters": allow.get("redrivePermission") == "byQueue",
            "FetchQueue gives dead letters": [*map(target, allow.get("sourceQueueArns", []))] == [f"sqs:{name}"],
            "fetches keep their order": queue.get("FifoQueue") is True and name.endswith(".fifo"),
            "dead fetches keep their order": dead.get("FifoQueue") is True,
            "fetches are known by their id": "ContentBasedDeduplication" not in queue,
            "collect has time to finish": timeout_s >= DEADLINE_S + SLOWEST_REQUEST_S,
            "no fetch begins again before collect ended": stack.value(queue.get("VisibilityTimeout")) >= 6 * timeout_s,
            "Lambda takes the queue": stack.raw["Parameters"]["FetchVisibilitySeconds"]["MinValue"] >= timeout_s,
            "old fetches do not pile up": queue.get("MessageRetentionPeriod") == 86_400,
            "dead fetches are kept for a fortnight": dead.get("MessageRetentionPeriod") == FORTNIGHT_S,
        }
    )


def collect_reads_fetches(stack: Stack) -> Iterator[str]:
    """Collect gets batches of its queue, reports the messages that failed, and leaves Lambdas to the others."""
    mapping = stack.by_function("Lambda::EventSourceMapping").get("CollectFunction", {})
    concurrency = stack.value(mapping.get("ScalingConfig", {}).get("MaximumConcurrency"))
    return broken(
        {
            "collect reads FetchQueue": target(mapping.get("EventSourceArn")) == "FetchQueue",
            "collect gets ten messages": mapping.get("BatchSize") == 10,
            "only failed messages come again": mapping.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            "collect does not take all Lambdas of an account": 2 <= (concurrency or 0) <= 9,
        }
    )


def events_reach_their_function(stack: Stack) -> Iterator[str]:
    """Each type of event reaches the one function that handles it, or the dead letters."""
    types = {"AlertFunction": MessageType.MENTION_STORED, "DeliverFunction": MessageType.DELIVERY_PLANNED}
    for name, type_ in types.items():
        heard = stack.by_function("SNS::Subscription").get(name, {})
        given_up = stack.by_function("Lambda::EventInvokeConfig").get(name, {})
        caller = stack.by_function("Lambda::Permission").get(name, {})
        failure = given_up.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        unreachable = heard.get("RedrivePolicy", {}).get("deadLetterTargetArn")
        yield from broken(
            {
                f"{name} hears {type_} alone": heard.get("FilterPolicy") == {"type": [str(type_)]},
                f"{name} looks at attributes": heard.get("FilterPolicyScope", "MessageAttributes")
                == "MessageAttributes",
                f"{name} hears Events": target(heard.get("TopicArn")) == "Events",
                f"Events may call {name}": target(caller.get("SourceArn")) == "Events",
                f"what cannot be handed to {name} is kept": target(unreachable) == "EventDeadLetters",
                f"what {name} gives up on is kept": target(failure) == "EventDeadLetters",
                f"{name} tries events three times": given_up.get("MaximumRetryAttempts") == 2,
                f"{name} knows old events from new": 60 <= given_up.get("MaximumEventAgeInSeconds", 0) <= 21_600,
            }
        )


def events_are_closed(stack: Stack) -> Iterator[str]:
    """The topic of events is encrypted and takes TLS only; dead events are kept for as long as SQS can."""
    dead = stack.of("SQS::Queue")["EventDeadLetters"]
    return broken(
        {
            "events are encrypted": stack.of("SNS::Topic")["Events"].get("KmsMasterKeyId") == "alias/aws/sns",
            "events take TLS only": stack.denies_plain_text("SNS::TopicPolicy", "Events"),
            "dead events are kept for a fortnight": dead.get("MessageRetentionPeriod") == FORTNIGHT_S,
            "dead events need no order": "FifoQueue" not in dead,
        }
    )


RULES = (
    table_outlives_mistakes,
    table_has_the_keys_the_code_asks_for,
    queues_are_closed,
    fetches_are_never_lost_unseen,
    collect_reads_fetches,
    events_reach_their_function,
    events_are_closed,
)
