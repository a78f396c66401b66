"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from earshot.cli.main import COMMANDS, group
from earshot.settings import CloudSettings, Settings

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "functions").rglob("*.py"))
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "functions")))
def test_modules_and_functions_stay_small_and_say_what_they_are_for(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    tree = ast.parse(source)

    assert ast.get_docstring(tree), "a module says in one docstring what it is for"
    assert source.count("\n") <= 300
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert long == []


def test_every_setting_has_a_line_in_the_class_and_a_row_in_the_operations_page() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(EARSHOT_[A-Z_]+)`", page))
    known = (*fields(Settings), *fields(CloudSettings))

    assert {f"EARSHOT_{field.name.upper()}" for field in known} == named
    source = (ROOT / "functions" / "earshot" / "settings.py").read_text(encoding="utf-8")
    for field in known:
        assert re.search(rf'    {field.name}: .*\n    """', source), f"{field.name} has no docstring"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    command = group.get_command(click.Context(group), name)

    assert command is not None
    assert command.help
    for part in command.commands.values() if isinstance(command, click.Group) else [command]:
        assert part.help
        assert all(p.help for p in part.params if isinstance(p, click.Option)), part.name


def test_help_of_the_command_line_imports_no_heavy_module() -> None:
    heavy = {
        "requests",
        "feedparser",
        "jinja2",
        "lark",
        "aws_lambda_powertools",
        "fasttext",
        "msgspec",
        "sqlite3",
        "boto3",
        "botocore",
    }
    code = (
        "import sys; from earshot.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert heavy & set(done.stdout.split()) <= {"msgspec"}


def test_listing_mentions_loads_neither_parser_nor_classifier(tmp_path: Path) -> None:
    code = "import sys; from earshot.cli import main; main(['mentions', 'list']); print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert {"feedparser", "fasttext", "requests", "lark", "boto3", "numpy"} & set(done.stdout.split()) == set()


def test_run_time_requirements_live_once_and_are_locked_without_an_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = re.findall(r"^([A-Za-z0-9-]+)", (ROOT / "functions" / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert project["project"]["dynamic"] == ["dependencies"]
    assert all(re.search(rf"^{name.lower()}==", locked, re.MULTILINE) for name in wanted)
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.skipif(not TRACKED, reason="no git checkout, so no list of files")
def test_documents_link_to_files_that_are_there() -> None:
    for name in (each for each in TRACKED if each.endswith(".md")):
        page = ROOT / name
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{name} links to {target}"
