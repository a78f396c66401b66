"""Commands on a stack: with AWS credentials by its name, or with a key by its address."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.deployment import Company, Deployment
from cloud.stories import a_complaint_reaches

SECOND = "second@morgenrot.example"


@pytest.fixture(scope="module")
def clerk(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company about which a blog has just complained; what its commands added has been read in the end."""
    clerk = deployment.company("clerk")
    a_complaint_reaches(clerk, tmp_path_factory.mktemp("clerk"), "clerk.example", 'email = "clerk@morgenrot.example"')
    deployment.tick_and_settle()
    yield clerk
    deployment.tick_and_settle()


def test_an_operator_sees_by_the_name_of_the_stack_what_it_listens_to_and_whom_it_tells(clerk: Company) -> None:
    watches = clerk.earshot("watch", "list", "--json")["watches"]
    sources = clerk.earshot("source", "list", "--json")["sources"]
    contacts = clerk.earshot("contact", "list", "--json")["contacts"]

    assert "Café Morgenrot" in {each["name"] for each in watches}
    assert "http://clerk.example/feed.xml" in {each["url"] for each in sources}
    assert "clerk@morgenrot.example" in {each["email"] for each in contacts}


def test_an_acknowledgement_by_command_is_seen_through_the_api(clerk: Company) -> None:
    (mention,) = clerk.earshot("mentions", "list", "--json")["mentions"]

    clerk.earshot("mentions", "ack", mention["id"], "answered", "--answer-url", "http://clerk.example/1#c1")

    seen = clerk.api("GET", f"/v1/mentions/{mention['id']}").value
    assert (seen["status"], seen["acknowledgement"]["outcome"]) == ("done", "answered")


def test_a_program_with_a_key_adds_a_watch_and_applies_contacts_by_the_address_of_the_stack(
    clerk: Company, tmp_path: Path
) -> None:
    file = tmp_path / "earshot.toml"
    file.write_text(f'[[contact]]\nemail = "{SECOND}"\n', encoding="utf-8")

    added = clerk.remotely("watch", "add", "Zimtschnecke", "--any", "Zimtschnecke")
    applied = clerk.remotely("apply", str(file), "--json")

    assert [done.returncode for done in (added, applied)] == [0, 0], added.stderr + applied.stderr
    assert "Zimtschnecke" in {each["name"] for each in clerk.api("GET", "/v1/watches").value["watches"]}
    assert SECOND in {each["email"] for each in clerk.api("GET", "/v1/contacts").value["contacts"]}


def test_a_program_with_a_key_acknowledges_by_the_address_of_the_stack(deployment: Deployment, tmp_path: Path) -> None:
    company = deployment.company("remote")
    a_complaint_reaches(company, tmp_path, "remote.example")
    deployment.tick_and_settle()
    (mention,) = company.mentions()

    done = company.remotely("mentions", "ack", mention["id"], "answered", "--answer-url", "http://remote.example/1#c1")

    assert done.returncode == 0, done.stderr
    assert company.mentions()[0]["acknowledgement"]["outcome"] == "answered"


def test_a_loopback_place_is_refused_to_a_program_and_open_to_the_operator(clerk: Company) -> None:
    place = ("source", "add", "--kind", "feed", "http://practice.localhost/other.xml")

    refused = clerk.remotely(*place)
    added = clerk.command(*place)

    assert (refused.returncode, added.returncode) == (2, 0), refused.stderr + added.stderr
    assert refused.stderr.startswith("earshot: url: ")


def test_a_loopback_place_is_refused_by_the_api_itself(clerk: Company) -> None:
    refused = clerk.api("POST", "/v1/sources", {"kind": "feed", "url": "http://127.0.0.1:8787/feed.xml"})

    assert refused.status == 422


WRONG = {
    "no stack of that name": {"EARSHOT_STACK": "nothing-here"},
    "no credentials": {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
    "credentials of nobody": {"AWS_ACCESS_KEY_ID": "AKIANOBODYNOBODYNOBO"},
    "no region": {"AWS_DEFAULT_REGION": ""},
    "no such profile": {"AWS_PROFILE": "nobody"},
    "nobody answers": {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
}


@pytest.mark.parametrize("case", WRONG)
def test_where_there_is_no_way_to_the_stack_one_line_says_so(clerk: Company, case: str, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), **WRONG[case]}

    done = clerk.command("mentions", "list", **env)

    assert done.returncode == 2, done.stderr
    assert is_one_line(done)


def is_one_line(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command said what is wrong, and nothing else."""
    return done.stdout == "" and done.stderr.count("\n") == 1 and done.stderr.startswith("earshot: stack: ")


def test_an_address_where_nobody_answers_and_a_wrong_key_are_told_in_one_line(clerk: Company) -> None:
    nothing = {"EARSHOT_STACK": ""}
    unreachable = clerk.command("--api", "http://127.0.0.1:9", "--key", "ear_x", "mentions", "list", **nothing)
    denied = clerk.command("--api", clerk.stack.api_url, "--key", "ear_x", "mentions", "list", **nothing)

    assert [done.returncode for done in (unreachable, denied)] == [2, 2]
    assert [done.stderr.count("\n") for done in (unreachable, denied)] == [1, 1]
