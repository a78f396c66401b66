"""Rules for the alarms: what they watch, what silence means to them, and that they cost nothing unasked."""

from collections.abc import Iterator
from typing import Any

from template_view import DOORS, ROOT, Stack, broken, target

from earshot.telemetry import METRICS, NAMESPACE

REFUSED, HEARTBEAT = "DeliveriesFailed", "HeartbeatAge"
WATCHED = {
    # The function of the API answers its errors itself, as 500; the gateway counts those, and where it breaks off.
    ("AWS/Lambda", "Errors", "FunctionName"): set(DOORS) - {"ApiFunction"},
    ("AWS/ApiGateway", "5xx", "ApiId"): {"Api"},
    ("AWS/Lambda", "Invocations", "FunctionName"): {"PlanFunction"},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"): {"FetchDeadLetters", "EventDeadLetters"},
    # A channel that refuses is no error of the function.
    (NAMESPACE, REFUSED, "service"): {"deliver"},
    (NAMESPACE, HEARTBEAT, "service"): {"deliver"},
}
"""Whose figures have an alarm, by namespace, metric and the one dimension it is published with."""

SPENDING = ("AWS/SNS", "SMSMonthToDateSpentUSD", "")
"""A figure of the account, which has no dimension."""


def alarms_watch_what_matters(stack: Stack) -> Iterator[str]:
    """Dead letters, silence, errors, refusals and spending have alarms, each on a figure that there is."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for alarm in stack.of("CloudWatch::Alarm").values():
        for kind, whose in _watched(alarm):
            found.setdefault(kind, set()).add(whose)
    for kind, whose in {**WATCHED, SPENDING: {""}}.items():
        missing = whose - found.get(kind, set())
        yield from (f"nobody watches {' '.join(kind)} of {each}" for each in sorted(missing))
    yield from (f"there is no figure {' '.join(kind)}" for kind in sorted({*found} - {*WATCHED, SPENDING}))
    deliver = (ROOT / "functions" / "deliver.py").read_text(encoding="utf-8")
    yield from broken({"deliver counts refusals by its name": REFUSED in METRICS and 'Meter("deliver")' in deliver})


def alarms_tell_somebody_in_time(stack: Stack) -> Iterator[str]:
    """Each alarm goes to AlarmMail, if there is one, says what to do, and knows what silence means."""
    for name, alarm in stack.of("CloudWatch::Alarm").items():
        metrics = {metric for (_, metric, _), _ in _watched(alarm)}
        keeps = metrics <= {"ApproximateNumberOfMessagesVisible", SPENDING[1]}
        wanted = "breaching" if name in ("PlanAlarm", "HeartbeatAlarm") else "ignore" if keeps else "notBreaching"
        yield from broken(
            {
                f"{name} says what to do": len(alarm.get("AlarmDescription", "")) > 30,
                f"{name} knows what silence means": alarm.get("TreatMissingData") == wanted,
                f"{name} tells somebody": alarm.get("AlarmActions") == [{"Ref": "AlarmTopic"}],
                f"{name} costs nothing unasked": stack.made[name].get("Condition") in ("HasAlarms", "HasTickAlarm"),
            }
        )
        if metrics <= {"Errors", "5xx", REFUSED}:
            window = (alarm.get("Period"), alarm.get("DatapointsToAlarm"), alarm.get("EvaluationPeriods"))
            bound = (alarm.get("Statistic"), alarm.get("ComparisonOperator"), alarm.get("Threshold"))
            yield from broken(
                {
                    f"{name} forgives a hiccup, and no more": window == (300, 2, 3),
                    f"{name} counts each failure": bound == ("Sum", "GreaterThanThreshold", 0),
                }
            )


def _watched(alarm: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """The figures of an alarm, and whose each is."""
    for each in [alarm, *(part.get("MetricStat", {}).get("Metric", {}) for part in alarm.get("Metrics", []))]:
        if "MetricName" in each:
            dimensions = each.get("Dimensions", [])
            names = "+".join(dimension["Name"] for dimension in dimensions)
            whose = "+".join(target(dimension["Value"]) for dimension in dimensions)
            yield (each["Namespace"], each["MetricName"], names), whose


RULES = (alarms_watch_what_matters, alarms_tell_somebody_in_time)
