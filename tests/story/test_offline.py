"""With EARSHOT_OFFLINE=1 nothing but loopback is contacted, and everything else works."""

import os
import shutil
from pathlib import Path

from story.site import ROOT, Post, Site

LOOPBACK = ("127.0.0.1", "localhost", "practice.localhost", "::1")


def test_an_offline_practice_run_contacts_loopback_only(tmp_path: Path, site: Site) -> None:
    shutil.copy(ROOT / "earshot.example.toml", tmp_path)
    seen = tmp_path / "seen.txt"
    watchman = str(Path(__file__).parent / "watchman")
    post = Post(tmp_path, site)
    post.extra_env = {
        "WATCHMAN_FILE": str(seen),
        "PYTHONPATH": os.pathsep.join([watchman, str(ROOT / "functions")]),
    }

    summary = post.once()

    contacts = seen.read_text(encoding="utf-8").splitlines()
    assert contacts
    assert [line for line in contacts if not any(place in line for place in LOOPBACK)] == []
    assert summary["fetched"] > 0
    assert summary["found"] > 0
    assert summary["alerted"] > 0
    assert len(summary["unreachable"]) >= 1
