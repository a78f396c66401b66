"""Faults to plant into a copy of the template: most of them pass cfn-lint, and each breaks something that matters."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cloud_stack import Template

GONE = object()
"""Planted in place of a value: the value is taken out."""


@dataclass(frozen=True)
class Fault:
    """A mistake somebody could make: the value at `path` (keys and positions between slashes) becomes another one."""

    what: str
    rule: str
    path: str
    value: Any = GONE

    def plant(self, template: Template) -> Template:
        """A copy of the template that has the fault."""
        copy = deepcopy(template)
        *way, last = (int(step) if step.isdecimal() else step for step in self.path.split("/"))
        place: Any = copy
        for step in way:
            place = place[step]
        if self.value is GONE:
            del place[last]
        else:
            place[last] = self.value
        return copy


def _resource(what: str, rule: str, path: str, value: Any = GONE) -> Fault:
    name, _, rest = path.partition("/")
    return Fault(what, rule, f"Resources/{name}/{rest}", value)


def _property(what: str, rule: str, path: str, value: Any = GONE) -> Fault:
    name, _, rest = path.partition("/")
    return Fault(what, rule, f"Resources/{name}/Properties/{rest}", value)


_KEYS = "table_has_the_keys_the_code_asks_for"
_FETCHES, _COLLECT = "fetches_are_never_lost_unseen", "collect_reads_fetches"
_REACH, _CLOSED = "events_reach_their_function", "queues_are_closed"
_MAY, _CONDITIONS = "functions_may_do_what_their_code_does", "dangerous_permissions_have_conditions"
_SETTINGS, _TICK = "functions_get_their_settings", "plan_runs_every_minute"
_API, _LOG = "api_leads_to_its_function", "api_is_bounded_and_discreet"
_PARAMETERS, _OUTPUTS = "parameters_explain_themselves", "outputs_are_those_that_commands_read"
_USUAL, _ALARMS = "settings_have_a_value_where_nobody_gave_one", "alarms_watch_what_matters"
_IN_TIME, _LEVEL = "alarms_tell_somebody_in_time", "Globals/Function/LoggingConfig/ApplicationLogLevel"
_STATEMENTS = "Policies/0/Statement"
_MAILS, _KEY = "DeliverFunction/Policies/0/Statement/3", "DeliverFunction/Policies/0/Statement/2"

FAULTS = (
    _resource("the table goes with the stack", "table_outlives_mistakes", "Table/DeletionPolicy", "Delete"),
    _resource(
        "a failed creation cannot be rolled back",
        "table_outlives_mistakes",
        "Table/DeletionPolicy",
        "RetainExceptOnCreate",
    ),
    Fault("nothing public is read", "nothing_is_switched_off_by_default", "Parameters/Offline/Default", "1"),
    Fault("itself is read", "nothing_is_switched_off_by_default", "Parameters/Loopback/Default", "127.0.0.1:80"),
    Fault("nobody listens", "nothing_is_switched_off_by_default", "Parameters/Listening/Default", "DISABLED"),
    Fault("the table is unprotected", "table_outlives_mistakes", "Parameters/DeletionProtection/Default", "false"),
    _property(
        "the wrong attribute expires",
        "table_outlives_mistakes",
        "Table/TimeToLiveSpecification",
        {"AttributeName": "expires", "Enabled": True},
    ),
    _property("backups are off", "table_outlives_mistakes", "Table/PointInTimeRecoverySpecification"),
    _property("an index key is a number", _KEYS, "Table/AttributeDefinitions/5/AttributeType", "N"),
    _property("an index has another name", _KEYS, "Table/GlobalSecondaryIndexes/1/IndexName", "todo"),
    _property(
        "an index holds keys only", _KEYS, "Table/GlobalSecondaryIndexes/0/Projection/ProjectionType", "KEYS_ONLY"
    ),
    _property("the queue has no redrive", _FETCHES, "FetchQueue/RedrivePolicy"),
    _property("fetches die at once", _FETCHES, "FetchQueue/RedrivePolicy/maxReceiveCount", 1),
    _property(
        "another queue may give dead letters", _FETCHES, "FetchDeadLetters/RedriveAllowPolicy/sourceQueueArns/0", "x"
    ),
    _property("dead letters have no order", _FETCHES, "FetchDeadLetters/FifoQueue"),
    _property("equal fetches are dropped", _FETCHES, "FetchQueue/ContentBasedDeduplication", True),
    Fault("fetches come again while they run", _FETCHES, "Parameters/FetchVisibilitySeconds/Default", 60),
    Fault("Lambda refuses the queue", _FETCHES, "Parameters/FetchVisibilitySeconds/MinValue", 30),
    _property("collect is cut short", _FETCHES, "CollectFunction/Timeout", 90),
    _property("dead letters vanish after four days", _FETCHES, "FetchDeadLetters/MessageRetentionPeriod"),
    _property("one failure repeats the batch", _COLLECT, "CollectFetches/FunctionResponseTypes"),
    _property("collect reads dead letters", _COLLECT, "CollectFetches/EventSourceArn/Fn::GetAtt/0", "FetchDeadLetters"),
    _property("collect takes every Lambda", _COLLECT, "CollectFetches/ScalingConfig"),
    _property(
        "the filter has a typo",
        _REACH,
        "AlertFunction/Events/MentionStored/Properties/FilterPolicy/type/0",
        "mention.store",
    ),
    _property(
        "the filter looks at the body",
        _REACH,
        "AlertFunction/Events/MentionStored/Properties/FilterPolicyScope",
        "MessageBody",
    ),
    _property("lost events are lost", _REACH, "DeliverFunction/Events/DeliveryPlanned/Properties/RedrivePolicy"),
    _property("given-up events are lost", _REACH, "DeliverFunction/EventInvokeConfig/DestinationConfig"),
    _property("an event is tried once", _REACH, "AlertFunction/EventInvokeConfig/MaximumRetryAttempts", 0),
    _property("any topic fills our queue", _CLOSED, "EventDeadLettersPolicy/PolicyDocument/Statement/0/Condition"),
    _property("no topic fills our queue", _CLOSED, "EventDeadLettersPolicy/PolicyDocument/Statement/0"),
    _property("a queue takes plain text", _CLOSED, "FetchQueuePolicy/PolicyDocument/Statement/0/Condition/Bool", {}),
    _property("a queue is not encrypted", _CLOSED, "EventDeadLetters/SqsManagedSseEnabled"),
    _property("events are not encrypted", "events_are_closed", "Events/KmsMasterKeyId"),
    _property("plan may not read the index", _MAY, f"PlanFunction/{_STATEMENTS}/1"),
    _property(
        "plan may read the other index",
        _MAY,
        f"PlanFunction/{_STATEMENTS}/1/Resource/Fn::Sub",
        "${Table.Arn}/index/inbox",
    ),
    _property("alert may not delete its todo", _MAY, f"AlertFunction/{_STATEMENTS}/0/Action/2"),
    _property("collect may scan", _MAY, f"CollectFunction/{_STATEMENTS}/0/Action/0", "dynamodb:Scan"),
    _property("SES refuses whole messages", _MAY, f"{_MAILS}/Action/1"),
    _property("api may do anything to queues", "roles_are_narrow", f"ApiFunction/{_STATEMENTS}/2/Action", "sqs:*"),
    _property("api may read every table", "roles_are_narrow", f"ApiFunction/{_STATEMENTS}/0/Resource", "*"),
    _property(
        "SAM's event opens every queue",
        "roles_are_narrow",
        "CollectFunction/Events",
        {"Fetches": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["FetchQueue", "Arn"]}}}},
    ),
    _property(
        "two functions share a role",
        "each_function_has_a_role_of_its_own",
        "AlertFunction/Role",
        {"Fn::GetAtt": ["PlanFunctionRole", "Arn"]},
    ),
    _property(
        "every secret can be decrypted",
        _CONDITIONS,
        f"{_KEY}/Condition/StringEquals/kms:EncryptionContext:PARAMETER_ARN",
    ),
    _property(
        "the secret of every stack can be decrypted",
        _CONDITIONS,
        f"{_KEY}/Condition/StringEquals/kms:EncryptionContext:PARAMETER_ARN/Fn::Sub/1/Name",
        "/earshot/*",
    ),
    _property(
        "api may read the secret of another stack",
        _MAY,
        f"ApiFunction/{_STATEMENTS}/3/Resource/Fn::Sub/1/Name",
        {"Ref": "SecretName"},
    ),
    _property("mails come from anybody", _CONDITIONS, f"{_MAILS}/Condition"),
    _property("SMS open every topic", _CONDITIONS, f"DeliverFunction/{_STATEMENTS}/5"),
    _property("the handler is misspelled", "functions_run_our_handlers", "DeliverFunction/Handler", "deliver.handle"),
    Fault(
        "the code was built for another machine",
        "functions_run_our_handlers",
        "Globals/Function/Architectures/0",
        "x86_64",
    ),
    _property("lines never expire", "functions_log_where_lines_expire", "PlanLog/RetentionInDays"),
    _property("lines go elsewhere", "functions_log_where_lines_expire", "PlanFunction/LoggingConfig"),
    Fault("metrics are filtered out", "functions_log_where_lines_expire", _LEVEL, "WARN"),
    _property("a setting is missing", _SETTINGS, "CollectFunction/Environment/Variables/EARSHOT_EVENTS_TOPIC"),
    _property(
        "a setting nobody must give is missing", _SETTINGS, "DeliverFunction/Environment/Variables/EARSHOT_SMS_SENDER"
    ),
    _property("a setting is misspelled", _SETTINGS, "ApiFunction/Environment/Variables/EARSHOT_SECRET", "x"),
    _property("plan is late", _TICK, "PlanFunction/Events/Tick/Properties/ScheduleExpression", "rate(1 hour)"),
    _property("ticks pile up", _TICK, "PlanFunction/EventInvokeConfig"),
    _property("a second stack cannot be", _TICK, "PlanFunction/Events/Tick/Properties/OmitName"),
    Fault("nobody listens", _TICK, "Parameters/Listening/Default", "DISABLED"),
    _property("the API may not call", _API, "ApiMayCall/SourceArn/Fn::Sub", "${Api}/*/$default"),
    _property("the API speaks the old format", _API, "ApiIntegration/PayloadFormatVersion", "1.0"),
    _property("the API leads nowhere", _API, "ApiRoute/Target/Fn::Sub", "${ApiIntegration}"),
    _property("requests are unbounded", _LOG, "ApiStage/DefaultRouteSettings"),
    _property(
        "the log tells the links",
        _LOG,
        "ApiStage/AccessLogSettings/Format",
        '{"requestId":"","status":"","ms":"","p":"$context.path"}',
    ),
    _property(
        "the log tells the visitor",
        _LOG,
        "ApiStage/AccessLogSettings/Format",
        '{"requestId":"","status":"","ms":"","who":"$context.identity.sourceIp"}',
    ),
    _property("silence is taken for health", _IN_TIME, "PlanAlarm/TreatMissingData", "notBreaching"),
    _property("a missing heartbeat is taken for calm", _IN_TIME, "HeartbeatAlarm/TreatMissingData", "notBreaching"),
    _property("a refused mail takes too long to be noticed", _IN_TIME, "RefusalAlarm/DatapointsToAlarm", 3),
    _property("a quiet API is in alarm", _IN_TIME, "ApiAlarm/TreatMissingData", "breaching"),
    _property("an alarm wakes nobody", _IN_TIME, "DeliverAlarm/AlarmActions", []),
    _property("a few refusals pass unnoticed", _IN_TIME, "RefusalAlarm/Threshold", 5),
    _resource("an alarm costs unasked", _IN_TIME, "RefusalAlarm/Condition"),
    _property("the API answers its errors itself", _ALARMS, "ApiAlarm/Namespace", "AWS/Lambda"),
    _property("an HTTP API has no such figure", _ALARMS, "ApiAlarm/MetricName", "5XXError"),
    _property("an HTTP API is not known by name", _ALARMS, "ApiAlarm/Dimensions/0/Name", "ApiName"),
    Fault("refused mails are not noticed", _ALARMS, "Resources/RefusalAlarm"),
    _property(
        "our figure has another dimension", _ALARMS, "RefusalAlarm/Dimensions/0/Value", {"Ref": "DeliverFunction"}
    ),
    Fault("deliveries that break off are not noticed", _ALARMS, "Resources/DeliverAlarm"),
    _property(
        "an alarm watches another queue",
        _ALARMS,
        "EventDeadLettersAlarm/Dimensions/0/Value/Fn::GetAtt/0",
        "FetchDeadLetters",
    ),
    Fault("two stacks share a secret", _USUAL, "Parameters/SecretName/Default", "/earshot/secret"),
    Fault("a secret has a name that cannot be", _USUAL, "Parameters/SecretName/AllowedPattern", "(/[a-z]+)*"),
    Fault("a name of its own is passed over", _USUAL, "Conditions/HasOwnSecretName/Fn::Not/0/Fn::Equals/1", "/earshot"),
    _property(
        "api reads no secret", _USUAL, "ApiFunction/Environment/Variables/EARSHOT_SECRET_NAME", "/earshot/secret"
    ),
    _property(
        "the owners of sites reach nobody",
        _USUAL,
        "CollectFunction/Environment/Variables/EARSHOT_OPERATOR",
        {"Ref": "OperatorContact"},
    ),
    Fault("the command reads another secret", _OUTPUTS, "Outputs/SecretName/Value", {"Ref": "SecretName"}),
    Fault("the commands tell another address", _OUTPUTS, "Outputs/ApiUrl/Value", {"Ref": "BaseUrl"}),
    Fault("anything is a mail address", _PARAMETERS, "Parameters/MailFrom/AllowedPattern"),
    Fault("a default is refused", _PARAMETERS, "Parameters/SecretName/Default", "earshot"),
    Fault(
        "a parameter does nothing",
        _PARAMETERS,
        "Resources/CollectFetches/Properties/ScalingConfig/MaximumConcurrency",
        5,
    ),
    Fault("an output has another name", _OUTPUTS, "Outputs/Table", {"Value": {"Ref": "Table"}}),
    Fault("an output shows another queue", _OUTPUTS, "Outputs/FetchQueueUrl/Value/Ref", "FetchDeadLetters"),
)
