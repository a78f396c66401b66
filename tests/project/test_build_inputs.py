"""What `make build` works out before it builds: imports, data, requirements, and where the template points."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.building.data_files import data_files
from tools.building.errors import BuildError
from tools.building.interpreters import LAMBDA_MARKERS
from tools.building.project import Project
from tools.building.reach import reach
from tools.building.shelf import Shelf
from tools.building.template import pointed

from built_trees import ROOT


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_imports_are_followed_through_packages_functions_and_names_of_modules(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        {
            "door.py": "import json\nfrom ours.wiring import start\n",
            "ours/__init__.py": "",
            "ours/wiring/__init__.py": "from ours import telemetry\n",
            "ours/wiring/start.py": "def start():\n    import ours.late\n    import requests.adapters\n",
            "ours/late.py": "from importlib.util import find_spec\nFOUND = find_spec('a_model')\n",
            "ours/telemetry.py": "",
            "ours/unused.py": "import boto3\n",
        },
    )

    found = reach(root, "door")

    assert set(found.modules) == {"door", "ours", "ours.wiring", "ours.wiring.start", "ours.late", "ours.telemetry"}
    assert found.foreign == {"json", "importlib", "requests", "a_model"}


def test_imports_for_type_checkers_are_not_followed(tmp_path: Path) -> None:
    code = "import typing\nif typing.TYPE_CHECKING:\n    import types_boto3\nelse:\n    import array\n"

    assert reach(written(tmp_path, {"door.py": code}), "door").foreign == {"typing", "array"}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import ours.gone", "door needs the module ours.gone, which is not there"),
        ("from ours.gone import thing", "door needs the module ours.gone, which is not there"),
        ("from . import ours", "imports relatively"),
        ("import", "cannot be read as Python"),
    ],
)
def test_code_that_cannot_be_followed_fails_the_build(tmp_path: Path, code: str, reason: str) -> None:
    root = written(tmp_path, {"door.py": code, "ours/__init__.py": ""})

    with pytest.raises(BuildError, match=reason):
        reach(root, "door")


def test_data_goes_where_the_package_goes_that_it_belongs_to(tmp_path: Path) -> None:
    files = ("ours/__init__.py", "ours/web/__init__.py", "ours/web/pages/de/a.html", "ours/mail/__init__.py")
    root = written(tmp_path / "code", dict.fromkeys((*files, "ours/mail/b.txt", "ours/py.typed"), ""))
    declared = '[tool.setuptools.package-data]\nours = ["web/pages/**", "mail/*", "py.typed"]\n'
    pyproject = written(tmp_path, {"pyproject.toml": declared}) / "pyproject.toml"

    assert set(data_files(pyproject, root, {"ours", "ours.web"})) == {"ours/web/pages/de/a.html"}
    assert set(data_files(pyproject, root, {"ours", "ours.mail"})) == {"ours/mail/b.txt"}


def a_distribution(name: str, *requires: str, module: str = "") -> dict[str, str]:
    described = "".join(f"Requires-Dist: {each}\n" for each in requires)
    folder = f"{name}-1.0.dist-info"
    top = module or name
    return {
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{described}",
        f"{folder}/RECORD": f"{top}/__init__.py,,\n{top}/tests/test_it.py,,\n{folder}/METADATA,,\nbin/{name},,\n",
        f"{top}/__init__.py": "",
    }


def test_requirements_are_followed_for_the_machine_that_is_meant_and_for_extras_only_when_asked(tmp_path: Path) -> None:
    shelf = Shelf(
        [
            written(
                tmp_path,
                a_distribution("door", "plain[fast]", "boto3", 'windows; sys_platform == "win32"', module="entrance")
                | a_distribution(
                    "plain", 'fast; extra == "fast"', 'slow; extra == "slow"', 'old; python_version<"3.13"'
                )
                | a_distribution("fast", 'arm; platform_machine == "aarch64"')
                | a_distribution("arm"),
            )
        ],
        LAMBDA_MARKERS,
    )

    assert shelf.needed(["entrance", "json", "boto3"]) == ["arm", "door", "fast", "plain"]
    assert set(shelf.files("plain")) == {"plain/__init__.py", "plain-1.0.dist-info/METADATA"}
    with pytest.raises(BuildError, match="holds the module unknown"):
        shelf.needed(["unknown"])


TEMPLATE = """\
Globals:
  Function:
    Runtime: python3.13
    CodeUri: functions/  # of all
Resources:
  PlanFunction:
    Type: AWS::Serverless::Function
    Properties: # wiring
      Handler: plan.handler
      Role: &role !GetAtt Role.Arn
  ApiFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/   # the door
      Handler: api.handler
      Role: *role
  Nested:
    Type: AWS::Serverless::Application
    Properties: { Location: infra/alarms.yaml }
"""


def test_functions_point_at_their_trees_and_the_rest_of_the_template_stays(tmp_path: Path) -> None:
    root = written(tmp_path, {"infra/alarms.yaml": ""})

    assert pointed(TEMPLATE, {"plan", "api"}, root=root, out=root / "build" / "arm64") == (
        TEMPLATE.replace("    CodeUri: functions/  # of all\n", "")
        .replace("plan.handler\n", "plan.handler\n      CodeUri: plan\n")
        .replace("CodeUri: functions/   #", "CodeUri: api   #")
        .replace("infra/alarms.yaml", "../../infra/alarms.yaml")
    )


def test_a_handler_without_a_function_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"PlanFunction has the handler plan\.handler, but no function plan"):
        pointed(TEMPLATE, {"api"}, root=tmp_path, out=tmp_path)


@pytest.mark.skipif(not (ROOT / "template.yaml").is_file(), reason="there is no template yet")
def test_the_project_s_template_differs_in_nothing_but_its_paths() -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    doors = Project(ROOT).doors()

    before, after = resources(text), resources(pointed(text, doors, root=ROOT, out=ROOT / "build" / "arm64"))

    functions = {name for name, each in before.items() if each["Type"] == "AWS::Serverless::Function"}
    assert sorted(after[name]["Properties"].pop("CodeUri") for name in functions) == doors
    for name in functions:
        before[name]["Properties"].pop("CodeUri", None)
    for name in before.keys() - {name for name, each in before.items() if "Location" in str(each)}:
        assert after[name] == before[name]


class Tolerant(yaml.SafeLoader):
    """Reads CloudFormation's tags as what they are written on."""


def _untagged(loader: Any, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


Tolerant.add_multi_constructor("!", _untagged)


def resources(text: str) -> dict[str, Any]:
    return yaml.load(text, Tolerant)["Resources"]  # type: ignore[no-any-return]
