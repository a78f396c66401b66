"""The template: what tools say of it, and what the project's own rules say, which notice planted faults."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from cfnlint.api import lint  # type: ignore[import-untyped]
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]
from template_faults import FAULTS, Fault
from template_rules import RULES
from template_view import DOORS, ROOT, Rule, Stack
from tools.building.errors import BuildError
from tools.building.interpreters import the_lambda

from cloud_stack import Template, read
from emulator import REGION

TEMPLATE = ROOT / "template.yaml"
BY_NAME = {rule.__name__: rule for rule in RULES}
NAMED_SAM = os.environ.get("EARSHOT_SAM")


@pytest.fixture(scope="module")
def template() -> Template:
    """The template as its file says; do not change it."""
    return read(TEMPLATE)


def _linted(text: str) -> list[str]:
    matches = lint(text, config=ManualArgs(append_rules=["cfn_lint_serverless.rules"], regions=[REGION]))
    return [str(match) for match in matches]


def test_cfn_lint_and_its_serverless_rules_find_nothing() -> None:
    assert _linted(TEMPLATE.read_text(encoding="utf-8")) == []


def test_cfn_lint_looks_with_its_serverless_rules() -> None:
    untraced = TEMPLATE.read_text(encoding="utf-8").replace("    Tracing: Active\n", "")

    assert len([each for each in _linted(untraced) if "WS1000" in each]) == len(DOORS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_is_kept(rule: Rule, template: Template) -> None:
    assert list(rule(Stack(template))) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what.replace(" ", "-"))
def test_planted_fault_is_noticed(fault: Fault, template: Template) -> None:
    assert list(BY_NAME[fault.rule](Stack(fault.plant(template)))) != []


def test_every_rule_is_shown_to_notice_something() -> None:
    assert {fault.rule for fault in FAULTS} == set(BY_NAME)


def test_template_has_no_aliases_because_cloudformation_takes_none() -> None:
    events = yaml.parse(TEMPLATE.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)

    assert not [event for event in events if isinstance(event, yaml.AliasEvent)]


def test_sam_asks_before_it_deploys_and_knows_no_account() -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))["default"]

    assert settings["global"]["parameters"] == {"stack_name": "earshot"}
    assert settings["deploy"]["parameters"]["confirm_changeset"] is True
    assert settings["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"
    named = {name for command in settings.values() for name in command["parameters"]}
    assert named.isdisjoint({"region", "profile", "s3_bucket", "parameter_overrides", "role_arn"})


@pytest.fixture(scope="module")
def sam() -> str:
    """A `sam` that runs: the one that EARSHOT_SAM names, else that on the PATH."""
    found = NAMED_SAM or shutil.which("sam")
    if not found:
        pytest.skip("there is no sam on the PATH, and EARSHOT_SAM names none")
    try:
        done = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except OSError as exc:
        pytest.skip(f"{found} does not run: {exc.strerror}")
    if done.returncode:
        pytest.skip(f"{found} does not run: {done.stderr.strip()[-200:]}")
    return found


@pytest.fixture(scope="module")
def python313() -> Path:
    """A python3.13 that runs, which `sam build` asks for."""
    try:
        return the_lambda(os.environ, Path.home()).python
    except BuildError as exc:
        pytest.skip(str(exc))


def test_sam_finds_the_template_valid(sam: str) -> None:
    done = _run(sam, "validate", "--lint", "--template", str(TEMPLATE))

    assert done.returncode == 0, done.stdout + done.stderr


def test_sam_builds_each_function_with_its_handler_and_libraries(sam: str, python313: Path, tmp_path: Path) -> None:
    folder = tmp_path / "built"

    done = _run(sam, "build", "--no-cached", f"--template={TEMPLATE}", f"--build-dir={folder}", path=python313.parent)

    if done.returncode and not _registry_answers(python313, tmp_path):
        pytest.skip("sam build needs a registry of packages, and none can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    for name, door in DOORS.items():
        built = [folder / name / file for file in (f"{door}.py", "earshot/settings.py", "msgspec/__init__.py")]
        assert all(file.is_file() for file in built), name


def _run(sam: str, *arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}
    if path is not None:
        env["PATH"] = f"{path}{os.pathsep}{env['PATH']}"
    return subprocess.run([sam, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def _registry_answers(python: Path, folder: Path) -> bool:
    command = [str(python), "-m", "pip", "download", "--quiet", "--no-cache-dir", "--no-deps", "--retries", "0"]
    done = subprocess.run([*command, f"--dest={folder / 'probe'}", "idna"], capture_output=True, check=False)
    return done.returncode == 0
