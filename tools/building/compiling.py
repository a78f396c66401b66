"""Has the target's own Python compile and check trees."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from .errors import BuildError

_SCRIPT = Path(__file__).with_name("bytecode.py")
_SHOWN = 10


def compile_trees(python: Path, trees: Sequence[Path]) -> None:
    """Writes the bytecode of every module.

    Raises:
        BuildError: a module cannot be compiled; the message names each, with the reason.
    """
    _run(python, "compile", trees)


def check_trees(python: Path, trees: Sequence[Path]) -> None:
    """Reads every module's bytecode again.

    Raises:
        BuildError: a module has no valid bytecode; the message names each, with the reason.
    """
    _run(python, "check", trees)


def _run(python: Path, action: Literal["compile", "check"], trees: Sequence[Path]) -> None:
    # Sets of constants are written in the order of their hashes: a fixed seed gives the same bytes each time.
    env = {"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", os.defpath)}
    done = subprocess.run(  # noqa: S603 - the target's Python with our own script
        [str(python), "-P", "-s", "-S", "-B", "-W", "ignore", str(_SCRIPT), action, *map(str, trees)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"{python} failed: {done.stderr.strip()}")
    faults: dict[str, str] = json.loads(done.stdout)
    if faults:
        lines = [f"  {place} {why}" for place, why in faults.items()]
        more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        raise BuildError("\n".join([f"Modules without valid bytecode: {len(lines)}", *lines[:_SHOWN], *more]))
