"""Trying dead letters again by command, where there is nothing to try."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_dead_letter_that_is_not_there_is_named_as_missing(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "earshot", "dead-letters", "redrive", "99"]

    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0 will be tried again, at the next tick at the latest\n1 of those you named not found\n"
