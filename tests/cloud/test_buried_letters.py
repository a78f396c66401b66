"""What cannot be processed ends as a dead letter: shown by a command, tried again by another, in nobody's way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from cloud.deployment import Company, Deployment
from cloud.stories import a_complaint_reaches
from cloud.troubles import impatient, without
from earshot.store.listening import Listening

HOST = "grave.example"
GARBAGE = '{"v": 1, "type": "source.fe'


@dataclass(frozen=True)
class Buried:
    """A company whose fetch failed too often, and a message next to it that nobody can read."""

    company: Company
    fetch: dict[str, Any]
    garbage: dict[str, Any]


@pytest.fixture(scope="module")
def buried(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buried]:
    company = deployment.company("grave")
    a_complaint_reaches(company, tmp_path_factory.mktemp("grave"), HOST, 'email = "grave@morgenrot.example"')
    with impatient(deployment):
        deployment.client("sqs").send_message(
            QueueUrl=deployment.outputs["FetchQueueUrl"],
            MessageBody=GARBAGE,
            MessageGroupId="garbage.example:80",
            MessageDeduplicationId="garbage",
        )
        with without(deployment, "collect", "Table"):
            deployment.tick()
            deployment.wait_until(lambda: not deployment.fetches_waiting(), "both messages failed too often")
    letters = listed(company)
    (garbage,) = [each for each in letters if each.get("raw") == GARBAGE]
    (fetch,) = [each for each in letters if ours(company) in ((each["envelope"] or {}).get("body") or {}).values()]
    yield Buried(company, fetch, garbage)
    deployment.client("sqs").purge_queue(QueueUrl=deployment.outputs["FetchDeadLettersUrl"])


def listed(company: Company) -> list[dict[str, Any]]:
    letters: list[dict[str, Any]] = company.earshot("dead-letters", "list", "--json")["dead_letters"]
    return [each for each in letters if each["queue"] == "fetch"]


def ours(company: Company) -> list[str]:
    """The sources of a company, as its fetch names them."""
    return [each.source_id for each in Listening(company.stack.table).subscriptions(company.tenant)]


def test_dead_letters_are_shown_with_their_group_and_what_they_hold(buried: Buried) -> None:
    shown = buried.company.earshot("dead-letters", "show", buried.garbage["id"])

    assert (shown["group"], shown["envelope"], shown["raw"]) == ("garbage.example:80", None, GARBAGE)
    assert buried.fetch["group"] == f"{HOST}:80"


def test_the_health_of_the_stack_counts_them(buried: Buried) -> None:
    health = buried.company.api("GET", "/v1/health").value

    assert health["waiting_messages"]["fetch_dead_letters"] >= 1


def test_later_fetches_of_its_host_go_on_and_the_dead_letter_works_when_it_is_tried_again(
    deployment: Deployment, buried: Buried
) -> None:
    company, asked = buried.company, deployment.places.asked[HOST]
    Listening(deployment.table).make_due(ours(company)[0], datetime.now(UTC))
    deployment.tick_and_settle()
    later, before = deployment.places.asked[HOST], dead(deployment)

    said = company.earshot("dead-letters", "redrive", buried.fetch["id"])
    deployment.wait_until(lambda: deployment.places.asked[HOST] > later, "the fetch was made after all")
    deployment.wait_until(deployment.is_settled, "it is done")

    assert (later - asked, deployment.places.asked[HOST] - later) == (1, 1)
    assert said.startswith("1 will be tried again")
    assert len(company.mentions()) == len(deployment.mails("grave@morgenrot.example")) == 1
    assert dead(deployment) == before - 1


def dead(deployment: Deployment) -> int:
    """How many fetches are dead letters."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = deployment.outputs["FetchDeadLettersUrl"]
    answer = deployment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(each) for each in answer["Attributes"].values())


def test_what_nobody_can_read_stays_and_the_command_says_so(deployment: Deployment, buried: Buried) -> None:
    before = dead(deployment)

    said = buried.company.earshot("dead-letters", "redrive", buried.garbage["id"])

    assert "1 cannot be read and left where they are" in said
    assert dead(deployment) == before
