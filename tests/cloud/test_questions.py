"""Questions on the deployed stack: api may send what is to be read, collect may look through what is stored."""

from typing import Any

import pytest

from cloud.deployment import Company, Deployment
from cloud.stories import a_complaint_reaches
from cloud.troubles import without

HOST = "asked.example"
WATCH = {"name": "Kaffee", "terms": {"any": ["Kaffee"]}}


@pytest.fixture(scope="module")
def company(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company whose blog has been read."""
    company = deployment.company("asked")
    a_complaint_reaches(company, tmp_path_factory.mktemp("asked"), HOST)
    deployment.tick()
    deployment.wait_until(lambda: len(company.mentions()) == 1, "the blog is read")
    return company


def test_a_preview_waits_until_api_may_send_to_the_queue_and_is_then_answered(
    deployment: Deployment, company: Company
) -> None:
    with without(deployment, "api", "Questions"):
        refused = company.api("POST", "/v1/watches/preview", WATCH)
    started = company.api("POST", "/v1/watches/preview", WATCH)

    deployment.wait_until(lambda: job(company, started.value["id"])["state"] == "done", "the preview is answered")

    assert (refused.status, started.status) == (503, 202)
    assert [part["caught"] for part in job(company, started.value["id"])["parts"]] == [1, 1]


def job(company: Company, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = company.api("GET", f"/v1/jobs/{id_}").value
    return found


def test_why_is_asked_from_the_command_line_of_the_operator_and_of_others(company: Company) -> None:
    stored = company.earshot("why", f"http://{HOST}/1", "--json")
    absent = company.remotely("why", f"http://{HOST}/2")

    assert stored["verdict"] == "stored"
    assert "was read anew and does not name it" in absent.stdout
