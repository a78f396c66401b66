"""What a person waits for before anything happens: whole processes against one that does nothing."""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from tempfile import TemporaryDirectory

from benchmarks.scale import Scale
from benchmarks.timing import Row, in_turn

AREA = "cold start"
NOTHING = "`python -c pass`"

_FIRST_TEXT = '{"text": "Danke, die Beratung war hervorragend!"}\n'
_PROCESSES: dict[str, tuple[str, ...]] = {
    NOTHING: ("-c", "pass"),
    "`import earshot.cli`": ("-c", "import earshot.cli"),
    "`earshot --help`": ("-m", "earshot", "--help"),
    "`earshot mentions list`, empty inbox": ("-m", "earshot", "mentions", "list"),
    "`earshot classify`, one text": ("-m", "earshot", "classify"),
}


def measure(scale: Scale) -> list[Row]:
    """A line for each process; the first run, which writes byte code and the data folder, does not count."""
    with TemporaryDirectory() as folder:
        actions = {name: partial(_run, arguments, folder) for name, arguments in _PROCESSES.items()}
        turns = in_turn(actions, tries=scale.processes)
    return [turns.row(AREA, name, NOTHING) for name in _PROCESSES]


def _run(arguments: Sequence[str], folder: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
    subprocess.run(  # noqa: S603 - this interpreter with the arguments above
        [sys.executable, *arguments],
        input=_FIRST_TEXT,
        env=env | {"EARSHOT_DATA": folder, "EARSHOT_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
        text=True,
    )
