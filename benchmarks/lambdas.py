"""What a Lambda imports at a cold start: the trees of `make build ARCH=host`, and the same with ordinary bytecode."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.building.import_times import import_seconds
from tools.building.interpreters import this_machine
from tools.building.project import Project, build
from tools.building.running import runtime_folder

from benchmarks.scale import Scale
from benchmarks.timing import Row, shown

AREA = "lambda"

_ROOT = Path(__file__).parents[1]


def measure(scale: Scale) -> list[Row]:
    """Two lines for each Lambda; the start of Python itself is taken off."""
    rows: list[Row] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        doors = [each.door for each in build(Project(_ROOT), this_machine(), folder / "trees", lambda _: None)]
        runtime = runtime_folder(folder / "runtime")
        for door in doors:
            rounds = import_seconds(folder / "trees" / door, runtime, folder / door, scale.processes)
            rows += _rows(f"`import {door}`", rounds)
    return rows


def _rows(what: str, rounds: list[tuple[float, float]]) -> list[Row]:
    ordinary, built = (median(each) for each in zip(*rounds, strict=True))
    as_built = f"{what}, as built"
    return [
        Row(area=AREA, what=as_built, ratio=1.0, to="", median=shown(built)),
        Row(
            area=AREA,
            what=f"{what}, bytecode made anew",
            ratio=median(a / b for a, b in rounds),
            to=as_built,
            median=shown(ordinary),
        ),
    ]
