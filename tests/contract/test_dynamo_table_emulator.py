"""The emulator that judges the DynamoDB table starts clean and leaves nothing behind."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from emulator import Emulator, emulating

TESTS = Path(__file__).parents[1]
STARTS_ONE = "from emulator import emulating\nwith emulating() as it:\n  print(it.endpoint_url, flush=True)\n  input()"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=1):
            return True
    except OSError:
        return False


def test_the_emulator_ends_with_the_test_run_even_with_one_that_is_killed(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(TESTS), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        url = run.stdout.readline().strip()
        was_there = answers(url)
        run.kill()

    end = time.monotonic() + 10
    while answers(url) and time.monotonic() < end:
        time.sleep(0.02)

    assert was_there
    assert not answers(url)


def test_the_emulator_ends_with_its_block_and_takes_its_folder_along() -> None:
    with emulating() as it:
        folder = it.log.parent
        was_there = answers(it.endpoint_url)

    assert was_there
    assert not answers(it.endpoint_url)
    assert not folder.exists()


def test_the_emulator_knows_nothing_of_the_environment_around_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with emulating() as it:
        who = it.client("sts").get_caller_identity()

    assert who["Arn"].endswith(":root")


def test_the_emulator_tells_what_it_wrote(emulator: Emulator) -> None:
    assert len(emulator.logs(lines=5).splitlines()) <= 5
    assert emulator.get("/_ministack/health")["auth"] == "enabled"
