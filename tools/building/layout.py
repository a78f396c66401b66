"""Writes trees: the same files give the same bytes, dates and modes, so that a zip of them is the same too."""

import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

DATE: Final = 315_619_200
"""2 January 1980 in UTC, as a time stamp: a zip knows no day before the first, whatever the zone."""

_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


def lay_out(files: Mapping[str, Path], tree: Path) -> None:
    """Copies files to their places in a new tree."""
    for place in sorted(files):
        copy = tree / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[place], copy)


def settle(tree: Path) -> None:
    """Gives every file and folder of a tree its fixed date and mode."""
    for each in sorted(tree.rglob("*"), reverse=True):
        each.chmod(_FOLDER_MODE if each.is_dir() else _FILE_MODE)
        os.utime(each, (DATE, DATE))
    tree.chmod(_FOLDER_MODE)
    os.utime(tree, (DATE, DATE))


def cached(place: str, tag: str) -> str:
    """Where the bytecode of a module lies."""
    folder, _, name = place.rpartition("/")
    return f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc".lstrip("/")


def pack(tree: Path, archive: Path) -> None:
    """Writes a tree as a zip, as a deployment does."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files_of(tree):
            packed.write(file, file.relative_to(tree).as_posix())


def files_of(tree: Path) -> Iterator[Path]:
    """Every file of a tree, sorted by path."""
    yield from sorted(each for each in tree.rglob("*") if each.is_file())
