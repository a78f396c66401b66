"""Ticks: two at once, and those that nobody asks for."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cloud.deployment import Deployment
from cloud.stories import a_complaint_reaches
from cloud_stack import STACK

MAIL = "twice@morgenrot.example"


def test_two_ticks_at_once_read_once_store_once_and_tell_once(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("twice")
    deployment.client("lambda")  # made here, since sessions are not for two threads
    a_complaint_reaches(company, tmp_path, "twice.example", f'email = "{MAIL}"')

    with ThreadPoolExecutor(2) as pool:
        planned = list(pool.map(lambda _: deployment.tick(), range(2)))
    deployment.wait_until(deployment.is_settled, "both have settled")

    assert sum(each["sources"] for each in planned) >= 1
    assert deployment.places.asked["twice.example"] == 1
    assert len(company.mentions()) == 1
    assert len(deployment.mails(MAIL)) == 1


def test_listening_that_is_switched_on_begins_by_itself_and_off_stops(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("clock")
    a_complaint_reaches(company, tmp_path, "clock.example")

    listen(deployment, "ENABLED")
    try:
        deployment.wait_until(lambda: bool(company.mentions()), "a tick came by itself", 90)
    finally:
        listen(deployment, "DISABLED")

    deployment.wait_until(deployment.is_settled, "what the tick began is done")
    assert schedule(deployment)["State"] == "DISABLED"


def listen(deployment: Deployment, state: str) -> None:
    """Updates the stack as an operator does, by its parameter and nothing else."""
    client = deployment.client("cloudformation")
    known = client.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
    kept = [{"ParameterKey": each["ParameterKey"], "ParameterValue": each["ParameterValue"]} for each in known]
    parameters = [each | {"ParameterValue": state} if each["ParameterKey"] == "Listening" else each for each in kept]
    client.update_stack(
        StackName=STACK, UsePreviousTemplate=True, Parameters=parameters, Capabilities=["CAPABILITY_IAM"]
    )
    deployment.wait_until(lambda: schedule(deployment)["State"] == state, f"listening is {state}", 30)


def schedule(deployment: Deployment) -> dict[str, str]:
    client = deployment.client("scheduler")
    (found,) = client.list_schedules()["Schedules"]
    value: dict[str, str] = client.get_schedule(Name=found["Name"], GroupName=found["GroupName"])
    return value
