"""Times what a cold start imports: a tree as it is built, against the same tree with ordinary bytecode from a zip."""

import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from .layout import pack
from .running import run_in, runtime_folder

_ROUNDS = 7
_ODD_DATE = 1_000_000_007
"""Not the date of any source: whoever unpacks a deployment gives files dates of their own."""


def measured(out: Path, doors: Sequence[str]) -> str:
    """A table of how long each function's import takes: medians of one run, and the median of its ratios."""
    lines = [f"{'import of':10}{'ordinary':>11}{'as built':>11}{'ratio':>8}"]
    with TemporaryDirectory() as folder:
        runtime = runtime_folder(Path(folder, "runtime"))
        for door in doors:
            rounds = import_seconds(out / door, runtime, Path(folder, door))
            ordinary, built = (median(each) * 1e3 for each in zip(*rounds, strict=True))
            ratio = median(a / b for a, b in rounds)
            lines.append(f"{door:10}{ordinary:>8.0f} ms{built:>8.0f} ms{ratio:>7.1f}×")
    return "\n".join(lines)


def import_seconds(tree: Path, runtime: Path, work: Path, rounds: int = _ROUNDS) -> list[tuple[float, float]]:
    """What importing a function's handler takes from ordinary bytecode, and from that of the tree, round by round.

    Both trees are unpacked from a zip. Ordinary bytecode names another date than the file has, so it is thrown away
    and compiled anew, as in each new Lambda; leaving it out comes to the same. The start of Python is taken off.
    """
    built, ordinary = _unpacked(tree, work / "built"), _unpacked(tree, work / "ordinary")
    for folder in list(ordinary.rglob("__pycache__")):
        shutil.rmtree(folder)
    code = f"import {tree.name}"
    seconds = []
    for _ in range(rounds):
        nothing = _seconds(built, runtime, "pass")
        seconds.append((_seconds(ordinary, runtime, code) - nothing, _seconds(built, runtime, code) - nothing))
    return seconds


def _seconds(tree: Path, runtime: Path, code: str) -> float:
    begun = perf_counter()
    run_in(tree, runtime, code)
    return perf_counter() - begun


def _unpacked(tree: Path, into: Path) -> Path:
    into.mkdir(parents=True)
    pack(tree, into / "function.zip")
    with zipfile.ZipFile(into / "function.zip") as archive:
        archive.extractall(into / tree.name)
    for file in (into / tree.name).rglob("*"):
        os.utime(file, (_ODD_DATE, _ODD_DATE))
    return into / tree.name
