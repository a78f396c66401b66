"""What `make` would do, asked without doing it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def planned(*arguments: str) -> list[str]:
    """The commands that make would run, one a line, continuation lines joined."""
    env = os.environ | {"MAKEFLAGS": "", "MAKELEVEL": "0"}
    command = ["make", "--no-print-directory", "-n", "-o", ".venv/ready-dev", "-o", ".venv/ready-run", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.replace("\\\n", " ").splitlines()


def test_a_deployment_builds_for_lambda_and_hands_the_options_to_sam_alone() -> None:
    lines = planned("deploy", "MAIL_FROM=listening@shop.example", "ARGS=--guided", "ARCH=host")

    (build,) = [line for line in lines if "build_functions.py" in line]
    (deploy,) = [line for line in lines if " deploy --template-file" in line]
    assert build.split()[-2:] == ["--arch", "arm64"]
    assert "build/arm64/template.yaml" in deploy
    assert "--parameter-overrides MailFrom=listening@shop.example" in deploy
    assert deploy.endswith("--guided")
    assert lines.index(build) < lines.index(deploy)


def test_a_deployment_of_what_is_there_already_leaves_its_parameters_alone() -> None:
    (deploy,) = [line for line in planned("deploy") if " deploy --template-file" in line]

    assert "--parameter-overrides" not in deploy


def test_a_deployment_ends_with_the_setup_of_its_stack() -> None:
    assert planned("deploy", "STACK=listening")[-1].endswith("earshot --stack listening setup")


def test_simulate_runs_fault_schedules_unless_it_is_asked_for_a_day_of_brands() -> None:
    (faults,) = planned("simulate", "ARGS=-k threads")
    (brands,) = planned("simulate", "ARGS=brands --write")

    assert faults.endswith("-m pytest tests/simulation -k threads")
    assert brands.endswith("-m simulation brands --write")
