"""The steps of `make build`, each by itself, and what each of them refuses."""

import importlib.util
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tools.building.compiling import check_trees, compile_trees
from tools.building.errors import BuildError
from tools.building.interpreters import LAMBDA_MARKERS, the_lambda, this_machine
from tools.building.sizes import LIMIT, Size, check_limit
from tools.building.wheels import check_libraries, check_versions, stocked

from built_trees import ROOT, build, built_tree

__all__ = ["built_tree"]

PYTHON = Path(sys.executable)


def dated(source: Path, cached: Path) -> None:
    py_compile.compile(str(source), cfile=str(cached), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)


def checked(source: Path, cached: Path) -> None:
    py_compile.compile(str(source), cfile=str(cached), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


def cut_short(source: Path, cached: Path) -> None:
    cached.write_bytes(cached.read_bytes()[:-100])


def of_another_python(source: Path, cached: Path) -> None:
    cached.write_bytes(b"\x01\x02\r\n" + cached.read_bytes()[4:])


def of_an_older_source(source: Path, cached: Path) -> None:
    source.write_text(source.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")


def removed(source: Path, cached: Path) -> None:
    cached.unlink()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (removed, "has no bytecode"),
        (dated, "not of the kind unchecked-hash"),
        (checked, "not of the kind unchecked-hash"),
        (of_another_python, "of another Python"),
        (of_an_older_source, "of another source"),
        (cut_short, "cannot be read"),
    ],
)
def test_a_module_without_valid_bytecode_fails_the_check_by_its_name(
    built_tree: Path, tmp_path: Path, spoil: Callable[[Path, Path], None], reason: str
) -> None:
    tree = tmp_path / "plan"
    shutil.copytree(built_tree / "plan", tree)
    source = tree / "earshot" / "domain" / "ids.py"

    check_trees(PYTHON, [tree])
    spoil(source, Path(importlib.util.cache_from_source(str(source), optimization="")))

    with pytest.raises(BuildError, match=rf"plan/earshot/domain/ids\.py has .*{reason.removeprefix('has ')}"):
        check_trees(PYTHON, [tree])


def test_bytecode_without_a_module_fails_the_check(built_tree: Path, tmp_path: Path) -> None:
    tree = tmp_path / "plan"
    shutil.copytree(built_tree / "plan", tree)
    (tree / "earshot" / "domain" / "ids.py").unlink()

    with pytest.raises(BuildError, match=r"__pycache__/ids\..*\.pyc is bytecode without a module"):
        check_trees(PYTHON, [tree])


def test_a_module_that_cannot_be_compiled_fails_the_build_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "printing.py").write_text("print 'hello'\n", encoding="utf-8")

    with pytest.raises(BuildError, match=rf"{tmp_path.name}/old/printing\.py cannot be compiled"):
        compile_trees(PYTHON, [tmp_path])


def test_a_failing_build_leaves_the_last_one_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    done = build("--arch", "host", "--out", str(tmp_path))

    assert done.returncode == 2
    assert "left alone" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_a_function_that_lambda_would_not_take_fails_the_build() -> None:
    with pytest.raises(BuildError, match="collect has 262,144,001 bytes unpacked"):
        check_limit([Size(door="collect", modules=1, unpacked=LIMIT + 1, zipped=1)])


def test_a_library_for_another_machine_is_refused_by_its_name(tmp_path: Path) -> None:
    library = tmp_path / "_core.cpython-313-aarch64-linux-gnu.so"
    library.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00")

    with pytest.raises(BuildError, match="msgspec/_core"):
        check_libraries({"msgspec/_core.cpython-313-aarch64-linux-gnu.so": library})


def test_what_is_installed_in_another_version_than_locked_is_not_packed(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("msgspec==0.0.1 \\\n    --hash=sha256:0\n", encoding="utf-8")

    with pytest.raises(BuildError, match=r"msgspec \d.* is not what requirements\.lock says"):
        check_versions(stocked(this_machine(), lock, tmp_path), ["msgspec"], lock)


def test_a_python_that_is_named_must_run(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"does not run or is no released CPython 3\.13"):
        the_lambda({"PYTHON313": str(empty_shell(tmp_path))}, tmp_path)


@pytest.mark.skipif(sys.version_info[:2] == (3, 13), reason="this Python is the one that is looked for")
def test_without_a_python_for_lambda_the_build_ends_with_what_to_do(tmp_path: Path) -> None:
    env = os.environ | {"PATH": str(empty_shell(tmp_path).parent), "PYENV_ROOT": str(tmp_path)}
    env.pop("PYTHON313", None)

    done = build("--arch", "arm64", "--out", str(tmp_path / "out"), env=env)

    assert done.returncode == 2
    assert "say PYTHON313=/path/to/python3.13; ARCH=host builds for this machine" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_empty_shell_on_the_path_is_passed_over_for_a_python_of_pyenv(tmp_path: Path) -> None:
    real = Path(the_lambda_or_skip()).resolve()
    own = tmp_path / "versions" / "3.13.9" / "bin" / "python3.13"
    own.parent.mkdir(parents=True)
    own.symlink_to(real)

    target = the_lambda({"PATH": str(empty_shell(tmp_path).parent), "PYENV_ROOT": str(tmp_path)}, tmp_path)

    assert target.python in (own, PYTHON)
    assert target.markers == LAMBDA_MARKERS


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_sets_up_with_a_python_that_runs(tmp_path: Path) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"include {ROOT / 'Makefile'}\nshow: ; @echo $(PYTHON)\n", encoding="utf-8")
    path = f"{empty_shell(tmp_path).parent}{os.pathsep}{PYTHON.resolve().parent}{os.pathsep}{os.environ['PATH']}"

    shown = subprocess.run(
        ["make", "--no-print-directory", "-f", str(makefile), "show"],
        env=os.environ | {"PATH": path, "PYENV_ROOT": str(tmp_path), "MAKEFLAGS": "", "MAKELEVEL": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = shown.stdout.strip()

    assert subprocess.run([found, "-c", "pass"], env=os.environ | {"PATH": path}, check=False).returncode == 0


def empty_shell(folder: Path) -> Path:
    """A python3.13 that is there and does not run, as pyenv leaves one on the PATH."""
    shell = folder / "shims" / "python3.13"
    shell.parent.mkdir(exist_ok=True)
    shell.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shell.chmod(0o755)
    return shell


def the_lambda_or_skip() -> Path:
    try:
        return the_lambda(os.environ, Path.home()).python
    except BuildError as exc:
        pytest.skip(str(exc))
