"""Trying dead letters again by command, where there is nothing to try."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from earshot.adapters.clock import SystemClock
from earshot.adapters.queues import MAX_RECEIVES, SqliteQueues
from earshot.adapters.sqlite import Database
from earshot.domain.messages import MessageType, message


def test_a_dead_letter_that_is_not_there_is_named_as_missing(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "earshot", "dead-letters", "redrive", "99"]

    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "earshot: there is no dead letter 99\n"


def test_a_dead_letter_is_forgotten_when_it_is_named(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "data" / "earshot.db")) as database:
        queues = SqliteQueues(database, SystemClock())
        queues.send(
            "alert", "", message(MessageType.MENTION_STORED, id_="1", correlation_id="c", tenant="t", mention="m")
        )
        for _ in range(MAX_RECEIVES + 1):
            queues.receive("alert", limit=1, visibility_s=0)
        (letter,) = queues.dead_letters()
        env = {"PATH": os.environ["PATH"], "EARSHOT_DATA": str(tmp_path / "data")}
        command = [sys.executable, "-m", "earshot", "dead-letters", "remove", str(letter["id"]), "99"]

        done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

        assert (done.stdout, done.stderr) == ("removed 1 of 2\n", "")
        assert queues.dead_letters() == []
