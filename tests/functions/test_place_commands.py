"""The commands for kinds of places and their credentials, over local data."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from earshot.sources.registry import CONNECTORS

KIND = next(kind for kind, it in CONNECTORS.items() if it.place.needs and it.place.streams == ())
FIELDS = CONNECTORS[KIND].place.needs


class Shell:
    """Runs earshot in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *args: str, given: str = "") -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(self.folder / "data"), "EARSHOT_OFFLINE": "1"}
        command = [sys.executable, "-m", "earshot", *args]
        return subprocess.run(
            command, env=env, cwd=self.folder, capture_output=True, text=True, check=False, input=given
        )

    def __call__(self, *args: str, given: str = "") -> str:
        done = self.run(*args, given=given)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def earshot(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_credential_is_kept_in_a_private_file_and_never_shown(earshot: Shell) -> None:
    lines = "".join(f"{name}=hush-{name}\n" for name in FIELDS)

    said = earshot("credential", "set", KIND, "--stdin", given=lines)
    listed = earshot("credential", "list") + earshot("credential", "list", "--json")

    assert "complete" in said
    for name in FIELDS:
        is_open = name in CONNECTORS[KIND].place.open_fields
        assert (f"hush-{name}" in said + listed) == is_open
    (file,) = (earshot.folder / "data" / "credentials").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "forgot" in earshot("credential", "remove", KIND)
    assert list((earshot.folder / "data" / "credentials").iterdir()) == []


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        (["set", "telepathy", "--stdin"], "a=b", "kind: must be one of"),
        (["set", KIND, "--stdin"], "no equals sign", "stdin: each line must be name=value"),
        (["set", KIND, "--stdin"], "", "credential: nothing was given"),
        (["set", KIND, "--stdin"], "colour=grue9", "colour:"),
        (["remove", KIND], "", "there is no credential"),
    ],
)
def test_what_cannot_be_set_says_why(earshot: Shell, args: list[str], given: str, said: str) -> None:
    done = earshot.run("credential", *args, given=given)

    assert done.returncode == 2
    assert said in done.stderr
    assert "grue9" not in done.stderr


def test_kinds_are_listed_and_switched(earshot: Shell) -> None:
    kinds = earshot("source", "kinds")
    earshot("watch", "add", "Acme")
    off = earshot("source", "off", "hackernews")
    without = json.loads(earshot("source", "list", "--json"))["sources"]
    on = earshot("source", "on", "hackernews")
    heard = json.loads(earshot("source", "list", "--json"))["sources"]

    assert "Hacker News: heard for all watches" in kinds
    assert "off; switch it on: earshot source on hackernews" in off
    assert "heard for all watches" in on
    assert "hackernews" not in {each["kind"] for each in without}
    assert "hackernews" in {each["kind"] for each in heard}
