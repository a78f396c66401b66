"""The files beside the code that a package reads: pyproject.toml names them, for the wheel and for the trees alike."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from glob import glob
from pathlib import Path


def data_files(pyproject: Path, root: Path, modules: Collection[str]) -> Mapping[str, Path]:
    """The data of those packages that are among `modules`, by their place below `root`.

    A file belongs to the nearest package above it. `py.typed` is for type checkers and stays behind.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    declared: Mapping[str, list[str]] = project["tool"]["setuptools"]["package-data"]
    found: dict[str, Path] = {}
    for package, patterns in declared.items():
        folder = root.joinpath(*package.split("."))
        for file in _matching(folder, patterns):
            if _package(file, root) in modules:
                found[file.relative_to(root).as_posix()] = file
    return found


def _matching(folder: Path, patterns: Collection[str]) -> Iterator[Path]:
    for pattern in patterns:
        # As setuptools reads a pattern; for Path.glob, "**" at the end meant folders only before Python 3.13.
        for name in sorted(glob(pattern, root_dir=folder, recursive=True)):  # noqa: PTH207
            file = folder / name
            if file.is_file() and file.suffix not in (".py", ".pyc") and file.name != "py.typed":
                yield file


def _package(file: Path, root: Path) -> str:
    owner = next(folder for folder in file.parents if (folder / "__init__.py").is_file())
    return ".".join(owner.relative_to(root).parts)
