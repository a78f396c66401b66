"""What the template must hold to beyond what cfn-lint knows: `RULES`, each of which names what is broken."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields

import template_alarms
import template_flow
import template_roles
from template_view import DOORS, ROOT, SECRET_NAME, Rule, Stack, broken, target

from earshot.settings import CloudSettings

FUNCTIONS = ROOT / "functions"
WITHHELD = ("path", "query", "cookie", "authoriz", "header", "body", "ip", "agent", "routekey", "authentic")
"""What no line of the access log may be about: links in messages have their secret in the path."""

SECRETS = {"", "/earshot/secret", "/shop/aws/secret", "/my.ssm"}
NO_SECRETS = {"earshot", "/", "/a b", "/a/", "/aws/secret", "/AWS", "/Ssm/secret", "/ssmsecret", "/a" * 16}
"""Parameter Store refuses names that begin with aws or ssm in whatever case, and more than fifteen levels."""


def functions_run_our_handlers(stack: Stack) -> Iterator[str]:
    """Each function runs its own module of `functions/`, as it was built for, and is traced."""
    for name, function in stack.of("Lambda::Function").items():
        door = DOORS.get(name, "")
        module = FUNCTIONS / f"{door}.py"
        source = ast.parse(module.read_text(encoding="utf-8")) if module.is_file() else ast.Module([], [])
        handlers = {f"{door}.{each.name}" for each in source.body if isinstance(each, ast.FunctionDef)}
        yield from broken(
            {
                f"{name} has a handler": function["Handler"] in handlers and function["Handler"].endswith(".handler"),
                f"{name} is packed from functions/": stack.raw["Globals"]["Function"].get("CodeUri") == "functions/",
                f"{name} runs on python3.13": function["Runtime"] == "python3.13",
                f"{name} runs on arm64": function["Architectures"] == ["arm64"],
                f"{name} is traced": function.get("TracingConfig") == {"Mode": "Active"},
                f"{name} has memory enough": function.get("MemorySize", 128) >= 512,
                f"{name} has a time-out of its own": 29 <= function.get("Timeout", 3) <= 180,
            }
        )


def functions_log_where_lines_expire(stack: Stack) -> Iterator[str]:
    """Each function, and the API, has a log group with a retention, and writes JSON."""
    groups = stack.of("Logs::LogGroup")
    for name, group in groups.items():
        yield from broken({f"{name} forgets": (stack.value(group.get("RetentionInDays")) or 0) > 0})
    used = []
    for name, function in stack.of("Lambda::Function").items():
        logging = function.get("LoggingConfig", {})
        used.append(target(logging.get("LogGroup")))
        levels = (logging.get("ApplicationLogLevel"), logging.get("SystemLogLevel"))
        yield from broken(
            {
                f"{name} logs into a group of ours": used[-1] in groups,
                f"{name} logs JSON": logging.get("LogFormat") == "JSON",
                f"{name} logs finished work": levels == ("INFO", "INFO"),
            }
        )
    yield from broken({"no two functions share a log group": len(set(used)) == len(used)})


def functions_get_their_settings(stack: Stack) -> Iterator[str]:
    """Each function gets exactly the settings that its door reads, and no other variable."""
    known = {f"EARSHOT_{field.name.upper()}" for field in fields(CloudSettings)}
    for name, function in stack.of("Lambda::Function").items():
        given = set(function.get("Environment", {}).get("Variables", {}))
        read = {f"EARSHOT_{setting.upper()}" for setting in _settings_of(DOORS[name])} if name in DOORS else set()
        yield from broken(
            {
                f"{name} gets settings only, not {sorted(given - known)}": given <= known,
                f"{name} gets {sorted(read - given)}": read <= given,
                f"{name} has no use for {sorted((given & known) - read)}": given & known <= read,
            }
        )


def _settings_of(door: str) -> set[str]:
    """The settings that a door needs, and those that it reads if they are there."""
    folder = FUNCTIONS / "earshot" / "bootstrap"
    source = (folder / f"{door}.py").read_text(encoding="utf-8")
    if "bootstrap.outbound" in source:
        source += (folder / "outbound.py").read_text(encoding="utf-8")
    named = [ast.literal_eval(each) for each in re.findall(r"(?:\bneeds=|^NEEDS = )(\([^)]+\))", source, re.MULTILINE)]
    return {*(name for names in named for name in names), *re.findall(r"\bsettings\.(\w+)", source)}


def plan_runs_every_minute(stack: Stack) -> Iterator[str]:
    """The tick comes once a minute, can be switched off, and is never made up for."""
    (schedule,) = stack.of("Scheduler::Schedule").values()
    never = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    given_up = stack.by_function("Lambda::EventInvokeConfig").get("PlanFunction", {})
    return broken(
        {
            "plan is what is scheduled": target(schedule["Target"]["Arn"]) == "PlanFunction",
            "plan runs once a minute": schedule["ScheduleExpression"] == "rate(1 minute)",
            "plan runs on the minute": schedule["FlexibleTimeWindow"] == {"Mode": "OFF"},
            "listening can be switched off": schedule.get("State") == {"Ref": "Listening"},
            "listening is on": stack.value(schedule.get("State")) == "ENABLED",
            "the schedule does not repeat a tick": schedule["Target"].get("RetryPolicy") == never,
            "Lambda does not repeat a tick": {key: given_up.get(key) for key in never} == never,
            "two stacks have two schedules": "Name" not in schedule,
        }
    )


def api_leads_to_its_function(stack: Stack) -> Iterator[str]:
    """Every path goes to the function, which the API, and nobody else, may call."""
    (route,) = stack.of("ApiGatewayV2::Route").values()
    (integration,) = stack.of("ApiGatewayV2::Integration").values()
    caller = stack.by_function("Lambda::Permission").get("ApiFunction", {})
    return broken(
        {
            "every path has a route": route["RouteKey"] == "$default",
            "the route leads to the function": target(route.get("Target")) == "integrations/${ApiIntegration}",
            "the function answers": target(integration.get("IntegrationUri")) == "ApiFunction",
            "the function reads payload 2.0": integration.get("PayloadFormatVersion") == "2.0",
            "the gateway calls": caller.get("Principal") == "apigateway.amazonaws.com",
            "our gateway calls": target(caller.get("SourceArn")) == "execute-api:${Api}/*/$default",
            "the function ends first": stack.of("Lambda::Function")["ApiFunction"]["Timeout"] < 30,
        }
    )


def api_is_bounded_and_discreet(stack: Stack) -> Iterator[str]:
    """Requests are throttled, and the access log tells neither who came nor what for."""
    (stage,) = stack.of("ApiGatewayV2::Stage").values()
    limits, log = stage.get("DefaultRouteSettings", {}), stage.get("AccessLogSettings", {})
    line = json.loads(log.get("Format", "{}"))
    told = " ".join(f"{name} {value}" for name, value in line.items()).lower()
    return broken(
        {
            "what is merged is served": stage.get("AutoDeploy") is True and stage.get("StageName") == "$default",
            "requests a second are bounded": 1 <= (stack.value(limits.get("ThrottlingRateLimit")) or 0) <= 100,
            "bursts are bounded": 1 <= (stack.value(limits.get("ThrottlingBurstLimit")) or 0) <= 200,
            "requests are logged": target(log.get("DestinationArn")) in stack.of("Logs::LogGroup"),
            "the log tells id, status and time": {"requestId", "status", "ms"} <= set(line),
            "the log is discreet": not re.search(rf"\b\w*(?:\.\w*)*({'|'.join(WITHHELD)})", told),
        }
    )


def settings_have_a_value_where_nobody_gave_one(stack: Stack) -> Iterator[str]:
    """Without a name of its own the secret has the stack's, and without a contact the places we read get the sender."""
    given = {name: each["Environment"]["Variables"] for name, each in stack.of("Lambda::Function").items()}
    wanted = {"EARSHOT_SECRET_NAME": SECRET_NAME, "EARSHOT_OPERATOR": "HasOperatorContact ? OperatorContact : MailFrom"}
    for name, variables in given.items():
        found = {variable: target(variables[variable]) for variable in wanted if variable in variables}
        yield from (f"{name} gets {each}" for variable, each in found.items() if each != wanted[variable])
    for condition, parameter in {"HasOwnSecretName": "SecretName", "HasOperatorContact": "OperatorContact"}.items():
        is_given = {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}
        yield from broken(
            {
                f"{condition} asks for {parameter}": stack.raw["Conditions"].get(condition) == is_given,
                f"{parameter} need not be given": stack.raw["Parameters"][parameter].get("Default") == "",
            }
        )
    pattern = stack.raw["Parameters"]["SecretName"]["AllowedPattern"]
    taken = {name for name in (*SECRETS, *NO_SECRETS) if re.fullmatch(pattern, name)}
    yield from broken({"secrets have names that Parameter Store takes": taken == SECRETS})


