"""The commands for watches with queries and noise, over local data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


class Shell:
    """Runs earshot in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *args: str) -> str:
        done = self.run(*args)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(self.folder / "data")}
        command = [sys.executable, "-m", "earshot", *args]
        return subprocess.run(command, env=env, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def earshot(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_watch_is_added_with_every_list_and_shown_as_one_query(earshot: Shell) -> None:
    earshot(
        *("watch", "add", "Apple", "--any", "Apple~case", "--near", "iPhone", "--near", "Mac", "--none", "Saft"),
        *("--site", "heise.de", "--lang", "de", "--author", "anna", "--type", "post"),
        *("--noise", "sites=jobs.example", "--noise", "sites=x.example", "--noise", "phrases=a=b"),
    )

    shown = earshot("watch", "show", "Apple")
    watch = json.loads(earshot("watch", "show", "Apple", "--json"))

    assert "  near: iPhone, Mac\n" in shown
    assert "  query: Apple~case NEAR (iPhone OR Mac) -Saft site:heise.de lang:de author:anna type:post\n" in shown
    assert "  does not hear sites: jobs.example, x.example\n" in shown
    assert watch["noise"]["phrases"] == ["a=b"]
    assert watch["terms"]["type"] == ["post"]


def test_a_watch_is_added_with_a_query_and_without_words_listens_for_its_name(earshot: Shell) -> None:
    earshot("watch", "add", "Acme", "--query", '"Acme GmbH" OR @acme -jobs')
    earshot("watch", "add", "Bolt", "--none", "Nuts")

    assert '  query: "Acme GmbH" OR @acme -jobs\n' in earshot("watch", "show", "Acme")
    assert "  any: Bolt\n  none: Nuts\n  query: Bolt -Nuts\n" in earshot("watch", "show", "Bolt")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--query", "acme", "--any", "Acme"), "query: says everything by itself"),
        (("--query", "acme OR"), "query: column 8"),
        (("--noise", "jobs.example"), "noise: jobs.example must be written as LIST=VALUE"),
        (("--noise", "colours=red"), "noise.colours: is not known here"),
        (("--lang", "German"), "lang: "),
    ],
)
def test_a_watch_that_cannot_be_used_ends_with_one_clear_line(earshot: Shell, args: tuple[str, ...], said: str) -> None:
    done = earshot.run("watch", "add", "Acme", *args)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_noise_is_shown_added_and_removed(earshot: Shell) -> None:
    empty = earshot("noise", "show")
    earshot("noise", "add", "sites", "jobs.example", "https://x.example/")
    added = earshot("noise", "add", "phrases", "we are hiring", "we are hiring")
    removed = json.loads(earshot("noise", "remove", "sites", "jobs.example", "never.there", "--json"))

    assert empty.startswith("Nothing yet.")
    assert added == "sites: jobs.example, x.example\nphrases: we are hiring\n"
    assert (removed["sites"], removed["phrases"]) == (["x.example"], ["we are hiring"])
    assert earshot("noise", "show") == "sites: x.example\nphrases: we are hiring\n"


def test_a_list_of_noise_that_there_is_not_is_refused_by_its_name(earshot: Shell) -> None:
    done = earshot.run("noise", "add", "colours", "red")

    assert (done.returncode, done.stderr) == (2, "earshot: colours: is not known here\n")


def test_a_file_with_noise_is_applied_and_told(earshot: Shell) -> None:
    file = earshot.folder / "earshot.toml"
    file.write_text('[noise]\nsites = ["jobs.example"]\n[[watch]]\nname = "Acme"\nquery = "acme"\n', "utf-8")

    told = [earshot("apply", str(file)) for _ in range(2)]

    assert told == [
        "1 watches changed, 0 sources changed, 0 contacts changed, 1 noise entries changed\n",
        "0 watches changed, 0 sources changed, 0 contacts changed, 0 noise entries changed\n",
    ]
    assert earshot("noise", "show") == "sites: jobs.example\n"