def parameters_explain_themselves(stack: Stack) -> Iterator[str]:
    """Each parameter says what it is for, accepts only what can be used, and is used."""
    text = json.dumps([stack.raw["Resources"], stack.raw["Conditions"], stack.raw["Outputs"], stack.raw["Globals"]])
    groups = stack.raw["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    yield from broken({"each parameter has its place": sorted(grouped) == sorted(stack.raw["Parameters"])})
    for name, each in stack.raw["Parameters"].items():
        pattern, default = each.get("AllowedPattern"), each.get("Default")
        is_narrow = pattern or "AllowedValues" in each or {"MinValue", "MaxValue"} <= set(each)
        yield from broken(
            {
                f"{name} says what it is for": len(each.get("Description", "")) > 20,
                f"{name} refuses what cannot be used": bool(is_narrow),
                f"{name} says what its pattern wants": not pattern or "ConstraintDescription" in each,
                f"{name} takes its default": default is None or not pattern or bool(re.fullmatch(pattern, default)),
                f"{name} is used": f'"{name}"' in text or f"${{{name}}}" in text,
            }
        )


def outputs_are_those_that_commands_read(stack: Stack) -> Iterator[str]:
    """The outputs that `earshot --stack` looks for are there, and say what they are."""
    source = (FUNCTIONS / "earshot" / "bootstrap" / "stack.py").read_text(encoding="utf-8")
    read = ast.literal_eval(re.findall(r"^_SETTINGS = (\{.*?^\})", source, re.MULTILINE | re.DOTALL)[0])
    outputs = stack.raw["Outputs"]
    yield from broken({"the outputs are those of bootstrap/stack.py": {*read.values(), "ApiId"} == set(outputs)})
    api = stack.of("Lambda::Function")["ApiFunction"]["Environment"]["Variables"]
    for setting, name in read.items():
        given = api.get(f"EARSHOT_{setting.upper()}")
        value = outputs.get(name, {}).get("Value")
        yield from broken({f"{name} is what the function gets": given is None or target(given) == target(value)})
    yield from broken(
        {f"{name} says what it is": len(each.get("Description", "")) > 10 for name, each in outputs.items()}
    )


def nothing_is_switched_off_by_default(stack: Stack) -> Iterator[str]:
    """A deployment listens to the public web and to nothing else until somebody says otherwise."""
    defaults = {name: each.get("Default") for name, each in stack.raw["Parameters"].items()}
    reserved = [name for name, each in stack.of("Lambda::Function").items() if "ReservedConcurrentExecutions" in each]
    yield from broken(
        {
            "public addresses are read": defaults["Offline"] == "0",
            "no loopback place is read": defaults["Loopback"] == "",
            "it listens": defaults["Listening"] == "ENABLED",
            "no function is held to a few runs": not reserved,
        }
    )


RULES: tuple[Rule, ...] = (
    nothing_is_switched_off_by_default,
    *template_flow.RULES,
    *template_roles.RULES,
    *template_alarms.RULES,
    functions_run_our_handlers,
    functions_log_where_lines_expire,
    functions_get_their_settings,
    plan_runs_every_minute,
    api_leads_to_its_function,
    api_is_bounded_and_discreet,
    settings_have_a_value_where_nobody_gave_one,
    parameters_explain_themselves,
    outputs_are_those_that_commands_read,
)
